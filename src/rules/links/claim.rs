//! What a claim takes its data or its disk from.

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec};

use super::table;
use crate::document::Document;
use crate::document::path::Path;
use crate::quantity::Quantity;
use crate::rules::{Findings, Scene};

pub(super) fn check(
    document: &Document<'_>,
    object: &PersistentVolumeClaim,
    scene: &Scene<'_>,
    out: &mut Findings<'_>,
) {
    let Some(spec) = &object.spec else { return };
    clone(document, spec, scene, out);
}

/// The source of a clone, where the input has it, must be of the same volume mode and no larger.
fn clone(
    document: &Document<'_>,
    spec: &PersistentVolumeClaimSpec,
    scene: &Scene<'_>,
    out: &mut Findings<'_>,
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
    let Some((other, source)) = scene.index.claim(document.namespace.as_deref(), name) else { return };
    let mode =
        |spec: &PersistentVolumeClaimSpec| spec.volume_mode.as_deref().unwrap_or("Filesystem").to_owned();
    let root = Path::root();
    let path = root.field("spec");
    if mode(spec) != mode(source) {
        out.push_key(
            &table::CLONE_DIFFERS,
            &path.field(field),
            format!("the clone is a {} volume, its source `{name}` a {} volume", mode(spec), mode(source)),
        )
        .help("the provisioner refuses it and the claim stays Pending; give both the same `volumeMode`")
        .related(super::place_of(other, &["spec"]), "the source");
    }
    let asked = |spec: &PersistentVolumeClaimSpec| {
        let quantity = spec.resources.as_ref()?.requests.as_ref()?.get("storage")?.0.clone();
        Some((Quantity::parse(&quantity).ok()?.ceil(), quantity))
    };
    if let (Some((ours, text)), Some((theirs, source_text))) = (asked(spec), asked(source))
        && ours < theirs
    {
        let resources = path.field("resources");
        let requests = resources.field("requests");
        out.push(
            &table::CLONE_SMALLER,
            &requests.field("storage"),
            format!("the clone asks for {text}, and its source `{name}` has {source_text}"),
        )
        .help(format!(
            "the provisioner refuses it and the claim stays Pending; ask for {source_text} or more"
        ))
        .related(super::place_of(other, &["spec", "resources", "requests", "storage"]), "the source");
    }
}
