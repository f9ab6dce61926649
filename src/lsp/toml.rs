//! A forgiving reader of TOML: keys and texts with their places, and the context of a place, in a text that may be broken.

use std::ops::Range;

use crate::profile::schema::{Key, Kind, Table};
use crate::profile::sections;

/// An item of a list, as part of a path.
pub(super) const ITEM: &str = "[]";

/// One part of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyPart {
    /// The path of the value under the key.
    pub(super) path: Vec<String>,
    /// The place of this part.
    pub(super) range: Range<usize>,
    /// Whether it is in the header of a table.
    pub(super) in_header: bool,
}

/// A value that is not a list or a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scalar {
    /// The path of its key.
    pub(super) path: Vec<String>,
    /// Its text, without quotes.
    pub(super) text: String,
    /// The place of the text.
    pub(super) range: Range<usize>,
}

/// What is being written at the end of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The header of a table: the parts before the last dot.
    Header(Vec<String>),
    /// A key of the table at this path.
    Key(Vec<String>),
    /// The value of the key at this path; whether a quote has been opened.
    Value(Vec<String>, bool),
    /// A comment, or what follows a value.
    Elsewhere,
}

/// The keys and values of a text.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) keys: Vec<KeyPart>,
    pub(super) scalars: Vec<Scalar>,
    /// The context at the end.
    pub(super) place: Place,
}

/// What surrounds a value.
enum Frame {
    List(Vec<String>),
    Table(Vec<String>),
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    scan: Scan,
    frames: Vec<Frame>,
}

