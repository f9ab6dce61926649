//! The origin of rendered text: removes the marks, and maps spans back to what the user can edit.

use std::borrow::Cow;
use std::ops::Range;

use super::format::{END, TEXT, VALUE};
use super::value::{Context, Place};
use crate::finding::Finding;
use crate::source::{Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// Mark before the first text of a template line: `LINE template:line TEXT`.
const LINE: char = '\u{4}';

/// Marks each line of a template before its first text outside tags.
///
/// # Errors
///
/// The offset of a mark that the template itself contains.
pub(super) fn mark_lines(text: &str, template: usize) -> Result<String, usize> {
    if let Some(at) = text.find(['\u{1}', '\u{2}', '\u{3}', '\u{4}']) {
        return Err(at);
    }
    let mut out = String::with_capacity(text.len() * 2);
    // The end of the tag around the text.
    let mut closing: Option<&str> = None;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let content = line.trim_start();
        let starts_tag = ["{{", "{%", "{#"].iter().any(|open| content.starts_with(open));
        out.push_str(&line[..line.len() - content.len()]);
        // A value at the start of a line counts as text: the text around it belongs to the line.
        if closing.is_none() && !content.is_empty() && (!starts_tag || content.starts_with("{{")) {
            out.push_str(&format!("{LINE}{template}:{}{TEXT}", index + 1));
        }
        out.push_str(content);
        closing = after(content, closing);
    }
    Ok(out)
}

/// The tag that is still open after `text`.
fn after<'c>(text: &str, mut closing: Option<&'c str>) -> Option<&'c str> {
    let mut rest = text;
    loop {
        match closing {
            Some(end) => {
                let Some(at) = rest.find(end) else { return closing };
                rest = &rest[at + end.len()..];
                closing = None;
            }
            None => {
                let at = rest.find('{')?;
                rest = &rest[at..];
                closing = match rest.as_bytes().get(1) {
                    Some(b'{') => Some("}}"),
                    Some(b'%') => Some("%}"),
                    Some(b'#') => Some("#}"),
                    _ => None,
                };
                rest = &rest[1..];
            }
        }
    }
}

/// The origin of one value.
#[derive(Debug)]
struct Origin {
    /// Its part of the rendered text.
    range: Range<usize>,
    span: Span,
    /// The index of the value that contains it.
    around: Option<usize>,
}

/// The origins of the parts of a rendered text.
#[derive(Debug)]
pub(super) struct Origins {
    /// Values by start; nested values follow the outer one.
    values: Vec<Origin>,
    /// Lines of templates by the start of their text.
    lines: Vec<(usize, Span)>,
    /// The object's key in the profile.
    owner: Span,
}

impl Origins {
    /// Removes the marks from `rendered`. `line` returns the span of a template line.
    pub(super) fn take(
        rendered: &str,
        context: &Context,
        owner: Span,
        line: impl Fn(usize, usize) -> Option<Span>,
    ) -> (String, Self) {
        let mut text = String::with_capacity(rendered.len());
        let mut origins = Self { values: Vec::new(), lines: Vec::new(), owner };
        let mut open: Vec<Option<usize>> = Vec::new();
        let mut rest = rendered;
        let is_mark = |byte: &u8| [VALUE as u8, END as u8, LINE as u8].contains(byte);
        while let Some(at) = rest.as_bytes().iter().position(is_mark) {
            text.push_str(&rest[..at]);
            let mark = rest.as_bytes()[at];
            rest = &rest[at + 1..];
            if mark == END as u8 {
                if let Some(Some(index)) = open.pop() {
                    origins.values[index].range.end = text.len();
                }
                continue;
            }
            let Some((name, after)) = rest.split_once(TEXT) else { break };
            rest = after;
            if mark == VALUE as u8 {
                let span = name.parse::<Place>().ok().and_then(|place| context.places.span(place));
                let around = open.iter().rev().find_map(|open| *open);
                open.push(span.map(|span| {
                    origins.values.push(Origin { range: text.len()..text.len(), span, around });
                    origins.values.len() - 1
                }));
            } else if let Some((template, number)) = name.split_once(':') {
                let number = template.parse().ok().zip(number.parse().ok());
                if let Some(span) = number.and_then(|(template, number)| line(template, number)) {
                    origins.lines.push((text.len(), span));
                }
            }
        }
        text.push_str(rest);
        (text, origins)
    }

    /// The origin of a span of the rendered text.
    fn find(&self, span: Span) -> Span {
        let (start, end) = (span.start as usize, span.end as usize);
        // The last value that starts before, or one that contains it.
        let mut at = self.values.partition_point(|value| value.range.start <= start).checked_sub(1);
        while let Some(value) = at.and_then(|at| self.values.get(at)) {
            if value.range.end >= end && value.range.end > start {
                return value.span;
            }
            at = value.around;
        }
        let line = self.lines.partition_point(|(at, _)| *at <= start).checked_sub(1);
        line.map_or(self.owner, |line| self.lines[line].1)
    }

    /// Maps a finding about the rendered text to its origin.
    pub(super) fn place(&self, mut finding: Finding) -> Finding {
        finding.primary.span = self.find(finding.primary.span);
        for label in &mut finding.related {
            label.span = self.find(label.span);
        }
        finding
    }

    /// Maps a tree of the rendered text to its origin, with owned strings.
    pub(super) fn respan(&self, node: Node<'_>) -> Node<'static> {
        let span = self.find(node.span);
        let value = match node.value {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Integer(value) => Value::Integer(value),
            Value::Float(value) => Value::Float(value),
            Value::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Value::Sequence(items) => {
                Value::Sequence(items.into_iter().map(|item| self.respan(item)).collect())
            }
            Value::Mapping(entries) => Value::Mapping(
                entries
                    .into_iter()
                    .map(|entry| Entry {
                        key: Spanned {
                            span: self.find(entry.key.span),
                            value: Cow::Owned(entry.key.value.into_owned()),
                        },
                        value: self.respan(entry.value),
                    })
                    .collect(),
            ),
        };
        Node::new(value, span)
    }
}
