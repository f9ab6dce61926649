//! Reads documents of the most common form in one pass, without tokens and events.
//!
//! These are block mappings with short plain keys, block lists, and scalars and flow collections of one line. Anything else
//! (anchors, tags, text of several lines, tabs, a duplicate key, an error) ends the attempt, and the scanner reads the
//! document from its start. Both read the same values with the same spans: `tests/it/yaml_simple.rs` compares them.

use std::borrow::Cow;

use crate::source::{SourceId, Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};
use crate::yaml::read::mapping::KnownKeys;
use crate::yaml::read::resolve::{Scalar, plain};
use crate::yaml::room;

/// The depth to which this reader descends; it is far below the limit on documents.
pub(super) const DEEPEST: usize = 64;

/// The longest text in bytes: it has fewer nodes than a document may have.
pub(super) const LONGEST: usize = 1 << 20;

/// The tree of the document at `text[start..end]`, or nothing if the scanner must read it.
pub(super) fn read<'t>(source: SourceId, text: &'t str, start: usize, end: usize) -> Option<Node<'t>> {
    let bytes = text.as_bytes().get(..end)?;
    if end - start > LONGEST || !is_usual(bytes.get(start..)?) {
        return None;
    }
    let (entries, items) = room::open();
    let mut reader = Reader { source, text, bytes, at: start, column: Some(0), entries, items };
    let root = reader.root();
    room::close(reader.entries, reader.items);
    root
}

/// Whether a text has only characters that mean the same wherever they are: no control characters, tabs and line breaks
/// other than line feeds.
fn is_usual(bytes: &[u8]) -> bool {
    let suspect = |byte: u8| {
        ((byte < b' ') & (byte != b'\n')) | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xe2) | (byte == 0xef)
    };
    // The compiler vectorizes the check of a block.
    let mut blocks = bytes.chunks(64);
    if !blocks.any(|block| block.iter().fold(false, |any, byte| any | suspect(*byte))) {
        return true;
    }
    bytes.iter().enumerate().filter(|(_, byte)| suspect(**byte)).all(|(at, _)| match &bytes[at..] {
        [0xc2, second, ..] => *second >= 0xa0,
        [0xe2, second, third, ..] => !(*second == 0x80 && matches!(third, 0xa8 | 0xa9)),
        _ => false,
    })
}

/// The state of the reader; `None` from its functions ends the attempt.
struct Reader<'t> {
    source: SourceId,
    text: &'t str,
    /// The text up to the end of the document.
    bytes: &'t [u8],
    /// The position of the next byte.
    at: usize,
    /// The column of the content at `at`, the first of its line or behind a dash; none at the end.
    column: Option<usize>,
    /// The entries of the open mappings.
    entries: Vec<Entry<'t>>,
    /// The items of the open lists.
    items: Vec<Node<'t>>,
}

impl<'t> Reader<'t> {
    fn byte(&self, at: usize) -> u8 {
        // The end of the document ends the line.
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    fn slice(&self, start: usize, end: usize) -> Option<&'t str> {
        self.text.get(start..end)
    }

