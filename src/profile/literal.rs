//! Values that the API expects as text keep the text of the source: `1.10`, `1e-4`, `0x10`, `1_000`.

use std::borrow::Cow;

use super::schema::{Key, Kind};
use crate::yaml::node::{Node, Value};

/// Turns numbers and booleans of a layer into the text that they are written as, if their key holds text. `text` is the
/// whole source of the layer.
pub(super) fn keep(node: &mut Node<'static>, kind: &'static Kind, text: &str) {
    match (kind, &mut node.value) {
        (
            Kind::String
            | Kind::Version
            | Kind::Scalar
            | Kind::Enum(_)
            | Kind::Vendor
            | Kind::Reference(_)
            | Kind::Suggested(_),
            Value::Bool(_) | Value::Integer(_) | Value::Float(_),
        )
        | (Kind::Quantity, Value::Float(_)) => {
            if let Some(written) = text.get(node.span.range()) {
                node.value = Value::String(Cow::Owned(written.to_owned()));
            }
        }
        (Kind::List(item) | Kind::Named(_, item), Value::Sequence(items)) => {
            items.iter_mut().for_each(|node| keep(node, item, text));
        }
        (Kind::Map(item) | Kind::Named(_, item), Value::Mapping(entries)) => {
            entries.iter_mut().for_each(|entry| keep(&mut entry.value, item, text));
        }
        (Kind::Table(table), Value::Mapping(entries)) => {
            for entry in entries {
                if let Some(key) = table.key(&entry.key.value) {
                    let key: &'static Key = key;
                    keep(&mut entry.value, &key.kind, text);
                }
            }
        }
        (Kind::Either(_, inner), Value::Mapping(_)) | (Kind::Either(inner, _), _) => keep(node, inner, text),
        _ => {}
    }
}
