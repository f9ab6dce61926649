//! Manifests as plain JSON, and the first place at which two differ.

use serde_json::Value;

use crate::yaml::node::Node;
use crate::yaml::path::Path;

/// A node as plain JSON.
pub(crate) fn json(node: &Node<'_>) -> Value {
    use crate::yaml::node::Value as Read;
    match &node.value {
        Read::Null => Value::Null,
        Read::Bool(value) => Value::from(*value),
        Read::Integer(value) => Value::from(*value),
        Read::Float(value) => Value::from(*value),
        Read::String(value) => Value::from(value.as_ref()),
        Read::Sequence(items) => Value::from(items.iter().map(json).collect::<Vec<_>>()),
        Read::Mapping(entries) => Value::Object(
            entries.iter().map(|entry| (entry.key.value.to_string(), json(&entry.value))).collect(),
        ),
    }
}

/// The first place at which two normal forms differ, with its path; `path` leads to both.
pub(super) fn first_difference(
    old: &Value,
    new: &Value,
    path: &Path<'_>,
    found: &mut dyn FnMut(&Path<'_>),
) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
            keys.sort();
            keys.dedup();
            keys.into_iter().any(|key| {
                let path = path.field(key);
                match (old.get(key), new.get(key)) {
                    (Some(old), Some(new)) => first_difference(old, new, &path, found),
                    _ => {
                        found(&path);
                        true
                    }
                }
            })
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => old
            .iter()
            .zip(new)
            .enumerate()
            .any(|(index, (old, new))| first_difference(old, new, &path.index(index), found)),
        _ if old == new => false,
        _ => {
            found(path);
            true
        }
    }
}
