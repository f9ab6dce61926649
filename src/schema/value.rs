//! JSON values as the API server sees them: keys sorted, so that lookups in large maps stay fast.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::{self, Write};

use crate::yaml::node::{self, Node};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number of 64 bits.
    Int(i64),
    /// Any other number, and whole numbers written with a fraction (`1.0`).
    Float(f64),
    /// A string.
    String(Cow<'a, str>),
    /// A list.
    List(Vec<Self>),
    /// An object, sorted by key.
    Map(Vec<Member<'a>>),
    /// A list or an object where the schema declares another type, whose fields were reported as unknown.
    Pruned,
}

/// A key of an object and its value.
pub(super) type Member<'a> = (Cow<'a, str>, Value<'a>);

impl<'a> Value<'a> {
    /// A copy of a tree; texts are borrowed from it.
    #[must_use]
    pub(super) fn of(node: &'a Node<'_>) -> Self {
        match &node.value {
            node::Value::Null => Self::Null,
            node::Value::Bool(value) => Self::Bool(*value),
            node::Value::Integer(value) => Self::Int(*value),
            node::Value::Float(value) => Self::Float(*value),
            node::Value::String(text) => Self::String(Cow::Borrowed(text)),
            node::Value::Sequence(items) => Self::List(items.iter().map(Self::of).collect()),
            node::Value::Mapping(entries) => Self::map(
                entries
                    .iter()
                    .map(|entry| (Cow::Borrowed(entry.key.value.as_ref()), Self::of(&entry.value)))
                    .collect(),
            ),
        }
    }

    /// An object of these members.
    #[must_use]
    pub(super) fn map(mut members: Vec<Member<'a>>) -> Self {
        if !members.is_sorted_by(|one, other| one.0 < other.0) {
            members.sort_by(|one, other| one.0.cmp(&other.0));
        }
        Self::Map(members)
    }

    /// The same value, owning its texts.
    #[must_use]
    pub(super) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Pruned => Value::Pruned,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Int(value),
            Self::Float(value) => Value::Float(value),
            Self::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Self::Map(members) => Value::Map(
                members
                    .into_iter()
                    .map(|(key, value)| (Cow::Owned(key.into_owned()), value.into_owned()))
                    .collect(),
            ),
        }
    }

    /// The value of a key, if this is an object that has it.
    #[must_use]
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let members = self.members();
        members.binary_search_by(|member| member.0.as_ref().cmp(key)).ok().map(|at| &members[at].1)
    }

    /// The members of an object; none for other values.
    #[must_use]
    pub(super) fn members(&self) -> &[Member<'a>] {
        match self {
            Self::Map(members) => members,
            _ => &[],
        }
    }

    /// The items of a list; none for other values.
    #[must_use]
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The text, if this is a string.
    #[must_use]
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Compares as the server does in enums and sets: numbers by value, whatever their notation.
    #[must_use]
    pub(super) fn same_as(&self, other: &Self) -> bool {
        self.order(other) == Ordering::Equal
    }

    /// A total order that makes equal values neighbours; it means nothing else.
    #[must_use]
    pub(super) fn order(&self, other: &Self) -> Ordering {
        fn rank(value: &Value<'_>) -> u8 {
            match value {
                Value::Null => 0,
                Value::Bool(_) => 1,
                Value::Int(_) | Value::Float(_) => 2,
                Value::String(_) => 3,
                Value::List(_) => 4,
                Value::Map(_) => 5,
                Value::Pruned => 6,
            }
        }
        match (self, other) {
            (Self::Bool(one), Self::Bool(other)) => one.cmp(other),
            (Self::Int(one), Self::Int(other)) => one.cmp(other),
            (Self::Float(one), Self::Float(other)) => one.total_cmp(other),
            (Self::Int(one), Self::Float(other)) => (*one as f64).total_cmp(other),
            (Self::Float(one), Self::Int(other)) => one.total_cmp(&(*other as f64)),
            (Self::String(one), Self::String(other)) => one.cmp(other),
            (Self::List(one), Self::List(other)) => {
                let items = one.iter().zip(other).map(|(one, other)| one.order(other));
                items.fold(Ordering::Equal, Ordering::then).then(one.len().cmp(&other.len()))
            }
            (Self::Map(one), Self::Map(other)) => {
                let members = one.iter().zip(other);
                let members =
                    members.map(|(one, other)| one.0.cmp(&other.0).then_with(|| one.1.order(&other.1)));
                members.fold(Ordering::Equal, Ordering::then).then(one.len().cmp(&other.len()))
            }
            _ => rank(self).cmp(&rank(other)),
        }
    }
}

/// JSON, shortened to what fits in a message.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 60;
        let mut text = String::new();
        write_json(self, &mut text, MOST)?;
        if text.chars().count() > MOST {
            let short: String = text.chars().take(MOST).collect();
            return write!(f, "{short}…");
        }
        f.write_str(&text)
    }
}

/// Writes until about `most` bytes are reached.
fn write_json(value: &Value<'_>, out: &mut String, most: usize) -> fmt::Result {
    if out.len() > most {
        return Ok(());
    }
    match value {
        Value::Null | Value::Pruned => out.push_str("null"),
        Value::Bool(value) => write!(out, "{value}")?,
        Value::Int(value) => write!(out, "{value}")?,
        Value::Float(value) => write!(out, "{value}")?,
        Value::String(text) => {
            let short: String = text.chars().take(most + 1).collect();
            write!(out, "{short:?}")?;
        }
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if out.len() > most {
                    break;
                }
                if index > 0 {
                    out.push(',');
                }
                write_json(item, out, most)?;
            }
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                if out.len() > most {
                    break;
                }
                if index > 0 {
                    out.push(',');
                }
                write!(out, "{key:?}:")?;
                write_json(value, out, most)?;
            }
            out.push('}');
        }
    }
    Ok(())
}
