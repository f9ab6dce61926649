//! Parses one document of a text into nodes.

use super::compose::{self, Composer};
use super::json;
use super::parser::Parser;
use super::problem::{Outcome, Problem};
use super::scanner::Scanner;
use super::simple;
use super::slice::{DocumentSlice, Syntax};
use crate::finding::Finding;
use crate::source::{SourceId, SourceKind, Sources, Span};
use crate::yaml::node::{Node, Value};
use crate::yaml::rules::{CONTROL_CHARACTER, DOCUMENT_LIMIT, DOCUMENT_SEPARATOR, NOT_AN_OBJECT, SYNTAX};

/// The maximum size of a document in bytes: the API server accepts requests of 3 MiB, and a list may contain
/// several objects.
pub const LARGEST_DOCUMENT: usize = 32 << 20;

/// The result of parsing one document.
#[derive(Debug)]
pub struct ParsedDocument<'t> {
    /// The tree, or nothing if the document cannot be parsed.
    pub root: Option<Node<'t>>,
    /// What is wrong with the document's text.
    pub findings: Vec<Finding>,
    /// The span of the document.
    pub span: Span,
    /// The text that all spans of the tree point into; none if they point into several.
    pub text: Option<&'t str>,
}

impl<'t> ParsedDocument<'t> {
    /// A document of a tree that was not read from one text: its spans may point into several texts.
    #[must_use]
    pub fn of_tree(root: Node<'t>, span: Span) -> Self {
        Self { root: Some(root), findings: Vec::new(), span, text: None }
    }
}

/// Parses one piece of `text`; returns nothing if the piece is empty.
#[must_use]
pub fn read_piece<'t>(source: SourceId, text: &'t str, piece: &DocumentSlice) -> Option<ParsedDocument<'t>> {
    let mut composer = Composer::new(source, piece.range.end);
    let root = compose(&mut composer, source, text, piece);
    let passed = std::mem::take(&mut composer.problems);
    let (root, problem) = match root {
        // A List may have any items.
        Ok(node) if piece.form == Syntax::JsonItem => (node, None),
        Ok(None | Some(Node { value: Value::Null, .. })) => return None,
        Ok(Some(node)) => match check_object(&node) {
            None => (Some(node), None),
            Some(problem) => (None, Some(problem)),
        },
        Err(problem) => (None, Some(problem)),
    };
    let findings = passed
        .into_iter()
        .chain(problem.map(|problem| *problem))
        .map(|problem| problem.finding(source, text))
        .collect();
    let span = Span::new(source, piece.range.start, piece.range.end);
    Some(ParsedDocument { root, findings, span, text: Some(text) })
}

/// Whether a piece can be parsed.
pub(super) fn is_readable(text: &str, piece: &DocumentSlice) -> bool {
    let nowhere = Sources::new().add("", "", SourceKind::Manifest);
    compose(&mut Composer::new(nowhere, piece.range.end), nowhere, text, piece).is_ok()
}

fn compose<'t>(
    composer: &mut Composer<'t>,
    source: SourceId,
    text: &'t str,
    piece: &DocumentSlice,
) -> Outcome<Option<Node<'t>>> {
    let std::ops::Range { start, end } = piece.range;
    if end - start > LARGEST_DOCUMENT {
        return Err(too_large(start));
    }
    match piece.form {
        Syntax::LargeJson => Err(too_large(start)),
        Syntax::Yaml => {
            if let Some(root) = simple::read(source, text, start, end) {
                return Ok(Some(root));
            }
            check_characters(text, start, end)?;
            let scanner = Scanner::new(text, start, end, compose::DEEPEST);
            match Parser::start(scanner)? {
                Some(mut parser) => composer.run(&mut parser),
                None => Ok(None),
            }
        }
        Syntax::Json | Syntax::JsonItem => {
            if let Some(root) = json::tree(source, text, start) {
                return Ok(Some(root));
            }
            json::compose(composer, source, text, start, end)?;
            Ok(composer.finish())
        }
        Syntax::BrokenJson => {
            let help =
                "the text began as a stream of JSON objects, and kubectl reads the rest of it as JSON too";
            Err(Problem::new(&SYNTAX, start, start + 1, "invalid JSON", help))
        }
        Syntax::BrokenSeparator => {
            let line = text.get(start..end).and_then(|piece| piece.lines().next()).unwrap_or_default();
            let help = "kubectl splits the text at every line that begins with `---`, even inside a text block; \
                        leave the line at `---`, or indent it";
            let message = "text after the document separator `---`";
            Err(Problem::new(&DOCUMENT_SEPARATOR, start, start + line.trim_end().len(), message, help))
        }
    }
}

fn too_large(start: usize) -> Box<Problem> {
    let help = format!("volwright reads documents of up to {} MiB", LARGEST_DOCUMENT >> 20);
    Problem::new(&DOCUMENT_LIMIT, start, start + 1, "the document is too large", help)
}

/// Rejects the control characters that YAML excludes.
fn check_characters(text: &str, start: usize, end: usize) -> Outcome {
    let bytes = text.as_bytes().get(start..end).unwrap_or_default();
    let mut from = start;
    // Most blocks contain no suspicious byte, and the compiler vectorizes the check of a block.
    for block in bytes.chunks(64) {
        if block.iter().fold(false, |any, byte| any | is_suspect(*byte)) {
            check_block(text, from, from + block.len())?;
        }
        from += block.len();
    }
    Ok(())
}

/// Whether a byte is, or may start, a forbidden character.
fn is_suspect(byte: u8) -> bool {
    let control = (byte < b' ') & (byte != b'\n') & (byte != b'\t') & (byte != b'\r');
    control | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xef)
}

fn check_block(text: &str, start: usize, end: usize) -> Outcome {
    let bytes = text.as_bytes();
    for at in start..end {
        let bad = match bytes.get(at..).unwrap_or_default() {
            [0xc2, second, ..] => matches!(second, 0x80..=0x84 | 0x86..=0x9f),
            [0xef, 0xbf, third, ..] => matches!(third, 0xbe | 0xbf),
            [0xef, ..] => false,
            [byte, ..] => is_suspect(*byte),
            [] => false,
        };
        if bad {
            let char = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
            let message = format!("control character U+{:04X} in the text", char as u32);
            let help = format!("remove it, or write \"{}\" in double quotes", escape(char));
            return Err(Problem::new(&CONTROL_CHARACTER, at, at + char.len_utf8(), message, help));
        }
    }
    Ok(())
}

/// The escape of a character in a double-quoted scalar.
fn escape(char: char) -> String {
    match char as u32 {
        number @ ..0x100 => format!("\\x{number:02X}"),
        number => format!("\\u{number:04X}"),
    }
}

/// Reports why a document is not an object that kubectl could apply.
fn check_object(node: &Node<'_>) -> Option<Box<Problem>> {
    if let Value::Mapping(_) = node.value {
        return None;
    }
    let message =
        format!("a document must be an object with `apiVersion` and `kind`, not {}", node.type_name());
    let help = "write `key: value` lines; a list of objects goes under `items` of a `kind: List`, or between `---` lines";
    let start = node.span.start as usize;
    Some(Problem::new(&NOT_AN_OBJECT, start, (node.span.end as usize).max(start), message, help))
}
