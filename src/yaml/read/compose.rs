//! Events to nodes: anchors, merge keys, duplicate keys and limits.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::rule::Rule;
use crate::source::{SourceId, Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};
use crate::yaml::read::mapping::{Key, Mapping};
use crate::yaml::read::parser::{Event, Parser, RawScalar};
use crate::yaml::read::problem::{Outcome, Problem};
use crate::yaml::read::resolve::Scalar;
use crate::yaml::rules::{DOCUMENT_LIMIT, IGNORED_TEXT, NOT_REPRESENTABLE_IN_JSON, UNKNOWN_ALIAS};

/// The maximum nesting depth of a document. The limit of kubectl is 10,000; no real object comes close to
/// either.
pub(super) const DEEPEST: usize = 1_000;

/// The maximum number of nodes of a document; in the worst case, if each is a list, they use about 400 MiB.
const MOST_NODES: u64 = 2_000_000;

/// The maximum number of bytes copied for anchors and aliases.
const MOST_COPIED: u64 = 256 << 20;

/// The tree under construction.
#[derive(Debug)]
pub(super) struct Composer<'t> {
    source: SourceId,
    /// The end of the document; the final line break may be read after it.
    end: usize,
    open: Vec<Open<'t>>,
    root: Option<Node<'t>>,
    anchors: HashMap<&'t str, Anchored<'t>>,
    /// The number of bytes copied for anchors and aliases.
    copied: u64,
    /// The number of values that the upstream library would have decoded, and how many of them through an
    /// alias.
    decoded: u64,
    aliased: u64,
    /// Problems that do not end parsing: duplicate keys, text that kubectl ignores.
    pub(super) problems: Vec<Problem>,
}

/// An open sequence or mapping.
#[derive(Debug)]
struct Open<'t> {
    items: Items<'t>,
    anchor: Option<&'t str>,
    start: usize,
    end: usize,
    decoded: u64,
    /// The number of levels below this one.
    height: usize,
}

