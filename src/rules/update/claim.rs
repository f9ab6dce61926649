//! Claims: a bound claim grows if its class allows it, and can change its VolumeAttributesClass; everything else is fixed,
//! and so is all of a claim that is not bound yet, except that it can get a volume (validation.go,
//! `ValidatePersistentVolumeClaimUpdate`).

use serde_json::Value;

use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::reporter::Reporter;
use crate::grammar::dns_subdomain;
use crate::rule::Severity;
use crate::rules::update::view::View;
use crate::rules::update::{server_side_apply, table};
use crate::yaml::node::{Node, Value as Read};
use crate::yaml::path::Path;

pub(super) fn check(old: &Value, new: &Value, update: &View<'_, '_>, out: &mut Reporter<'_>) {
    let nothing = Value::Object(serde_json::Map::new());
    let old_spec = old.get("spec").unwrap_or(&nothing);
    let new_spec = new.get("spec").unwrap_or(&nothing);
    let mut before = complete(old_spec, None);
    if update.claims_are_bound() {
        bind(&mut before);
    }
    let merged = server_side_apply::merge("spec", &before, old_spec, new_spec);
    let after = complete(&merged, Some(&before));
    let before = server_side_apply::normal(&before, update.version());
    let mut after = server_side_apply::normal(&after, update.version());
    let root = Path::root();
    let spec = root.field("spec");

    // A claim without a class may be given one, once.
    let class = before.get("storageClassName").and_then(Value::as_str);
    let annotated = annotation(old);
    if class.is_none()
        && let Some(named) = after.get("storageClassName").filter(|name| name.is_string()).cloned()
        && annotated.is_none_or(|class| named == class)
        && let Some(after) = after.as_object_mut()
    {
        after.remove("storageClassName");
    }
    annotations(old, new, out);
    // The annotation takes precedence over the field (component-helpers, `GetPersistentVolumeClaimClass`).
    let class = annotated.or(class);
    if !update.claims_are_bound() {
        return unbound(before, after, &spec, out);
    }
    let fate = update.fate_of_data(class);
    volume_name(&before, &mut after, new_spec, &spec, out);
    if class == Some("") {
        growth_without_class(&before, &after, &spec, out);
    }
    let reported = out.count();
    size(&before, &after, class.and_then(|name| update.class(name)), fate, &spec, out);
    let class = class.and_then(|name| update.class_document(name));
    if let (true, Some(class)) = (out.count() == reported, class)
        && let (Some(old), Some(new)) = (amount(&before), amount(&after))
    {
        super::growth::check(old, new, class, &spec, out);
    }
    fixed(before, after, fate, &spec, out);
}

const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";
/// Placeholder for the volume that a claim is bound to, which its manifest need not name.
const BOUND: &str = "\0";

/// The class that a claim names in the annotation of former versions.
fn annotation(claim: &Value) -> Option<&str> {
    claim.get("metadata")?.get("annotations")?.get(CLASS_ANNOTATION)?.as_str()
}

/// The class annotation cannot change. It can be removed once the field names the same class.
fn annotations(old: &Value, new: &Value, out: &mut Reporter<'_>) {
    let (before, after) = (annotation(old), annotation(new));
    let class =
        |claim: &Value| claim.pointer("/spec/storageClassName").and_then(Value::as_str).map(str::to_owned);
    let moved = before.is_some()
        && class(old).is_none()
        && class(new).as_deref() == before
        && (after.is_none() || after == before);
    if before.unwrap_or_default() == after.unwrap_or_default() || moved {
        return;
    }
    let root = Path::root();
    let metadata = root.field("metadata");
    let list = metadata.field("annotations");
    let message = "the class annotation of a claim cannot be added, changed or removed";
    out.report_within(
        &table::IMMUTABLE_CLAIM,
        &list.field(CLASS_ANNOTATION),
        &list.key(CLASS_ANNOTATION),
        message,
    )
    .help("the claim keeps its class; restore the annotation as it was");
}

