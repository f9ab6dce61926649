//! Splits a text into documents as kubectl does.

use memchr::memmem::Finder;

use super::json;
use super::piece::is_readable;
use super::slice::{DocumentSlice, Syntax};

/// How far kubectl looks for the opening brace of JSON (the buffer size of its decoder).
const PEEK: usize = 4096;

/// The maximum number of bytes wasted on an invalid JSON stream, so that splitting stays linear.
const MOST_WASTED: usize = 16 << 20;

/// The document separator, at the start of a line.
const SEPARATOR: &str = "---";

/// How a text begins: if it is part of a longer text, the preceding part matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A text of its own.
    Beginning,
    /// The text begins with the separator that ends the document before.
    Separator,
    /// One JSON object precedes it.
    AfterObject,
    /// At least two JSON objects precede it.
    Json,
    /// The text begins with a List in JSON, and ends with it or behind one of its items.
    List,
    /// The text begins behind an item of a List in JSON.
    Items,
    /// The text is the beginning of a JSON object that is too large.
    LargeJson,
    /// Valid JSON precedes it, and the text does not continue it.
    BrokenJson,
}

/// Splits a text as kubectl does: JSON objects first if the text begins with a brace; then YAML at each line
/// that begins with `---`, even inside a block scalar. Every significant byte is in some piece.
#[must_use]
pub fn split(text: &str) -> Split<'_> {
    split_from(text, Start::Beginning)
}

/// Splits a text that may be part of a longer one, but not of a List in JSON.
#[must_use]
pub(super) fn split_from(text: &str, start: Start) -> Split<'_> {
    let json = match start {
        Start::Beginning => begins_as_json(text).then_some(0),
        Start::AfterObject => Some(1),
        Start::Json => Some(2),
        _ => None,
    };
    let whole = match start {
        Start::LargeJson => Some(Syntax::LargeJson),
        Start::BrokenJson => Some(Syntax::BrokenJson),
        _ => None,
    };
    Split {
        text,
        at: 0,
        separated: start == Start::Separator,
        wasted: 0,
        json,
        separator: Finder::new("\n---"),
        whole,
    }
}

/// Whether kubectl reads a text as JSON first.
#[must_use]
pub fn begins_as_json(text: &str) -> bool {
    let mut peek = PEEK.min(text.len());
    while !text.is_char_boundary(peek) {
        peek -= 1;
    }
    text.get(..peek).is_some_and(|start| start.trim_start().starts_with('{'))
}

/// The start of the last line that begins with `---` and does not follow another such line.
#[must_use]
pub fn last_separator(bytes: &[u8]) -> Option<usize> {
    let mut end = bytes.len();
    loop {
        let at = memchr::memrchr(b'\n', &bytes[..end])? + 1;
        if bytes[at..].starts_with(b"---") {
            let before = &bytes[..at - 1];
            let line = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
            if !before[line..].starts_with(b"---") {
                return Some(at);
            }
        }
        end = at - 1;
    }
}

/// The pieces of a text.
#[derive(Clone, Debug)]
pub struct Split<'t> {
    text: &'t str,
    at: usize,
    /// Whether there is a separator at `at` that ends the previous document.
    separated: bool,
    /// The number of bytes wasted in search of the next JSON value.
    wasted: usize,
    /// How many JSON values have been read, while the stream is JSON.
    json: Option<usize>,
    /// Finds the next separator.
    separator: Finder<'static>,
    /// What the whole text is, if it is part of a JSON object.
    whole: Option<Syntax>,
}

