//! An append-only store of source texts, and the spans that point into them.

pub mod shift;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Identifies a text of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

impl SourceId {
    /// The ID of the source at `position`, from 0, in order of addition.
    #[must_use]
    pub fn new(position: usize) -> Self {
        Self(position as u32)
    }

    /// The position in order of addition, from 0.
    #[must_use]
    pub fn position(self) -> usize {
        self.0 as usize
    }
}

/// A byte range of one source: `start` included, `end` excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source of the range.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span over `start..end` of `source`. Texts are limited to less than 4 GiB, so offsets fit.
    #[inline]
    #[must_use]
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        Self { source, start: start as u32, end: end as u32 }
    }

    /// The byte range, for slicing the source's text.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its span.
    pub span: Span,
}

/// The kind of a text, which decides how reports describe it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A profile or an overlay, in TOML.
    Profile,
    /// The value of one `--set` argument.
    Argument,
    /// A template.
    Template,
    /// Text that templates produced; findings in it are mapped to its origin.
    Rendered,
    /// A manifest to validate.
    Manifest,
}

/// A text and its display name.
#[derive(Clone, Debug)]
pub struct Source {
    /// A path as the user wrote it, `-` for standard input, or a name such as `--set` or `<built-in aws-ebs>`.
    pub name: String,
    /// The text itself.
    pub text: Arc<str>,
    /// The kind of the text.
    pub kind: SourceKind,
    /// The line number of the first line: more than 1 if the text is a piece of a longer stream.
    pub first_line: usize,
    /// The offset of the first byte: more than 0 if the text is a piece of a longer stream.
    pub offset: usize,
    /// How many characters precede the text on its first line: more than 0 if the text is a piece of a longer line.
    pub characters_before: usize,
    /// The start of each line, computed on first use.
    lines: OnceLock<Vec<u32>>,
    /// How many characters precede each block of [`BLOCK`] bytes, counted when the first column is requested: a text of one
    /// line would be counted again for each finding otherwise.
    characters: OnceLock<Vec<u32>>,
}

/// The distance of the places in a text up to which characters are counted in advance, in bytes.
const BLOCK: usize = 2048;

impl Source {
    /// The start of each line.
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect()
        })
    }

    /// How many characters precede a byte.
    fn characters_before(&self, byte: usize) -> usize {
        // A continuation byte of UTF-8 is not a character of its own.
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        let bytes = &self.text.as_bytes()[..byte];
        let blocks = self.characters.get_or_init(|| {
            let mut before = 0;
            let block = |block: &[u8]| {
                before += count(block) as u32;
                before
            };
            self.text.as_bytes().chunks(BLOCK).map(block).collect()
        });
        let whole = byte / BLOCK;
        let before =
            whole.checked_sub(1).and_then(|last| blocks.get(last)).map_or(0, |before| *before as usize);
        before + count(&bytes[whole * BLOCK..])
    }

    /// The index, from 0, of the line that contains a byte.
    #[must_use]
    pub fn line_of(&self, byte: usize) -> usize {
        self.lines().partition_point(|start| *start as usize <= byte).saturating_sub(1)
    }

    /// The byte range of a line, counted from 0, without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> std::ops::Range<usize> {
        let at = |line: usize| self.lines().get(line).map_or(self.text.len(), |start| *start as usize);
        let (start, end) = (at(line), at(line + 1));
        let text = self.text[start..end].trim_end_matches(['\n', '\r']);
        start..start + text.len()
    }

    /// The closest character boundary at or before a byte.
    #[must_use]
    pub fn boundary(&self, byte: usize) -> usize {
        let mut at = byte.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// Where a piece of a longer text begins in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The number of its first line, from 1.
    pub line: usize,
    /// Its first byte, from 0.
    pub offset: usize,
    /// How many characters precede it on its first line.
    pub characters: usize,
}

/// A line and a column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
}

/// The texts of one run. A source is never removed; its text may be released while nothing reads it.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
    /// Sources added by `add_once`, by name.
    once: HashMap<String, Vec<SourceId>>,
}

impl Sources {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text and returns its ID.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>, kind: SourceKind) -> SourceId {
        self.add_piece(name, text, kind, Piece { line: 1, offset: 0, characters: 0 })
    }

    /// Adds a piece of a longer text.
    pub fn add_piece(
        &mut self,
        name: impl Into<String>,
        text: impl Into<Arc<str>>,
        kind: SourceKind,
        piece: Piece,
    ) -> SourceId {
        let id = SourceId::new(self.list.len());
        let (name, text) = (name.into(), text.into());
        self.list.push(Source {
            name,
            text,
            kind,
            first_line: piece.line,
            offset: piece.offset,
            characters_before: piece.characters,
            lines: OnceLock::new(),
            characters: OnceLock::new(),
        });
        id
    }

    /// Adds a text unless it exists under the same name, so that its findings are reported once.
    pub fn add_once(&mut self, name: &str, text: &str, kind: SourceKind) -> SourceId {
        let known = self.once.get(name).map(Vec::as_slice).unwrap_or_default();
        let same = |id: &&SourceId| {
            let source = self.get(**id);
            source.kind == kind && *source.text == *text
        };
        if let Some(id) = known.iter().find(same) {
            return *id;
        }
        let id = self.add(name, text, kind);
        self.once.entry(name.to_owned()).or_default().push(id);
        id
    }

    /// The same texts, except for this one.
    #[must_use]
    pub fn with_text(&self, id: SourceId, text: &str) -> Self {
        let mut changed = self.clone();
        changed.set_text(id, text);
        changed
    }

    /// Gives a source its text, in place of the one that it has.
    pub fn set_text(&mut self, id: SourceId, text: impl Into<Arc<str>>) {
        if let Some(source) = self.list.get_mut(id.position()) {
            source.text = text.into();
            source.lines = OnceLock::new();
            source.characters = OnceLock::new();
        }
    }

    /// Whether the texts of two stores have the same names, in the same order.
    #[must_use]
    pub fn has_same_names(&self, other: &Self) -> bool {
        self.list.len() == other.list.len()
            && self.list.iter().zip(&other.list).all(|(one, two)| one.name == two.name)
    }

    /// The number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether it has no texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The source with this ID.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.list[id.position()]
    }

    /// The text that a span covers.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.range()).unwrap_or("")
    }

    /// Line and column of a span's first byte.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        let source = self.get(span.source);
        let start = source.boundary(span.start as usize);
        let line = source.line_of(start);
        Location {
            line: source.first_line + line,
            column: source.characters_before(start) - source.characters_before(source.line(line).start)
                + if line == 0 { source.characters_before } else { 0 }
                + 1,
        }
    }
}

/// The directory of each text below its side; texts that are not listed are at the top.
pub type Folders = HashMap<SourceId, String>;

/// Whether a character is invisible or reorders the text around it, so that a reader sees something other than what is
/// there: line and paragraph separators (which end a line in YAML 1.1), bidirectional controls (Unicode UAX #9, section 2),
/// invisible operators, tags. Joiners are not: scripts and emoji need them.
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    matches!(character,
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}