/// Puts a volume behind a claim that names none.
fn bind(spec: &mut Value) {
    let named = spec.get("volumeName").and_then(Value::as_str).is_some_and(|name| !name.is_empty());
    if let Some(fields) = spec.as_object_mut().filter(|_| !named) {
        fields.insert("volumeName".to_owned(), Value::from(BOUND));
    }
}

const NOT_BOUND: &str = "delete the claim and create it again: it has no volume yet, so no data is lost";

/// A claim that is not bound yet cannot change, except that it can be given the name of a volume.
fn unbound(before: Value, mut after: Value, spec: &Path<'_>, out: &mut Reporter<'_>) {
    if before.get("volumeName").is_none()
        && let Some(after) = after.as_object_mut()
    {
        after.remove("volumeName");
    }
    let (old, new) = (amount(&before), amount(&after));
    if old != new {
        let (rule, message) = if new < old {
            (&table::CLAIM_SHRINKS, "a claim cannot shrink")
        } else {
            (&table::CLAIM_CANNOT_GROW, "a claim can grow only after it is bound to a volume")
        };
        let path = spec.field("resources");
        let path = path.field("requests");
        out.report(rule, &path.field("storage"), message).help(NOT_BOUND);
    }
    let [before, after] = [before, after].map(without_size);
    super::json::first_difference(&before, &after, spec, &mut |path| {
        let message = format!("`{path}` of a claim that is not bound cannot change");
        out.report(&table::IMMUTABLE_CLAIM, path, message).help(NOT_BOUND);
    });
}

/// Whether an update changes what can change only in a bound claim: its size and its VolumeAttributesClass.
pub(super) fn must_be_bound(old: &Value, new: &Value, version: KubernetesVersion) -> bool {
    let part = |claim: &Value| {
        let spec = server_side_apply::normal(claim.get("spec").unwrap_or(&Value::Null), version);
        (amount(&spec), spec.get("volumeAttributesClassName").cloned())
    };
    part(old) != part(new)
}

/// A claim that gets the name of a volume may be bound to that very volume: only the cluster knows.
fn volume_name(before: &Value, after: &mut Value, new: &Value, spec: &Path<'_>, out: &mut Reporter<'_>) {
    let at = spec.field("volumeName");
    let Some(name) = new.get("volumeName") else { return };
    let name = name.as_str().unwrap_or_default();
    if before.get("volumeName").and_then(Value::as_str) != Some(BOUND) || dns_subdomain(name).is_some() {
        return;
    }
    let message = format!("a bound claim accepts `volumeName: {name}` only if that is its volume already");
    let finding = out.report(&table::IMMUTABLE_CLAIM, &at, message);
    finding.severity = Severity::Warning;
    finding.help("remove `volumeName`; to use another volume, make a new claim");
    if let Some(fields) = after.as_object_mut() {
        fields.insert("volumeName".to_owned(), Value::from(BOUND));
    }
}

/// Only volumes that a class made can grow (the admission plugin `PersistentVolumeClaimResize`).
fn growth_without_class(before: &Value, after: &Value, spec: &Path<'_>, out: &mut Reporter<'_>) {
    if amount(after) > amount(before) {
        let path = spec.field("resources");
        let path = path.field("requests");
        out.report(&table::CLAIM_CANNOT_GROW, &path.field("storage"), "a claim of class `\"\"` cannot grow")
            .help("no class made its volume; make a larger volume and a claim for it, and copy the data");
    }
}

/// What a claim's growth depends on if neither input has its class.
pub(super) fn depends_on(old: &Value, new: &Value, update: &View<'_, '_>) -> Option<String> {
    let spec = |claim: &Value| Some(server_side_apply::normal(claim.get("spec")?, update.version()));
    let (before, after) = (spec(old)?, spec(new)?);
    if amount(&after)? <= amount(&before)? {
        return None;
    }
    match annotation(old).or_else(|| before.get("storageClassName").and_then(Value::as_str)) {
        Some(name) if update.class(name).is_some() => None,
        Some(name) => Some(format!(
            "the disk grows if class `{name}`, which is not among these objects, has `allowVolumeExpansion: true`"
        )),
        None => Some("the disk grows if the class that made it has `allowVolumeExpansion: true`".to_owned()),
    }
}

