//! Vectors of trees that are gone, for the next trees: an allocator takes long for many vectors of many sizes that are freed at
//! once, as those of a batch of documents are.

use std::borrow::Cow;
use std::cell::RefCell;

use crate::source::Spanned;
use crate::yaml::node::{Entry, Node, Value};

/// The longest vectors that are kept.
const LONGEST: usize = 16;

/// How many vectors of each length are kept, and the length of those of a reader.
const MOST: usize = 1024;

/// Empty vectors, by the length for which they have room.
struct Room {
    entries: [Vec<Vec<Entry<'static>>>; LONGEST + 1],
    items: [Vec<Vec<Node<'static>>>; LONGEST + 1],
    /// Those of a reader.
    open: (Vec<Entry<'static>>, Vec<Node<'static>>),
}

thread_local! {
    static ROOM: RefCell<Room> = const {
        RefCell::new(Room {
            entries: [const { Vec::new() }; LONGEST + 1],
            items: [const { Vec::new() }; LONGEST + 1],
            open: (Vec::new(), Vec::new()),
        })
    };
}

/// An empty vector with room for so many entries.
pub(super) fn entries<'t>(length: usize) -> Vec<Entry<'t>> {
    let kept = |room: &mut Room| room.entries.get_mut(length).and_then(Vec::pop);
    ROOM.with_borrow_mut(kept).unwrap_or_else(|| Vec::with_capacity(length))
}

/// An empty vector with room for so many items.
pub(super) fn items<'t>(length: usize) -> Vec<Node<'t>> {
    let kept = |room: &mut Room| room.items.get_mut(length).and_then(Vec::pop);
    ROOM.with_borrow_mut(kept).unwrap_or_else(|| Vec::with_capacity(length))
}

/// Two empty vectors for a reader, with room for what it holds at a time.
pub(super) fn open<'t>() -> (Vec<Entry<'t>>, Vec<Node<'t>>) {
    ROOM.with_borrow_mut(|room| std::mem::take(&mut room.open))
}

/// Keeps the vectors of a reader for the next one of this thread.
pub(super) fn close(mut entries: Vec<Entry<'_>>, mut items: Vec<Node<'_>>) {
    entries.clear();
    items.clear();
    if entries.capacity().max(items.capacity()) <= MOST {
        let entries = entries.into_iter().map(owned).collect();
        let items = items.into_iter().map(Node::into_owned).collect();
        ROOM.with_borrow_mut(|room| room.open = (entries, items));
    }
}

/// Keeps the vectors of a tree for the next trees of this thread.
pub fn recycle(root: Node<'_>) {
    ROOM.with_borrow_mut(|room| room.recycle(root.value));
}

impl Room {
    fn recycle(&mut self, value: Value<'_>) {
        match value {
            Value::Mapping(mut entries) => {
                entries.iter_mut().for_each(|entry| self.recycle_part(&mut entry.value));
                entries.clear();
                if let Some(kept) = self.entries.get_mut(entries.capacity()).filter(|kept| kept.len() < MOST)
                {
                    // No entry is left; the vector of another type has the same memory.
                    kept.push(entries.into_iter().map(owned).collect());
                }
            }
            Value::Sequence(mut items) => {
                items.iter_mut().for_each(|item| self.recycle_part(item));
                items.clear();
                if let Some(kept) = self.items.get_mut(items.capacity()).filter(|kept| kept.len() < MOST) {
                    kept.push(items.into_iter().map(Node::into_owned).collect());
                }
            }
            _ => {}
        }
    }

    fn recycle_part(&mut self, node: &mut Node<'_>) {
        if let Value::Mapping(_) | Value::Sequence(_) = node.value {
            self.recycle(std::mem::replace(&mut node.value, Value::Null));
        }
    }
}

fn owned(entry: Entry<'_>) -> Entry<'static> {
    let key = Spanned { value: Cow::Owned(entry.key.value.into_owned()), span: entry.key.span };
    Entry { key, value: entry.value.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::{entries, items, recycle};
    use crate::source::{SourceId, Span, Spanned};
    use crate::yaml::node::{Entry, Node, Value};

    #[test]
    fn the_vectors_of_a_tree_are_used_again() {
        let span = Span::new(SourceId::new(0), 0, 0);
        let node = |value| Node::new(value, span);
        let entry = |key: &'static str, value| Entry { key: Spanned { value: key.into(), span }, value };
        let inner = vec![entry("a", node(Value::Null)), entry("b", node(Value::Bool(true)))];
        let list = vec![node(Value::Mapping(inner)), node(Value::Sequence(Vec::new()))];
        let outer = vec![entry("c", node(Value::Sequence(list)))];
        let root = node(Value::Mapping(outer));
        let places = (
            root.entries().as_ptr(),
            root.entries()[0].value.items().as_ptr(),
            root.entries()[0].value.items()[0].entries().as_ptr(),
        );
        recycle(root);
        let (one, pair, two, other) = (entries(1), items(2), entries(2), entries(2));
        assert!(one.is_empty() && pair.is_empty() && two.is_empty() && other.is_empty());
        assert_eq!([one.capacity(), two.capacity(), other.capacity(), pair.capacity()], [1, 2, 2, 2]);
        assert_eq!((one.as_ptr(), pair.as_ptr(), two.as_ptr()), places);
        assert_ne!(other.as_ptr(), two.as_ptr());
    }
}
