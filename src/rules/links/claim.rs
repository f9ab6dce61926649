//! What a claim takes its data or its disk from.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::table;
use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::quantity::Quantity as Amount;
use crate::yaml::path::Path;

pub(super) fn check(
    document: &Document<'_>,
    object: &PersistentVolumeClaim,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(spec) = &object.spec else { return };
    clone(document, spec, bundle, out);
    volume(document, object, spec, bundle, out);
}

/// The source of a clone, where the input has it: the volume mode and the driver must be the same, and the size may not
/// be smaller.
fn clone(
    document: &Document<'_>,
    spec: &PersistentVolumeClaimSpec,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let reference = spec
        .data_source
        .as_ref()
        .map(|source| ("dataSource", source.kind.as_str(), source.name.as_str()))
        .or_else(|| {
            let source = spec.data_source_ref.as_ref().filter(|source| source.namespace.is_none())?;
            Some(("dataSourceRef", source.kind.as_str(), source.name.as_str()))
        });
    let Some((field, "PersistentVolumeClaim", name)) = reference else { return };
    let Some((other, source)) = bundle.index.claim(document, name) else { return };
    let root = Path::root();
    let path = root.field("spec");
    if mode(spec.volume_mode.as_ref()) != mode(source.volume_mode.as_ref()) {
        out.report_at_key(
            &table::CLONE_OF_ANOTHER_MODE,
            &path.field(field),
            format!(
                "the clone is a {} volume, its source `{name}` a {} volume",
                mode(spec.volume_mode.as_ref()),
                mode(source.volume_mode.as_ref())
            ),
        )
        .help("the provisioner refuses it and the claim stays Pending; give both the same `volumeMode`")
        .related(other.place_of(&["spec"]), "the source");
    }
    if let (Some(own), Some(theirs)) = (request(spec), request(source))
        && bytes(own).zip(bytes(theirs)).is_some_and(|(own, theirs)| own < theirs)
    {
        let resources = path.field("resources");
        let requests = resources.field("requests");
        out.report(
            &table::CLONE_SMALLER_THAN_ITS_SOURCE,
            &requests.field("storage"),
            format!("the clone asks for {}, its source `{name}` for {}", own.0, theirs.0),
        )
        .help(format!(
            "the provisioner refuses it and the claim stays Pending; write `{}` or more, as the source has",
            theirs.0
        ))
        .related(other.place_of(&["spec", "resources", "requests", "storage"]), "the source");
    }
    let class = |from: &Document<'_>, spec: &PersistentVolumeClaimSpec| {
        bundle.index.class(from, spec.storage_class_name.as_deref()?)
    };
    if let (Some((_, own)), Some((class, theirs))) = (class(document, spec), class(other, source))
        && own.provisioner != theirs.provisioner
    {
        out.report(
            &table::CLONE_OF_ANOTHER_DRIVER,
            &path.field("storageClassName"),
            format!("the clone is made by {}, its source `{name}` by {}", own.provisioner, theirs.provisioner),
        )
        .help("a driver copies its own volumes only, and the claim stays Pending; name a class of the source's driver")
        .related(class.place_of(&["provisioner"]), "the source's driver");
    }
}

/// The volume that a claim names, where the input has it: the binder holds them against each other.
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
    // What is bound stays so, whatever becomes of the two.
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
            .help(format!("the claim is never bound, and stays Pending; {help}"))
            .related(other.place_of(fields), "the volume");
    };
    let capacity = offered.capacity.as_ref().and_then(|capacity| capacity.get("storage"));
    if let (Some(asked), Some(has)) = (request(spec), capacity)
        && bytes(asked).zip(bytes(has)).is_some_and(|(asked, has)| asked > has)
    {
        let resources = path.field("resources");
        let requests = resources.field("requests");
        let message = format!("the claim asks for {}, and volume `{}` has {}", asked.0, other.name, has.0);
        report(
            &requests.field("storage"),
            message,
            "ask for no more than that",
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
                format!("the claim is of class `{class}`, and volume `{}` of `{theirs}`", other.name);
            report(
                &path.field("storageClassName"),
                message,
                "write the volume's class",
                &["spec", "storageClassName"],
            );
        }
    }
    if mode(spec.volume_mode.as_ref()) != mode(offered.volume_mode.as_ref()) {
        let message = format!(
            "the claim asks for a {} volume, and `{}` is a {} volume",
            mode(spec.volume_mode.as_ref()),
            other.name,
            mode(offered.volume_mode.as_ref())
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
        if !offered.access_modes.iter().flatten().any(|offered| offered == mode) {
            let message = format!("volume `{}` does not offer {mode}", other.name);
            report(
                &modes.index(index),
                message,
                "ask for modes that the volume lists",
                &["spec", "accessModes"],
            );
        }
    }
    if let Some(bound) = promised(document, offered) {
        let message = format!("volume `{}` is kept for claim `{bound}`", other.name);
        report(
            &path.field("volumeName"),
            message,
            "name another volume, or this claim in its `claimRef`",
            &["spec", "claimRef"],
        );
    }
}

/// The annotation by which the binder says that it is done.
const BOUND: &str = "pv.kubernetes.io/bind-completed";
/// The annotation that named a class before the field did, and wins over it.
const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";

/// The other claim that a volume is kept for.
fn promised<'v>(document: &Document<'_>, volume: &'v PersistentVolumeSpec) -> Option<&'v str> {
    let claim = volume.claim_ref.as_ref()?;
    let name = claim.name.as_deref()?;
    let elsewhere = claim.namespace.as_deref().zip(document.namespace.as_deref());
    (name != document.name || elsewhere.is_some_and(|(theirs, own)| theirs != own)).then_some(name)
}

fn mode(mode: Option<&String>) -> &str {
    mode.map_or("Filesystem", String::as_str)
}

fn request(spec: &PersistentVolumeClaimSpec) -> Option<&Quantity> {
    spec.resources.as_ref()?.requests.as_ref()?.get("storage")
}

fn bytes(quantity: &Quantity) -> Option<i128> {
    Amount::parse(&quantity.0).ok().map(Amount::ceil)
}
