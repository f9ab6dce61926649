//! Events into nodes: anchors, merge keys, duplicate keys and the limits.

use std::borrow::Cow;
use std::collections::HashMap;

use super::parser::{Event, Parser, RawScalar};
use super::problem::{Outcome, Problem};
use super::resolve::Scalar;
use crate::document::node::{Entry, Node, Value};
use crate::rules::yaml::{ALIAS, DUPLICATE_KEY, LIMIT, VALUE};
use crate::source::{SourceId, Span, Spanned};

/// How deep a document may nest. kubectl's own limit is 10,000; nothing that the API server takes comes near either.
pub(super) const DEEPEST: usize = 1_000;

/// How many nodes a document may have; about 100 MiB in memory.
const MOST_NODES: u64 = 2_000_000;

/// How many bytes of nodes may be kept aside for anchors.
const MOST_ANCHORED: u64 = 64 << 20;

/// Mappings with more keys than this find their duplicates through an index.
const SMALL_MAPPING: usize = 24;

/// The tree under construction.
#[derive(Debug)]
pub(super) struct Composer<'t> {
    source: SourceId,
    open: Vec<Open<'t>>,
    root: Option<Node<'t>>,
    anchors: HashMap<&'t str, Anchored<'t>>,
    anchored: u64,
    /// How many values the library would have decoded, and how many of them behind an alias.
    decoded: u64,
    aliased: u64,
    /// Duplicate keys, which do not stop the reading.
    pub(super) problems: Vec<Box<Problem>>,
}

/// A sequence or a mapping that is not closed yet.
#[derive(Debug)]
struct Open<'t> {
    items: Items<'t>,
    anchor: Option<&'t str>,
    start: usize,
    end: usize,
    decoded: u64,
    /// Levels below this one.
    height: usize,
}

