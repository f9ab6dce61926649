//! A profile that is merged again after an edit: the tables that the edit does not change are taken from the last merge.

use std::collections::HashSet;
use std::sync::Arc;

use super::layer::{Layer, Stack};
use super::schema::Section;
use super::sections::{self, CLAIMS, sections};
use crate::hash::{FastMap, FastSet};
use crate::source::shift::Shift;
use crate::source::{SourceId, Span};
use crate::yaml::node::{Entry, Node, Value};

/// A merged profile, and the layers that it was merged from.
#[derive(Debug)]
pub struct PastMerge {
    layers: Vec<Known>,
    root: Node<'static>,
    settled: Settled,
}

/// What checking a merged profile found out.
#[derive(Clone, Debug, Default)]
pub(super) struct Settled {
    /// Whether nothing was found.
    pub(super) is_clean: bool,
    /// Section and key of the objects that are rendered only if something uses them.
    pub(super) catalogue: HashSet<(&'static str, String)>,
}

/// What a profile needs to be merged again.
#[derive(Clone, Debug, Default)]
pub(super) struct Again {
    /// The layers, if the next merge can take tables from the merged tree.
    pub(super) layers: Option<Vec<Known>>,
    /// What was taken from the last merge, if nothing else differs but classes and the profile's name, and the keys and
    /// names of the classes are the same.
    pub(super) same: Option<Same>,
    pub(super) is_clean: bool,
}

impl Again {
    /// What is kept of a merged profile.
    pub(super) fn past(
        self,
        root: Node<'static>,
        catalogue: HashSet<(&'static str, String)>,
    ) -> Option<PastMerge> {
        let settled = Settled { is_clean: self.is_clean, catalogue };
        Some(PastMerge { layers: self.layers?, root, settled })
    }
}

/// A layer that was merged.
#[derive(Clone, Debug)]
pub(super) struct Known {
    source: SourceId,
    built_in: Option<String>,
    text: Arc<str>,
    root: Arc<Node<'static>>,
}

/// The layers of a stack.
pub(super) fn layers(stack: &Stack) -> Vec<Known> {
    let known = |layer: &Layer| Known {
        source: layer.source,
        built_in: layer.built_in.clone(),
        text: Arc::clone(&layer.text),
        root: Arc::clone(&layer.root),
    };
    stack.layers.iter().map(known).collect()
}

/// What is taken from the last merge.
#[derive(Debug)]
pub(super) struct Reuse {
    /// The last merged tree.
    root: Node<'static>,
    same: Same,
    /// Whether nothing differs but classes and the profile's name, and the keys and names of the classes are the same.
    is_rest_same: bool,
    settled: Settled,
}

/// The objects that an edit does not change, wherever they are in the text.
#[derive(Clone, Debug, Default)]
pub struct Same {
    kept: FastMap<&'static str, FastSet<String>>,
    /// How places move, for each layer that has changed.
    shifts: Vec<Shift>,
    /// The profile's name before the edit and after it, if they differ.
    names: Option<(String, String)>,
    /// The texts of the layers, if the names differ.
    texts: Vec<(SourceId, Arc<str>)>,
    /// Whether no text looks like the name of an object that begins with the new name.
    is_new_name: bool,
    /// Whether the classes are the same, too.
    has_same_classes: bool,
}

impl Same {
    /// Whether an object is the same.
    #[must_use]
    pub fn has(&self, section: &str, key: &str) -> bool {
        self.kept.get(section).is_some_and(|keys| keys.contains(key))
    }

    /// Moves the places of a tree to where they are after the edit.
    pub fn shift(&self, node: &mut Node<'static>) {
        if !self.shifts.iter().all(Shift::is_still) {
            node.spans_mut(&mut |span| self.shifts.iter().for_each(|shift| shift.apply(span)));
        }
    }

    /// Whether nothing differs but places.
    #[must_use]
    pub fn is_of_same_name(&self) -> bool {
        self.names.is_none()
    }

    /// Whether an object refers to the same others as before, whatever their names are now.
    #[must_use]
    pub fn has_same_references(&self) -> bool {
        self.is_new_name
    }

