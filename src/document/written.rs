//! Fields that are text, set to numbers or booleans in a profile: they keep the text of the source.

use std::borrow::Cow;

use super::fields::{self, Shape, Type};
use crate::source::{SourceKind, Sources};
use crate::yaml::node::{Node, Value};

/// Replaces numbers and booleans in fields that the API declares as text by what the profile has there: `value = 1.10`
/// under `containerSpec.env` is `"1.10"`.
pub fn keep(root: &mut Node<'static>, sources: &Sources) {
    let text = |field: &str| root.get(field).and_then(Node::as_str);
    let kind = text("kind").and_then(|kind| fields::find_kind(kind, text("apiVersion").unwrap_or_default()));
    match kind {
        Some(kind) => object(root, kind, sources),
        None => pods(root, sources),
    }
}

/// The specifications of pods in an object whose type is not known: tables with a list of containers.
fn pods(node: &mut Node<'static>, sources: &Sources) {
    if node.get("containers").is_some_and(|containers| matches!(containers.value, Value::Sequence(_)))
        && let Some(kind) = fields::find("PodSpec")
    {
        object(node, kind, sources);
        return;
    }
    match &mut node.value {
        Value::Mapping(entries) => entries.iter_mut().for_each(|entry| pods(&mut entry.value, sources)),
        Value::Sequence(items) => items.iter_mut().for_each(|item| pods(item, sources)),
        _ => {}
    }
}

fn object(node: &mut Node<'static>, kind: &'static Type, sources: &Sources) {
    let Value::Mapping(entries) = &mut node.value else { return };
    for entry in entries.iter_mut().filter(|entry| has_scalar(&entry.value)) {
        if let Some(field) = kind.field(&entry.key.value) {
            value(&mut entry.value, field.shape, sources);
        }
    }
}

fn value(node: &mut Node<'static>, shape: Shape, sources: &Sources) {
    match (shape, &mut node.value) {
        (Shape::Object(kind), _) => object(node, kind, sources),
        (Shape::List(item), Value::Sequence(items)) => {
            items.iter_mut().for_each(|node| value(node, *item, sources));
        }
        (Shape::Map(item), Value::Mapping(entries)) => {
            entries.iter_mut().for_each(|entry| value(&mut entry.value, *item, sources));
        }
        (Shape::String, Value::Bool(_) | Value::Integer(_) | Value::Float(_)) => {
            let source = sources.get(node.span.source);
            let is_profile = matches!(source.kind, SourceKind::Profile | SourceKind::Argument);
            let written = source.text.get(node.span.range()).filter(|text| is_profile && is_literal(text));
            if let Some(written) = written {
                node.value = Value::String(Cow::Owned(written.to_owned()));
            }
        }
        _ => {}
    }
}

/// Whether a tree contains numbers or booleans.
fn has_scalar(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) => true,
        Value::Null | Value::String(_) => false,
        Value::Sequence(items) => items.iter().any(has_scalar),
        Value::Mapping(entries) => entries.iter().any(|entry| has_scalar(&entry.value)),
    }
}

/// Whether a text can be a number or a boolean of TOML.
fn is_literal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte))
}
