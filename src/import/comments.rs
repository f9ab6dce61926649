//! Comments of manifests, found outside of scalars, and attached to the keys and items next to them.

use std::collections::BTreeMap;

use crate::source::{SourceId, Sources, Span};
use crate::write::header::HEADER;
use crate::yaml::node::{Node, Value};

/// The comments of a key or of an item of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Comment {
    /// On the lines above.
    pub(super) before: Vec<String>,
    /// On its own line.
    pub(super) behind: Vec<String>,
}

/// The comments of all objects by the place of the key or item that they belong to. Each is written once.
#[derive(Clone, Debug, Default)]
pub(super) struct Comments {
    left: BTreeMap<(SourceId, u32), Comment>,
    /// The text of each object, with what is between it and the one before; sorted once all are known.
    objects: Vec<Span>,
    total: usize,
}

impl Comments {
    /// Adds those of the next object, and those between the previous object and it.
    pub(super) fn add(&mut self, root: &Node<'_>, sources: &Sources) {
        let source = root.span.source;
        let text = &sources.get(source).text;
        let mut scalars = Vec::new();
        collect(root, &mut scalars);
        scalars.sort_unstable();
        let mut anchors = Vec::new();
        spans(root, &mut anchors);
        let mut anchors: Vec<u32> = anchors.iter().map(|span| span.start).collect();
        anchors.sort_unstable();
        let before = self.objects.last().filter(|last| last.source == source);
        let mut at = before.map_or(0, |last| last.end as usize);
        // A list may hold several objects on one line.
        let end = (root.span.end as usize).max(at).min(text.len());
        let stop = text[end..].find('\n').map_or(text.len(), |line| end + line + 1);
        self.objects.push(Span::new(source, at, stop));
        for line in text[at..stop].split_inclusive('\n') {
            let start = at;
            at += line.len();
            let Some(mark) = comment(line, start, &scalars) else { continue };
            // Not a comment of a person.
            if line[mark..].starts_with(HEADER) {
                continue;
            }
            let words = clean(&line[mark + 1..]);
            let place = |anchor: Option<&u32>| {
                (source, anchor.or(anchors.last()).copied().unwrap_or(root.span.start))
            };
            self.total += 1;
            if line[..mark].trim().is_empty() {
                let next = anchors.get(anchors.partition_point(|anchor| *anchor as usize <= start));
                self.left.entry(place(next)).or_default().before.push(words);
            } else {
                let own = anchors.get(anchors.partition_point(|anchor| (*anchor as usize) < start));
                let own = own.filter(|anchor| (**anchor as usize) < at);
                self.left.entry(place(own)).or_default().behind.push(words);
            }
        }
    }

    /// Adds what follows the last object of each source, and belongs to that object. No object may follow.
    pub(super) fn add_ends(&mut self, ids: &[SourceId], sources: &Sources) {
        self.objects.sort_unstable();
        for id in ids {
            let text = &sources.get(*id).text;
            let behind = self.objects.partition_point(|object| object.source <= *id);
            let last = self.objects[..behind].last().filter(|object| object.source == *id);
            let end = last.map_or(0, |object| object.end);
            let rest = text.get(end as usize..).unwrap_or_default();
            for line in rest.lines().filter_map(|line| line.trim_start().strip_prefix('#')) {
                self.total += 1;
                if last.is_some() {
                    self.left.entry((*id, end)).or_default().before.push(clean(line));
                }
            }
        }
    }

    /// The comments of the key or item at a place.
    pub(super) fn take(&mut self, span: Span) -> Comment {
        // A key that an import adds is at no place of its own.
        if span.start == span.end {
            return Comment::default();
        }
        self.left.remove(&(span.source, span.start)).unwrap_or_default()
    }

    /// All comments in a value, in order.
    pub(super) fn within(&mut self, node: &Node<'_>) -> Vec<String> {
        let mut places = Vec::new();
        spans(node, &mut places);
        let mut all = Vec::new();
        for span in places {
            let comment = self.take(span);
            all.extend(comment.before.into_iter().chain(comment.behind));
        }
        all
    }

    /// How many comments a value contains.
    pub(super) fn count_within(&self, node: &Node<'_>) -> usize {
        if self.left.is_empty() {
            return 0;
        }
        let mut places = Vec::new();
        spans(node, &mut places);
        let found = places.iter().filter_map(|span| self.left.get(&(span.source, span.start)));
        found.map(|comment| comment.before.len() + comment.behind.len()).sum()
    }

    /// What is left of the object that contains a place.
    pub(super) fn rest_of(&mut self, place: Span) -> Vec<String> {
        let key = |object: &Span| (object.source, object.start) <= (place.source, place.start);
        let before = self.objects[..self.objects.partition_point(key)].last().copied();
        let contains =
            |object: &Span| object.source == place.source && object.range().contains(&(place.start as usize));
        let Some(object) = before.filter(contains) else { return Vec::new() };
        let range = (object.source, object.start)..(object.source, object.end + 1);
        let places: Vec<_> = self.left.range(range).map(|(place, _)| *place).collect();
        let comments = places.iter().filter_map(|place| self.left.remove(place));
        comments.flat_map(|comment| comment.before.into_iter().chain(comment.behind)).collect()
    }

    /// The words of all comments that belong to something.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.left
            .values()
            .flat_map(|comment| comment.before.iter().chain(&comment.behind))
            .map(String::as_str)
    }

    /// How many comments there are in the manifests.
    pub(super) fn total(&self) -> usize {
        self.total
    }
}

/// The places of all keys, and of the items of lists that are scalars.
fn spans(node: &Node<'_>, places: &mut Vec<Span>) {
    for entry in node.entries() {
        places.push(entry.key.span);
        spans(&entry.value, places);
    }
    if let Value::Sequence(items) = &node.value {
        for item in items {
            if item.entries().is_empty() {
                places.push(item.span);
            }
            spans(item, places);
        }
    }
}

/// The places of scalars, in which `#` is text.
fn collect(node: &Node<'_>, scalars: &mut Vec<(u32, u32)>) {
    for entry in node.entries() {
        scalars.push((entry.key.span.start, entry.key.span.end));
        collect(&entry.value, scalars);
    }
    node.items().iter().for_each(|item| collect(item, scalars));
    if node.entries().is_empty() && node.items().is_empty() {
        scalars.push((node.span.start, node.span.end));
    }
}

/// The position in a line of the `#` that begins a comment.
fn comment(line: &str, start: usize, scalars: &[(u32, u32)]) -> Option<usize> {
    line.match_indices('#').map(|(at, _)| at).find(|at| {
        let is_apart = line[..*at].ends_with([' ', '\t']) || *at == 0;
        let place = (start + at) as u32;
        let before = scalars.partition_point(|(from, _)| *from <= place);
        let inside = scalars[..before].iter().rev().take(4).any(|(from, to)| (*from..*to).contains(&place));
        is_apart && !inside
    })
}

/// A comment's words without what TOML does not accept in one.
fn clean(words: &str) -> String {
    let words: String = words.chars().filter(|letter| !letter.is_control() || *letter == '\t').collect();
    let words = words.strip_prefix(' ').unwrap_or(&words);
    words.trim_end().to_owned()
}