    /// The profile's name before the edit and after it, if they differ.
    #[must_use]
    pub fn names(&self) -> Option<(&str, &str)> {
        self.names.as_ref().map(|(before, after)| (before.as_str(), after.as_str()))
    }

    /// The profile's name before the edit and after it, if nothing else differs, and no other name can be mistaken for one
    /// that begins with either of them.
    #[must_use]
    pub fn is_only_name(&self) -> Option<(&str, &str)> {
        self.names().filter(|_| self.has_same_classes && self.is_new_name)
    }

    /// Replaces the profile's name in the names of objects, in a tree whose places are those after the edit. Such a name is
    /// at a key or at a reference to one. Returns how many texts have it, if that is sure.
    #[must_use]
    pub fn rename(&self, node: &mut Node<'static>) -> Option<usize> {
        let mut count = 0;
        let is_sure = match &self.names {
            Some((before, after)) => self.rename_all(node, before, after, &mut count),
            None => true,
        };
        is_sure.then_some(count)
    }

    fn rename_all(&self, node: &mut Node<'static>, before: &str, after: &str, count: &mut usize) -> bool {
        match &mut node.value {
            Value::String(text) => {
                let Some(key) = text.strip_prefix(before).and_then(|rest| rest.strip_prefix('-')) else {
                    return true;
                };
                *count += 1;
                let place = self.texts.iter().find(|(source, _)| *source == node.span.source);
                let written = place.and_then(|(_, text)| text.get(node.span.range())).unwrap_or_default();
                let quoted = |quote: char| written.strip_prefix(quote)?.strip_suffix(quote);
                let written = quoted('"').or_else(|| quoted('\'')).unwrap_or(written);
                let is_sure = written == key;
                *text = [after, "-", key].concat().into();
                is_sure
            }
            Value::Sequence(items) => {
                items.iter_mut().all(|item| self.rename_all(item, before, after, count))
            }
            Value::Mapping(entries) => {
                entries.iter_mut().all(|entry| self.rename_all(&mut entry.value, before, after, count))
            }
            _ => true,
        }
    }

    /// A place after the edit; nothing if the edit is in it.
    fn place(&self, span: Span) -> Option<Span> {
        self.shifts.iter().try_fold(span, |span, shift| shift.place(span))
    }

    /// Whether a tree is the same, wherever it is, and its places move as the text does.
    fn is_alike(&self, old: &Node<'static>, new: &Node<'static>) -> bool {
        let is_same = match (&old.value, &new.value) {
            (Value::Sequence(old), Value::Sequence(new)) => {
                old.len() == new.len() && old.iter().zip(new).all(|(old, new)| self.is_alike(old, new))
            }
            (Value::Mapping(old), Value::Mapping(new)) => self.are_alike(old.iter(), new.iter()),
            (old, new) => old == new,
        };
        is_same && self.place(old.span) == Some(new.span)
    }

    fn is_entry_alike(&self, old: &Entry<'static>, new: &Entry<'static>) -> bool {
        old.key.value == new.key.value
            && self.place(old.key.span) == Some(new.key.span)
            && self.is_alike(&old.value, &new.value)
    }

