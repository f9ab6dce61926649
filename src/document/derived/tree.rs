//! Trees of what an operator adds.

use std::borrow::Cow;

use crate::source::{Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// A name for what an operator adds, that users do not choose.
pub(super) const ADDED: &str = "volwright-operator";

/// Whether a switch is on.
pub(super) fn is_on(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Null | Value::Bool(false) | Value::Integer(0) => false,
        Value::String(text) => !matches!(text.as_ref(), "" | "false"),
        _ => true,
    }
}

/// A text in a tree.
pub(super) fn text<'t>(text: impl Into<Cow<'t, str>>, span: Span) -> Node<'t> {
    Node::new(Value::String(text.into()), span)
}

/// A field in a tree.
pub(super) fn entry<'t>(key: &'static str, value: Node<'t>) -> Entry<'t> {
    Entry { key: Spanned { value: Cow::Borrowed(key), span: value.span }, value }
}

/// A table in a tree.
pub(super) fn table<'t>(entries: Vec<Entry<'t>>, span: Span) -> Node<'t> {
    Node::new(Value::Mapping(entries), span)
}

/// A list in a tree.
pub(super) fn list<'t>(items: Vec<Node<'t>>, span: Span) -> Node<'t> {
    Node::new(Value::Sequence(items), span)
}
