//! Advice on claims, and on the templates that stateful sets make claims from.

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::table;
use crate::bundle::Bundle;
use crate::catalog::driver;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix, Intent};
use crate::rules::driver::{Claim, VolumeRequest, is_allowed};
use crate::yaml::path::Path;

/// Annotation that named a claim's class before `storageClassName` did.
const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";
/// The annotation by which the binder says that it is done.
const BOUND: &str = "pv.kubernetes.io/bind-completed";
/// Words that tell of data which must outlive what wrote it.
pub(super) const CHECKPOINTS: &[&str] = &["checkpoint", "checkpoints", "ckpt", "ckpts"];
/// Words for data that is expensive to produce, unless it is a copy.
const MODELS: &[&str] = &["model", "models", "weights"];
/// Words for data that can be downloaded or copied again.
const COPIES: &[&str] = &["cache", "caches", "cached", "copy", "download", "downloads"];
/// Words for data that is disposable.
const PASSING: &[&str] = &["scratch", "tmp", "temp"];

pub(super) fn check(
    document: &Document<'_>,
    claim: &PersistentVolumeClaim,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let root = Path::root();
    let annotated = |key: &str| {
        claim.metadata.annotations.as_ref().is_some_and(|annotations| annotations.contains_key(key))
    };
    if annotated(CLASS_ANNOTATION) {
        let path = root.field("metadata");
        let path = path.field("annotations");
        out.report(
            &table::CLASS_ANNOTATION,
            &path.key(CLASS_ANNOTATION),
            "the class of a claim is a field since Kubernetes 1.6",
        )
        .help("write `storageClassName` in `spec`; where both stand, the annotation silently wins")
        .fix(class_as_field(claim, &path.key(CLASS_ANNOTATION)));
    }
    let Some(spec) = &claim.spec else { return };
    let path = root.field("spec");
    if !annotated(CLASS_ANNOTATION) && !annotated(BOUND) {
        class(spec, &path, bundle, out);
    }
    read_only(spec, &path, bundle, out);
    reclaimed(&document.name, &claim.metadata, spec, &path, bundle, out);
}

/// Moves the class from the annotation to its field.
fn class_as_field(claim: &PersistentVolumeClaim, annotation: &Path<'_>) -> Fix {
    let annotations = claim.metadata.annotations.as_ref();
    let name = annotations.and_then(|annotations| annotations.get(CLASS_ANNOTATION)).cloned();
    let root = Path::root();
    let spec = root.field("spec");
    let field = spec.field("storageClassName");
    let given = claim.spec.as_ref().and_then(|spec| spec.storage_class_name.as_ref());
    let write = match given {
        None => Intent::Insert(name.unwrap_or_default().into()),
        Some(_) => Intent::Replace(name.unwrap_or_default().into()),
    };
    // The class of an existing claim cannot be changed, and the API server compares the field alone.
    Fix::new("write `storageClassName`", Applicability::Unsafe)
        .change(annotation, Intent::Remove)
        .change(&field, write)
}

/// Checks the templates of a set's claims.
pub(super) fn check_templates(set: &StatefulSet, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let spec = root.field("spec");
    let list = spec.field("volumeClaimTemplates");
    for (index, template) in set.spec.volume_claim_templates.iter().flatten().enumerate() {
        let (Some(name), Some(claim)) = (&template.metadata.name, &template.spec) else { continue };
        reclaimed(name, &template.metadata, claim, &list.index(index).field("spec"), bundle, out);
    }
}

/// A class that provisions nothing, or a volume that no default class fits.
fn class(spec: &PersistentVolumeClaimSpec, path: &Path<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let field = path.field("storageClassName");
    match (spec.storage_class_name.as_deref(), spec.volume_name.as_deref()) {
        (Some(""), None) if spec.selector.is_none() => {
            out.report(&table::EMPTY_CLASS_NAME, &field, "an empty class name disables provisioning: the claim stays Pending until a volume is bound to it by hand").help(
                "remove the field for the cluster's default class, or name the volume in `volumeName`",
            )
            .fix(Fix::remove(&field, Applicability::Unsafe));
        }
        (None, Some(name)) => {
            let Some((other, volume)) = bundle.index.volume(out.document(), name) else { return };
            let theirs = volume.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref());
            if theirs.unwrap_or_default().is_empty() {
                out.report(
                    &table::STATIC_CLAIM_OF_DEFAULT_CLASS,
                    &field,
                    format!("the claim gets the cluster's default class, and volume `{name}` has none"),
                )
                .help(
                    "a claim is bound to a volume of its own class only, and this one stays Pending wherever there is \
                     a default class; write `storageClassName: \"\"`",
                )
                .related(other.place_of(&["spec"]), "the volume")
                .fix(Fix::insert(&field, "", Applicability::Unsafe));
            }
        }
        _ => {}
    }
}

