//! `[[kinds]]`: kinds of custom resources, and where they have pods and claims.

use serde_json::Value as Json;

use crate::catalog::custom_kind::CustomKind;
use crate::finding::Finding;
use crate::profile::rules::INVALID_PROFILE_VALUE;
use crate::yaml::node::{Node, Value};

/// Reads the kinds that the user declares; a table that is not one is reported.
pub(super) fn read(root: &Node<'static>, findings: &mut Vec<Finding>) -> Vec<CustomKind> {
    let mut kinds = Vec::new();
    for node in root.get("kinds").map(Node::items).unwrap_or_default() {
        match serde_json::from_value::<CustomKind>(json(node)) {
            Ok(kind) => kinds.push(kind),
            Err(error) => {
                let message = format!("the kind cannot be read: {error}");
                let mut finding = Finding::new(&INVALID_PROFILE_VALUE, node.span, message);
                finding.help(
                    "`kind`, `group` and `locations` are required; docs/custom-kinds.md lists the keys",
                );
                findings.push(finding);
            }
        }
    }
    kinds
}

/// The value as JSON, from which enumerations are read.
fn json(node: &Node<'_>) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Integer(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::String(text) => text.as_ref().into(),
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Mapping(entries) => {
            entries.iter().map(|entry| (entry.key.value.to_string(), json(&entry.value))).collect()
        }
    }
}
