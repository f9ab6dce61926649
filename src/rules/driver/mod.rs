//! Rules D: what the CSI driver, its sidecar or the cloud's API refuses. Verbs over the rows of the catalogue.

mod access;
mod attributes;
mod claim;
mod class;
mod go_template;
mod json;
mod limit;
mod mismatch;
mod mount;
mod network;
mod number;
mod parameters;
mod path;
pub mod performance;
mod refusal;
mod request;
mod retired;
mod shape;
mod table;
mod tag;
mod template_text;
mod topology;
mod unknown;
mod volume;

use k8s_openapi::api::storage::v1::StorageClass;

use crate::bundle::Bundle;
use crate::catalog::driver::{self, Driver, Parameters, Stage};
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::yaml::node::{Node, Value};
use crate::yaml::path::Path;

use request::Classes;

pub(crate) use access::is_allowed;
pub use claim::Claim;
pub(crate) use go_template::names as template_fields;
pub use request::VolumeRequest;
pub(crate) use table::UNKNOWN_PARAMETER;
pub use table::{ADVICE, RULES};

/// Checks one document.
pub fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    match &document.object {
        Object::StorageClass(object) => class::check(object, bundle, out),
        Object::PersistentVolumeClaim(claim) => {
            if let Some(spec) = &claim.spec {
                let root = Path::root();
                let claim = Claim { name: Some(&document.name), ..Claim::new(spec) };
                retired::check(document.root.get("metadata"), &root.field("metadata"), out);
                check_claim(document, claim, &root.field("spec"), bundle, out);
            }
        }
        Object::VolumeAttributesClass(object) => {
            let root = Path::root();
            if let Some(driver) = driver::find(&object.driver_name)
                && is_supported(driver, &driver.attributes, &root.field("driverName"), out)
            {
                let list =
                    object.parameters.iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()));
                class::check_parameters(&VolumeRequest::new(driver, &driver.attributes, list), out);
            }
        }
        Object::PersistentVolume(volume) => volume::check(volume, bundle, out),
        Object::Other if document.kind == "VolumeSnapshotClass" => check_snapshot_class(&document.root, out),
        _ => check_pod_claims(document, bundle, out),
    }
}

/// Whether what a driver makes for a claim of a class may depend on the claim's name: templates and patterns may name it.
pub(super) fn reads_claim_names(class: &StorageClass) -> bool {
    let has_paths = driver::find(&class.provisioner).is_some_and(|driver| !driver.class.paths.is_empty());
    has_paths || class.parameters.iter().flatten().any(|(_, value)| value.contains('{'))
}

/// Checks the claims inside the volumes of a pod or the templates of a workload.
fn check_pod_claims(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let object = &document.object;
    if let Object::StatefulSet(set) = object {
        let root = Path::root();
        let spec = root.field("spec");
        let list = spec.field("volumeClaimTemplates");
        for (index, template) in set.spec.volume_claim_templates.iter().flatten().enumerate() {
            let path = list.index(index);
            let metadata = path.field("metadata");
            retired::check(out.node(&metadata), &metadata, out);
            if let Some(claim) = &template.spec {
                check_claim(document, Claim::new(claim), &path.field("spec"), bundle, out);
            }
        }
    }
    let Some(pod) = object.pod() else { return };
    volume::check_pod(&pod, bundle, out);
    pod.at(&mut |base| {
        let spec = base.field("spec");
        let list = spec.field("volumes");
        for (index, volume) in pod.spec.volumes.iter().flatten().enumerate() {
            let template = volume.ephemeral.as_ref().and_then(|source| source.volume_claim_template.as_ref());
            if let Some(template) = template {
                let path = list.index(index);
                let path = path.field("ephemeral");
                let path = path.field("volumeClaimTemplate");
                check_claim(document, Claim::new(&template.spec), &path.field("spec"), bundle, out);
            }
        }
    });
}

