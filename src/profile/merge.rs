//! Merging one layer into those below it, as the schema says: tables by key, lists of named items by name, anything else
//! as a whole.

use std::borrow::Cow;
use std::collections::HashMap;

use super::schema::{Key, Kind, Table};
use crate::source::{Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// Merges `upper` into `lower`, both of which are values of `kind`; `None` for a value that the schema does not describe.
///
/// A list of named items stays a table of changes until there is a list to change: [`finish`] turns what remains of such
/// tables into lists.
///
/// `unresolved` collects the keys such as `[2]` that name no item of their list.
pub(super) fn merge(
    lower: &mut Node<'static>,
    upper: Node<'static>,
    kind: Option<&'static Kind>,
    unresolved: &mut Vec<Span>,
) {
    let upper = long_form(upper, kind);
    if kind.and_then(shorthand).is_some() {
        let old = std::mem::replace(lower, Node::new(Value::Null, lower.span));
        *lower = long_form(old, kind);
    }
    let span = upper.span;
    match (&mut lower.value, upper.value) {
        (Value::Mapping(old), Value::Mapping(new)) => merge_tables(old, new, kind, unresolved),
        (Value::Sequence(items), Value::Mapping(changes)) if named(kind).is_some() => {
            change_items(items, changes, kind, unresolved);
            // The list itself is still the lower layer's.
            return;
        }
        (value, new) => *value = new,
    }
    lower.span = span;
}

fn merge_tables(
    old: &mut Vec<Entry<'static>>,
    new: Vec<Entry<'static>>,
    kind: Option<&'static Kind>,
    unresolved: &mut Vec<Span>,
) {
    for exclusive in table(kind).map_or(&[] as &[&[&str]], |table| table.exclusive) {
        if new.iter().any(|entry| exclusive.contains(&entry.key.value.as_ref())) {
            // The choice of the upper layer replaces that of the lower one.
            old.retain(|entry| {
                let key = entry.key.value.as_ref();
                !exclusive.contains(&key) || new.iter().any(|entry| entry.key.value == key)
            });
        }
    }
    let mut places = Places::new(old, new.len());
    for entry in new {
        let inner = inner(kind, &entry.key.value);
        match places.find(old, &entry.key.value).and_then(|at| old.get_mut(at)) {
            Some(known) => {
                known.key.span = entry.key.span;
                merge(&mut known.value, entry.value, inner, unresolved);
            }
            None => old.push(Entry { key: entry.key, value: long_form(entry.value, inner) }),
        }
    }
}

/// Where the keys of a table are: a section may have thousands.
struct Places(Option<HashMap<String, usize>>);

impl Places {
    fn new(entries: &[Entry<'static>], further: usize) -> Self {
        /// A table of so many keys is searched one by one.
        const FEW: usize = 32;
        let key = |(at, entry): (usize, &Entry<'static>)| (entry.key.value.to_string(), at);
        let is_large = further > 1 && entries.len() + further > FEW;
        Self(is_large.then(|| entries.iter().enumerate().map(key).collect()))
    }

    /// The position of a key; one that is missing is added at the end.
    fn find(&mut self, entries: &[Entry<'static>], key: &str) -> Option<usize> {
        match &mut self.0 {
            None => entries.iter().position(|entry| entry.key.value == key),
            Some(places) => {
                let at = places.get(key).copied();
                if at.is_none() {
                    places.insert(key.to_owned(), entries.len());
                }
                at
            }
        }
    }
}

/// Applies changes to a list by the names of its items; an unknown name adds an item.
fn change_items(
    items: &mut Vec<Node<'static>>,
    changes: Vec<Entry<'static>>,
    kind: Option<&'static Kind>,
    unresolved: &mut Vec<Span>,
) {
    let Some((field, item)) = named(kind) else { return };
    for change in changes {
        match position(items, field, &change.key.value) {
            Some(at) => merge(&mut items[at], change.value, Some(item), unresolved),
            None => items.extend(named_item(change, field, unresolved)),
        }
    }
}

/// Turns what is still a table of changes into a list, at any depth.
pub(super) fn finish(node: &mut Node<'static>, kind: Option<&'static Kind>, unresolved: &mut Vec<Span>) {
    if let (Some((field, _)), Value::Mapping(changes)) = (named(kind), &mut node.value) {
        let changes = std::mem::take(changes);
        let items = changes.into_iter().filter_map(|change| named_item(change, field, unresolved));
        node.value = Value::Sequence(items.collect());
    }
    match &mut node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                let inner = inner(kind, &entry.key.value);
                if inner.is_some() {
                    finish(&mut entry.value, inner, unresolved);
                }
            }
        }
        Value::Sequence(items) => {
            let item = match kind {
                Some(Kind::List(item) | Kind::Named(_, item)) => Some(*item),
                _ => None,
            };
            if item.is_some() {
                items.iter_mut().for_each(|node| finish(node, item, unresolved));
            }
        }
        _ => {}
    }
}

/// Removes what `parts` leads to, and returns whether it was there.
pub(crate) fn remove(node: &mut Node<'static>, parts: &[String]) -> bool {
    let Some((first, rest)) = parts.split_first() else { return false };
    match &mut node.value {
        Value::Mapping(entries) => {
            let Some(at) = entries.iter().position(|entry| entry.key.value == first.as_str()) else {
                return false;
            };
            if rest.is_empty() {
                entries.remove(at);
                return true;
            }
            remove(&mut entries[at].value, rest)
        }
        Value::Sequence(items) => {
            let Some(at) = item_position(items, first) else { return false };
            if rest.is_empty() {
                items.remove(at);
                return true;
            }
            remove(&mut items[at], rest)
        }
        _ => false,
    }
}

/// The position of a list's item by name, whatever field holds the names, or by `[index]`.
fn item_position(items: &[Node<'static>], name: &str) -> Option<usize> {
    /// The fields that identify the items of API lists (`+listMapKey` in k8s.io/api).
    const NAMES: [&str; 7] = ["name", "mountPath", "devicePath", "key", "topologyKey", "containerPort", "ip"];
    index(items, name).or_else(|| NAMES.iter().find_map(|field| position(items, field, name)))
}

fn position(items: &[Node<'static>], field: &str, name: &str) -> Option<usize> {
    let by_name = items.iter().position(|item| {
        item.get(field).is_some_and(|node| match &node.value {
            Value::String(text) => text == name,
            Value::Integer(number) => number.to_string() == name,
            _ => false,
        })
    });
    by_name.or_else(|| index(items, name))
}

/// `[2]` as an index into `items`.
fn index(items: &[Node<'static>], name: &str) -> Option<usize> {
    as_index(name).filter(|index| *index < items.len())
}

fn as_index(name: &str) -> Option<usize> {
    name.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// A list's item from its entry in a table of changes: the key is the value of `field`.
fn named_item(
    change: Entry<'static>,
    field: &'static str,
    unresolved: &mut Vec<Span>,
) -> Option<Node<'static>> {
    let Entry { key, value } = change;
    if as_index(&key.value).is_some() {
        unresolved.push(key.span);
        return None;
    }
    let Node { value: Value::Mapping(mut entries), span } = value else { return Some(value) };
    if !entries.iter().any(|entry| entry.key.value == field) {
        let name = Node::new(Value::String(key.value), key.span);
        entries
            .insert(0, Entry { key: Spanned { value: Cow::Borrowed(field), span: key.span }, value: name });
    }
    Some(Node::new(Value::Mapping(entries), if span.start == span.end { key.span } else { span }))
}

/// Expands the short form of a value to a table: `gpus = 8` as `{ count = 8 }`.
fn long_form(node: Node<'static>, kind: Option<&'static Kind>) -> Node<'static> {
    let Some(key) = kind.and_then(shorthand) else { return node };
    if matches!(node.value, Value::Mapping(_) | Value::Null) {
        return node;
    }
    let span = node.span;
    single(Cow::Borrowed(key), span, node, span)
}

/// The key that a value in short form is the value of.
fn shorthand(kind: &'static Kind) -> Option<&'static str> {
    match kind {
        Kind::Either(_, Kind::Table(table)) => table.shorthand,
        _ => None,
    }
}

fn table(kind: Option<&'static Kind>) -> Option<&'static Table> {
    match kind? {
        Kind::Table(table) | Kind::Either(_, Kind::Table(table)) => Some(table),
        _ => None,
    }
}

/// The field that names the items of a list, and what the items are.
fn named(kind: Option<&'static Kind>) -> Option<(&'static str, &'static Kind)> {
    match kind? {
        Kind::Named(field, item) => Some((field, item)),
        _ => None,
    }
}

/// What the value under `key` of a value of `kind` is.
fn inner(kind: Option<&'static Kind>, key: &str) -> Option<&'static Kind> {
    match kind? {
        Kind::Map(item) | Kind::Either(_, Kind::Map(item)) | Kind::Named(_, item) => Some(item),
        _ => table(kind)?.key(key).map(|key: &'static Key| &key.kind),
    }
}

/// A table with one entry.
pub(super) fn single(
    key: Cow<'static, str>,
    key_span: Span,
    value: Node<'static>,
    span: Span,
) -> Node<'static> {
    Node::new(Value::Mapping(vec![Entry { key: Spanned { value: key, span: key_span }, value }]), span)
}