    fn are_alike<'n>(
        &self,
        mut old: impl Iterator<Item = &'n Entry<'static>>,
        mut new: impl Iterator<Item = &'n Entry<'static>>,
    ) -> bool {
        loop {
            match (old.next(), new.next()) {
                (None, None) => return true,
                (Some(old), Some(new)) if self.is_entry_alike(old, new) => {}
                _ => return false,
            }
        }
    }
}

/// Whether the objects of a section are taken from the last merge if they are the same: claims and what has pods.
fn is_kept(section: &Section) -> bool {
    section.name == CLAIMS || section.kind.has_pods()
}

/// The objects of a section in a layer.
fn objects<'n>(root: &'n Node<'static>, section: &Section) -> &'n [Entry<'static>] {
    root.get(section.name).map(Node::entries).unwrap_or_default()
}

impl Reuse {
    /// Compares layers with those of the last merge; nothing if what all objects depend on differs.
    pub(super) fn new(past: PastMerge, stack: &Stack) -> Option<Self> {
        let PastMerge { layers, root, settled } = past;
        let is_known = |(known, layer): (&Known, &Layer)| {
            (known.source, &known.built_in) == (layer.source, &layer.built_in)
        };
        if layers.len() != stack.layers.len() || !layers.iter().zip(&stack.layers).all(is_known) {
            return None;
        }
        // They change objects of other layers.
        let controls = |layer: &Layer| ["on", "unset"].iter().any(|key| layer.root.get(key).is_some());
        if stack.layers.iter().any(controls) {
            return None;
        }
        let changed: Vec<(&Known, &Layer)> = layers
            .iter()
            .zip(&stack.layers)
            .filter(|(known, layer)| !Arc::ptr_eq(&known.root, &layer.root))
            .collect();
        let shift = |(known, layer): &(&Known, &Layer)| Shift::new(known.source, &known.text, &layer.text);
        let shifts = changed.iter().map(shift).collect();
        let texts = stack.layers.iter().map(|layer| (layer.source, Arc::clone(&layer.text))).collect();
        let mut same = Same {
            kept: FastMap::default(),
            shifts,
            names: None,
            texts,
            is_new_name: true,
            has_same_classes: true,
        };
        let mut is_rest_same = true;
        for (known, layer) in &changed {
            is_rest_same &= same.compare(&known.root, &layer.root)?;
        }
        let are_same = |(known, layer): &(&Known, &Layer)| same.are_classes_alike(&known.root, &layer.root);
        same.has_same_classes = changed.iter().all(are_same);
        same.find_kept(&layers, stack, is_rest_same);
        Some(Self { root, same, is_rest_same, settled })
    }

    /// A layer without the values of the objects that are taken from the last merge.
    pub(super) fn without_kept(&self, root: &Node<'static>) -> Node<'static> {
        let object = |section: &str, entry: &Entry<'static>| match self.same.has(section, &entry.key.value) {
            true => Entry { key: entry.key.clone(), value: Node::new(Value::Null, entry.value.span) },
            false => entry.clone(),
        };
        let entry = |entry: &Entry<'static>| match &entry.value.value {
            Value::Mapping(objects) if self.same.kept.contains_key(entry.key.value.as_ref()) => {
                let objects = objects.iter().map(|one| object(&entry.key.value, one)).collect();
                let value = Node::new(Value::Mapping(objects), entry.value.span);
                Entry { key: entry.key.clone(), value }
            }
            _ => entry.clone(),
        };
        Node::new(Value::Mapping(root.entries().iter().map(entry).collect()), root.span)
    }

    /// The objects that are the same, if what they refer to is, and what was found out about the last merge.
    pub(super) fn same(self) -> Option<(Same, Settled)> {
        self.is_rest_same.then_some((self.same, self.settled))
    }

    /// Whether nothing differs but classes and the name, and nothing was found in the last merge.
    pub(super) fn is_settled(&self) -> bool {
        self.is_rest_same && self.settled.is_clean
    }

    /// Puts the objects of the last merge into the tree.
    pub(super) fn restore(&mut self, root: &mut Node<'static>) {
        for (section, keys) in &self.same.kept {
            let (Some(old), Some(new)) = (table_of(&mut self.root, section), table_of(root, section)) else {
                continue;
            };
            let mut next = 0;
            for entry in new.iter_mut().filter(|entry| keys.contains(entry.key.value.as_ref())) {
                let is_it = |other: &Entry<'static>| other.key.value == entry.key.value;
                let Some(at) = find_from(old, next, is_it) else { continue };
                next = at + 1;
                let taken = Node::new(Value::Null, entry.value.span);
                entry.value = std::mem::replace(&mut old[at].value, taken);
                self.same.shift(&mut entry.value);
            }
        }
        let name =
            |root: &Node<'static>| root.get("name").and_then(Node::as_str).unwrap_or_default().to_owned();
        let (before, after) = (name(&self.root), name(root));
        if before != after {
            // A text of the user that looks like the name of an object is written somewhere, or with an escape.
            let start = format!("{before}-");
            let has = |start: &str| self.same.texts.iter().any(|(_, text)| text.contains(start));
            self.is_rest_same &= !before.is_empty() && !has(&start) && !has("\\");
            self.same.is_new_name = !has(&format!("{after}-"));
            self.same.names = Some((before, after));
        }
    }
}

