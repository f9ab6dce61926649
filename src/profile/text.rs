//! TOML text → nodes: every syntax error at once, every key and value with its span.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned as TomlSpanned;
use toml::de::{DeTable, DeValue, Error as TomlError};
use toml_parser::Source as TomlSource;
use toml_parser::lexer::TokenKind;

use crate::finding::Finding;
use crate::profile::rules::{PROFILE_SYNTAX, PROFILE_TYPE};
use crate::source::{SourceId, Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// The most syntax errors that are reported of one text: a file with more is not TOML at all.
const MOST: usize = 20;
/// The most levels of tables in one text.
const DEEPEST: usize = 64;
const NOT_SO_DEEP: &str = "no key of a profile is nested that deeply";

/// Reads a text, unless it is nested too deeply. What could be read of a broken text is returned, too.
pub(super) fn read<'t>(source: SourceId, text: &'t str, findings: &mut Vec<Finding>) -> Node<'t> {
    let whole = Span::new(source, 0, text.len());
    if let Some(place) = too_deep(text) {
        let mut reader = Reader { source, text, offset: 0, depth: 0, findings };
        let value = reader.refuse(reader.span(&place), "the tables are nested too deeply", NOT_SO_DEEP);
        return Node::new(value, whole);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if let Some(language) = other_language(text).filter(|_| !errors.is_empty()) {
        let end = text.lines().next().map_or(0, str::len);
        let message = format!("the file looks like {language}; profiles are TOML");
        let mut finding = Finding::new(&PROFILE_SYNTAX, Span::new(source, 0, end), message);
        finding.help("write `key = \"value\"`, and `[section.key]` above the keys of a table");
        findings.push(finding);
        return Node::new(Value::Mapping(Vec::new()), whole);
    }
    for error in errors.iter().take(MOST) {
        findings.push(syntax(source, text, error));
    }
    let mut reader = Reader { source, text, offset: 0, depth: 0, findings };
    let value = reader.table(table.into_inner());
    Node::new(value, whole)
}

/// Reads the value of an argument, which begins at `offset` of the argument: as TOML if possible, otherwise as text.
pub(super) fn value(source: SourceId, text: &str, offset: usize) -> Node<'static> {
    let span = Span::new(source, offset, offset + text.len());
    let bare = || Node::new(Value::String(Cow::Owned(text.to_owned())), span);
    if too_deep(text).is_some() {
        return bare();
    }
    match DeValue::parse(text) {
        Ok(value) => {
            let mut findings = Vec::new();
            let node = Reader { source, text, offset, depth: 0, findings: &mut findings }.node(value);
            if findings.is_empty() { node.into_owned() } else { bare() }
        }
        Err(_) => bare(),
    }
}

/// The line above a key that sets the same key.
fn first_place(text: &str, start: usize, end: usize) -> Option<usize> {
    let key = text.get(start..end)?;
    let mut at = 0;
    let mut found = None;
    for line in text.get(..start)?.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        let rest = line.trim_start().strip_prefix(key).map(str::trim_start);
        if rest.is_some_and(|rest| rest.starts_with('=')) {
            found = Some(at + indent);
        }
        at += line.len();
    }
    found
}

/// The language of a text that begins like JSON or YAML.
fn other_language(text: &str) -> Option<&'static str> {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let key = first.split_once(':').map(|(key, rest)| (key.trim(), rest));
    if first.starts_with('{') {
        return Some("JSON");
    }
    let is_key = |key: &str| {
        !key.is_empty() && key.chars().all(|letter| letter.is_alphanumeric() || "-_./\"'".contains(letter))
    };
    let is_yaml = first == "---"
        || first.starts_with("- ")
        || key.is_some_and(|(key, rest)| is_key(key) && (rest.is_empty() || rest.starts_with(' ')));
    is_yaml.then_some("YAML")
}

fn syntax(source: SourceId, text: &str, error: &TomlError) -> Finding {
    let range = error.span().unwrap_or(text.len()..text.len());
    let start = range.start.min(text.len());
    let end = range.end.clamp(start, text.len());
    let span = Span::new(source, start, end);
    let message = error.message().lines().next().unwrap_or("the text is not TOML").to_owned();
    let mut finding = Finding::new(&PROFILE_SYNTAX, span, format!("not TOML: {message}"));
    if message == "duplicate key"
        && let Some(first) = first_place(text, start, end)
    {
        finding.help("a key is set once per table; remove one of the two");
        finding.related(Span::new(source, first, first + (end - start)), "it is set here first");
        return finding;
    }
    finding.help(
        "a profile is TOML (toml.io): `key = \"value\"`, and `[section.key]` above the keys of a table",
    );
    finding
}

