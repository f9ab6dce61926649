//! Reads a part of a longer text: documents, or items of a List in JSON.

use std::iter::{self, Peekable};

use super::json;
use super::json_scan::JsonScan;
use super::json_token::{skip_space, valid_end};
use super::piece::{ParsedDocument, read_piece};
use super::slice::{DocumentSlice, Syntax};
use super::split::{Split, Start, split_from};
use crate::source::{SourceId, Span};

/// Reads every document of a text that begins as `start` says, or every item of a List. Empty documents are skipped.
pub fn read_part(source: SourceId, text: &str, start: Start) -> impl Iterator<Item = ParsedDocument<'_>> {
    let mut part = Part::new(text, start);
    iter::from_fn(move || match &mut part {
        Part::Pieces(pieces) => pieces.find_map(|piece| read_piece(source, text, &piece)),
        Part::List { at } => {
            let item = skip_space(text.as_bytes(), *at);
            // A comma follows the item before.
            let is_behind = text.as_bytes().get(item) == Some(&b',');
            let document = read_item(source, text, if is_behind { item + 1 } else { item })?;
            *at = document.span.end as usize;
            Some(document)
        }
    })
}

/// Reads those documents of a text, or items of a List, that contain the positions `wanted`, which are sorted. An item, or an
/// object in an item, is read from its position on, without what precedes it.
pub fn read_some(
    source: SourceId,
    text: &str,
    start: Start,
    wanted: impl Iterator<Item = usize>,
) -> impl Iterator<Item = ParsedDocument<'_>> {
    let (mut part, mut wanted) = (Part::new(text, start), wanted.peekable());
    iter::from_fn(move || match &mut part {
        Part::Pieces(pieces) => next_wanted(pieces, &mut wanted, |piece| read_piece(source, text, piece)),
        Part::List { .. } => read_item(source, text, wanted.next()?),
    })
}

/// What a text consists of.
enum Part<'t> {
    Pieces(Box<Split<'t>>),
    /// The items of a List, which is known to be valid: it was scanned when it was cut.
    List {
        /// The end of the item before.
        at: usize,
    },
}

impl<'t> Part<'t> {
    fn new(text: &'t str, start: Start) -> Self {
        match start {
            Start::List => Self::List { at: items_start(text) },
            Start::Items => Self::List { at: 0 },
            _ => Self::Pieces(Box::new(split_from(text, start))),
        }
    }
}

/// Where the items of the List begin that a text begins with.
fn items_start(text: &str) -> usize {
    let mut scan = JsonScan::new(0, 0);
    scan.run_to_items(text.as_bytes());
    scan.reached()
}

/// The first document that contains one of the positions.
fn next_wanted<'t>(
    pieces: &mut Split<'t>,
    wanted: &mut Peekable<impl Iterator<Item = usize>>,
    read: impl Fn(&DocumentSlice) -> Option<ParsedDocument<'t>>,
) -> Option<ParsedDocument<'t>> {
    loop {
        let position = *wanted.peek()?;
        let piece = pieces.find(|piece| position < piece.range.end)?;
        while wanted.next_if(|position| *position < piece.range.end).is_some() {}
        if let Some(document) = read(&piece) {
            return Some(document);
        }
    }
}

/// Reads the item at `start`, or behind white space; nothing at the end of the List or of the text.
fn read_item(source: SourceId, text: &str, start: usize) -> Option<ParsedDocument<'_>> {
    let start = skip_space(text.as_bytes(), start);
    if let Some(root) = json::tree_at(source, text, start) {
        let span = Span::new(source, start, root.span.end as usize);
        return Some(ParsedDocument { root: Some(root), findings: Vec::new(), span, text: Some(text) });
    }
    let end = valid_end(text.as_bytes(), start)?;
    read_piece(source, text, &DocumentSlice { range: start..end, form: Syntax::JsonItem })
}