fn table_of<'n>(root: &'n mut Node<'static>, key: &str) -> Option<&'n mut Vec<Entry<'static>>> {
    let Value::Mapping(entries) = &mut root.value else { return None };
    match &mut entries.iter_mut().find(|entry| entry.key.value == key)?.value.value {
        Value::Mapping(table) => Some(table),
        _ => None,
    }
}

impl Same {
    /// Whether two versions of a layer differ in nothing but classes and the name; nothing if they differ in what the merge of other
    /// objects depends on.
    fn compare(&self, old: &Node<'static>, new: &Node<'static>) -> Option<bool> {
        let is_section = |entry: &&Entry<'static>| sections::section(&entry.key.value).is_some();
        let is_table = |entry: &Entry<'static>| matches!(entry.value.value, Value::Mapping(_));
        if [old, new].iter().any(|root| !root.entries().iter().filter(is_section).all(is_table)) {
            return None;
        }
        let is_rest = |entry: &&Entry<'static>| !is_section(entry) && entry.key.value != "name";
        if !self.are_alike(old.entries().iter().filter(is_rest), new.entries().iter().filter(is_rest)) {
            return None;
        }
        let is_section_same = |section: &Section| {
            let (old, new) = (objects(old, section), objects(new, section));
            match section.is_class() {
                true => {
                    old.len() == new.len() && old.iter().zip(new).all(|(old, new)| has_same_name(old, new))
                }
                false => self.are_alike(old.iter(), new.iter()),
            }
        };
        Some(sections().iter().all(is_section_same))
    }

    /// Whether the classes of two versions of a layer are the same.
    fn are_classes_alike(&self, old: &Node<'static>, new: &Node<'static>) -> bool {
        let are_alike =
            |section: &Section| self.are_alike(objects(old, section).iter(), objects(new, section).iter());
        sections().iter().filter(|section| section.is_class()).all(are_alike)
    }

    /// Finds the objects that are the same, as all are if `is_rest_same`, and that only one layer has.
    fn find_kept(&mut self, layers: &[Known], stack: &Stack, is_rest_same: bool) {
        let mut kept: FastMap<&'static str, FastSet<String>> = FastMap::default();
        for section in sections().iter().filter(|section| is_kept(section)) {
            let mut counts: FastMap<&str, usize> = FastMap::default();
            for layer in &stack.layers {
                for entry in objects(&layer.root, section) {
                    *counts.entry(&entry.key.value).or_default() += 1;
                }
            }
            for (known, layer) in layers.iter().zip(&stack.layers) {
                let old = objects(&known.root, section);
                let is_unchanged = is_rest_same || Arc::ptr_eq(&known.root, &layer.root);
                let mut next = 0;
                for entry in objects(&layer.root, section) {
                    let is_it = |other: &Entry<'static>| other.key.value == entry.key.value;
                    let Some(at) = find_from(old, next, is_it) else { continue };
                    next = at + 1;
                    let is_same = is_unchanged || self.is_entry_alike(&old[at], entry);
                    let is_alone = counts.get(entry.key.value.as_ref()) == Some(&1);
                    // A need becomes a class.
                    if is_same && is_alone && entry.value.get("needs").is_none() {
                        kept.entry(section.name).or_default().insert(entry.key.value.to_string());
                    }
                }
            }
        }
        self.kept = kept;
    }
}

/// The position of an entry, which is most likely the next one.
fn find_from(
    entries: &[Entry<'static>],
    next: usize,
    is_it: impl Fn(&Entry<'static>) -> bool,
) -> Option<usize> {
    match entries.get(next).is_some_and(&is_it) {
        true => Some(next),
        false => entries.iter().position(is_it),
    }
}

/// Whether two versions of a class have the same key and name.
fn has_same_name(old: &Entry<'static>, new: &Entry<'static>) -> bool {
    let name = |entry: &'_ Entry<'static>, key: &str| entry.value.get(key).map(|node| node.value.clone());
    old.key.value == new.key.value && ["name", "existing"].iter().all(|key| name(old, key) == name(new, key))
}
