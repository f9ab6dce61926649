//! The fields of an object under construction, and the values that layers give them.

use std::borrow::Cow;

use crate::profile::{Object, Profile};
use crate::source::{Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// The entries of a table under construction.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(super) entries: Vec<Entry<'static>>,
    pub(super) span: Span,
}

impl Fields {
    pub(super) fn new(node: &Node<'static>, span: Span) -> Self {
        Self { entries: node.entries().to_vec(), span }
    }

    pub(super) fn empty(span: Span) -> Self {
        Self { entries: Vec::new(), span }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Entry<'static>> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    pub(super) fn take(&mut self, key: &str) -> Option<Entry<'static>> {
        let at = self.entries.iter().position(|entry| entry.key.value == key)?;
        Some(self.entries.remove(at))
    }

    /// Adds an entry or replaces the one with the same key.
    pub(super) fn put(&mut self, entry: Entry<'static>) {
        match self.entries.iter_mut().find(|known| known.key.value == entry.key.value) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
    }

    /// Sets `key`, which is at `place` in the profile, to `value`.
    pub(super) fn set(&mut self, key: impl Into<Cow<'static, str>>, place: Span, value: Node<'static>) {
        self.put(Entry { key: Spanned { value: key.into(), span: place }, value });
    }

    /// Copies an entry of `node` to another name.
    pub(super) fn copy(&mut self, node: &Node<'static>, from: &str, to: &'static str) {
        if let Some(entry) = node.entry(from) {
            self.set(to, entry.key.span, entry.value.clone());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn node(self) -> Node<'static> {
        Node::new(Value::Mapping(self.entries), self.span)
    }
}

/// A string at a place of the profile.
pub(super) fn text(text: impl Into<Cow<'static, str>>, span: Span) -> Node<'static> {
    Node::new(Value::String(text.into()), span)
}

pub(super) fn list(items: Vec<Node<'static>>, span: Span) -> Node<'static> {
    Node::new(Value::Sequence(items), span)
}

/// A number or a boolean as the string that the API expects.
pub(super) fn as_text(node: Node<'static>) -> Node<'static> {
    let span = node.span;
    match node.value {
        Value::Bool(value) => text(value.to_string(), span),
        Value::Integer(value) => text(value.to_string(), span),
        Value::Float(value) => text(value.to_string(), span),
        value => Node::new(value, span),
    }
}

pub(super) fn as_texts(node: Node<'static>) -> Node<'static> {
    let span = node.span;
    match node.value {
        Value::Mapping(entries) => {
            let entries =
                entries.into_iter().map(|entry| Entry { key: entry.key, value: as_text(entry.value) });
            Node::new(Value::Mapping(entries.collect()), span)
        }
        value => Node::new(value, span),
    }
}

/// The name of an object, at the key that sets it.
pub(super) fn name_of(object: &Object<'_>) -> Node<'static> {
    let own = object.node.get("name").or_else(|| object.node.get("existing"));
    text(object.name.clone(), own.map_or(object.span, |node| node.span))
}

/// Resolves a reference to an object name: a key of `section`, or `{ existing = "…" }`.
pub(super) fn resolve(profile: &Profile, section: &str, node: &Node<'static>) -> Node<'static> {
    if let Some(existing) = node.get("existing") {
        return existing.clone();
    }
    let named = node.as_str().and_then(|key| profile.object(section, key));
    match named {
        Some(object) => text(object.name, node.span),
        None => node.clone(),
    }
}

/// Labels or annotations: those of the profile, overridden by those of the object.
pub(super) fn merged(profile: Option<&Profile>, node: &Node<'static>, key: &str) -> Option<Entry<'static>> {
    let own = node.entry(key).cloned();
    let Some(common) = profile.and_then(|profile| profile.root.entry(key)).cloned() else { return own };
    let Some(own) = own else { return Some(common) };
    let mut value = common.value;
    overlay(&mut value, &own.value);
    value.span = own.value.span;
    Some(Entry { key: own.key, value })
}

/// Tables are merged; any other value replaces the existing one.
pub(super) fn overlay(target: &mut Node<'static>, over: &Node<'static>) {
    let (Value::Mapping(entries), Value::Mapping(further)) = (&mut target.value, &over.value) else {
        *target = over.clone();
        return;
    };
    for entry in further {
        match entries.iter_mut().find(|known| known.key.value == entry.key.value) {
            Some(known) => {
                known.key.span = entry.key.span;
                overlay(&mut known.value, &entry.value);
            }
            None => entries.push(entry.clone()),
        }
    }
}