/// Reads a text, or its beginning up to some place.
pub(super) fn scan(text: &str) -> Scan {
    let scan = Scan { keys: Vec::new(), scalars: Vec::new(), place: Place::Key(Vec::new()) };
    let mut scanner = Scanner { text, at: 0, scan, frames: Vec::new() };
    scanner.run();
    scanner.scan
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, is_skipped: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&is_skipped) {
            self.at += 1;
        }
    }

    fn run(&mut self) {
        let mut table: Vec<String> = Vec::new();
        while self.at < self.text.len() {
            self.skip(|byte| byte.is_ascii_whitespace());
            self.scan.place = Place::Key(table.clone());
            match self.peek() {
                None => {}
                Some(b'#') => self.comment(),
                Some(b'[') => table = self.header(),
                Some(_) => self.entry(&table),
            }
        }
    }

    fn comment(&mut self) {
        self.skip(|byte| byte != b'\n');
        if self.at == self.text.len() {
            self.scan.place = Place::Elsewhere;
        }
    }

    fn header(&mut self) -> Vec<String> {
        let is_list = self.text[self.at..].starts_with("[[");
        self.at += 1 + usize::from(is_list);
        let mut path = self.key(Vec::new(), true);
        let place = Place::Header(path[..path.len().saturating_sub(1)].to_vec());
        self.scan.place =
            if self.text[..self.at].ends_with('.') { Place::Header(path.clone()) } else { place };
        if self.peek() == Some(b']') {
            self.scan.place = Place::Elsewhere;
        }
        self.skip(|byte| byte != b'\n');
        if is_list {
            path.push(ITEM.to_owned());
        }
        path
    }

    /// Reads a dotted key below a path, and returns its own.
    fn key(&mut self, mut path: Vec<String>, in_header: bool) -> Vec<String> {
        loop {
            self.skip(|byte| matches!(byte, b' ' | b'\t'));
            let start = self.at;
            let part = match self.peek() {
                Some(quote @ (b'"' | b'\'')) => {
                    self.at += 1;
                    self.skip(|byte| byte != quote && byte != b'\n');
                    let part = self.text[start + 1..self.at].to_owned();
                    self.at += usize::from(self.peek() == Some(quote));
                    part
                }
                _ => {
                    let is_bare =
                        |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"-_/".contains(&byte);
                    self.skip(is_bare);
                    self.text[start..self.at].to_owned()
                }
            };
            if self.at == start {
                return path;
            }
            path.push(part);
            self.scan.keys.push(KeyPart { path: path.clone(), range: start..self.at, in_header });
            self.skip(|byte| matches!(byte, b' ' | b'\t'));
            if self.peek() != Some(b'.') {
                return path;
            }
            self.at += 1;
        }
    }

    /// Reads `key = value`, which ends at the end of a line outside brackets.
    fn entry(&mut self, table: &[String]) {
        let start = self.at;
        let path = self.assignment(table.to_vec());
        if path.is_none() {
            if self.at == self.text.len() {
                return;
            }
            // Not a key: the rest of the line is skipped.
            self.skip(|byte| byte != b'\n');
        }
        debug_assert!(self.at > start || self.at == self.text.len());
        let Some(mut path) = path else { return };
        loop {
            let expects_key = self.value(&path);
            match (expects_key, self.frames.last()) {
                (false, None) => return,
                (true, Some(Frame::Table(outer))) => {
                    let outer = outer.clone();
                    self.blank();
                    self.scan.place = Place::Key(outer.clone());
                    match self.assignment(outer.clone()) {
                        Some(inner) => path = inner,
                        None if self.at == self.text.len() => return,
                        None => path = outer,
                    }
                }
                (_, Some(Frame::List(outer))) => path = outer.clone(),
                (_, Some(Frame::Table(outer))) => path = outer.clone(),
                (true, None) => return,
            }
            if self.at >= self.text.len() {
                return;
            }
        }
    }

    /// Reads `key =`; nothing without `=`.
    fn assignment(&mut self, table: Vec<String>) -> Option<Vec<String>> {
        let path = self.key(table.clone(), false);
        let dotted = self.text[..self.at].ends_with('.');
        let above = if dotted {
            path.clone()
        } else {
            path[..path.len().saturating_sub(1).max(table.len().min(path.len()))].to_vec()
        };
        self.scan.place = Place::Key(above);
        if self.peek() != Some(b'=') {
            return None;
        }
        self.at += 1;
        self.scan.place = Place::Value(path.clone(), false);
        Some(path)
    }

    fn blank(&mut self) {
        loop {
            self.skip(|byte| byte.is_ascii_whitespace());
            if self.peek() != Some(b'#') {
                return;
            }
            self.comment();
        }
    }

    /// Reads up to the next place where a key may begin (true) or the value at a path ends (false).
    fn value(&mut self, path: &[String]) -> bool {
        let mut path = path.to_vec();
        loop {
            self.skip(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
            let Some(byte) = self.peek() else { return false };
            match byte {
                b'#' => self.comment(),
                b'\n' if self.frames.is_empty() => return false,
                b'\n' => self.at += 1,
                b'[' => {
                    path.push(ITEM.to_owned());
                    self.frames.push(Frame::List(path.clone()));
                    self.at += 1;
                    self.scan.place = Place::Value(path.clone(), false);
                }
                b'{' => {
                    self.frames.push(Frame::Table(path.clone()));
                    self.at += 1;
                    return true;
                }
                b']' | b'}' => {
                    self.frames.pop();
                    self.at += 1;
                    self.scan.place = Place::Elsewhere;
                    if let Some(Frame::List(outer)) = self.frames.last() {
                        path.clone_from(outer);
                    }
                }
                b',' => {
                    self.at += 1;
                    match self.frames.last() {
                        Some(Frame::Table(_)) => return true,
                        Some(Frame::List(outer)) => path.clone_from(outer),
                        None => {}
                    }
                    self.scan.place = Place::Value(path.clone(), false);
                }
                b'"' | b'\'' => self.quoted(byte, &path),
                _ => self.bare(&path),
            }
        }
    }

    fn quoted(&mut self, quote: u8, path: &[String]) {
        let rest = &self.text[self.at..];
        let mark = char::from(quote).to_string();
        let long = mark.repeat(3);
        let (open, is_long) = if rest.starts_with(&long) { (3, true) } else { (1, false) };
        let start = self.at + open;
        self.at = start;
        loop {
            match self.peek() {
                None => {
                    self.scan.place = Place::Value(path.to_vec(), true);
                    return;
                }
                Some(b'\\') if quote == b'"' => self.at = (self.at + 2).min(self.text.len()),
                Some(b'\n') if !is_long => break,
                Some(_) if is_long && self.text.as_bytes()[self.at..].starts_with(long.as_bytes()) => break,
                Some(byte) if !is_long && byte == quote => break,
                Some(_) => self.at += 1,
            }
        }
        let text = self.text.get(start..self.at).unwrap_or_default().to_owned();
        self.scan.scalars.push(Scalar { path: path.to_vec(), text, range: start..self.at });
        if self.peek() != Some(b'\n') {
            self.at = (self.at + open).min(self.text.len());
        }
        self.scan.place = Place::Elsewhere;
    }

    fn bare(&mut self, path: &[String]) {
        let start = self.at;
        self.skip(|byte| !byte.is_ascii_whitespace() && !b",]}#".contains(&byte));
        let text = self.text.get(start..self.at).unwrap_or_default().to_owned();
        self.scan.place = Place::Value(path.to_vec(), false);
        self.scan.scalars.push(Scalar { path: path.to_vec(), text, range: start..self.at });
    }
}

