//! Claims, taken to be bound: they grow where their class lets them, may change their VolumeAttributesClass, and are
//! fixed otherwise (validation.go, `ValidatePersistentVolumeClaimUpdate`).

use serde_json::Value;

use crate::document::reporter::Reporter;
use crate::rules::update::view::View;
use crate::rules::update::{server_side_apply, table};
use crate::yaml::node::{Node, Value as Read};
use crate::yaml::path::Path;

pub(super) fn check(old: &Value, new: &Value, update: &View<'_, '_>, out: &mut Reporter<'_>) {
    let nothing = Value::Object(serde_json::Map::new());
    let old_spec = old.get("spec").unwrap_or(&nothing);
    let new_spec = new.get("spec").unwrap_or(&nothing);
    let before = complete(old_spec, None);
    let merged = server_side_apply::merge("spec", &before, old_spec, new_spec);
    let after = complete(&merged, Some(&before));
    let before = server_side_apply::normal(&before, update.version());
    let mut after = server_side_apply::normal(&after, update.version());
    let root = Path::root();
    let spec = root.field("spec");

    // A claim without a class may be given one, once.
    let class = before.get("storageClassName").and_then(Value::as_str);
    if class.is_none()
        && let Some(named) = after.get("storageClassName").filter(|name| name.is_string()).cloned()
    {
        let annotated = old.pointer("/metadata/annotations/volume.beta.kubernetes.io~1storage-class");
        if annotated.is_none_or(|class| *class == named)
            && let Some(after) = after.as_object_mut()
        {
            after.remove("storageClassName");
        }
    }
    let fate = update.fate_of_data(class);
    size(&before, &after, class.and_then(|name| update.class(name)), fate, &spec, out);
    fixed(before, after, fate, &spec, out);
}

/// What a claim's growth depends on where neither input has its class.
pub(super) fn depends_on(old: &Value, new: &Value, update: &View<'_, '_>) -> Option<String> {
    let spec = |claim: &Value| Some(server_side_apply::normal(claim.get("spec")?, update.version()));
    let (before, after) = (spec(old)?, spec(new)?);
    if amount(&after)? <= amount(&before)? {
        return None;
    }
    match before.get("storageClassName").and_then(Value::as_str) {
        Some(name) if update.class(name).is_some() => None,
        Some(name) => Some(format!(
            "the disk grows if class `{name}`, which is not among these objects, has `allowVolumeExpansion: true`"
        )),
        None => Some("the disk grows if the class that made it has `allowVolumeExpansion: true`".to_owned()),
    }
}

/// The storage that a claim in its normal form asks for, in billionths.
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
            "ask for the old size again; or make a claim of the new size under a new name and copy the data. If you delete \
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

fn fixed(mut before: Value, mut after: Value, fate: &str, spec: &Path<'_>, out: &mut Reporter<'_>) {
    for spec in [&mut before, &mut after] {
        if let Some(fields) = spec.as_object_mut() {
            fields.remove("volumeAttributesClassName");
        }
        if let Some(requests) = spec.pointer_mut("/resources/requests").and_then(Value::as_object_mut) {
            requests.remove("storage");
        }
    }
    super::json::first_difference(&before, &after, spec, &mut |path| {
        out.report(&table::IMMUTABLE_CLAIM, path, format!("`{path}` of a claim cannot change")).help(format!(
            "the claim would have to be recreated: give the new one a new name and copy the data. If you delete and recreate \
             this one, {fate}"
        ));
    });
}
