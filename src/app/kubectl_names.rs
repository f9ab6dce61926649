//! Documents as kubectl prints them: by name, and as JSON.

use serde_json::Value as Json;

use crate::document::Document;
use crate::yaml::node::{Node, Value};

/// `storageclass.storage.k8s.io/fast`, `pod/trainer`: the kind with its group, and the name.
pub(super) fn name(document: &Document<'_>) -> String {
    let kind = document.kind.to_ascii_lowercase();
    match document.api_version.split_once('/') {
        Some((group, _)) => format!("{kind}.{group}/{}", document.name),
        None => format!("{kind}/{}", document.name),
    }
}

/// A tree as JSON.
pub(super) fn json(node: &Node<'_>) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::from(*value),
        Value::Integer(value) => Json::from(*value),
        Value::Float(value) => Json::from(*value),
        Value::String(text) => Json::from(text.as_ref()),
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Mapping(entries) => Json::Object(
            entries.iter().map(|entry| (entry.key.value.to_string(), json(&entry.value))).collect(),
        ),
    }
}
