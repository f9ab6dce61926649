//! Helpers for trees under construction: tables whose keys keep their places in the manifests.

use std::borrow::Cow;

use crate::source::{Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// A table under construction.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) entries: Vec<Entry<'static>>,
    pub(super) span: Span,
}

impl Table {
    pub(super) fn new(span: Span) -> Self {
        Self { entries: Vec::new(), span }
    }

    /// The entries of a node.
    pub(super) fn of(node: &Node<'static>) -> Self {
        Self { entries: node.entries().to_vec(), span: node.span }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Node<'static>> {
        self.entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    pub(super) fn take(&mut self, key: &str) -> Option<Entry<'static>> {
        let at = self.entries.iter().position(|entry| entry.key.value == key)?;
        Some(self.entries.remove(at))
    }

    /// Appends an entry whose key comes from `at`.
    pub(super) fn put(&mut self, key: impl Into<Cow<'static, str>>, at: Span, value: Node<'static>) {
        let key = Spanned { value: key.into(), span: at };
        match self.entries.iter_mut().find(|known| known.key.value == key.value) {
            Some(known) => *known = Entry { key, value },
            None => self.entries.push(Entry { key, value }),
        }
    }

    /// Appends an entry with a key that the table does not have.
    pub(super) fn push(&mut self, key: impl Into<Cow<'static, str>>, at: Span, value: Node<'static>) {
        self.entries.push(Entry { key: Spanned { value: key.into(), span: at }, value });
    }

    /// Moves an entry here under another key.
    pub(super) fn put_as(&mut self, key: &'static str, entry: Entry<'static>) {
        self.put(key, entry.key.span, entry.value);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn node(self) -> Node<'static> {
        Node::new(Value::Mapping(self.entries), self.span)
    }
}

pub(super) fn text(value: impl Into<String>, span: Span) -> Node<'static> {
    Node::new(Value::String(Cow::Owned(value.into())), span)
}

pub(super) fn texts(values: impl IntoIterator<Item = String>, span: Span) -> Node<'static> {
    Node::new(Value::Sequence(values.into_iter().map(|value| text(value, span)).collect()), span)
}

/// The text at a path of fields.
pub(super) fn text_at<'n>(node: &'n Node<'_>, path: &[&str]) -> Option<&'n str> {
    path.iter().try_fold(node, |node, field| node.get(field)).and_then(Node::as_str)
}

/// Two trees as one: tables are merged, and any other value of `over` replaces that of `under`.
pub(super) fn joined(under: Node<'static>, over: &Node<'static>) -> Node<'static> {
    if !matches!((&under.value, &over.value), (Value::Mapping(_), Value::Mapping(_))) {
        return over.clone();
    }
    let mut table = Table { span: under.span, entries: under.entries().to_vec() };
    for entry in over.entries() {
        let value = match table.get(&entry.key.value) {
            Some(own) => joined(own.clone(), &entry.value),
            None => entry.value.clone(),
        };
        table.put(entry.key.value.clone(), entry.key.span, value);
    }
    table.node()
}

/// The number of scalars in a tree; an empty list or table counts as one.
pub(super) fn scalars(node: &Node<'_>) -> usize {
    match &node.value {
        Value::Mapping(entries) if !entries.is_empty() => {
            entries.iter().map(|entry| scalars(&entry.value)).sum()
        }
        Value::Sequence(items) if !items.is_empty() => items.iter().map(scalars).sum(),
        _ => 1,
    }
}
