//! Classes: what decides how a volume is made is fixed (pkg/apis/storage/validation, `ValidateStorageClassUpdate` and
//! `ValidateVolumeAttributesClassUpdate`).

use serde_json::{Map, Value};

use super::table;
use crate::catalog::driver;
use crate::document::reporter::Reporter;
use crate::rules::update::view::View;
use crate::yaml::path::Path;

/// The fixed fields and what they are when left out (pkg/apis/storage/v1/defaults.go).
const FIXED: [(&str, Option<&str>); 4] = [
    ("parameters", None),
    ("provisioner", None),
    ("reclaimPolicy", Some("Delete")),
    ("volumeBindingMode", Some("Immediate")),
];

/// The fixed fields of a VolumeAttributesClass.
const ATTRIBUTES_FIXED: [(&str, Option<&str>); 2] = [("driverName", None), ("parameters", None)];

/// Checks a StorageClass.
pub(super) fn check(old: &Value, new: &Value, update: &View<'_, '_>, out: &mut Reporter<'_>) {
    fixed("StorageClass", &FIXED, old, new, update, out);
}

/// Checks a VolumeAttributesClass.
pub(super) fn check_attributes(old: &Value, new: &Value, update: &View<'_, '_>, out: &mut Reporter<'_>) {
    fixed("VolumeAttributesClass", &ATTRIBUTES_FIXED, old, new, update, out);
}

fn fixed(
    kind: &str,
    fields: &[(&str, Option<&str>)],
    old: &Value,
    new: &Value,
    update: &View<'_, '_>,
    out: &mut Reporter<'_>,
) {
    for (field, default) in fields {
        let value = |object: &Value| {
            let given = object.get(*field).filter(|value| !is_nothing(value)).cloned();
            given.or_else(|| default.map(Value::from))
        };
        let (before, after) = (value(old), value(new));
        if before == after {
            continue;
        }
        let root = Path::root();
        let at = root.field(field);
        // The line of one changed value says more than the line of its table.
        let changed = |key: &String| {
            before.as_ref().and_then(|table| table.get(key))
                != after.as_ref().and_then(|table| table.get(key))
        };
        let keys = after.as_ref().and_then(Value::as_object).into_iter().flat_map(Map::keys);
        let place = keys.filter(|key| changed(key)).find_map(|key| Some(out.node(&at.key(key))?.span));
        let modifiable = modifiable(old, before.as_ref(), after.as_ref());
        let message = match (before, after) {
            (Some(Value::String(before)), Some(Value::String(after))) => {
                format!("`{field}` is `{before}` and cannot become `{after}`")
            }
            _ => format!("`{field}` of a {kind} cannot change"),
        };
        let users = users(kind, new, update);
        let finding = out.report(&table::IMMUTABLE_CLASS, &at, format!("{message}{users}"));
        finding.primary.span = place.unwrap_or(finding.primary.span);
        finding.help(help(kind, &modifiable));
    }
}

/// The changed parameters that a VolumeAttributesClass can change on existing volumes.
fn modifiable(class: &Value, before: Option<&Value>, after: Option<&Value>) -> Vec<String> {
    let driver = class.get("provisioner").and_then(Value::as_str).and_then(driver::find);
    let Some(driver) = driver else { return Vec::new() };
    let value = |table: Option<&Value>, key: &str| table.and_then(|table| table.get(key)).cloned();
    let keys = [before, after].into_iter().flatten().filter_map(Value::as_object).flat_map(Map::keys);
    let mut changed: Vec<String> =
        keys.filter(|key| value(before, key) != value(after, key)).cloned().collect();
    changed.sort();
    changed.dedup();
    changed.retain(|key| driver.attributes.find(key).is_some());
    changed
}

/// The claims and `StatefulSet`s that use the class, as the end of a sentence.
fn users(kind: &str, class: &Value, update: &View<'_, '_>) -> String {
    const SHOWN: usize = 5;
    let name = class.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
    let field = if kind == "StorageClass" { "storageClassName" } else { "volumeAttributesClassName" };
    let users = update.users(name, field);
    let list = users.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match users.len() {
        0 => String::new(),
        1 => format!("; {list} uses it"),
        count if count > SHOWN => format!("; {list} and {} more use it", count - SHOWN),
        _ => format!("; {list} use it"),
    }
}

/// How to get the change.
fn help(kind: &str, modifiable: &[String]) -> String {
    let is_class = kind == "StorageClass";
    let mut help = if is_class {
        "give the new class a new name and let new claims name it; or delete the class and create it again: existing \
         volumes keep what they were created with"
            .to_owned()
    } else {
        "give the new class a new name and let the claims name it: a finalizer blocks the deletion of a class in use".to_owned()
    };
    if !modifiable.is_empty() {
        let keys = modifiable.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        help = format!("{help}; a VolumeAttributesClass can change {keys} on existing volumes");
    }
    help
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}
