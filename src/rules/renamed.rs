//! Which objects need no check again if nothing has changed but the profile's name, with which the names of objects begin.
//!
//! Rules compare names with each other, and an edit of the name changes all of them alike. What else they do with names is
//! listed here: they look at the characters and the length, look for words in the name of a claim, put it into what its driver
//! makes, and look for the name that a reference to nothing most likely misspells.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{advice, driver};
use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::object::{Object, PodPart};
use crate::grammar::dns_label;

/// The longest name that is valid for all kinds, with what the API server adds to it: that of a CronJob.
const LONGEST_NAME: usize = 52;
/// The longest value of a label.
const LONGEST_LABEL: usize = 63;

/// Whether a name of a profile is valid wherever names are, and means nothing to rules.
pub(crate) fn is_ordinary(name: &str) -> bool {
    dns_label(name).is_none()
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !advice::has_meaning(name)
}

/// Whether nothing is found in an object under any ordinary name of its profile, if nothing was found under one of them.
pub(super) fn is_same(document: &Document<'_>, bundle: &Bundle<'_>) -> bool {
    let object = &document.object;
    if document.name.len() > LONGEST_NAME || !object.metadata().is_some_and(has_short_labels) {
        return false;
    }
    match object {
        Object::PersistentVolumeClaim(claim) => {
            claim.spec.as_ref().is_some_and(|spec| is_claim_same(document, spec, bundle))
        }
        // A StatefulSet makes further names of its own.
        Object::Pod(_)
        | Object::Job(_)
        | Object::CronJob(_)
        | Object::Deployment(_)
        | Object::DaemonSet(_) => object.pod().is_some_and(|pod| is_pod_same(document, &pod, bundle)),
        _ => false,
    }
}

fn has_short_labels(metadata: &ObjectMeta) -> bool {
    metadata.labels.iter().flatten().all(|(_, value)| value.len() <= LONGEST_LABEL)
}

/// A claim that makes a new and empty volume of a class of the input.
fn is_claim_same(document: &Document<'_>, spec: &PersistentVolumeClaimSpec, bundle: &Bundle<'_>) -> bool {
    let class = match &spec.storage_class_name {
        Some(name) => bundle.index.class(document, name),
        None => bundle.index.only_default_class(),
    };
    let is_new = spec.volume_name.is_none() && spec.data_source.is_none() && spec.data_source_ref.is_none();
    is_new
        && spec.volume_attributes_class_name.is_none()
        && class.map_or(spec.storage_class_name.is_none(), |(_, class)| !driver::reads_claim_names(class))
}

/// A pod that mounts claims of the input and makes none.
fn is_pod_same(document: &Document<'_>, pod: &PodPart<'_>, bundle: &Bundle<'_>) -> bool {
    let mut volumes = pod.spec.volumes.iter().flatten();
    pod.metadata.is_none_or(has_short_labels)
        && volumes.all(|volume| {
            let claim = volume.persistent_volume_claim.as_ref();
            volume.ephemeral.is_none()
                && claim.is_none_or(|claim| bundle.index.claim(document, &claim.claim_name).is_some())
        })
}