#[derive(Debug)]
enum Items<'t> {
    Sequence { items: Vec<Node<'t>>, only_mappings: bool },
    Mapping { entries: Vec<Entry<'t>>, key: Key<'t>, index: HashMap<Cow<'t, str>, usize>, merged: Vec<usize> },
}

/// The key whose value comes next.
#[derive(Debug)]
enum Key<'t> {
    Next,
    Merge(Span),
    Text(Spanned<Cow<'t, str>>),
}

/// What an anchor names.
#[derive(Debug)]
enum Anchored<'t> {
    Open,
    Scalar(RawScalar<'t>),
    Node { node: Node<'t>, decoded: u64, height: usize },
}

impl<'t> Composer<'t> {
    /// A composer for one document of `source`.
    pub(super) fn new(source: SourceId) -> Self {
        Self {
            source,
            open: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            anchored: 0,
            decoded: 0,
            aliased: 0,
            problems: Vec::new(),
        }
    }

    /// Composes the document that `parser` stands at.
    pub(super) fn run(&mut self, parser: &mut Parser<'t>) -> Outcome<Option<Node<'t>>> {
        loop {
            match parser.next()? {
                Event::Scalar(scalar, anchor) => self.scalar(scalar, anchor)?,
                Event::Alias { name, start, end } => self.alias(name, start, end)?,
                Event::SequenceStart { anchor, start } => self.sequence(anchor, start)?,
                Event::MappingStart { anchor, start } => self.mapping(anchor, start)?,
                Event::End(end) => self.end(end)?,
                Event::DocumentEnd => return Ok(self.root.take()),
            }
        }
    }

    /// The finished tree.
    pub(super) fn finish(&mut self) -> Option<Node<'t>> {
        self.root.take()
    }

    fn scalar(&mut self, scalar: RawScalar<'t>, anchor: Option<&'t str>) -> Outcome {
        if let Some(name) = anchor {
            self.keep(scalar.text.len(), scalar.start)?;
            self.anchors.insert(name, Anchored::Scalar(scalar.clone()));
        }
        let span = self.span(scalar.start, scalar.end);
        if self.wants_key() && scalar.is_merge() {
            return self.key(Key::Merge(span));
        }
        self.resolved(scalar, span)
    }

    /// Places a scalar whose own place or whose alias's place is `span`.
    fn resolved(&mut self, scalar: RawScalar<'t>, span: Span) -> Outcome {
        let scalar = scalar.resolve()?;
        self.place(scalar, span)
    }

    /// Places a key or a value with its type.
    pub(super) fn place(&mut self, scalar: Scalar<'t>, span: Span) -> Outcome {
        self.count(1, false, span)?;
        if self.wants_key() {
            let Some(text) = scalar.into_key() else {
                let message = "a key must be text, and this one is null or too large a number";
                return Err(self.problem(&VALUE, span, message, "quote the key"));
            };
            return self.key(Key::Text(Spanned { value: text, span }));
        }
        let Some(value) = scalar.into_value() else {
            let message = "infinity and NaN cannot be sent to the API server";
            return Err(self.problem(&VALUE, span, message, "write a finite number, or quote the text"));
        };
        self.value(Node::new(value, span), 0, false)
    }

    fn alias(&mut self, name: &'t str, start: usize, end: usize) -> Outcome {
        let span = self.span(start, end);
        match self.anchors.get(name) {
            None => {
                let help = format!(
                    "define it above with `&{name}`, or quote the text if it is not meant as an alias"
                );
                Err(self.problem(&ALIAS, span, format!("no anchor `{name}` stands above this alias"), help))
            }
            Some(Anchored::Open) => {
                let message = format!("the alias `*{name}` stands inside the value that it names");
                Err(self.problem(&ALIAS, span, message, "a value cannot contain itself; write it out"))
            }
            Some(Anchored::Scalar(scalar)) => {
                let scalar = scalar.clone();
                self.count(1, true, span)?;
                let span = if self.wants_key() { span } else { self.span(scalar.start, scalar.end) };
                self.resolved(scalar, span)
            }
            Some(Anchored::Node { node, decoded, height }) => {
                if self.wants_key() {
                    return Err(self.complex_key(span));
                }
                let (decoded, height) = (*decoded, *height);
                // Counted before anything is copied, so that a bomb costs nothing.
                let copy = if self.decoded + decoded <= MOST_NODES { Some(node.clone()) } else { None };
                self.count(decoded, true, span)?;
                match copy {
                    Some(node) => self.value(node, height, true),
                    None => Ok(()),
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
        let entries = Vec::with_capacity(4);
        let items = Items::Mapping { entries, key: Key::Next, index: HashMap::new(), merged: Vec::new() };
        self.open(items, anchor, start)
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
            Items::Mapping { entries, .. } => (Value::Mapping(entries), true),
        };
        let node = Node::new(value, span);
        if let Some(name) = open.anchor {
            self.keep(weight(&node), open.start)?;
            let decoded = self.decoded - open.decoded;
            self.anchors.insert(name, Anchored::Node { node: node.clone(), decoded, height: open.height });
        }
        self.value(node, open.height, !only_mappings)
    }

    /// Puts a value where the innermost collection wants it. `foreign` where it cannot be merged as it stands: a
    /// sequence behind an alias, or one that holds anything but mappings.
    fn value(&mut self, node: Node<'t>, height: usize, foreign: bool) -> Outcome {
        let span = node.span;
        if self.open.len() + height > DEEPEST {
            return Err(self.too_deep(span));
        }
        let source = self.source;
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
            }
            Items::Mapping { entries, key, index, merged } => match std::mem::replace(key, Key::Next) {
                Key::Next => {}
                Key::Text(key) => {
                    if let Some(at) = find(entries, index, &key.value) {
                        if let Some(was_merged) = merged.iter().position(|merged| *merged == at) {
                            merged.swap_remove(was_merged);
                        } else if let Some(first) = entries.get(at) {
                            self.problems.push(duplicate(&key, first.key.span));
                        }
                        set(entries, at, Entry { key, value: node });
                    } else {
                        add(entries, index, Entry { key, value: node });
                    }
                }
                Key::Merge(at) => {
                    let maps = match node.value {
                        Value::Mapping(from) => vec![from],
                        // Earlier mappings take precedence, so they are set last.
                        Value::Sequence(items) if !foreign => {
                            items.into_iter().rev().map(|item| into_entries(item.value)).collect()
                        }
                        _ => return Err(bad_merge(at)),
                    };
                    let _ = source;
                    for entry in maps.into_iter().flatten() {
                        if let Some(at) = find(entries, index, &entry.key.value) {
                            set(entries, at, entry);
                        } else {
                            merged.push(entries.len());
                            add(entries, index, entry);
                        }
                    }
                }
            },
        }
        Ok(())
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { items: Items::Mapping { key: Key::Next, .. }, .. }))
    }

    fn key(&mut self, next: Key<'t>) -> Outcome {
        if let Some(Open { items: Items::Mapping { key, .. }, end, .. }) = self.open.last_mut() {
            if let Key::Text(Spanned { span, .. }) | Key::Merge(span) = &next {
                *end = (*end).max(span.end as usize);
            }
            *key = next;
        }
        Ok(())
    }

    /// Counts what the library would decode, and refuses the document where it would.
    fn count(&mut self, decoded: u64, aliased: bool, span: Span) -> Outcome {
        self.decoded += decoded;
        if aliased {
            self.aliased += decoded;
        }
        if self.aliased > 100
            && self.decoded > 1000
            && self.aliased as f64 / self.decoded as f64 > allowed_aliased(self.decoded)
        {
            let message = "aliases blow the document up beyond what kubectl reads";
            return Err(self.problem(
                &LIMIT,
                span,
                message,
                "write the values out, or refer to fewer of them",
            ));
        }
        if self.decoded > MOST_NODES {
            let help =
                format!("volwright reads up to {MOST_NODES} values in a document; split it with `---`");
            return Err(self.problem(&LIMIT, span, "the document holds too many values", help));
        }
        Ok(())
    }

    /// Counts bytes that are kept aside for an anchor.
    fn keep(&mut self, bytes: usize, start: usize) -> Outcome {
        self.anchored += bytes as u64;
        if self.anchored <= MOST_ANCHORED {
            return Ok(());
        }
        let span = self.span(start, start + 1);
        let help = "anchors inside anchored values count again for each level; use fewer of them";
        Err(self.problem(&LIMIT, span, "the document's anchors hold too much", help))
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end.max(start))
    }

    fn complex_key(&self, span: Span) -> Box<Problem> {
        let help = "a template placeholder such as `{{ name }}` must be quoted, or filled in first";
        self.problem(&VALUE, span, "a list or a mapping cannot be a key", help)
    }

    fn too_deep(&self, span: Span) -> Box<Problem> {
        let help = format!("volwright reads documents up to {DEEPEST} levels deep");
        self.problem(&LIMIT, span, "the document is nested too deeply", help)
    }

    fn problem(
        &self,
        rule: &'static crate::rules::Rule,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Box<Problem> {
        Problem::new(rule, span.start as usize, span.end as usize, message, help)
    }
}

