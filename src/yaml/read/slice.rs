//! The part of a text that holds one document, and its syntax.

use std::ops::Range;

/// The part of a text that contains one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentSlice {
    /// The bytes of the text, on character boundaries.
    pub range: Range<usize>,
    /// How to parse it.
    pub form: Syntax,
}

/// How to parse a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// As YAML.
    Yaml,
    /// As JSON: one object of a stream of objects.
    Json,
    /// As JSON: one item of a List.
    JsonItem,
    /// Not at all: a JSON object that is larger than any document that is read.
    LargeJson,
    /// Not at all: a JSON stream that becomes invalid here.
    BrokenJson,
    /// Not at all: text follows the `---` at its start.
    BrokenSeparator,
}
