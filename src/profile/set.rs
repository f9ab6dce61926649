//! `--set path.to.key=VALUE`: an argument as a layer of its own.

use std::borrow::Cow;
use std::ops::Range;

use super::schema::Kind;
use super::table;
use super::text;
use crate::finding::Finding;
use crate::profile::rules::PROFILE_SYNTAX;
use crate::source::{SourceId, Span};
use crate::yaml::node::{Node, Value};

/// The most parts of a path.
const DEEPEST: usize = 32;

/// Reads one argument.
pub(super) fn read(source: SourceId, argument: &str, findings: &mut Vec<Finding>) -> Option<Node<'static>> {
    let whole = Span::new(source, 0, argument.len());
    let mut refuse = |message: &str| {
        let mut finding = Finding::new(&PROFILE_SYNTAX, whole, message);
        finding.help("write `--set path.to.key=VALUE`, such as `--set claims.data.size=500Gi`; a key with dots goes in quotes");
        findings.push(finding);
    };
    let Some(equals) = equals(argument) else {
        refuse("`--set` has no `=`");
        return None;
    };
    let (name, value) = (argument.get(..equals)?, argument.get(equals + 1..)?);
    let parts = match path(name) {
        Ok(parts) if parts.iter().any(|(part, _)| part == "extends") && parts.len() == 1 => {
            refuse("`--set` cannot change `extends`");
            return None;
        }
        Ok(parts) => parts,
        Err(message) => {
            refuse(message);
            return None;
        }
    };
    let mut node = text::value(source, value, equals + 1);
    let kind = table::at(parts.iter().map(|(part, _)| part.as_str()));
    let scalar = matches!(node.value, Value::Bool(_) | Value::Integer(_) | Value::Float(_));
    if scalar
        && matches!(
            kind,
            Some(Kind::String | Kind::Version | Kind::Enum(_) | Kind::Vendor | Kind::Reference(_))
        )
    {
        // `--set kubernetes=1.36` means the text: nobody quotes twice in a shell.
        node.value = Value::String(Cow::Owned(value.to_owned()));
    }
    for (part, range) in parts.into_iter().rev() {
        node = text::single(part, Span::new(source, range.start, range.end), node, whole);
    }
    Some(node)
}

/// The parts of a dotted path, each with its place; parts may be quoted.
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
            _ => {
                let end = rest.find('.').unwrap_or(rest.len());
                let part = rest.get(..end).unwrap_or_default();
                if part.is_empty() || part.contains(['"', '\'', ' ', '\t', '\n']) {
                    return Err("the path has an empty or broken part");
                }
                parts.push((part.to_owned(), at..at + end));
                end
            }
        };
        at += length;
        match text.get(at..).and_then(|rest| rest.chars().next()) {
            None => return Ok(parts),
            Some('.') if parts.len() < DEEPEST => at += 1,
            Some('.') => return Err("the path has too many parts"),
            Some(_) => return Err("something stands between a quoted part and the next dot"),
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
