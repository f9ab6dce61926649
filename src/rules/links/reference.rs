//! Names of classes and claims that are not in the input, but almost those of objects in it.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;

use super::table;
use crate::bundle::Bundle;
use crate::bundle::names::NameOf;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix};
use crate::grammar::dns_subdomain;
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
            if name.is_empty() || bundle.index.claim(document, name).is_some() {
                continue;
            }
            let source = path.field("persistentVolumeClaim");
            let path = source.field("claimName");
            let namespace = document.namespace.as_deref();
            if let Some(near) = bundle.near_name(NameOf::Claim, namespace, name) {
                report("claim", name, near, &path, out);
            } else if document.is_template {
                missing(document, name, bundle, &path, out);
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
    if let Some(unused) = bundle.unused_claim(namespace, name) {
        out.report(
            &table::MISSPELLED_REFERENCE,
            path,
            format!("claim `{name}` is not in the input, and nothing mounts its claim `{unused}`"),
        )
        .help("if the cluster has no claim of this name either, the pods stay Pending");
    }
}

/// The classes that a claim names.
fn classes<'n>(
    document: &Document<'_>,
    claim: &'n PersistentVolumeClaimSpec,
    path: &Path<'_>,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    // A name that the API server rejects is reported as such.
    let given = |name: Option<&'n str>| name.filter(|name| dns_subdomain(name).is_none());
    if let Some(name) = given(claim.storage_class_name.as_deref())
        && bundle.index.class(document, name).is_none()
        && let Some(near) = bundle.near_name(NameOf::StorageClass, None, name)
    {
        report("class", name, near, &path.field("storageClassName"), out);
    }
    if let Some(name) = given(claim.volume_attributes_class_name.as_deref())
        && bundle.index.attributes_class(document, name).is_none()
        && let Some(near) = bundle.near_name(NameOf::VolumeAttributesClass, None, name)
    {
        report("VolumeAttributesClass", name, near, &path.field("volumeAttributesClassName"), out);
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
