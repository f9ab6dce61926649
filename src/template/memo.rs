//! Rendered objects that are kept for the next render: the same values give the same object, wherever they are in the text.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use crate::source::{SourceId, Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// How many nodes accumulate before objects that have not been used since the last time are dropped: some 20 MB.
const MOST: usize = 150_000;

/// Objects by what they were rendered from. The span of each node is the number of a place, see [`places`].
pub(super) type Objects = Arc<Vec<Node<'static>>>;

/// What templates rendered, for programs that render the same profile again and again.
#[derive(Debug, Default)]
pub struct Memo {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    recent: HashMap<u64, Objects>,
    /// Those that were recent before; they become recent when they are used.
    older: HashMap<u64, Objects>,
    /// The number of nodes of the recent ones.
    nodes: usize,
}

/// The key of what a template renders from some values.
pub(super) fn key(template: &str, context: &Node<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    template.hash(&mut hasher);
    hash(context, &mut hasher);
    hasher.finish()
}

fn hash(node: &Node<'_>, hasher: &mut DefaultHasher) {
    std::mem::discriminant(&node.value).hash(hasher);
    match &node.value {
        Value::Null => {}
        Value::Bool(value) => value.hash(hasher),
        Value::Integer(value) => value.hash(hasher),
        Value::Float(value) => value.to_bits().hash(hasher),
        Value::String(text) => text.hash(hasher),
        Value::Sequence(items) => {
            items.len().hash(hasher);
            items.iter().for_each(|item| hash(item, hasher));
        }
        Value::Mapping(entries) => {
            entries.len().hash(hasher);
            for entry in entries {
                entry.key.value.hash(hasher);
                hash(&entry.value, hasher);
            }
        }
    }
}

/// The place of a number.
pub(super) fn numbered(number: usize) -> Span {
    Span::new(SourceId::new(0), number, number)
}

/// The number of nodes of some trees.
fn count(nodes: &[Node<'_>]) -> usize {
    let below = |node: &Node<'_>| -> usize {
        count(node.items())
            + node.entries().iter().map(|entry| count(std::slice::from_ref(&entry.value))).sum::<usize>()
    };
    nodes.iter().map(|node| 1 + below(node)).sum()
}

impl Memo {
    pub(super) fn find(&self, key: u64) -> Option<Objects> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = inner.recent.get(&key) {
            return Some(Arc::clone(found));
        }
        let found = inner.older.remove(&key)?;
        inner.keep(key, &found);
        Some(found)
    }

    pub(super) fn keep(&self, key: u64, objects: &Objects) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).keep(key, objects);
    }
}

impl Inner {
    fn keep(&mut self, key: u64, objects: &Objects) {
        self.nodes += count(objects);
        if self.nodes > MOST {
            self.older = std::mem::take(&mut self.recent);
            self.nodes = count(objects);
        }
        self.recent.insert(key, Arc::clone(objects));
    }
}

/// The same nodes, each at its place.
pub(super) fn placed(node: &Node<'static>, place: &dyn Fn(Span) -> Span) -> Node<'static> {
    let value = match &node.value {
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| placed(item, place)).collect()),
        Value::Mapping(entries) => {
            let entry = |entry: &Entry<'static>| Entry {
                key: Spanned { value: entry.key.value.clone(), span: place(entry.key.span) },
                value: placed(&entry.value, place),
            };
            Value::Mapping(entries.iter().map(entry).collect())
        }
        scalar => scalar.clone(),
    };
    Node::new(value, place(node.span))
}
