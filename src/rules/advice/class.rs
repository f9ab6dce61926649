//! Advice on classes, and on the claims that use them.

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use k8s_openapi::api::storage::v1::StorageClass;

use super::table;
use crate::catalog::driver;
use crate::document::Document;
use crate::document::path::Path;
use crate::rules::links::place_of;
use crate::rules::{Findings, Scene};

/// Annotations that make a class the cluster's default.
const DEFAULT_CLASS: [&str; 2] =
    ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
/// Annotations that named a claim's class before `storageClassName` did.
const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";
/// Words in a claim's name that tell of data which must outlive the claim.
const PRECIOUS: &[&str] = &["checkpoint", "checkpoints", "ckpt", "ckpts"];
/// Words in a claim's name that tell of data which nobody wants back.
const PASSING: &[&str] = &["scratch", "tmp", "temp"];

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

/// Judges a claim and what its class does with its disk.
pub(super) fn check_claim(
    document: &Document<'_>,
    claim: &PersistentVolumeClaim,
    scene: &Scene<'_>,
    out: &mut Findings<'_>,
) {
    let root = Path::root();
    let annotated = claim
        .metadata
        .annotations
        .as_ref()
        .is_some_and(|annotations| annotations.contains_key(CLASS_ANNOTATION));
    if annotated {
        let path = root.field("metadata");
        let path = path.field("annotations");
        out.push(
            &table::CLASS_ANNOTATION,
            &path.key(CLASS_ANNOTATION),
            "the class of a claim is a field since Kubernetes 1.6",
        )
        .help("write `storageClassName` in `spec`; where both stand, the annotation silently wins");
    }
    let Some(spec) = &claim.spec else { return };
    let path = root.field("spec");
    let path = path.field("storageClassName");
    let Some(name) = spec.storage_class_name.as_deref() else { return };
    if name.is_empty() {
        if !annotated && spec.volume_name.is_none() && spec.selector.is_none() {
            out.push(&table::EMPTY_CLASS, &path, "an empty class is no class: nothing is ever provisioned").help(
                "the claim waits for a PersistentVolume made by hand; take the field out for the cluster's default \
                 class, or name the volume in `volumeName`",
            );
        }
        return;
    }
    let Some((other, class)) = scene.index.class(name) else { return };
    let retained = class.reclaim_policy.as_deref() == Some("Retain");
    let policy = place_of(other, &["reclaimPolicy"]);
    if !retained && says(&document.name, PRECIOUS) {
        out.push(
            &table::CHECKPOINTS_DELETED,
            &path,
            format!("deleting claim `{}` deletes its disk: class `{name}` does not retain it", document.name),
        )
        .help("a deleted claim or namespace takes the checkpoints along; name a class with `reclaimPolicy: Retain`")
        .related(policy, "the class");
    } else if retained && says(&document.name, PASSING) {
        out.push(
            &table::SCRATCH_RETAINED,
            &path,
            format!("the disk of claim `{}` outlives it: class `{name}` retains it", document.name),
        )
        .help("retained scratch disks pile up and are paid for; name a class with `reclaimPolicy: Delete`")
        .related(policy, "the class");
    }
}

/// Whether a name has one of `words` in it, between its dashes and dots.
fn says(name: &str, words: &[&str]) -> bool {
    name.split(['-', '.', '_']).any(|word| words.contains(&word))
}
