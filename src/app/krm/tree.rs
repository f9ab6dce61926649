//! Nodes made in memory.

use std::borrow::Cow;

use crate::source::{Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

pub(super) fn entry(key: &str, value: Node<'static>, span: Span) -> Entry<'static> {
    Entry { key: Spanned { value: Cow::Owned(key.to_owned()), span }, value }
}

pub(super) fn string(text: &str, span: Span) -> Node<'static> {
    Node::new(Value::String(Cow::Owned(text.to_owned())), span)
}
