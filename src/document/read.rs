//! YAML and JSON text read into nodes exactly as kubectl reads it.

use super::node::Node;
use crate::finding::Finding;
use crate::source::{SourceId, Span};

/// What became of one document of a text.
#[derive(Debug)]
pub struct Reading<'t> {
    /// The tree, or nothing where the document is too broken to read.
    pub root: Option<Node<'t>>,
    /// What is wrong with the document's text.
    pub findings: Vec<Finding>,
    /// The part of the text that the document takes.
    pub span: Span,
}

/// Reads every document of `text`, which is the text of `source`; documents that hold nothing are left out.
#[must_use]
pub fn read<'t>(_source: SourceId, _text: &'t str) -> Vec<Reading<'t>> {
    Vec::new()
}