fn duplicate(key: &Spanned<Cow<'_, str>>, first: Span) -> Box<Problem> {
    let message = format!("the key `{}` is given twice", key.value);
    let help = "kubectl keeps the last value without a word, and the API server may refuse it; remove one";
    Problem::new(&DUPLICATE_KEY, key.span.start as usize, key.span.end as usize, message, help).related(
        first.start as usize,
        first.end as usize,
        "first given here",
    )
}

fn bad_merge(at: Span) -> Box<Problem> {
    let message = "`<<` takes a mapping, an alias of one, or a list of these";
    let help = "quote `<<` if it is meant as a key";
    Problem::new(&VALUE, at.start as usize, at.end as usize, message, help)
}

/// The share of values that may come from aliases, by the library's own formula.
fn allowed_aliased(decoded: u64) -> f64 {
    match decoded {
        0..=400_000 => 0.99,
        4_000_000.. => 0.10,
        _ => 0.99 - 0.89 * ((decoded - 400_000) as f64 / 3_600_000.0),
    }
}

fn into_entries(value: Value<'_>) -> Vec<Entry<'_>> {
    match value {
        Value::Mapping(entries) => entries,
        _ => Vec::new(),
    }
}

fn find<'t>(entries: &[Entry<'t>], index: &HashMap<Cow<'t, str>, usize>, key: &str) -> Option<usize> {
    if entries.len() > SMALL_MAPPING {
        return index.get(key).copied();
    }
    entries.iter().position(|entry| entry.key.value == key)
}

fn set<'t>(entries: &mut [Entry<'t>], at: usize, entry: Entry<'t>) {
    if let Some(place) = entries.get_mut(at) {
        *place = entry;
    }
}

fn add<'t>(entries: &mut Vec<Entry<'t>>, index: &mut HashMap<Cow<'t, str>, usize>, entry: Entry<'t>) {
    if entries.len() >= SMALL_MAPPING {
        if index.is_empty() {
            index.extend(entries.iter().enumerate().map(|(at, entry)| (entry.key.value.clone(), at)));
        }
        index.insert(entry.key.value.clone(), entries.len());
    }
    entries.push(entry);
}

/// About how many bytes a copy of `node` takes.
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
