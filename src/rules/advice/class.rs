//! Advice on classes.

use k8s_openapi::api::storage::v1::StorageClass;

use super::table;
use crate::catalog::driver;
use crate::document::Document;
use crate::document::path::Path;
use crate::rules::{Findings, Scene};

/// Annotations that make a class the cluster's default.
const DEFAULT_CLASS: [&str; 2] =
    ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

pub(super) fn check(
    document: &Document<'_>,
    class: &StorageClass,
    scene: &Scene<'_>,
    out: &mut Findings<'_>,
) {
    let root = Path::root();
    if driver::find(&class.provisioner).is_some() {
        binding(class, &root, out);
        if class.allow_volume_expansion != Some(true) {
            out.push_key(
                &table::EXPANSION_OFF,
                &root.field("allowVolumeExpansion"),
                "claims of this class can never grow",
            )
            .help("the driver can grow them in place; set `allowVolumeExpansion: true`, which costs nothing");
        }
    }
    if let Some(annotation) = default_annotation(class)
        && let Some(first) = scene.index.default_class(&class.provisioner)
        && first.position() < document.position()
    {
        let path = root.field("metadata");
        let path = path.field("annotations");
        out.push(
            &table::SEVERAL_DEFAULTS,
            &path.key(annotation),
            format!("`{}` is a default class already", first.name),
        )
        .help("of several default classes the newest wins, by the second of its creation; keep one")
        .related(first.root.span, "the other default class");
    }
}

/// The annotation that makes a class the default, if any does.
pub(in crate::rules) fn default_annotation(class: &StorageClass) -> Option<&'static str> {
    let annotations = class.metadata.annotations.as_ref()?;
    DEFAULT_CLASS.into_iter().find(|key| annotations.get(*key).is_some_and(|value| value == "true"))
}

fn binding(class: &StorageClass, root: &Path<'_>, out: &mut Findings<'_>) {
    let immediate = class.volume_binding_mode.as_deref().is_none_or(|mode| mode == "Immediate");
    // One zone for every disk and, by the same labels, for its pods: nothing to wait for.
    let pinned = class.allowed_topologies.as_ref().is_some_and(|terms| {
        terms.len() == 1
            && terms
                .iter()
                .flat_map(|term| term.match_label_expressions.iter().flatten())
                .any(|expression| expression.key.ends_with("/zone") && expression.values.len() == 1)
    });
    if immediate && !pinned {
        out.push(
            &table::IMMEDIATE_BINDING,
            &root.field("volumeBindingMode"),
            "the disk is made in some zone before anyone knows where its pod can run",
        )
        .help(
            "a pod that needs an accelerator, or room, in another zone stays Pending for ever; write \
             `volumeBindingMode: WaitForFirstConsumer`",
        );
    }
}
