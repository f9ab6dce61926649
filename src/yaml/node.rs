//! The tree that profiles and manifests are read into: every key and value knows its place.

use std::borrow::Cow;

use crate::source::{Span, Spanned};
use crate::yaml::path::{Path, Segment};

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'t> {
    /// What stands there.
    pub value: Value<'t>,
    /// Where it stands.
    pub span: Span,
}

/// What a node holds, after scalars are resolved as kubectl resolves them.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'t> {
    /// `null`, `~`, or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer that fits 64 bits with a sign.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(Cow<'t, str>),
    /// A sequence.
    Sequence(Vec<Node<'t>>),
    /// A mapping, in the order of the text, each key once.
    Mapping(Vec<Entry<'t>>),
}

/// One key of a mapping and what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'t> {
    /// The key, as kubectl resolves it.
    pub key: Spanned<Cow<'t, str>>,
    /// The value.
    pub value: Node<'t>,
}

impl<'t> Node<'t> {
    /// A node over `value` at `span`.
    #[must_use]
    pub fn new(value: Value<'t>, span: Span) -> Self {
        Self { value, span }
    }

    /// Whether two trees hold the same values, wherever they are and in whatever order their keys are.
    #[must_use]
    pub fn has_same_value(&self, other: &Node<'_>) -> bool {
        match (&self.value, &other.value) {
            (Value::Sequence(one), Value::Sequence(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| one.has_same_value(other))
            }
            (Value::Mapping(one), Value::Mapping(entries)) => {
                one.len() == entries.len()
                    && one.iter().all(|entry| {
                        other.get(&entry.key.value).is_some_and(|value| entry.value.has_same_value(value))
                    })
            }
            (one, other) => one == other,
        }
    }

    /// The same tree, holding its texts itself.
    #[must_use]
    pub fn into_owned(self) -> Node<'static> {
        let value = match self.value {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Integer(value) => Value::Integer(value),
            Value::Float(value) => Value::Float(value),
            Value::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Value::Sequence(items) => Value::Sequence(items.into_iter().map(Node::into_owned).collect()),
            Value::Mapping(entries) => Value::Mapping(
                entries
                    .into_iter()
                    .map(|entry| Entry {
                        key: Spanned {
                            value: Cow::Owned(entry.key.value.into_owned()),
                            span: entry.key.span,
                        },
                        value: entry.value.into_owned(),
                    })
                    .collect(),
            ),
        };
        Node::new(value, self.span)
    }

    /// The text, where the node is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The entries, where the node is a mapping; otherwise none.
    #[must_use]
    pub fn entries(&self) -> &[Entry<'t>] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items, where the node is a sequence; otherwise none.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The entry under `key`.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry<'t>> {
        self.entries().iter().find(|entry| entry.key.value == key)
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// What to call the node's type in a message: `a string`, `an integer`, …
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a number",
            Value::String(_) => "a string",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a table",
        }
    }

    /// Finds what `path` names, or the nearest parent of it that exists.
    #[must_use]
    pub fn find(&self, path: &Path<'_>) -> Found<'_, 't> {
        let mut found = Found { key: None, node: self, missing: false };
        path.walk(&mut |segment| {
            if found.missing {
                return;
            }
            let next = match segment {
                Segment::Field(name) | Segment::Key(name) => {
                    found.node.entry(name).map(|entry| (Some(entry.key.span), &entry.value))
                }
                Segment::Index(index) => found.node.items().get(index).map(|item| (None, item)),
            };
            match next {
                Some((key, node)) => found = Found { key, node, missing: false },
                None => found.missing = true,
            }
        });
        found
    }
}

/// Where a path leads in a tree.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a, 't> {
    /// The key over the node, where it has one.
    pub key: Option<Span>,
    /// The node, or the nearest parent that exists.
    pub node: &'a Node<'t>,
    /// Whether some of the path was not there.
    pub missing: bool,
}

impl Found<'_, '_> {
    /// Where to point: at a scalar's value; at the key of a container, or of the nearest parent of what is missing.
    #[must_use]
    pub fn span(&self) -> Span {
        let container = matches!(self.node.value, Value::Sequence(_) | Value::Mapping(_));
        match self.key {
            Some(key) if container || self.missing || self.node.span.start == self.node.span.end => key,
            _ => self.node.span,
        }
    }
}
