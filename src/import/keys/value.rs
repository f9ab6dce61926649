//! Values that a key accepts, and values as a profile writes them.

use std::borrow::Cow;

use super::super::tree::Table;
use crate::profile::schema::{self, Kind};
use crate::quantity::Quantity;
use crate::yaml::node::{Entry, Node, Value};

/// Whether a key of this kind accepts a value of the API and renders it unchanged.
pub(super) fn fits(kind: &Kind, node: &Node<'_>) -> bool {
    match (kind, &node.value) {
        (Kind::Api, Value::Mapping(_))
        | (Kind::String | Kind::Suggested(_), Value::String(_))
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::Integer, Value::Integer(_))
        | (Kind::Quantity, Value::Integer(_))
        | (Kind::Scalar, Value::String(_)) => true,
        (Kind::Quantity, Value::String(text)) => Quantity::parse(text).is_ok(),
        (Kind::Enum(values), Value::String(text)) => values.contains(&&**text),
        (Kind::List(kind) | Kind::Named(_, kind), Value::Sequence(items)) => {
            items.iter().all(|item| fits(kind, item))
        }
        (Kind::Map(kind), Value::Mapping(entries)) => entries.iter().all(|entry| fits(kind, &entry.value)),
        (Kind::Table(table), Value::Mapping(entries)) => entries
            .iter()
            .all(|entry| table.key(&entry.key.value).is_some_and(|key| fits(&key.kind, &entry.value))),
        _ => false,
    }
}

/// Moves the fields that have a key of the same name, in the order of the keys.
pub(super) fn mirror<'k>(
    keys: impl IntoIterator<Item = &'k schema::Key>,
    fields: &mut Table,
    out: &mut Table,
) {
    for key in keys {
        if fields.get(key.name).is_some_and(|node| fits(&key.kind, node))
            && let Some(entry) = fields.take(key.name)
        {
            out.entries.push(entry);
        }
    }
}

/// Texts that are numbers or booleans of TOML, as such: the profile renders the text that is written.
pub(super) fn scalars(mut node: Node<'static>) -> Node<'static> {
    if let Value::Mapping(entries) = &mut node.value {
        entries.iter_mut().for_each(|entry| scalar(&mut entry.value));
    }
    node
}

/// A text that is a number or a boolean of TOML, as such.
pub(super) fn scalar(node: &mut Node<'static>) {
    let Some(text) = node.as_str() else { return };
    let value = match text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        text => text.parse::<i64>().ok().filter(|number| number.to_string() == text).map(Value::Integer),
    };
    if let Some(value) = value {
        node.value = value;
    }
}

/// The only entry of a table.
pub(super) fn only<'n>(node: &'n Node<'static>) -> Option<&'n Entry<'static>> {
    match node.entries() {
        [entry] => Some(entry),
        _ => None,
    }
}

/// Whether all keys of a table are among these.
pub(super) fn has_only(node: &Node<'_>, keys: &[&str]) -> bool {
    matches!(node.value, Value::Mapping(_))
        && node.entries().iter().all(|entry| keys.contains(&&*entry.key.value))
}

/// Sets a field at a path below a table, which is created.
pub(super) fn put_at(table: &mut Table, path: &[&str], entry: Entry<'static>) {
    let Some((first, rest)) = path.split_first() else {
        table.entries.push(entry);
        return;
    };
    let span = entry.key.span;
    let mut inner = match table.entries.iter().find(|known| known.key.value == *first) {
        Some(known) => Table::of(&known.value),
        None => Table::new(span),
    };
    put_at(&mut inner, rest, entry);
    table.put(Cow::Owned((*first).to_owned()), span, inner.node());
}