#[derive(Debug)]
enum Items<'t> {
    Sequence { items: Vec<Node<'t>>, only_mappings: bool },
    Mapping(Mapping<'t>),
}

/// The value of an anchor.
#[derive(Debug)]
enum Anchored<'t> {
    Open,
    Scalar(RawScalar<'t>),
    Node { node: Node<'t>, decoded: u64, height: usize, weight: usize },
}

impl<'t> Composer<'t> {
    /// A composer for the document of `source` that ends at `end`.
    pub(super) fn new(source: SourceId, end: usize) -> Self {
        Self {
            source,
            end,
            open: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            copied: 0,
            decoded: 0,
            aliased: 0,
            problems: Vec::new(),
        }
    }

    /// Composes the document at the position of `parser`.
    pub(super) fn run(&mut self, parser: &mut Parser<'t>) -> Outcome<Option<Node<'t>>> {
        loop {
            match parser.next()? {
                Event::Scalar(scalar, anchor) => self.scalar(scalar, anchor)?,
                Event::Alias { name, start, end } => self.alias(name, start, end)?,
                Event::SequenceStart { anchor, start } => self.sequence(anchor, start)?,
                Event::MappingStart { anchor, start } => self.mapping(anchor, start)?,
                Event::End(end) => self.end(end)?,
                Event::DocumentEnd => {
                    if let Some(start) = parser.ignored() {
                        self.problems.push(*ignored(start));
                    }
                    return Ok(self.root.take());
                }
            }
        }
    }

    /// The finished tree.
    pub(super) fn finish(&mut self) -> Option<Node<'t>> {
        self.root.take()
    }

    fn scalar(&mut self, scalar: RawScalar<'t>, anchor: Option<&'t str>) -> Outcome {
        if let Some(name) = anchor {
            self.copy(scalar.text.len(), scalar.start)?;
            self.anchors.insert(name, Anchored::Scalar(scalar.clone()));
        }
        let span = self.span(scalar.start, scalar.end);
        if self.wants_key() && scalar.is_merge() {
            return self.key(Key::Merge(span), span);
        }
        self.resolved(scalar, span)
    }

    /// Adds a scalar; `span` is its own or that of its alias.
    fn resolved(&mut self, scalar: RawScalar<'t>, span: Span) -> Outcome {
        let scalar = scalar.resolve()?;
        self.place(scalar, span)
    }

    /// Adds a key or a value with its type.
    pub(super) fn place(&mut self, scalar: Scalar<'t>, span: Span) -> Outcome {
        self.count(1, false, span)?;
        if self.wants_key() {
            let Some(text) = scalar.into_key() else {
                let message = "a key must be text, and this one is null or too large a number";
                return Err(self.problem(&NOT_REPRESENTABLE_IN_JSON, span, message, "quote the key"));
            };
            return self.key(Key::Text(Spanned { value: text, span }), span);
        }
        let Some(value) = scalar.into_value() else {
            let message = "infinity and NaN cannot be sent to the API server";
            return Err(self.problem(
                &NOT_REPRESENTABLE_IN_JSON,
                span,
                message,
                "write a finite number, or quote the text",
            ));
        };
        self.value(Node::new(value, span), 0, false)
    }

    fn alias(&mut self, name: &'t str, start: usize, end: usize) -> Outcome {
        let span = self.span(start, end);
        match self.anchors.get(name) {
            None => {
                let help = format!(
                    "define it before the alias with `&{name}`, or quote the text if it is not an alias"
                );
                Err(self.problem(&UNKNOWN_ALIAS, span, format!("unknown anchor `{name}`"), help))
            }
            Some(Anchored::Open) => {
                let message = format!("the alias `*{name}` is inside the value it refers to");
                Err(self.problem(
                    &UNKNOWN_ALIAS,
                    span,
                    message,
                    "a value cannot contain itself; write it out",
                ))
            }
            Some(Anchored::Scalar(scalar)) => {
                let scalar = scalar.clone();
                self.copy(scalar.text.len(), start)?;
                self.count(1, true, span)?;
                let span = if self.wants_key() { span } else { self.span(scalar.start, scalar.end) };
                self.resolved(scalar, span)
            }
            Some(Anchored::Node { decoded, height, weight, .. }) => {
                if self.wants_key() {
                    return Err(self.complex_key(span));
                }
                // Count before copying, so that an alias bomb costs nothing.
                let (decoded, height, weight) = (*decoded, *height, *weight);
                self.count(decoded, true, span)?;
                self.copy(weight, start)?;
                match self.anchors.get(name) {
                    Some(Anchored::Node { node, .. }) => self.value(node.clone(), height, true),
                    _ => Ok(()),
                }
            }
        }
    }

    /// Opens a sequence.
    pub(super) fn sequence(&mut self, anchor: Option<&'t str>, start: usize) -> Outcome {
        self.open(Items::Sequence { items: Vec::new(), only_mappings: true }, anchor, start)
    }

    /// Opens a mapping.
    pub(super) fn mapping(&mut self, anchor: Option<&'t str>, start: usize) -> Outcome {
        self.open(Items::Mapping(Mapping::default()), anchor, start)
    }

    fn open(&mut self, items: Items<'t>, anchor: Option<&'t str>, start: usize) -> Outcome {
        let span = self.span(start, start + 1);
        if self.wants_key() {
            return Err(self.complex_key(span));
        }
        if self.open.len() >= DEEPEST {
            return Err(self.too_deep(span));
        }
        let decoded = self.decoded;
        self.count(1, false, span)?;
        if let Some(name) = anchor {
            self.anchors.insert(name, Anchored::Open);
        }
        self.open.push(Open { items, anchor, start, end: start, decoded, height: 1 });
        Ok(())
    }

    /// Closes the innermost collection, whose closing bracket ends at `end`.
    pub(super) fn end(&mut self, end: Option<usize>) -> Outcome {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let span = self.span(open.start, end.unwrap_or(open.end));
        let (value, only_mappings) = match open.items {
            Items::Sequence { items, only_mappings } => (Value::Sequence(items), only_mappings),
            Items::Mapping(mapping) => (Value::Mapping(mapping.entries), true),
        };
        let node = Node::new(value, span);
        if let Some(name) = open.anchor {
            let weight = weight(&node);
            self.copy(weight, open.start)?;
            let decoded = self.decoded - open.decoded;
            self.anchors
                .insert(name, Anchored::Node { node: node.clone(), decoded, height: open.height, weight });
        }
        self.value(node, open.height, !only_mappings)
    }

    /// Adds a value to the innermost collection. `foreign` if it cannot be merged: a sequence reached through
    /// an alias, or one that contains anything but mappings.
    fn value(&mut self, node: Node<'t>, height: usize, foreign: bool) -> Outcome {
        let span = node.span;
        if self.open.len() + height > DEEPEST {
            return Err(self.too_deep(span));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.height = open.height.max(height + 1);
        open.end = open.end.max(span.end as usize);
        match &mut open.items {
            Items::Sequence { items, only_mappings } => {
                *only_mappings &= matches!(node.value, Value::Mapping(_));
                items.push(node);
                Ok(())
            }
            Items::Mapping(mapping) => mapping.value(node, foreign, &mut self.problems),
        }
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { items: Items::Mapping(Mapping { key: Key::Next, .. }), .. }))
    }

    fn key(&mut self, next: Key<'t>, span: Span) -> Outcome {
        if let Some(Open { items: Items::Mapping(mapping), end, .. }) = self.open.last_mut() {
            *end = (*end).max(span.end as usize);
            mapping.key = next;
        }
        Ok(())
    }

    /// Counts what the upstream library would decode, and rejects the document if the library would.
    fn count(&mut self, decoded: u64, aliased: bool, span: Span) -> Outcome {
        self.decoded += decoded;
        if aliased {
            self.aliased += decoded;
        }
        if self.aliased > 100
            && self.decoded > 1000
            && self.aliased as f64 / self.decoded as f64 > allowed_aliased(self.decoded)
        {
            let message = "aliases expand the document beyond the limit of kubectl";
            return Err(self.problem(
                &DOCUMENT_LIMIT,
                span,
                message,
                "write the values out, or use fewer aliases",
            ));
        }
        if self.decoded > MOST_NODES {
            let help =
                format!("volwright reads up to {MOST_NODES} values in a document; split it with `---`");
            return Err(self.problem(&DOCUMENT_LIMIT, span, "the document holds too many values", help));
        }
        Ok(())
    }

    /// Counts bytes to be copied for an anchor or an alias.
    fn copy(&mut self, bytes: usize, start: usize) -> Outcome {
        self.copied += bytes as u64;
        if self.copied <= MOST_COPIED {
            return Ok(());
        }
        let span = self.span(start, start + 1);
        let help = "anchors inside anchored values count once per level, and values once per alias; use fewer of them";
        Err(self.problem(
            &DOCUMENT_LIMIT,
            span,
            "the anchors and aliases of the document are too large",
            help,
        ))
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let start = start.min(self.end);
        Span::new(self.source, start, end.clamp(start, self.end))
    }

    fn complex_key(&self, span: Span) -> Box<Problem> {
        let help = "replace a template placeholder such as `{{ name }}`, or quote it";
        self.problem(&NOT_REPRESENTABLE_IN_JSON, span, "a list or a mapping cannot be a key", help)
    }

    fn too_deep(&self, span: Span) -> Box<Problem> {
        let help = format!("volwright reads documents up to {DEEPEST} levels deep");
        self.problem(&DOCUMENT_LIMIT, span, "the document is nested too deeply", help)
    }

    fn problem(
        &self,
        rule: &'static Rule,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Box<Problem> {
        Problem::new(rule, span.start as usize, span.end as usize, message, help)
    }
}

fn ignored(start: usize) -> Box<Problem> {
    let message = "kubectl silently ignores everything from here to the next `---`";
    let help = "put `---` before it if it is another document; otherwise indent it like the first line of the document";
    Problem::new(&IGNORED_TEXT, start, start + 1, message, help)
}

/// The share of values that may come from aliases, by the formula of the upstream library.
fn allowed_aliased(decoded: u64) -> f64 {
    match decoded {
        0..=400_000 => 0.99,
        4_000_000.. => 0.10,
        _ => 0.99 - 0.89 * ((decoded - 400_000) as f64 / 3_600_000.0),
    }
}

/// The approximate size of a copy of `node`, in bytes.
fn weight(node: &Node<'_>) -> usize {
    let inner: usize = match &node.value {
        Value::String(Cow::Owned(text)) => text.len(),
        Value::Sequence(items) => items.iter().map(weight).sum(),
        Value::Mapping(entries) => {
            entries.iter().map(|entry| weight(&entry.value) + size_of::<Entry<'_>>()).sum()
        }
        _ => 0,
    };
    size_of::<Node<'_>>() + inner
}
