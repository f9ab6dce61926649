//! The tree of a parsed profile or manifest: every key and value has a span.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use crate::source::{Span, Spanned};
use crate::yaml::path::{Path, Segment};

/// A value with its span.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'t> {
    /// The value.
    pub value: Value<'t>,
    /// Its position in the source.
    pub span: Span,
}

/// The value of a node, with scalars resolved as in kubectl.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'t> {
    /// `null`, `~`, or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer that fits in 64 signed bits.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(Cow<'t, str>),
    /// A sequence.
    Sequence(Vec<Node<'t>>),
    /// A mapping in source order, with unique keys.
    Mapping(Vec<Entry<'t>>),
}

/// A key of a mapping and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'t> {
    /// The key, as kubectl resolves it.
    pub key: Spanned<Cow<'t, str>>,
    /// The value.
    pub value: Node<'t>,
}

impl<'t> Node<'t> {
    /// A node with `value` at `span`.
    #[inline]
    #[must_use]
    pub fn new(value: Value<'t>, span: Span) -> Self {
        Self { value, span }
    }

    /// Whether the value is `null`.
    #[inline]
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
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

    /// Adds the values of a tree to a hash, wherever they are.
    pub fn hash_value(&self, hasher: &mut impl Hasher) {
        self.hash_own(hasher);
        self.items().iter().for_each(|item| item.hash_value(hasher));
        for entry in self.entries() {
            entry.key.value.hash(hasher);
            entry.value.hash_value(hasher);
        }
    }

    /// Adds to a hash what the node is by itself: its type, and its value or the number of its items or entries. The first byte
    /// is less than 8.
    pub fn hash_own(&self, hasher: &mut impl Hasher) {
        match &self.value {
            Value::Null => hasher.write_u8(0),
            Value::Bool(value) => hasher.write_u8(1 + u8::from(*value)),
            Value::Integer(value) => {
                hasher.write_u8(3);
                hasher.write_u64(*value as u64);
            }
            Value::Float(value) => {
                hasher.write_u8(4);
                hasher.write_u64(value.to_bits());
            }
            Value::String(text) => {
                hasher.write_u8(5);
                text.hash(hasher);
            }
            Value::Sequence(items) => {
                hasher.write_u8(6);
                hasher.write_usize(items.len());
            }
            Value::Mapping(entries) => {
                hasher.write_u8(7);
                hasher.write_usize(entries.len());
            }
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

    /// The text if the node is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The entries if the node is a mapping; otherwise empty.
    #[must_use]
    pub fn entries(&self) -> &[Entry<'t>] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items if the node is a sequence; otherwise empty.
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

    /// Calls `change` with the span of every key and value of the tree.
    pub fn spans_mut(&mut self, change: &mut impl FnMut(&mut Span)) {
        change(&mut self.span);
        match &mut self.value {
            Value::Sequence(items) => items.iter_mut().for_each(|item| item.spans_mut(change)),
            Value::Mapping(entries) => {
                for entry in entries {
                    change(&mut entry.key.span);
                    entry.value.spans_mut(change);
                }
            }
            _ => {}
        }
    }

    /// The type of the node as messages name it: `a string`, `an integer`, …
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

    /// Finds the node at `path`, or its closest existing parent.
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

/// The result of looking up a path in a tree.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a, 't> {
    /// The key of the node, if it has one.
    pub key: Option<Span>,
    /// The node, or its closest existing parent.
    pub node: &'a Node<'t>,
    /// Whether part of the path does not exist.
    pub missing: bool,
}

impl Found<'_, '_> {
    /// The span to report: the value of a scalar, or the key of a container or of the closest existing
    /// parent.
    #[must_use]
    pub fn span(&self) -> Span {
        let container = matches!(self.node.value, Value::Sequence(_) | Value::Mapping(_));
        match self.key {
            Some(key) if container || self.missing || self.node.span.start == self.node.span.end => key,
            _ => self.node.span,
        }
    }
}
