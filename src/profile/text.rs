//! TOML text → nodes: every syntax error at once, every key and value with its place.

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

/// The most syntax errors that are reported of one text: past them it is no TOML at all.
const MOST: usize = 20;
/// The most levels of tables in one text.
const DEEPEST: usize = 64;
const NOT_SO_DEEP: &str = "no key of a profile stands so deep";

/// Reads one text; what could be read of a broken one is returned too.
pub(super) fn read<'t>(source: SourceId, text: &'t str, findings: &mut Vec<Finding>) -> Node<'t> {
    let whole = Span::new(source, 0, text.len());
    if let Some(place) = too_deep(text) {
        let mut reader = Reader { source, offset: 0, depth: 0, findings };
        let value = reader.refuse(reader.span(&place), "the tables are nested too deeply", NOT_SO_DEEP);
        return Node::new(value, whole);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors.iter().take(MOST) {
        findings.push(syntax(source, text, error));
    }
    let mut reader = Reader { source, offset: 0, depth: 0, findings };
    let value = reader.table(table.into_inner());
    Node::new(value, whole)
}

/// Reads the value of an argument, which begins at `offset` of the argument: TOML, else the text itself.
pub(super) fn value(source: SourceId, text: &str, offset: usize) -> Node<'static> {
    let span = Span::new(source, offset, offset + text.len());
    let bare = || Node::new(Value::String(Cow::Owned(text.to_owned())), span);
    if too_deep(text).is_some() {
        return bare();
    }
    match DeValue::parse(text) {
        Ok(value) if !matches!(value.get_ref(), DeValue::Datetime(_)) => {
            let mut findings = Vec::new();
            let node = Reader { source, offset, depth: 0, findings: &mut findings }.node(value);
            if findings.is_empty() { node.into_owned() } else { bare() }
        }
        _ => bare(),
    }
}

fn syntax(source: SourceId, text: &str, error: &TomlError) -> Finding {
    let range = error.span().unwrap_or(text.len()..text.len());
    let start = range.start.min(text.len());
    let span = Span::new(source, start, range.end.clamp(start, text.len()));
    let message = error.message().lines().next().unwrap_or("the text is not TOML").to_owned();
    let mut finding = Finding::new(&PROFILE_SYNTAX, span, format!("not TOML: {message}"));
    finding.help(
        "a profile is TOML (toml.io): `key = \"value\"`, and `[section.key]` above the keys of a table",
    );
    finding
}

/// Where brackets and dotted keys together lead deeper than any profile. The parser bounds each of the two alone, and
/// builds and drops its tree by recursion.
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
        // The library sorts by name; people read, and objects are written, in the order of the text.
        entries.sort_by_key(|entry| entry.key.span.start);
        Value::Mapping(entries)
    }

    fn node<'t>(&mut self, value: TomlSpanned<DeValue<'t>>) -> Node<'t> {
        let span = self.span(&value.span());
        if self.depth > DEEPEST {
            let value = self.refuse(span, "the tables are nested too deeply", NOT_SO_DEEP);
            return Node::new(value, span);
        }
        self.depth += 1;
        let value = match value.into_inner() {
            DeValue::String(text) => Value::String(text),
            DeValue::Boolean(value) => Value::Bool(value),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Value::Integer(number),
                Err(_) => self.refuse(span, "the integer does not fit 64 bits", "write a smaller number"),
            },
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => Value::Float(number),
                _ => self.refuse(
                    span,
                    "the number is not finite",
                    "YAML for the API server has no such number",
                ),
            },
            DeValue::Datetime(_) => self.refuse(
                span,
                "a date stands where no key takes one",
                "put the date in quotes to make it a string",
            ),
            DeValue::Array(items) => Value::Sequence(items.into_iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => self.table(table),
        };
        self.depth -= 1;
        Node::new(value, span)
    }

    fn refuse(&mut self, span: Span, message: &str, help: &str) -> Value<'static> {
        let mut finding = Finding::new(&PROFILE_TYPE, span, message);
        finding.help(help);
        self.findings.push(finding);
        Value::Null
    }
}

/// A mapping with one entry.
pub(super) fn single(key: String, key_span: Span, value: Node<'static>, span: Span) -> Node<'static> {
    let key = Spanned { value: Cow::Owned(key), span: key_span };
    Node::new(Value::Mapping(vec![Entry { key, value }]), span)
}
