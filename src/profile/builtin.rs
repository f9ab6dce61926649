//! The built-in profiles, embedded from `profiles/`.

use std::borrow::Cow;

use crate::embedded::PROFILES;
use crate::error::Error;
use crate::nearest::nearest;
use crate::source::{SourceId, Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// A node of a built-in profile, which was parsed when volwright was built.
#[derive(Debug)]
struct BuiltIn {
    /// Where it begins and ends in the text, in bytes.
    span: (u32, u32),
    value: BuiltInValue,
}

#[derive(Debug)]
enum BuiltInValue {
    Bool(bool),
    Integer(i64),
    String(&'static str),
    Sequence(&'static [BuiltIn]),
    Mapping(&'static [BuiltInEntry]),
}

#[derive(Debug)]
struct BuiltInEntry {
    key: &'static str,
    /// Where the key begins and ends.
    span: (u32, u32),
    value: BuiltIn,
}

/// The trees of the built-in profiles, by name.
static TREES: &[(&str, BuiltIn)] = include!(concat!(env!("OUT_DIR"), "/profiles.rs"));

impl BuiltIn {
    fn node(&self, source: SourceId) -> Node<'static> {
        let span = |(start, end)| Span::new(source, start as usize, end as usize);
        let value = match &self.value {
            BuiltInValue::Bool(value) => Value::Bool(*value),
            BuiltInValue::Integer(value) => Value::Integer(*value),
            BuiltInValue::String(text) => Value::String(Cow::Borrowed(text)),
            BuiltInValue::Sequence(items) => {
                Value::Sequence(items.iter().map(|item| item.node(source)).collect())
            }
            BuiltInValue::Mapping(entries) => {
                let entry = |entry: &BuiltInEntry| Entry {
                    key: Spanned { value: Cow::Borrowed(entry.key), span: span(entry.span) },
                    value: entry.value.node(source),
                };
                Value::Mapping(entries.iter().map(entry).collect())
            }
        };
        Node::new(value, span(self.span))
    }
}

/// The names of the built-in profiles, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|(name, _)| *name)
}

/// The text of a built-in profile.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    PROFILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The tree of a built-in profile, as reading its text would return it.
#[must_use]
pub fn tree(name: &str, source: SourceId) -> Option<Node<'static>> {
    TREES.iter().find(|(known, _)| *known == name).map(|(_, tree)| tree.node(source))
}

/// The built-in profile that a part of a layer is for: by its name, or by the name of its driver.
#[must_use]
pub fn base(name: &str) -> Option<&'static str> {
    let line = format!("driver = \"{name}\"");
    names()
        .find(|known| *known == name || text(known).is_some_and(|text| text.lines().any(|own| own == line)))
}

/// The summary of a built-in profile: the first line of its text, which is a comment.
#[must_use]
pub fn summary(name: &str) -> &'static str {
    let first = text(name).and_then(|text| text.lines().next()).unwrap_or_default();
    first.trim_start_matches('#').trim()
}

/// The usage error for a name that is neither built in nor a file.
#[must_use]
pub fn unknown(name: &str) -> Error {
    Error::usage(format!("unknown profile `{name}`: it is neither built in nor a file"), choices(name))
}

/// The profiles to choose from instead of `name`.
#[must_use]
pub fn choices(name: &str) -> String {
    let list: Vec<String> = names().map(|name| format!("`{name}`")).collect();
    let list = list.join(", ");
    match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`? the built-in profiles are {list}"),
        None => format!("the built-in profiles are {list}; any other profile is the path of a TOML file"),
    }
}
