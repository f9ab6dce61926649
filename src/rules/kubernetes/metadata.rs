//! Metadata: names, labels, annotations, owners and finalizers (apimachinery, `ValidateObjectMeta`, and the core API's
//! additions to it).

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ManagedFieldsEntry, ObjectMeta, OwnerReference};

use crate::catalog::kind;
use crate::document::reporter::Reporter;
use crate::document::rules::{INVALID_VALUE, LIMIT_EXCEEDED};
use crate::grammar;
use crate::rules::kubernetes::report;
use crate::rules::kubernetes::workload::selector;
use crate::yaml::path::Path;

/// What a kind asks of its name.
pub(super) type Grammar = fn(&str) -> Option<&'static str>;

/// All annotations of an object together, keys and values, in bytes (`TotalAnnotationSizeLimitB`).
const ANNOTATIONS: usize = 256 << 10;
/// Finalizers without a domain that Kubernetes itself knows.
const FINALIZERS: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];
/// The characters that the server adds to `generateName`.
const GENERATED: usize = 5;

/// Checks the metadata of an object; `name` is the grammar of the kind's names.
pub(super) fn check(metadata: &ObjectMeta, name: Grammar, namespaced: bool, out: &mut Reporter<'_>) {
    let root = Path::root();
    let path = root.field("metadata");
    names(metadata, name, &path, out);
    check_except_name(metadata, namespaced, &path, out);
}

/// Checks the metadata at `path` except the name, whose grammar depends on the kind.
pub(super) fn check_except_name(
    metadata: &ObjectMeta,
    namespaced: bool,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let namespace = metadata.namespace.as_deref().filter(|namespace| namespaced && !namespace.is_empty());
    if let Some(namespace) = namespace {
        report::dns_label(out, &path.field("namespace"), namespace);
    }
    let is_negative = metadata.generation.is_some_and(|generation| generation < 0);
    if is_negative && kind::find(out.kind()).is_some_and(|kind| kind.keeps_generation) {
        report::invalid(out, &path.field("generation"), "the generation is below zero")
            .help("leave it out: the server counts it");
    }
    labels_and_annotations(metadata, path, out);
    owners(metadata.owner_references.as_deref().unwrap_or_default(), path, out);
    finalizers(metadata.finalizers.as_deref().unwrap_or_default(), path, out);
    managed_fields(metadata.managed_fields.as_deref().unwrap_or_default(), path, out);
}

/// Checks the metadata of a template: labels, annotations and finalizers only, names being given later
/// (`ValidateTemplateObjectMeta`).
pub(super) fn check_template(metadata: &ObjectMeta, path: &Path<'_>, out: &mut Reporter<'_>) {
    labels_and_annotations(metadata, path, out);
}

fn labels_and_annotations(metadata: &ObjectMeta, path: &Path<'_>, out: &mut Reporter<'_>) {
    if let Some(labels) = &metadata.labels {
        selector::labels(labels, &path.field("labels"), out);
    }
    if let Some(list) = &metadata.annotations {
        annotations(list, &path.field("annotations"), out);
    }
}

/// A name as the server makes one from a prefix, which it cuts so that the whole fits 63 characters.
pub(super) fn generated(prefix: &str) -> String {
    let kept: String = prefix.chars().take(63 - GENERATED).collect();
    format!("{kept}{}", "x".repeat(GENERATED))
}

fn names(metadata: &ObjectMeta, grammar: Grammar, path: &Path<'_>, out: &mut Reporter<'_>) {
    let name = metadata.name.as_deref().unwrap_or_default();
    let prefix = metadata.generate_name.as_deref().unwrap_or_default();
    if !prefix.is_empty() {
        // What the server appends makes a trailing dash sound (`maskTrailingDash`).
        let masked = match prefix.strip_suffix('-') {
            Some(rest) if !rest.is_empty() => {
                let mut rest: String = rest.chars().take(rest.chars().count() - 1).collect();
                rest.push('a');
                rest
            }
            _ => prefix.to_owned(),
        };
        if let Some(wrong) = grammar(&masked) {
            report::invalid(out, &path.field("generateName"), format!("`{prefix}` {wrong}"));
        }
    }
    if !name.is_empty() {
        if let Some(wrong) = grammar(name) {
            report::invalid(out, &path.field("name"), format!("`{name}` {wrong}"));
        }
    } else if prefix.is_empty() {
        report::required(out, &path.field("name"), "the object has no name")
            .help("write `name`, or `generateName` for a name that the server completes");
    } else {
        let generated = generated(prefix);
        if let Some(wrong) = grammar(&generated) {
            report::invalid(out, &path.field("name"), format!("a name made from `{prefix}` {wrong}"));
        }
    }
}