impl Iterator for Split<'_> {
    type Item = DocumentSlice;

    fn next(&mut self) -> Option<DocumentSlice> {
        if let Some(form) = self.whole.take() {
            self.at = self.text.len();
            return Some(DocumentSlice { range: 0..self.at, form });
        }
        if let Some(count) = self.json {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let start = self.at + rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            if start == self.text.len() {
                return None;
            }
            let mut reached = start;
            if let Some(end) = json::value_end(self.text, start, &mut reached) {
                self.json = Some(count + 1);
                self.at = end;
                return Some(DocumentSlice { range: start..end, form: Syntax::Json });
            }
            if count > 1 || (count == 1 && self.is_json_all_the_same()) {
                self.json = Some(2);
                // kubectl stops here. Continue at the next line that starts an object or a document.
                self.wasted += reached - start;
                let hopeless = self.wasted > MOST_WASTED.max(self.text.len());
                let end = if hopeless { self.text.len() } else { self.next_line(start, &["{", SEPARATOR]) };
                self.at = end;
                if self.text.get(end..).is_some_and(|rest| rest.starts_with(SEPARATOR)) {
                    self.json = None;
                }
                return Some(DocumentSlice { range: start..end, form: Syntax::BrokenJson });
            }
            self.json = None;
            let Some(line) = self.after_json() else {
                self.at = self.text.len();
                return Some(DocumentSlice { range: start..self.at, form: Syntax::BrokenJson });
            };
            self.at = line;
        }
        self.yaml()
    }
}

impl Split<'_> {
    /// Skips documents of YAML that end before `position`. Whatever precedes it, a document ends at the last separator, unless
    /// that follows another one.
    pub(super) fn skip_to(&mut self, position: usize) {
        if self.json.is_none() && self.whole.is_none() {
            let skipped = self.text.as_bytes().get(self.at..position).unwrap_or_default();
            if let Some(at) = last_separator(skipped) {
                self.at += at;
                self.separated = true;
            }
        }
    }

    /// After one JSON object, kubectl parses the rest as YAML. If that would fail and more objects follow,
    /// parse each of them as JSON.
    fn is_json_all_the_same(&self) -> bool {
        let Some(at) = self.after_json() else { return false };
        let mut rest = Self { at, json: None, ..self.clone() };
        rest.yaml().is_some_and(|piece| {
            let text = self.text.get(piece.range.clone()).unwrap_or_default();
            text.contains("\n{") && !is_readable(self.text, &piece)
        })
    }

    /// Where kubectl starts to parse YAML after JSON: after blanks and one line feed. It reads four bytes for
    /// each character there, and stops if fewer are left.
    fn after_json(&self) -> Option<usize> {
        let mut at = self.at;
        for char in self.text.get(at..)?.chars() {
            if self.text.len() - at < 4 {
                return None;
            }
            if !char.is_whitespace() {
                break;
            }
            at += char.len_utf8();
            if char == '\n' {
                break;
            }
        }
        Some(at)
    }

    fn yaml(&mut self) -> Option<DocumentSlice> {
        let mut start = self.at;
        let mut body = start;
        // The separator that ended the previous document is dropped; another one belongs to the next
        // document.
        for dropped in [true, false] {
            let rest = self.text.get(body..).unwrap_or_default();
            if (dropped && !self.separated) || !rest.starts_with(SEPARATOR) {
                continue;
            }
            let line = rest.split('\n').next().unwrap_or_default();
            let behind = line.get(SEPARATOR.len()..).unwrap_or_default().trim();
            if !behind.is_empty() && !behind.starts_with('#') {
                self.at = self.next_line(body, &[SEPARATOR]);
                self.separated = true;
                return Some(DocumentSlice { range: body..self.at, form: Syntax::BrokenSeparator });
            }
            body = (body + line.len() + 1).min(self.text.len());
            if dropped {
                start = body;
            }
        }
        if start >= self.text.len() {
            return None;
        }
        let next = self.text.get(body..).is_some_and(|rest| rest.starts_with(SEPARATOR));
        self.at = if next { body } else { self.next_line(body, &[SEPARATOR]) };
        self.separated = true;
        Some(DocumentSlice { range: start..self.at, form: Syntax::Yaml })
    }

    /// The start of the next line after `from` that begins with one of `prefixes`, or the end of the text.
    fn next_line(&self, from: usize, prefixes: &[&str]) -> usize {
        let bytes = self.text.as_bytes();
        if prefixes == [SEPARATOR] {
            let rest = bytes.get(from..).unwrap_or_default();
            return self.separator.find(rest).map_or(bytes.len(), |end| from + end + 1);
        }
        memchr::memchr_iter(b'\n', bytes.get(from..).unwrap_or_default())
            .map(|end| from + end + 1)
            .find(|start| prefixes.iter().any(|prefix| bytes[*start..].starts_with(prefix.as_bytes())))
            .unwrap_or(bytes.len())
    }
}