/// Checks a claim in `document` together with its class, if the input has it.
fn check_claim(
    document: &Document<'_>,
    claim: Claim<'_>,
    path: &Path<'_>,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    // A claim that names its volume is bound to that, and nothing is made.
    if claim.is_static {
        return;
    }
    let class = match claim.class {
        Some(name) => bundle.index.class(document, name),
        None => bundle.index.only_default_class(),
    };
    let Some((class, object)) = class else { return };
    let driver = driver::find(&object.provisioner);
    let attributes = claim.attributes_class.and_then(|name| bundle.index.attributes_class(document, name));
    // A class of the plugin inside Kubernetes is translated first.
    let provisioner = driver.map_or(object.provisioner.as_str(), |driver| driver.provisioner);
    let attributes = attributes.filter(|attributes| attributes::is_of(provisioner, *attributes, path, out));
    let Some(driver) = driver else { return };
    let namespace = document.namespace.as_deref();
    let source = claim.source_claim.and_then(|name| bundle.index.claim(document, name));
    let source_class =
        source.and_then(|(claim, spec)| bundle.index.class(claim, spec.storage_class_name.as_deref()?));
    let source_class = source_class.map(|(_, class)| class);
    let class_alone = VolumeRequest::of_class(driver, object);
    let classes = Classes { class, attributes: attributes.map(|(document, _)| document) };
    if let Some(provisioning) = &driver.provisioning
        && provisioning.never
    {
        return;
    }
    if class::creates_nothing(driver, object) {
        let name = object.metadata.name.as_deref().unwrap_or_default();
        if !claim.has_selector && !bundle.index.has_volume_of_class(name) {
            let parameters: Vec<_> = class::needed(driver).map(|name| format!("`{name}`")).collect();
            let message = format!("class `{name}` has no parameters, so no volume is created");
            out.report(&table::REQUIRED_PARAMETER, &path.field("storageClassName"), message)
                .help(format!(
                    "the claim stays Pending; set {} in the class, or name an existing volume with `volumeName`",
                    parameters.join(", ")
                ))
                .related(classes.place(None), "the class");
        }
        return;
    }
    let (request, alone) = match attributes {
        Some((_, attributes)) => {
            let request = class_alone.clone().with_attributes(attributes);
            attributes::check(&class_alone, &request, &classes, attributes, path, out);
            (request, Some(&class_alone))
        }
        None => (class_alone.clone(), None),
    };
    if claim.has_selector {
        let at = path.field("selector");
        out.report_at_key(&table::LIKELY_REFUSED, &at, "nothing is made for a claim with a selector")
            .help(format!(
                "{} refuses it, and the claim waits for a PersistentVolume made by hand; remove `selector`",
                Stage::Sidecar.component()
            ))
            .related(classes.place(None), "the class");
    }
    let request = request.with_claim(Claim { namespace, source_class, ..claim });
    access::check(&request, &classes, path, out);
    limit::check(&request, &classes, path, out);
    refusal::check_claim(&request, &classes, path, alone, out);
    class::check_templates(&request, &classes, path, out);
    path::check(&request, &classes, path, out);
    mount::check_claim(&request, &classes, path, bundle, out);
}

/// Whether the driver implements such classes at all; reports it otherwise.
fn is_supported(driver: &Driver, parameters: &Parameters, at: &Path<'_>, out: &mut Reporter<'_>) -> bool {
    let Some(why) = &parameters.unsupported else { return true };
    let message = format!("{} does not support a {}", driver.provisioner, out.kind());
    out.report(&table::UNSUPPORTED_BY_DRIVER, at, message).help(*why);
    false
}

fn check_snapshot_class(root: &Node<'_>, out: &mut Reporter<'_>) {
    let Some(driver) = root.get("driver").and_then(Node::as_str).and_then(driver::find) else { return };
    if !is_supported(driver, &driver.snapshot, &Path::root().field("driver"), out) {
        return;
    }
    let parameters = root.get("parameters").map(Node::entries).unwrap_or_default();
    let list = parameters.iter().filter_map(|entry| match &entry.value.value {
        Value::String(value) => Some((entry.key.value.as_ref(), value.as_ref())),
        _ => None,
    });
    class::check_parameters(&VolumeRequest::new(driver, &driver.snapshot, list), out);
}
