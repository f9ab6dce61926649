//! Advice on classes.

use k8s_openapi::api::storage::v1::StorageClass;

use super::table;
use crate::bundle::Bundle;
use crate::bundle::default_class::default_annotation;
use crate::catalog::driver;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

pub(super) fn check(
    document: &Document<'_>,
    class: &StorageClass,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let root = Path::root();
    if driver::find(&class.provisioner).is_some() {
        binding(class, &root, out);
        if class.allow_volume_expansion != Some(true) {
            out.report_at_key(
                &table::EXPANSION_OFF,
                &root.field("allowVolumeExpansion"),
                "claims of this class can never grow",
            )
            .help("the driver can grow them in place; set `allowVolumeExpansion: true`, which costs nothing");
        }
    }
    if let Some(annotation) = default_annotation(class)
        && let Some(first) = bundle.index.default_class(&class.provisioner)
        && first.position() < document.position()
    {
        let path = root.field("metadata");
        let path = path.field("annotations");
        out.report(
            &table::SEVERAL_DEFAULT_CLASSES,
            &path.key(annotation),
            format!("`{}` is a default class already", first.name),
        )
        .help("of several default classes the newest wins, by the second of its creation; keep one")
        .related(first.root.span, "the other default class");
    }
}

fn binding(class: &StorageClass, root: &Path<'_>, out: &mut Reporter<'_>) {
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
        out.report(
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