/// The scalar or part of a key at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Key(KeyPart),
    Scalar(Scalar),
}

impl Scan {
    /// What is written at a place.
    pub(super) fn word(&self, at: usize) -> Option<Word> {
        let is_here = |range: &Range<usize>| range.start <= at && at <= range.end;
        let key = self.keys.iter().find(|key| is_here(&key.range)).cloned().map(Word::Key);
        key.or_else(|| self.scalars.iter().find(|scalar| is_here(&scalar.range)).cloned().map(Word::Scalar))
    }

    /// The text of the key at a path.
    pub(super) fn text(&self, path: &[&str]) -> Option<&str> {
        let found = self.scalars.iter().find(|scalar| scalar.path.iter().eq(path.iter()));
        found.map(|scalar| scalar.text.as_str())
    }
}

/// Whether a text is a profile or an overlay: the first of its keys are those of profiles.
pub(super) fn is_ours(text: &str) -> bool {
    let scan = scan(text);
    let top = |key: &KeyPart| sections::profile().key(&key.path[0]).is_some();
    let has = |name: &str| scan.keys.iter().any(|key| key.path.first().is_some_and(|first| first == name));
    // Other programs have `name` or `labels`, too.
    let is_typical = sections::sections().iter().any(|section| has(section.name))
        || has("driver")
        || has("extends")
        || has("on");
    is_typical && scan.keys.iter().filter(|key| !top(key)).count() <= scan.keys.len() / 2
}

/// Any key of a section, as part of a path.
pub(super) const ANY: &str = "*";

/// The path as the tables know it: parts for one base have the keys of a layer, and defaults those of an object.
pub(super) fn plain(path: &[String]) -> Vec<String> {
    match path {
        [on, _, rest @ ..] if on == "on" => plain(rest),
        [defaults, section, rest @ ..] if defaults == "defaults" => {
            [section.clone(), ANY.to_owned()].into_iter().chain(rest.iter().cloned()).collect()
        }
        _ => path.to_vec(),
    }
}

/// The table of a kind, or of its items.
pub(super) fn table_of(kind: &'static Kind) -> Option<&'static Table> {
    match kind {
        Kind::Table(table) | Kind::Either(_, Kind::Table(table)) => Some(table),
        _ => None,
    }
}

/// The values that are accepted at a path of a file with these keys at the top.
pub(super) fn kind_at(top: &'static Table, path: &[String]) -> Option<&'static Kind> {
    let (first, rest) = path.split_first()?;
    let mut kind = &top.key(first)?.kind;
    for part in rest {
        kind = match kind {
            Kind::Table(table) | Kind::Either(_, Kind::Table(table)) => &table.key(part)?.kind,
            Kind::List(inner) | Kind::Map(inner) | Kind::Named(_, inner) => inner,
            Kind::Either(inner, other) => match (inner, other, part.as_str()) {
                (Kind::List(inner), _, ITEM) => inner,
                (_, Kind::Map(inner), _) => inner,
                _ => return None,
            },
            _ => return None,
        };
    }
    Some(kind)
}

/// The table at a path.
pub(super) fn table_at(top: &'static Table, path: &[String]) -> Option<&'static Table> {
    if path.is_empty() { Some(top) } else { table_of(kind_at(top, path)?) }
}

/// The row of the key at the end of a path, unless the user chooses its name.
pub(super) fn key_at(top: &'static Table, path: &[String]) -> Option<&'static Key> {
    let (last, above) = path.split_last()?;
    table_at(top, above)?.key(last)
}