/// The storage request of a normalized claim, in billionths.
fn amount(spec: &Value) -> Option<i128> {
    spec.pointer("/resources/requests/storage")?.as_str()?.parse().ok()
}

/// The claim with what the server fills in and drops; `live` is the claim that it updates.
fn complete(spec: &Value, live: Option<&Value>) -> Value {
    let mut spec = spec.clone();
    let Some(fields) = spec.as_object_mut() else { return spec };
    fields.retain(|_, value| !value.is_null());
    fields.entry("volumeMode").or_insert_with(|| Value::from("Filesystem"));
    // pkg/api/persistentvolumeclaim/util.go: a reference across namespaces needs a feature gate that is off, and a source
    // of a kind that never worked is dropped, unless the live claim has a source already.
    let has = |field: &str| live.is_some_and(|live| live.get(field).is_some());
    let across = fields
        .get("dataSourceRef")
        .is_some_and(|source| source.get("namespace").is_some_and(Value::is_string));
    if across && !has("dataSourceRef") {
        fields.remove("dataSourceRef");
    }
    let old_kind = fields.get("dataSource").is_some_and(is_claim_or_snapshot);
    if !old_kind && !has("dataSource") && !fields.contains_key("dataSourceRef") {
        fields.remove("dataSource");
    }
    // Both fields are kept alike.
    match (fields.get("dataSource").cloned(), fields.get("dataSourceRef").cloned()) {
        (Some(source), None) => {
            fields.insert("dataSourceRef".to_owned(), source);
        }
        (None, Some(source)) if source.get("namespace").is_none() => {
            fields.insert("dataSource".to_owned(), source);
        }
        _ => {}
    }
    spec
}

fn is_claim_or_snapshot(source: &Value) -> bool {
    let text = |field: &str| source.get(field).and_then(Value::as_str).unwrap_or_default();
    matches!(
        (text("apiGroup"), text("kind")),
        ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
    )
}

fn size(
    before: &Value,
    after: &Value,
    class: Option<&Node<'_>>,
    fate: &str,
    spec: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let (Some(old), Some(new)) = (amount(before), amount(after)) else { return };
    let path = spec.field("resources");
    let path = path.field("requests");
    let path = path.field("storage");
    if new < old {
        out.report(&table::CLAIM_SHRINKS, &path, "a claim cannot shrink").help(format!(
            "restore the old size; or create a claim of the new size under a new name and copy the data. If you delete \
             and recreate this one, {fate}"
        ));
    } else if new > old && class.is_some_and(|class| !allows_expansion(class)) {
        let name = class.and_then(|class| class.get("metadata")?.get("name")?.as_str()).unwrap_or_default();
        out.report(&table::CLAIM_CANNOT_GROW, &path, format!("class `{name}` does not let its claims grow"))
            .help(format!(
                "set `allowVolumeExpansion: true` on class `{name}` first: that can be changed in place"
            ));
    }
}

fn allows_expansion(class: &Node<'_>) -> bool {
    class.get("allowVolumeExpansion").is_some_and(|node| node.value == Read::Bool(true))
}

/// The specification without the size, which has findings of its own.
fn without_size(mut spec: Value) -> Value {
    if let Some(requests) = spec.pointer_mut("/resources/requests").and_then(Value::as_object_mut) {
        requests.remove("storage");
    }
    spec
}

fn fixed(before: Value, after: Value, fate: &str, spec: &Path<'_>, out: &mut Reporter<'_>) {
    let [before, after] = [before, after].map(|spec| {
        let mut spec = without_size(spec);
        if let Some(fields) = spec.as_object_mut() {
            fields.remove("volumeAttributesClassName");
        }
        spec
    });
    super::json::first_difference(&before, &after, spec, &mut |path| {
        out.report(&table::IMMUTABLE_CLAIM, path, format!("`{path}` of a claim cannot change")).help(format!(
            "the claim would have to be recreated: give the new one a new name and copy the data. If you delete and recreate \
             this one, {fate}"
        ));
    });
}
