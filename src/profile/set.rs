//! `--set path.to.key=VALUE`: an argument as a layer of its own.

use std::borrow::Cow;
use std::ops::Range;

use super::schema::Kind;
use super::{literal, merge, sections, text, toml_text};
use crate::finding::Finding;
use crate::profile::rules::PROFILE_SYNTAX;
use crate::source::{SourceId, Span};
use crate::yaml::node::{Node, Value};

/// The most parts of a path.
const DEEPEST: usize = 32;

/// Reads one argument; the value of `--set-string` is always text.
pub(super) fn read(
    source: SourceId,
    argument: &str,
    is_text: bool,
    findings: &mut Vec<Finding>,
) -> Option<Node<'static>> {
    const HELP: &str = "write `--set path.to.key=VALUE`, such as `--set claims.data.size=500Gi`";
    let whole = Span::new(source, 0, argument.len());
    let mut refuse = |message: &str, help: &str| {
        let mut finding = Finding::new(&PROFILE_SYNTAX, whole, message);
        finding.help(help);
        findings.push(finding);
    };
    let Some(equals) = equals(argument) else {
        refuse("the argument has no `=`", HELP);
        return None;
    };
    let (name, value) = (argument.get(..equals)?, argument.get(equals + 1..)?);
    let parts = match path(name) {
        Ok(parts) if parts.len() == 1 && parts[0].0 == "extends" => {
            refuse("`--set` cannot change `extends`", "write it in a profile or an overlay");
            return None;
        }
        Ok(parts) => parts,
        Err(message) => {
            refuse(message, &format!("{HELP}; a key that contains dots must be quoted"));
            return None;
        }
    };
    if let Some(quoted) = unquoted(&parts) {
        refuse("a key that contains dots must be quoted", &format!("write `--set '{quoted}={value}'`"));
        return None;
    }
    let mut node = match is_text {
        true => Node::new(
            Value::String(Cow::Owned(value.to_owned())),
            Span::new(source, equals + 1, argument.len()),
        ),
        false => text::value(source, value, equals + 1),
    };
    if let Some(kind) = sections::at(parts.iter().map(|(part, _)| part.as_str())) {
        // `--set kubernetes=1.36` means the text, which need not be quoted twice in a shell.
        literal::keep(&mut node, kind, argument);
    }
    for (part, range) in parts.into_iter().rev() {
        node = merge::single(Cow::Owned(part), Span::new(source, range.start, range.end), node, whole);
    }
    Some(node)
}

/// A part of a path as it is written.
pub(crate) fn quoted(part: &str) -> String {
    let bare = !part.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'[' | b']'));
    if bare { part.to_owned() } else { toml_text::quoted(part) }
}

/// The path with quotes around a key that contains dots, if it leads deeper than the schema does: below a value that is
/// text, such as a label.
fn unquoted(parts: &[(String, Range<usize>)]) -> Option<String> {
    let names = || parts.iter().map(|(part, _)| part.as_str());
    let leaf = (1..parts.len()).find(|end| {
        let kind = sections::at(names().take(*end));
        matches!(kind, Some(Kind::String | Kind::Scalar | Kind::Quantity))
            && matches!(sections::at(names().take(end - 1)), Some(Kind::Map(_)))
    })?;
    let (table, key): (Vec<&str>, Vec<&str>) =
        (names().take(leaf - 1).collect(), names().skip(leaf - 1).collect());
    Some(format!("{}.\"{}\"", table.join("."), key.join(".")))
}

/// The parts of a dotted path, each with its place. A part may be quoted; an index such as `[2]` is a part of its own.
pub(super) fn path(text: &str) -> Result<Vec<(String, Range<usize>)>, &'static str> {
    let mut parts = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let length = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inside = rest.get(1..).unwrap_or_default();
                let end = inside.find(quote).ok_or("a quote in the path is not closed")?;
                parts.push((inside.get(..end).unwrap_or_default().to_owned(), at + 1..at + 1 + end));
                end + 2
            }
            Some('[') => {
                let end = rest.find(']').ok_or("a bracket in the path is not closed")? + 1;
                let part = rest.get(..end).unwrap_or_default();
                if !part[1..end - 1].bytes().all(|byte| byte.is_ascii_digit()) || end == 2 {
                    return Err("an index in the path is not a number");
                }
                parts.push((part.to_owned(), at..at + end));
                end
            }
            _ => {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let part = rest.get(..end).unwrap_or_default();
                if part.is_empty() || part.contains(['"', '\'', ' ', '\t', '\n']) {
                    return Err("the path has an empty or invalid part");
                }
                parts.push((part.to_owned(), at..at + end));
                end
            }
        };
        at += length;
        match text.get(at..).and_then(|rest| rest.chars().next()) {
            None => return Ok(parts),
            Some('.' | '[') if parts.len() >= DEEPEST => return Err("the path has too many parts"),
            Some('.') => at += 1,
            Some('[') => {}
            Some(_) => return Err("a part of the path is followed by something else than a dot"),
        }
    }
}

/// The first `=` outside quotes.
fn equals(argument: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in argument.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'=') => return Some(at),
            _ => {}
        }
    }
    None
}

/// The parts of a dotted path, in which a key that contains dots is quoted; `None` if it is not valid.
#[must_use]
pub fn path_parts(path: &str) -> Option<Vec<String>> {
    self::path(path).ok().map(|parts| parts.into_iter().map(|(part, _)| part).collect())
}
