//! Classes: what decides how a volume is made is fixed (pkg/apis/storage/validation, `ValidateStorageClassUpdate` and
//! `ValidateVolumeAttributesClassUpdate`).

use serde_json::Value;

use super::table;
use crate::document::reporter::Reporter;
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
pub(super) fn check(old: &Value, new: &Value, out: &mut Reporter<'_>) {
    fixed("StorageClass", &FIXED, old, new, out);
}

/// Checks a VolumeAttributesClass.
pub(super) fn check_attributes(old: &Value, new: &Value, out: &mut Reporter<'_>) {
    fixed("VolumeAttributesClass", &ATTRIBUTES_FIXED, old, new, out);
}

fn fixed(kind: &str, fields: &[(&str, Option<&str>)], old: &Value, new: &Value, out: &mut Reporter<'_>) {
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
        // Of a table the line of one changed value says more than the table's.
        let changed = |key: &String| {
            before.as_ref().and_then(|table| table.get(key))
                != after.as_ref().and_then(|table| table.get(key))
        };
        let keys = after.as_ref().and_then(Value::as_object).into_iter().flat_map(serde_json::Map::keys);
        let place = keys.filter(|key| changed(key)).find_map(|key| Some(out.node(&at.key(key))?.span));
        let message = match (before, after) {
            (Some(Value::String(before)), Some(Value::String(after))) => {
                format!("`{field}` is `{before}` and cannot become `{after}`")
            }
            _ => format!("`{field}` of a {kind} cannot change"),
        };
        let finding = out.report(&table::IMMUTABLE_CLASS, &at, message);
        finding.primary.span = place.unwrap_or(finding.primary.span);
        finding.help(
            "give the new class a new name and let new claims name it; or delete the class and create it again, which \
             touches no volume: existing volumes keep what they were made with",
        );
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}
