//! What of a document is not checked, because volwright does not know its kind, driver, class or claim.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;

use crate::bundle::Bundle;
use crate::catalog::driver;
use crate::document::object::Object;
use crate::document::{Document, kind};
use crate::unchecked::Reason;

/// The provisioner of classes that create nothing.
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

/// Calls `report` with everything that is not checked about a document.
pub fn check(document: &Document<'_>, bundle: &Bundle<'_>, report: &mut dyn FnMut(Reason, &str)) {
    for derived in &document.derived {
        check(&derived.document, bundle, report);
    }
    if document.is_skipped() && !document.is_template && bundle.definition(document).is_none() {
        let namespace = document.namespace.as_deref().map(|name| format!("{name}/")).unwrap_or_default();
        let group = document.api_version.split_once('/').map_or("", |(group, _)| group);
        let reason = match (kind::is_built_in_group(group), document.derived.is_empty()) {
            (true, _) => Reason::Kind,
            (false, true) => Reason::CustomKind,
            (false, false) => Reason::CustomFields,
        };
        return report(reason, &format!("{} {namespace}{}", document.kind, document.name));
    }
    match &document.object {
        Object::StorageClass(class) => driver_name(&class.provisioner, report),
        Object::VolumeAttributesClass(class) => driver_name(&class.driver_name, report),
        Object::PersistentVolume(volume) => {
            if let Some(csi) = volume.spec.as_ref().and_then(|spec| spec.csi.as_ref()) {
                driver_name(&csi.driver, report);
            }
        }
        Object::PersistentVolumeClaim(claim) => {
            if let Some(spec) = &claim.spec {
                class_of(document, spec, bundle, report);
            }
        }
        object => {
            if let Object::StatefulSet(set) = object {
                let templates = set.spec.volume_claim_templates.iter().flatten();
                templates
                    .filter_map(|template| template.spec.as_ref())
                    .for_each(|spec| class_of(document, spec, bundle, report));
            }
            let Some(pod) = object.pod() else { return };
            for volume in pod.spec.volumes.iter().flatten() {
                if let Some(source) = &volume.persistent_volume_claim {
                    let name = source.claim_name.as_str();
                    if !name.is_empty() && bundle.index.claim(document, name).is_none() {
                        report(Reason::Claim, &in_namespace(document, name));
                    }
                }
                let template =
                    volume.ephemeral.as_ref().and_then(|source| source.volume_claim_template.as_ref());
                if let Some(template) = template {
                    class_of(document, &template.spec, bundle, report);
                }
                if let Some(csi) = &volume.csi {
                    driver_name(&csi.driver, report);
                }
            }
        }
    }
}

fn in_namespace(document: &Document<'_>, name: &str) -> String {
    document.namespace.as_deref().map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}"))
}

fn driver_name(name: &str, report: &mut dyn FnMut(Reason, &str)) {
    if !name.is_empty() && name != NO_PROVISIONER && driver::find(name).is_none() {
        report(Reason::Driver, name);
    }
}

fn class_of(
    document: &Document<'_>,
    claim: &PersistentVolumeClaimSpec,
    bundle: &Bundle<'_>,
    report: &mut dyn FnMut(Reason, &str),
) {
    let is_static = claim.volume_name.as_deref().is_some_and(|name| !name.is_empty());
    let names = [
        // A claim of a volume that exists uses nothing of its class but the name.
        claim.storage_class_name.as_deref().filter(|_| !is_static),
        claim.volume_attributes_class_name.as_deref(),
    ];
    let [class, attributes] = names.map(|name| name.filter(|name| !name.is_empty()));
    if let Some(name) = class.filter(|name| bundle.index.class(document, name).is_none()) {
        report(Reason::Class, name);
    }
    if let Some(name) = attributes.filter(|name| bundle.index.attributes_class(document, name).is_none()) {
        report(Reason::Class, name);
    }
}
