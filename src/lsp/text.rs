//! The text of an open file, edited by the client, and positions in the encoding that was negotiated.

use serde_json::{Value, json};

/// The unit in which a client counts columns (`general.positionEncodings` of LSP 3.17).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// The default: 16-bit code units.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The cheapest encoding that a client offers in its capabilities; UTF-16 if it offers none.
    #[must_use]
    pub fn negotiate(capabilities: &Value) -> Self {
        let offered = capabilities["general"]["positionEncodings"].as_array();
        let offers = |name: &str| offered.is_some_and(|list| list.iter().any(|one| one == name));
        [Self::Utf8, Self::Utf32].into_iter().find(|encoding| offers(encoding.name())).unwrap_or_default()
    }

    /// Its name in the protocol.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    /// The width of a character.
    fn width(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A text with the start of each line. Lines end with `\n`, `\r\n` or a lone `\r`, as the protocol requires.
#[derive(Clone, Debug, Default)]
pub struct Text {
    text: String,
    lines: Vec<usize>,
}

impl Text {
    /// Indexes a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let bytes = text.as_bytes();
        let mut lines = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                lines.push(at + 1);
            }
        }
        Self { text, lines }
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A line without its line break; empty past the end.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let end = self.lines.get(line + 1).copied().unwrap_or(self.text.len());
        let start = self.lines.get(line).copied().unwrap_or(end);
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }

    /// The number of lines; a text that ends with a line break has an empty one after it.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The byte at which a line starts; the end of the text for a line past the end.
    #[must_use]
    pub fn line_start(&self, line: usize) -> usize {
        self.lines.get(line).copied().unwrap_or(self.text.len())
    }

    /// The index of the line that contains a byte, from 0.
    #[must_use]
    pub fn line_of(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte) - 1
    }

    /// The byte at a position. A column past the end of the line means its end; one within a character its start.
    #[must_use]
    pub fn offset(&self, position: &Value, encoding: Encoding) -> usize {
        let number = |key: &str| usize::try_from(position[key].as_u64().unwrap_or(0)).unwrap_or(usize::MAX);
        let (line, wanted) = (number("line"), number("character"));
        let Some(start) = self.lines.get(line).copied() else { return self.text.len() };
        let mut column = 0;
        for (at, character) in self.line(line).char_indices() {
            column += encoding.width(character);
            if column > wanted {
                return start + at;
            }
        }
        start + self.line(line).len()
    }

    /// The position of a byte.
    #[must_use]
    pub fn position(&self, byte: usize, encoding: Encoding) -> Value {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.line_of(byte);
        let before = &self.text[self.lines[line]..byte];
        let column: usize = before.chars().map(|character| encoding.width(character)).sum();
        json!({"line": line, "character": column})
    }

    /// The range of some bytes.
    #[must_use]
    pub fn range(&self, bytes: std::ops::Range<usize>, encoding: Encoding) -> Value {
        let (start, end) = (bytes.start, bytes.end.max(bytes.start));
        json!({"start": self.position(start, encoding), "end": self.position(end, encoding)})
    }

    /// Applies one item of `contentChanges`: a new text for a range, or for everything.
    pub fn apply(&mut self, change: &Value, encoding: Encoding) {
        let new = change["text"].as_str().unwrap_or_default();
        let range = &change["range"];
        if range.is_null() {
            *self = Self::new(new);
            return;
        }
        let (start, end) = (self.offset(&range["start"], encoding), self.offset(&range["end"], encoding));
        let mut text = std::mem::take(&mut self.text);
        text.replace_range(start..end.max(start), new);
        *self = Self::new(text);
    }
}
