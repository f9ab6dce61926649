//! New values as text and as nodes.

use std::borrow::Cow;

use crate::finding::fix::NewValue;
use crate::profile::toml_text::is_bare;
use crate::source::{SourceId, Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};
use crate::yaml::write;

/// The value as a tree, without places.
pub(super) fn node(value: &NewValue) -> Node<'static> {
    let span = Span::new(SourceId::new(0), 0, 0);
    let value = match value {
        NewValue::Text(text) => Value::String(Cow::Owned(text.clone())),
        NewValue::Integer(number) => Value::Integer(*number),
        NewValue::Bool(value) => Value::Bool(*value),
        NewValue::Table(entries) => {
            Value::Mapping(entries.iter().map(|(key, value)| entry(key, value)).collect())
        }
        NewValue::List(items) => Value::Sequence(items.iter().map(node).collect()),
    };
    Node::new(value, span)
}

/// A key and its value, without places.
pub(super) fn entry(key: &str, value: &NewValue) -> Entry<'static> {
    let value = node(value);
    Entry { key: Spanned { value: Cow::Owned(key.to_owned()), span: value.span }, value }
}

/// The last key of `missing` gets the value; the keys before it become mappings around it.
pub(super) fn nested(missing: &[String], value: &NewValue) -> Option<(String, NewValue)> {
    let (first, rest) = missing.split_first()?;
    let inner =
        rest.iter().rev().fold(value.clone(), |inner, key| NewValue::Table(vec![(key.clone(), inner)]));
    Some((first.clone(), inner))
}

/// The scalar as the YAML writer writes it.
pub(super) fn yaml_scalar(text: &str) -> String {
    let written = write::write(&node(&NewValue::Text(text.to_owned())));
    let written = written.trim_end_matches('\n');
    if written.contains('\n') { double_quoted(text) } else { written.to_owned() }
}

/// The lines of `key: value` in block style, each with its line break.
pub(super) fn yaml_lines(key: &str, value: &NewValue) -> String {
    let mapping = Value::Mapping(vec![entry(key, value)]);
    write::write(&Node::new(mapping, Span::new(SourceId::new(0), 0, 0)))
}

/// The text in double quotes, as JSON, YAML and TOML read it.
pub(super) fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// The value in flow style, as JSON.
pub(super) fn json(value: &NewValue) -> String {
    flow(value, ": ", &double_quoted)
}

/// The value in TOML.
pub(super) fn toml(value: &NewValue) -> String {
    flow(value, " = ", &toml_key)
}

/// A key in TOML.
pub(super) fn toml_key(key: &str) -> String {
    if is_bare(key) { key.to_owned() } else { double_quoted(key) }
}

fn flow(value: &NewValue, equals: &str, key: &dyn Fn(&str) -> String) -> String {
    match value {
        NewValue::Text(text) => double_quoted(text),
        NewValue::Integer(number) => number.to_string(),
        NewValue::Bool(value) => value.to_string(),
        NewValue::Table(entries) => {
            let entries = entries
                .iter()
                .map(|(name, value)| format!("{}{equals}{}", key(name), flow(value, equals, key)));
            let entries: Vec<_> = entries.collect();
            if equals == " = " {
                format!("{{ {} }}", entries.join(", "))
            } else {
                format!("{{{}}}", entries.join(", "))
            }
        }
        NewValue::List(items) => {
            let items: Vec<_> = items.iter().map(|item| flow(item, equals, key)).collect();
            format!("[{}]", items.join(", "))
        }
    }
}
