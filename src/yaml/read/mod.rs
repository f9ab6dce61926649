//! YAML and JSON text read into nodes exactly as kubectl reads it.

mod block;
mod compose;
mod flow;
mod json;
mod key;
mod mapping;
mod message;
mod parser;
mod piece;
mod problem;
mod properties;
mod resolve;
mod scalar;
mod scanner;
mod slice;
mod split;
mod tag;
mod token;

pub use piece::{LARGEST_DOCUMENT, ParsedDocument, read_piece};
pub use slice::{DocumentSlice, Syntax};
pub use split::{Split, Start, begins_as_json, split, split_from};

use crate::source::SourceId;

/// Reads every document of `text`, which is the text of `source`; documents that hold nothing are left out.
#[must_use]
pub fn read(source: SourceId, text: &str) -> Vec<ParsedDocument<'_>> {
    split(text).filter_map(|piece| read_piece(source, text, &piece)).collect()
}
