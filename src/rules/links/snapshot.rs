//! Snapshots, the claims that they are taken of, and their classes.

use super::table;
use crate::bundle::Bundle;
use crate::catalog::driver;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::yaml::node::Node;
use crate::yaml::path::Path;

/// Reports a snapshot whose class belongs to another driver than the disk of its claim.
pub(super) fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    if document.kind != "VolumeSnapshot" || !document.api_version.starts_with("snapshot.storage.k8s.io/") {
        return;
    }
    let Some((class, driver)) = class_of(document, bundle) else { return };
    let Some((claim, spec)) = source_claim(document, bundle) else { return };
    // A claim of a volume that exists need not have the driver of its class.
    if spec.volume_name.as_deref().is_some_and(|name| !name.is_empty()) {
        return;
    }
    let Some((storage_class, theirs)) =
        spec.storage_class_name.as_deref().and_then(|name| bundle.index.class(claim, name))
    else {
        return;
    };
    let theirs = csi_name(&theirs.provisioner);
    if csi_name(driver) == theirs {
        return;
    }
    let root = Path::root();
    let path = root.field("spec");
    out.report(
        &table::SNAPSHOT_CLASS_OF_ANOTHER_DRIVER,
        &path.field("volumeSnapshotClassName"),
        format!("class `{}` is of {driver}, but claim `{}` is a volume of {theirs}", class.name, claim.name),
    )
    .help(format!("the driver does not know the volume, and the snapshot is never ready; name a class whose driver is {theirs}"))
    .related(class.place_of(&["driver"]), "the driver of the snapshot class")
    .related(storage_class.place_of(&["provisioner"]), "the driver of the claim");
}

/// The claim that a snapshot is taken of, if the input has it.
pub(super) fn source_claim<'a>(
    snapshot: &Document<'_>,
    bundle: &Bundle<'a>,
) -> Option<(&'a Document<'a>, &'a k8s_openapi::api::core::v1::PersistentVolumeClaimSpec)> {
    bundle.index.claim(snapshot, source(snapshot)?.get("persistentVolumeClaimName").and_then(Node::as_str)?)
}

/// The content that a snapshot is bound to by hand, if the input has it.
pub(super) fn content<'a>(snapshot: &Document<'_>, bundle: &Bundle<'a>) -> Option<&'a Document<'a>> {
    let name = source(snapshot)?.get("volumeSnapshotContentName").and_then(Node::as_str)?;
    bundle.index.snapshot_content(snapshot, name)
}

/// The class of a snapshot and its driver, if the input has it.
pub(super) fn class_of<'a>(
    snapshot: &Document<'_>,
    bundle: &Bundle<'a>,
) -> Option<(&'a Document<'a>, &'a str)> {
    let name = snapshot.root.get("spec")?.get("volumeSnapshotClassName").and_then(Node::as_str)?;
    let class = bundle.index.snapshot_class(snapshot, name)?;
    Some((class, class.root.get("driver").and_then(Node::as_str)?))
}

/// The name of the CSI driver that handles the volumes of a provisioner: that of its successor for an in-tree plugin.
pub(super) fn csi_name(provisioner: &str) -> &str {
    driver::find(provisioner).map_or(provisioner, |driver| driver.provisioner)
}

fn source<'n, 't>(snapshot: &'n Document<'t>) -> Option<&'n Node<'t>> {
    snapshot.root.get("spec")?.get("source")
}