/// Checks a map of annotations: the server reports every mistake at the map (apimachinery, `ValidateAnnotations`).
pub(super) fn annotations(annotations: &BTreeMap<String, String>, path: &Path<'_>, out: &mut Reporter<'_>) {
    annotations_at(annotations, path, path, out);
}

/// Checks a map of annotations at `place`, which the server reports as `path`.
pub(super) fn annotations_at(
    annotations: &BTreeMap<String, String>,
    path: &Path<'_>,
    place: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let mut size = 0;
    for (key, value) in annotations {
        if let Some(wrong) = grammar::qualified_name(&key.to_lowercase()) {
            out.report_within(&INVALID_VALUE, path, place, format!("`{key}` {wrong}"));
        }
        size += key.len() + value.len();
    }
    if size > ANNOTATIONS {
        let message = format!("the annotations have {size} bytes, and {ANNOTATIONS} are allowed");
        out.report_within(&LIMIT_EXCEEDED, path, place, message);
    }
}

fn owners(owners: &[OwnerReference], path: &Path<'_>, out: &mut Reporter<'_>) {
    let path = path.field("ownerReferences");
    let mut controllers = 0;
    for (index, owner) in owners.iter().enumerate() {
        // The server removes repeated owners first (apiserver, `dedupOwnerReferencesAndAddWarning`).
        if owners.iter().take(index).any(|other| other == owner) {
            continue;
        }
        let version = owner.api_version.rsplit('/').next().unwrap_or_default();
        // More than one `/` makes no group and version at all.
        let sound = !version.is_empty() && owner.api_version.matches('/').count() < 2;
        for (field, sound) in [
            ("apiVersion", sound),
            ("kind", !owner.kind.is_empty()),
            ("name", !owner.name.is_empty()),
            ("uid", !owner.uid.is_empty()),
        ] {
            if !sound {
                report::invalid(out, &path.field(field), format!("an owner's `{field}` is missing"))
                    .help("the server's garbage collector needs all of apiVersion, kind, name and uid");
            }
        }
        if owner.api_version == "v1" && owner.kind == "Event" {
            report::invalid(out, &path, "an Event cannot own anything");
        }
        if owner.controller == Some(true) {
            controllers += 1;
            if controllers > 1 {
                report::invalid(out, &path, "two owners say that they are the controller");
            }
        }
    }
}

fn finalizers(finalizers: &[String], path: &Path<'_>, out: &mut Reporter<'_>) {
    let path = path.field("finalizers");
    let needs_domain = kind::find(out.kind()).is_none_or(|kind| !kind.any_finalizers);
    for (index, finalizer) in finalizers.iter().enumerate() {
        let item = path.index(index);
        if let Some(wrong) = grammar::qualified_name(finalizer) {
            report::invalid(out, &path, format!("`{finalizer}` {wrong}"));
            report::invalid(out, &item, format!("`{finalizer}` {wrong}"));
        }
        if needs_domain && !finalizer.contains('/') && !FINALIZERS.contains(&finalizer.as_str()) {
            report::invalid(out, &item, format!("finalizer `{finalizer}` has no domain"))
                .help("write it with the domain of its controller, such as `example.com/cleanup`");
        }
    }
    let has = |name: &str| finalizers.iter().any(|finalizer| finalizer == name);
    if has("orphan") && has("foregroundDeletion") {
        report::invalid(out, &path, "`orphan` and `foregroundDeletion` exclude each other");
    }
}

/// Checks entries of field managers, which users paste in with `kubectl get -o yaml`. The server drops the whole list if it
/// cannot read one entry (apimachinery, `DecodeManagedFields`, then `ValidateManagedFields`).
fn managed_fields(entries: &[ManagedFieldsEntry], path: &Path<'_>, out: &mut Reporter<'_>) {
    let is_readable = |entry: &ManagedFieldsEntry| {
        matches!(entry.operation.as_deref(), Some("Apply" | "Update"))
            && entry.fields_type.as_deref() == Some("FieldsV1")
    };
    if !entries.iter().all(is_readable) {
        return;
    }
    let list = path.field("managedFields");
    for (index, entry) in entries.iter().enumerate() {
        let path = list.index(index);
        if entry.manager.as_deref().is_some_and(|manager| manager.len() > 128) {
            report::too_much(out, &path.field("manager"), "the manager's name has more than 128 characters")
                .help("remove `managedFields` from the manifest: the server keeps it");
        }
    }
}
