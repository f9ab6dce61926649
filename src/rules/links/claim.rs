//! The volume that a claim names.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeSpec};

use super::data_source::{bytes, request};
use super::{data_source, table};
use crate::bundle::Bundle;
use crate::catalog::kubernetes::{is_access_mode, volume_mode};
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

pub(super) fn check(
    document: &Document<'_>,
    object: &PersistentVolumeClaim,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(spec) = &object.spec else { return };
    data_source::check(document, spec, bundle, out);
    volume(document, object, spec, bundle, out);
}

/// The volume that a claim names, if the input has it: the binder compares the two.
fn volume(
    document: &Document<'_>,
    object: &PersistentVolumeClaim,
    spec: &PersistentVolumeClaimSpec,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let annotated = |annotations: Option<&BTreeMap<String, String>>, key: &str| {
        annotations.is_some_and(|annotations| annotations.contains_key(key))
    };
    // A bound claim stays bound, whatever the two say.
    if annotated(object.metadata.annotations.as_ref(), BOUND) {
        return;
    }
    let Some((other, volume)) =
        spec.volume_name.as_deref().and_then(|name| bundle.index.volume(document, name))
    else {
        return;
    };
    let Some(offered) = &volume.spec else { return };
    let root = Path::root();
    let path = root.field("spec");
    let mut report = |path: &Path<'_>, message: String, help: &str, fields: &[&str]| {
        out.report(&table::VOLUME_DOES_NOT_FIT_CLAIM, path, message)
            .help(format!("the claim is never bound and stays Pending; {help}"))
            .related(other.place_of(fields), "the volume");
    };
    let capacity = offered.capacity.as_ref().and_then(|capacity| capacity.get("storage"));
    if let (Some(asked), Some(has)) = (request(spec), capacity)
        && bytes(asked).zip(bytes(has)).is_some_and(|(asked, has)| asked > has)
    {
        let resources = path.field("resources");
        let requests = resources.field("requests");
        let message = format!("the claim requests {}, but volume `{}` has {}", asked.0, other.name, has.0);
        report(
            &requests.field("storage"),
            message,
            "request no more than that",
            &["spec", "capacity", "storage"],
        );
    }
    let by_annotation = [&object.metadata.annotations, &volume.metadata.annotations]
        .iter()
        .any(|annotations| annotated(annotations.as_ref(), CLASS_ANNOTATION));
    if let Some(class) = spec.storage_class_name.as_deref().filter(|_| !by_annotation) {
        let theirs = offered.storage_class_name.as_deref().unwrap_or_default();
        if class != theirs {
            let message =
                format!("the claim is of class `{class}`, but volume `{}` of `{theirs}`", other.name);
            report(
                &path.field("storageClassName"),
                message,
                "write the volume's class",
                &["spec", "storageClassName"],
            );
        }
    }
    if volume_mode(spec.volume_mode.as_deref()) != volume_mode(offered.volume_mode.as_deref()) {
        let message = format!(
            "the claim requests a {} volume, but `{}` is a {} volume",
            volume_mode(spec.volume_mode.as_deref()),
            other.name,
            volume_mode(offered.volume_mode.as_deref())
        );
        report(
            &path.field("volumeMode"),
            message,
            "give both the same `volumeMode`",
            &["spec", "volumeMode"],
        );
    }
    let modes = path.field("accessModes");
    for (index, mode) in spec.access_modes.iter().flatten().enumerate() {
        let mut offers = offered.access_modes.iter().flatten();
        if is_access_mode(mode) && !offers.any(|offer| offer == mode || !is_access_mode(offer)) {
            let message = format!("volume `{}` does not offer {mode}", other.name);
            report(
                &modes.index(index),
                message,
                "request modes that the volume lists",
                &["spec", "accessModes"],
            );
        }
    }
    if let Some(bound) = promised(document, offered) {
        let message = format!("volume `{}` is reserved for claim `{bound}`", other.name);
        report(
            &path.field("volumeName"),
            message,
            "name another volume, or this claim in its `claimRef`",
            &["spec", "claimRef"],
        );
    }
}

/// The annotation that the binder sets on a bound claim.
const BOUND: &str = "pv.kubernetes.io/bind-completed";
/// The annotation that named a class before the field existed, and overrides it.
const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";

/// The other claim that a volume is reserved for.
fn promised<'v>(document: &Document<'_>, volume: &'v PersistentVolumeSpec) -> Option<&'v str> {
    let claim = volume.claim_ref.as_ref()?;
    let name = claim.name.as_deref()?;
    let elsewhere = claim.namespace.as_deref().zip(document.namespace.as_deref());
    (name != document.name || elsewhere.is_some_and(|(theirs, own)| theirs != own)).then_some(name)
}