/// The place at which brackets and dotted keys together are nested more deeply than in any profile. The parser limits
/// each of the two alone, and builds and drops its tree by recursion.
fn too_deep(text: &str) -> Option<Range<usize>> {
    /// An open bracket: which closes it, and the dots of the key that is being read in it and of the last one.
    struct Level {
        close: TokenKind,
        dots: usize,
        parts: usize,
    }
    let level = |close| Level { close, dots: 0, parts: 0 };
    let mut levels = vec![level(TokenKind::Eof)];
    let mut depth = 0;
    let mut header = false;
    let mut line_start = true;
    for token in TomlSource::new(text).lex() {
        let last = levels.last_mut()?;
        match token.kind() {
            TokenKind::Dot => {
                last.dots += 1;
                depth += 1;
            }
            TokenKind::Equals => {
                depth -= last.parts;
                last.parts = std::mem::take(&mut last.dots);
            }
            TokenKind::Comma => {
                depth -= last.parts + last.dots;
                (last.parts, last.dots) = (0, 0);
            }
            kind @ (TokenKind::LeftCurlyBracket | TokenKind::LeftSquareBracket) => {
                header |= line_start && levels.len() == 1;
                let square = kind == TokenKind::LeftSquareBracket;
                levels.push(level(if square {
                    TokenKind::RightSquareBracket
                } else {
                    TokenKind::RightCurlyBracket
                }));
                depth += 1;
            }
            kind if kind == last.close && levels.len() > 1 => {
                let closed = levels.pop()?;
                depth -= 1 + closed.dots + closed.parts;
            }
            // A header ends with its line, even one whose bracket is not closed.
            TokenKind::Newline if header || levels.len() == 1 => {
                levels = vec![level(TokenKind::Eof)];
                (depth, header) = (0, false);
            }
            _ => {}
        }
        line_start = match token.kind() {
            TokenKind::Newline => true,
            TokenKind::Whitespace => line_start,
            _ => false,
        };
        if depth > DEEPEST {
            return Some(token.span().start()..token.span().end());
        }
    }
    None
}

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    offset: usize,
    depth: usize,
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.source, range.start + self.offset, range.end + self.offset)
    }

    fn table<'t>(&mut self, table: DeTable<'t>) -> Value<'t> {
        let mut entries: Vec<Entry<'t>> = Vec::with_capacity(table.len());
        for (key, value) in table {
            let span = self.span(&key.span());
            let key = Spanned { value: key.into_inner(), span };
            entries.push(Entry { key, value: self.node(value) });
        }
        // The library sorts by name. Objects are rendered in the order of the text.
        entries.sort_by_key(|entry| entry.key.span.start);
        Value::Mapping(entries)
    }

    fn node<'t>(&mut self, value: TomlSpanned<DeValue<'t>>) -> Node<'t> {
        let range = value.span();
        let span = self.span(&range);
        if self.depth > DEEPEST {
            let value = self.refuse(span, "the tables are nested too deeply", NOT_SO_DEEP);
            return Node::new(value, span);
        }
        self.depth += 1;
        let value = match value.into_inner() {
            DeValue::String(text) => Value::String(text),
            DeValue::Boolean(value) => Value::Bool(value),
            // What is neither a number of 64 bits nor a finite one is kept as text: dates, `inf`, large integers. The
            // API has no type for them, and a key that requires a number rejects the text.
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Value::Integer(number),
                Err(_) => self.written(&range),
            },
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => Value::Float(number),
                _ => self.written(&range),
            },
            DeValue::Datetime(_) => self.written(&range),
            DeValue::Array(items) => Value::Sequence(items.into_iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => self.table(table),
        };
        self.depth -= 1;
        Node::new(value, span)
    }

    /// A value as it is written.
    fn written(&self, range: &Range<usize>) -> Value<'static> {
        Value::String(Cow::Owned(self.text.get(range.clone()).unwrap_or_default().to_owned()))
    }

    fn refuse(&mut self, span: Span, message: &str, help: &str) -> Value<'static> {
        let mut finding = Finding::new(&PROFILE_TYPE, span, message);
        finding.help(help);
        self.findings.push(finding);
        Value::Null
    }
}