/// A new disk that can only be read holds nothing, ever.
fn read_only(spec: &PersistentVolumeClaimSpec, path: &Path<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    const MODE: &str = "ReadOnlyMany";
    let modes = spec.access_modes.as_deref().unwrap_or_default();
    let made_empty = spec.data_source.is_none() && spec.data_source_ref.is_none();
    let made = spec.volume_name.is_none() && spec.selector.is_none();
    if modes.is_empty() || modes.iter().any(|mode| mode != MODE) || !made_empty || !made {
        return;
    }
    let class = spec.storage_class_name.as_deref().and_then(|name| bundle.index.class(out.document(), name));
    let Some((document, class)) = class else { return };
    // A file system may show data that exists: a directory, or what is linked to it.
    let Some(driver) = driver::find(&class.provisioner).filter(|driver| driver.is_disk()) else { return };
    let given = VolumeRequest::of_class(driver, class).with_claim(Claim::new(spec));
    // If the driver rejects it, another rule reports that.
    if is_allowed(&given, 0, MODE) {
        out.report(
            &table::READ_ONLY_CLAIM_WITHOUT_DATA,
            &path.field("accessModes"),
            "a new disk is empty, and this one cannot be written to",
        )
        .help(
            "fill a disk through a ReadWriteOnce claim first, and make this claim from its snapshot or from itself: \
             `dataSource`, or in a profile `restoreFrom` or `cloneOf`",
        )
        .related(document.place_of(&["provisioner"]), "the class makes a new disk");
    }
}

/// What the class does with the disk of a claim that is gone, against what the claim is for.
fn reclaimed(
    name: &str,
    metadata: &ObjectMeta,
    spec: &PersistentVolumeClaimSpec,
    path: &Path<'_>,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(class_name) = spec.storage_class_name.as_deref() else { return };
    let Some((other, class)) = bundle.index.class(out.document(), class_name) else { return };
    let path = path.field("storageClassName");
    let policy = other.place_of(&["reclaimPolicy"]);
    let labels: Vec<&str> = metadata.labels.iter().flatten().map(|(_, value)| value.as_str()).collect();
    let copied = spec.data_source.is_some() || spec.data_source_ref.is_some() || says(name, COPIES);
    let checkpoints = says(name, CHECKPOINTS) || labels.iter().any(|label| says(label, CHECKPOINTS));
    let models = !copied && (says(name, MODELS) || labels.iter().any(|label| MODELS.contains(label)));
    let driver = driver::find(&class.provisioner);
    let volume = if driver.is_none_or(driver::Driver::is_disk) { "disk" } else { "volume" };
    if class.reclaim_policy.as_deref() != Some("Retain") {
        if driver.is_some_and(|driver| driver.keeps_data) {
            return;
        }
        let what = match (checkpoints, models) {
            (true, _) => "checkpoints",
            (_, true) => "models",
            _ => return,
        };
        if says(name, PASSING) {
            return;
        }
        out.report(
            &table::CHECKPOINTS_DELETED,
            &path,
            format!("deleting claim `{name}` deletes its {volume}: class `{class_name}` does not retain it"),
        )
        .help(format!(
            "a deleted claim or namespace takes the {what} along; name a class with `reclaimPolicy: Retain`"
        ))
        .related(policy, "the class");
    } else if says(name, PASSING) {
        out.report(
            &table::SCRATCH_RETAINED,
            &path,
            format!("the {volume} of claim `{name}` outlives it: class `{class_name}` retains it"),
        )
        .help("retained scratch volumes pile up and are paid for; name a class with `reclaimPolicy: Delete`")
        .related(policy, "the class");
    }
}

/// Whether a name has a word in it that tells what its claim is for.
pub(in crate::rules) fn has_meaning(name: &str) -> bool {
    [CHECKPOINTS, MODELS, COPIES, PASSING].iter().any(|words| says(name, words))
}

/// Whether a name has one of `words` in it, between its dashes and dots.
pub(super) fn says(name: &str, words: &[&str]) -> bool {
    let mut parts = name.as_bytes().split(|byte| matches!(byte, b'-' | b'.' | b'_'));
    parts.any(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes())))
}
