//! What templates render, kept for the next render. Built-in templates write values and test whether they are set, but never
//! read a text: two contexts that differ in nothing but their texts give two objects that differ in nothing but these texts.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::hash::FastHasher;
use crate::recent::Recent;
use crate::source::{SourceId, Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// How many nodes of shapes are kept: some 5 MB.
const MOST: usize = 50_000;
/// The most bytes of a text that is not part of the shape. A text that needs escapes is part of it, too.
const LONGEST: usize = 1 << 10;
/// The most bytes of such texts in one context: what templates render has limits.
const MOST_TEXT: usize = 512 << 10;

/// What a template renders from every context of the same keys, types, numbers and special texts.
#[derive(Debug)]
pub(super) struct Shape {
    nodes: Vec<Part>,
    /// Whether each text of the context occurs at most once.
    is_linear: bool,
    /// The number of keys and values of the context.
    places: usize,
}

/// A node of a shape, and the number of its place in the context: see [`scatter`].
#[derive(Debug)]
struct Part {
    place: u32,
    value: PartValue,
}

#[derive(Debug)]
enum PartValue {
    /// The text at this number of the context.
    Text(u32),
    /// The same in all contexts: a number, a boolean, or a text of the template.
    Same(Value<'static>),
    List(Vec<Part>),
    /// Each key, with the number of its place.
    Table(Vec<(Key, u32, Part)>),
}

#[derive(Debug)]
enum Key {
    Text(u32),
    Same(Cow<'static, str>),
}

/// What templates rendered, for programs that render the same profile again and again.
#[derive(Debug)]
pub struct Memo(Recent<Arc<Shape>>);

impl Default for Memo {
    fn default() -> Self {
        Self(Recent::new(MOST))
    }
}

/// The key of what a template renders from a context; nothing if its texts are so long that limits may apply.
pub(super) fn key(template: &str, context: &Node<'_>) -> Option<u64> {
    let mut hasher = FastHasher::default();
    template.hash(&mut hasher);
    let mut bytes = 0;
    hash(context, &mut hasher, &mut bytes);
    (bytes <= MOST_TEXT).then(|| hasher.finish())
}

fn hash(node: &Node<'_>, hasher: &mut FastHasher, bytes: &mut usize) {
    /// The first byte of any plain text; no other value begins with it.
    const PLAIN: u8 = 8;
    match node.as_str().filter(|text| is_plain(text)) {
        Some(text) => {
            hasher.write_u8(PLAIN);
            *bytes += text.len();
        }
        None => node.hash_own(hasher),
    }
    node.items().iter().for_each(|item| hash(item, hasher, bytes));
    for entry in node.entries() {
        entry.key.value.hash(hasher);
        hash(&entry.value, hasher, bytes);
    }
}

/// Whether a text is written as it is, between quotes.
fn is_plain(text: &str) -> bool {
    text.len() <= LONGEST
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\')
}

/// The place of a number.
pub(super) fn numbered(number: usize) -> Span {
    Span::new(SourceId::new(0), number, number)
}

/// A text of a context and its place.
type Text = (Cow<'static, str>, Span);

/// The keys and values of a context by number: in the order in which templates get them. What is not text is empty.
pub(super) fn scatter(node: Node<'static>, texts: &mut Vec<Text>) {
    let at = texts.len();
    texts.push((Cow::Borrowed(""), node.span));
    match node.value {
        Value::String(text) => texts[at].0 = text,
        Value::Sequence(items) => items.into_iter().for_each(|item| scatter(item, texts)),
        Value::Mapping(entries) => {
            for entry in entries {
                texts.push((entry.key.value, entry.key.span));
                scatter(entry.value, texts);
            }
        }
        _ => {}
    }
}

/// The keys and the plain texts of a context by number.
fn texts<'n>(node: &'n Node<'_>, list: &mut Vec<Option<&'n str>>) {
    list.push(node.as_str().filter(|text| is_plain(text)));
    node.items().iter().for_each(|item| texts(item, list));
    for entry in node.entries() {
        list.push(Some(&entry.key.value));
        texts(&entry.value, list);
    }
}

impl Shape {
    /// The shape of what a context gave: the span of each node is the number of a place.
    pub(super) fn new(context: &Node<'_>, rendered: Vec<Node<'static>>) -> Self {
        let mut known = Vec::new();
        texts(context, &mut known);
        let mut used = vec![false; known.len()];
        let mut is_linear = true;
        let mut text = |place: Span, written: &str| {
            let number = place.start as usize;
            let is_same = known.get(number).is_some_and(|text| *text == Some(written));
            is_linear &= !(is_same && std::mem::replace(&mut used[number], true));
            is_same.then_some(place.start)
        };
        let nodes = rendered.into_iter().map(|node| Part::new(node, &mut text)).collect();
        Self { nodes, is_linear, places: used.len() }
    }

    /// The objects that the template renders from these texts. A place without a number is `owner`.
    pub(super) fn fill(&self, texts: &mut [Text], owner: Span) -> Vec<Node<'static>> {
        let mut filling = Filling { texts, owner, is_linear: self.is_linear };
        self.nodes.iter().map(|part| filling.node(part)).collect()
    }

    /// The number of keys and values of the context.
    pub(super) fn places(&self) -> usize {
        self.places
    }

    /// The number of nodes.
    fn size(&self) -> usize {
        self.nodes.iter().map(Part::size).sum()
    }
}

impl Part {
    fn new(node: Node<'static>, text: &mut impl FnMut(Span, &str) -> Option<u32>) -> Self {
        let place = node.span.start;
        let value = match node.value {
            Value::String(written) => match text(node.span, &written) {
                Some(number) => PartValue::Text(number),
                None => PartValue::Same(Value::String(written)),
            },
            Value::Sequence(items) => {
                PartValue::List(items.into_iter().map(|item| Self::new(item, text)).collect())
            }
            Value::Mapping(entries) => {
                let entry = |entry: Entry<'static>| {
                    let key = match text(entry.key.span, &entry.key.value) {
                        Some(number) => Key::Text(number),
                        None => Key::Same(entry.key.value),
                    };
                    (key, entry.key.span.start, Self::new(entry.value, text))
                };
                PartValue::Table(entries.into_iter().map(entry).collect())
            }
            scalar => PartValue::Same(scalar),
        };
        Self { place, value }
    }

    fn size(&self) -> usize {
        1 + match &self.value {
            PartValue::List(items) => items.iter().map(Self::size).sum::<usize>(),
            PartValue::Table(entries) => entries.iter().map(|(_, _, part)| part.size()).sum(),
            PartValue::Text(_) | PartValue::Same(_) => 0,
        }
    }
}

/// The texts of a context that become those of an object.
struct Filling<'t> {
    texts: &'t mut [Text],
    owner: Span,
    is_linear: bool,
}

