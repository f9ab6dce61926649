//! Names of classes and claims that are not in the input, but almost those of objects in it.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;

use super::table;
use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix};
use crate::nearest::misspelled;
use crate::yaml::path::Path;

pub(super) fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let spec = root.field("spec");
    match &document.object {
        Object::PersistentVolumeClaim(claim) => {
            if let Some(claim) = &claim.spec {
                classes(document, claim, &spec, bundle, out);
            }
            return;
        }
        Object::StatefulSet(set) => {
            let list = spec.field("volumeClaimTemplates");
            for (index, template) in set.spec.volume_claim_templates.iter().flatten().enumerate() {
                if let Some(claim) = &template.spec {
                    classes(document, claim, &list.index(index).field("spec"), bundle, out);
                }
            }
        }
        _ => {}
    }
    let Some(pod) = document.object.pod() else { return };
    pod.at(&mut |base| {
        let spec = base.field("spec");
        let list = spec.field("volumes");
        for (index, volume) in pod.spec.volumes.iter().flatten().enumerate() {
            let path = list.index(index);
            let template = volume.ephemeral.as_ref().and_then(|source| source.volume_claim_template.as_ref());
            if let Some(template) = template {
                let source = path.field("ephemeral");
                let path = source.field("volumeClaimTemplate");
                classes(document, &template.spec, &path.field("spec"), bundle, out);
            }
            let Some(source) = &volume.persistent_volume_claim else { continue };
            let name = source.claim_name.as_str();
            // Of several claims of one name, none may be this one's.
            let is_known =
                |name: &str| bundle.claim_names(document.namespace.as_deref()).any(|known| known == name);
            if name.is_empty() || bundle.index.claim(document, name).is_some() || is_known(name) {
                continue;
            }
            if let Some(near) = misspelled(name, bundle.claim_names(document.namespace.as_deref())) {
                let source = path.field("persistentVolumeClaim");
                report("claim", name, near, &source.field("claimName"), out);
            } else if document.is_template {
                let source = path.field("persistentVolumeClaim");
                missing(document, name, bundle, &source.field("claimName"), out);
            }
        }
    });
}

/// Reports a claim that the input has in another namespace, or that is missing while nothing mounts the claims of the input.
fn missing(
    document: &Document<'_>,
    name: &str,
    bundle: &Bundle<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let namespace = document.namespace.as_deref();
    if let Some(claim) = namespace.and_then(|namespace| bundle.claim_elsewhere(name, namespace)) {
        let place = claim.place_of(&["metadata", "namespace"]);
        let other = claim.namespace.as_deref().unwrap_or_default();
        out.report(&table::MISSPELLED_REFERENCE, path, format!("claim `{name}` is in namespace `{other}`"))
            .help("a pod mounts claims of its own namespace only, and stays Pending otherwise")
            .related(place, "the claim");
        return;
    }
    let is_unused = |claim: &&str| bundle.index.claim_user(namespace, claim, false).is_none();
    if let Some(unused) = bundle.claim_names(namespace).find(is_unused) {
        out.report(
            &table::MISSPELLED_REFERENCE,
            path,
            format!("claim `{name}` is not in the input, and nothing mounts its claim `{unused}`"),
        )
        .help("if the cluster has no claim of this name either, the pods stay Pending");
    }
}

/// The classes that a claim names.
fn classes(
    document: &Document<'_>,
    claim: &PersistentVolumeClaimSpec,
    path: &Path<'_>,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let given = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
    if let Some(name) = given(&claim.storage_class_name)
        && bundle.index.class(document, &name).is_none()
        && bundle.class_names().all(|known| known != name)
        && let Some(near) = misspelled(&name, bundle.class_names())
    {
        report("class", &name, near, &path.field("storageClassName"), out);
    }
    if let Some(name) = given(&claim.volume_attributes_class_name)
        && bundle.index.attributes_class(document, &name).is_none()
        && bundle.attributes_class_names().all(|known| known != name)
        && let Some(near) = misspelled(&name, bundle.attributes_class_names())
    {
        report("VolumeAttributesClass", &name, near, &path.field("volumeAttributesClassName"), out);
    }
}

fn report(what: &str, name: &str, near: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    out.report(
        &table::MISSPELLED_REFERENCE,
        path,
        format!("{what} `{name}` is not in the input; did you mean `{near}`?"),
    )
    .help(format!("if the cluster has no {what} of this name either, the object that names it stays Pending"))
    .fix(Fix::replace(path, near, Applicability::Unsafe));
}