    /// The tree of the whole document.
    fn root(&mut self) -> Option<Node<'t>> {
        self.first_line()?;
        if self.column != Some(0) || self.is_dash() {
            return None;
        }
        let root = self.mapping(0, 0)?;
        self.column.is_none().then_some(root)
    }

    /// Goes to the first content of the document, behind `---` if it starts with one.
    fn first_line(&mut self) -> Option<()> {
        self.line_start();
        if self.column == Some(0) && self.bytes.get(self.at..)?.starts_with(b"---") {
            self.at += 3;
            self.next_line()?;
        }
        Some(())
    }

    /// Goes to the next content behind the current line, whose rest must be blank or a comment.
    fn next_line(&mut self) -> Option<()> {
        let before = self.at;
        self.skip_spaces();
        match self.byte(self.at) {
            b'\n' => {}
            b'#' if self.at > before => self.skip_line(),
            _ => return None,
        }
        self.at += 1;
        self.line_start();
        Some(())
    }

    /// Goes to the first content at or behind the start of a line.
    fn line_start(&mut self) {
        loop {
            let start = self.at;
            self.skip_spaces();
            match self.bytes.get(self.at) {
                None => {
                    self.column = None;
                    return;
                }
                Some(b'#') => self.skip_line(),
                Some(b'\n') => {}
                Some(_) => {
                    self.column = Some(self.at - start);
                    return;
                }
            }
            self.at += 1;
        }
    }

    fn skip_spaces(&mut self) {
        while self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    fn is_blank_or_end(&self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\n')
    }

    /// Whether there is the dash of a list item here.
    fn is_dash(&self) -> bool {
        self.byte(self.at) == b'-' && self.is_blank_or_end(self.at + 1)
    }

    /// The end of a key that starts here and is followed by a colon and a blank.
    fn key_end(&self) -> Option<usize> {
        let rest = self.bytes.get(self.at..)?;
        let length = rest.iter().position(|byte| CLASS[usize::from(*byte)] & WORD == 0)?;
        let end = self.at + length;
        let is_key = length > 0 && rest[0] != b'-' && rest[length] == b':' && self.is_blank_or_end(end + 1);
        // The scanner knows how long a key may be.
        (is_key && length < 1000).then_some(end)
    }

    fn key(&self, start: usize, end: usize) -> Option<Spanned<Cow<'t, str>>> {
        let text = self.slice(start, end)?;
        let is_text = CLASS[usize::from(self.byte(start))] & TYPED == 0;
        match if is_text { Scalar::String(text.into()) } else { plain(text.into()) } {
            Scalar::String(value) => Some(Spanned { value, span: self.span(start, end) }),
            _ => None,
        }
    }

    /// The entries of the innermost mapping, of those from `base` on.
    fn close_mapping(&mut self, base: usize) -> Vec<Entry<'t>> {
        let mut entries = room::entries(self.entries.len() - base);
        entries.extend(self.entries.drain(base..));
        entries
    }

    /// The items of the innermost list.
    fn close_list(&mut self, base: usize) -> Vec<Node<'t>> {
        let mut items = room::items(self.items.len() - base);
        items.extend(self.items.drain(base..));
        items
    }

    /// A block mapping whose keys are in `column`, the first one here.
    fn mapping(&mut self, column: usize, depth: usize) -> Option<Node<'t>> {
        if depth > DEEPEST {
            return None;
        }
        let base = self.entries.len();
        let start = self.at;
        let mut last = start;
        let mut keys = KnownKeys::default();
        loop {
            let end = self.key_end()?;
            let key = self.key(self.at, end)?;
            if !keys.is_new(&key.value, &self.entries[base..]) {
                return None;
            }
            self.at = end + 1;
            let value = self.mapping_value(column, depth)?;
            last = last.max(value.span.end as usize);
            self.entries.push(Entry { key, value });
            match self.column {
                Some(next) if next == column => {}
                Some(next) if next > column => return None,
                _ => break,
            }
        }
        let entries = self.close_mapping(base);
        Some(Node::new(Value::Mapping(entries), self.span(start, last)))
    }

    /// The value behind the colon of a key in `column`.
    fn mapping_value(&mut self, column: usize, depth: usize) -> Option<Node<'t>> {
        let colon = self.at;
        self.skip_spaces();
        if !matches!(self.byte(self.at), b'\n' | b'#') {
            return self.line_value(column, depth);
        }
        self.at = colon;
        self.next_line()?;
        match self.column {
            Some(next) if next > column => self.block(next, depth + 1),
            Some(next) if next == column && self.is_dash() => self.list(next, true, depth + 1),
            _ => Some(Node::new(Value::Null, self.span(colon, colon))),
        }
    }

    /// A block mapping or list whose first line is here.
    fn block(&mut self, column: usize, depth: usize) -> Option<Node<'t>> {
        if self.is_dash() { self.list(column, false, depth) } else { self.mapping(column, depth) }
    }

    /// A block list whose dashes are in `column`, the first one here. `in_mapping` if a mapping with keys in the same column
    /// continues behind it.
    fn list(&mut self, column: usize, in_mapping: bool, depth: usize) -> Option<Node<'t>> {
        if depth > DEEPEST {
            return None;
        }
        let base = self.items.len();
        let start = self.at;
        let mut last = start;
        loop {
            let item = self.item(column, depth)?;
            last = last.max(item.span.end as usize);
            self.items.push(item);
            match self.column {
                Some(next) if next == column && self.is_dash() => {}
                Some(next) if next > column || (next == column && !in_mapping) => return None,
                _ => break,
            }
        }
        let items = self.close_list(base);
        Some(Node::new(Value::Sequence(items), self.span(start, last)))
    }

    /// The item behind the dash here, in `column`.
    fn item(&mut self, column: usize, depth: usize) -> Option<Node<'t>> {
        let dash = self.at;
        self.at += 1;
        self.skip_spaces();
        if matches!(self.byte(self.at), b'\n' | b'#') {
            self.at = dash + 1;
            self.next_line()?;
            return match self.column {
                Some(next) if next > column => self.block(next, depth + 1),
                _ => Some(Node::new(Value::Null, self.span(dash + 1, dash + 1))),
            };
        }
        if self.key_end().is_some() {
            let column = column + self.at - dash;
            return self.mapping(column, depth + 1);
        }
        self.line_value(column, depth)
    }

    /// A value that ends on its line, in a block in `column`: what follows must not continue it.
    fn line_value(&mut self, column: usize, depth: usize) -> Option<Node<'t>> {
        let start = self.at;
        let value = match self.byte(start) {
            b'"' | b'\'' | b'[' | b'{' => self.flow(depth)?,
            b'-' if self.is_blank_or_end(start + 1) => return None,
            byte if CLASS[usize::from(byte)] & INDICATOR != 0 => return None,
            _ => self.plain()?,
        };
        self.next_line()?;
        match self.column {
            Some(next) if next > column => None,
            _ => Some(value),
        }
    }

    /// A plain scalar up to the end of the line or a comment.
    fn plain(&mut self) -> Option<Node<'t>> {
        let start = self.at;
        let rest = self.bytes.get(start..)?;
        let mut length = 0;
        loop {
            length += rest[length..]
                .iter()
                .position(|byte| CLASS[usize::from(*byte)] & STOP != 0)
                .unwrap_or(rest.len() - length);
            match rest.get(length) {
                Some(b':') if self.is_blank_or_end(start + length + 1) => return None,
                Some(b'#') if rest[length - 1] == b' ' => break,
                Some(b':' | b'#') => length += 1,
                _ => break,
            }
        }
        while rest[length - 1] == b' ' {
            length -= 1;
        }
        self.at = start + length;
        self.scalar(start)
    }

    /// The plain scalar from `start` to here.
    fn scalar(&self, start: usize) -> Option<Node<'t>> {
        let text = self.slice(start, self.at)?;
        let is_text = CLASS[usize::from(self.byte(start))] & TYPED == 0;
        let value = if is_text { Value::String(text.into()) } else { plain(text.into()).into_value()? };
        Some(Node::new(value, self.span(start, self.at)))
    }

    /// A quoted scalar, a flow collection, or inside one a plain scalar of one word.
    fn flow(&mut self, depth: usize) -> Option<Node<'t>> {
        if depth > DEEPEST {
            return None;
        }
        let start = self.at;
        match self.byte(start) {
            b'"' | b'\'' => {
                let text = self.quoted()?;
                Some(Node::new(Value::String(text.into()), self.span(start, self.at)))
            }
            b'[' => self.flow_list(depth + 1),
            b'{' => self.flow_mapping(depth + 1),
            _ => {
                self.skip_word()?;
                self.scalar(start)
            }
        }
    }

    /// Goes behind the word that starts here.
    fn skip_word(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        let length = rest.iter().position(|byte| CLASS[usize::from(*byte)] & WORD == 0)?;
        // A dash alone is not a scalar.
        let is_word = length > usize::from(rest[0] == b'-');
        self.at += length;
        is_word.then_some(())
    }

    /// The text of a quoted scalar without escapes.
    fn quoted(&mut self) -> Option<&'t str> {
        let quote = self.byte(self.at);
        let body = self.at + 1;
        let rest = self.bytes.get(body..)?;
        let length = rest.iter().position(|byte| *byte == quote || matches!(byte, b'\\' | b'\n'))?;
        let is_escaped = rest[length] != quote || rest.get(length + 1) == Some(&b'\'');
        self.at = body + length + 1;
        if is_escaped { None } else { self.slice(body, body + length) }
    }

    fn flow_list(&mut self, depth: usize) -> Option<Node<'t>> {
        let base = self.items.len();
        let start = self.at;
        self.at += 1;
        self.skip_spaces();
        while self.byte(self.at) != b']' {
            let item = self.flow(depth)?;
            self.items.push(item);
            self.separator(b']')?;
        }
        self.at += 1;
        let items = self.close_list(base);
        Some(Node::new(Value::Sequence(items), self.span(start, self.at)))
    }

    fn flow_mapping(&mut self, depth: usize) -> Option<Node<'t>> {
        let base = self.entries.len();
        let start = self.at;
        let mut keys = KnownKeys::default();
        self.at += 1;
        self.skip_spaces();
        while self.byte(self.at) != b'}' {
            let end = self.key_end()?;
            let key = self.key(self.at, end)?;
            if !keys.is_new(&key.value, &self.entries[base..]) {
                return None;
            }
            self.at = end + 1;
            self.skip_spaces();
            let value = self.flow(depth)?;
            self.entries.push(Entry { key, value });
            self.separator(b'}')?;
        }
        self.at += 1;
        let entries = self.close_mapping(base);
        Some(Node::new(Value::Mapping(entries), self.span(start, self.at)))
    }

    /// Goes behind a comma to the next item, or to the `end` of a flow collection.
    fn separator(&mut self, end: u8) -> Option<()> {
        self.skip_spaces();
        match self.byte(self.at) {
            b',' => {
                self.at += 1;
                self.skip_spaces();
                (self.byte(self.at) != end).then_some(())
            }
            byte => (byte == end).then_some(()),
        }
    }
}

/// A byte of a word: a key, or a scalar inside brackets.
const WORD: u8 = 1;
/// The first byte of a plain scalar that may be something other than text.
const TYPED: u8 = 2;
/// A byte that cannot start a plain scalar, or only in front of certain others.
const INDICATOR: u8 = 4;
/// A byte that may end a plain scalar outside of brackets; a blank is part of it or is trimmed.
const STOP: u8 = 8;

/// What a byte can be.
static CLASS: [u8; 256] = {
    const fn mark(table: &mut [u8; 256], bytes: &[u8], class: u8) {
        let mut at = 0;
        while at < bytes.len() {
            table[bytes[at] as usize] |= class;
            at += 1;
        }
    }
    let mut table = [0; 256];
    mark(&mut table, b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./", WORD);
    mark(&mut table, b"0123456789+-.yYnNtTfFoO~", TYPED);
    mark(&mut table, b"[]{}#&*!|>'\"%@`,?: \n", INDICATOR);
    mark(&mut table, b"\n:#", STOP);
    table
};
