//! The `ResourceList` that a function writes: what passes through keeps its own text, comments and all.

use super::tree::{entry, string};
use crate::lines::line_start;
use crate::source::{SourceKind, Sources, Span};
use crate::yaml::node::{Node, Value};
use crate::yaml::read::read;
use crate::yaml::write;

/// The version of `ResourceLists` (kubernetes-sigs/kustomize, cmd/config/docs/api-conventions/functions-spec.md).
pub(super) const API_VERSION: &str = "config.kubernetes.io/v1";

/// An item of the list.
#[derive(Debug)]
pub(super) enum Item<'n> {
    /// The item at this position of the input, unchanged.
    Kept(usize),
    /// Another one.
    New(&'n Node<'static>),
}

/// The list as text. `text` is the input, `given` its items.
pub(super) fn written(
    text: &str,
    given: &[Node<'static>],
    items: &[Item<'_>],
    results: Option<Node<'static>>,
    span: Span,
) -> String {
    let nodes = items.iter().filter_map(|item| match item {
        Item::Kept(index) => given.get(*index).cloned(),
        Item::New(node) => Some((*node).clone()),
    });
    let mut entries = vec![
        entry("apiVersion", string(API_VERSION, span), span),
        entry("kind", string("ResourceList", span), span),
        entry("items", Node::new(Value::Sequence(nodes.collect()), span), span),
    ];
    entries.extend(results.map(|results| entry("results", results, span)));
    let canonical = write::write(&Node::new(Value::Mapping(entries), span));
    match verbatim(text, given, items, &canonical) {
        // An alias may have lost its anchor, and the like.
        Some(list) if reads_as(&list, &canonical) => list,
        _ => canonical,
    }
}

/// The same with the lines of the input for what is kept; nothing where the items are not a block of `- ` lines.
fn verbatim(text: &str, given: &[Node<'static>], items: &[Item<'_>], canonical: &str) -> Option<String> {
    let starts =
        given.iter().map(|node| line_of_dash(text, node.span.start as usize)).collect::<Option<Vec<_>>>()?;
    let indent = starts.first().map_or(0, |(_, indent)| *indent);
    if items.is_empty() || starts.iter().any(|(_, other)| *other != indent) {
        return None;
    }
    let last = given.last().map_or(0, |node| node.span.end as usize);
    let end = text.get(last..)?.find('\n').map_or(text.len(), |at| last + at + 1);
    let (head, tail) = (canonical.find("items:\n")? + "items:\n".len(), canonical.find("\nresults:\n"));
    let mut out = canonical.get(..head)?.to_owned();
    for item in items {
        match item {
            Item::Kept(index) => {
                let from = starts.get(*index)?.0;
                let to = starts.get(index + 1).map_or(end, |(start, _)| *start);
                out.push_str(text.get(from..to)?);
                if !out.ends_with('\n') {
                    out.push('\n');
                }
            }
            Item::New(node) => {
                for (number, line) in write::write(node).lines().enumerate() {
                    let mark = if number == 0 { "- " } else { "  " };
                    let whole = format!("{:indent$}{mark}{line}", "");
                    out.push_str(whole.trim_end_matches(' '));
                    out.push('\n');
                }
            }
        }
    }
    out.push_str(tail.and_then(|at| canonical.get(at + 1..)).unwrap_or_default());
    Some(out)
}

/// Where the line of an item begins, and how far its dash is indented.
fn line_of_dash(text: &str, item: usize) -> Option<(usize, usize)> {
    let start = line_start(text, item.min(text.len()));
    let before = text.get(start..item)?;
    (before.trim() == "-").then(|| (start, before.find('-').unwrap_or_default()))
}

fn reads_as(list: &str, canonical: &str) -> bool {
    let nowhere = Sources::new().add("", "", SourceKind::Rendered);
    let mut readings = read(nowhere, list).into_iter();
    let (Some(reading), None) = (readings.next(), readings.next()) else { return false };
    reading.findings.is_empty() && reading.root.is_some_and(|root| write::write(&root) == canonical)
}
