//! The part of a text that holds one document, and its syntax.

use std::ops::Range;

/// One document's part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentSlice {
    /// The bytes of the text, on character boundaries.
    pub range: Range<usize>,
    /// How to read it.
    pub form: Syntax,
}

/// How a piece is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// As YAML.
    Yaml,
    /// As JSON: one object of a stream of objects.
    Json,
    /// Not at all: a stream of JSON that breaks off here.
    BrokenJson,
    /// Not at all: text stands behind the `---` that begins it.
    BrokenSeparator,
}