impl Filling<'_> {
    fn node(&mut self, part: &Part) -> Node<'static> {
        let value = match &part.value {
            PartValue::Text(number) => Value::String(self.text(*number)),
            PartValue::Same(value) => value.clone(),
            PartValue::List(items) => Value::Sequence(items.iter().map(|item| self.node(item)).collect()),
            PartValue::Table(entries) => {
                let entries = entries.iter().map(|(key, place, value)| {
                    let value = self.node(value);
                    let key = match key {
                        Key::Text(number) => self.text(*number),
                        Key::Same(key) => key.clone(),
                    };
                    Entry { key: Spanned { value: key, span: self.place(*place) }, value }
                });
                Value::Mapping(entries.collect())
            }
        };
        Node::new(value, self.place(part.place))
    }

    fn text(&mut self, number: u32) -> Cow<'static, str> {
        let text = self.texts.get_mut(number as usize);
        text.map_or(
            Cow::Borrowed(""),
            |(text, _)| {
                if self.is_linear { std::mem::take(text) } else { text.clone() }
            },
        )
    }

    fn place(&self, number: u32) -> Span {
        self.texts.get(number as usize).map_or(self.owner, |(_, span)| *span)
    }
}

impl Memo {
    pub(super) fn find(&self, key: u64) -> Option<Arc<Shape>> {
        self.0.find(key)
    }

    pub(super) fn keep(&self, key: u64, shape: &Arc<Shape>) {
        self.0.keep(key, Arc::clone(shape), shape.size());
    }
}
