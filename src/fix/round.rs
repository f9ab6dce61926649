//! One round of fixing: the edits of all findings that do not overlap, and the proof that nothing else changed.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::{edits, of_change, value};
use crate::finding::Finding;
use crate::finding::fix::{Applicability, Change, Edit, Intent, Place};
use crate::profile;
use crate::source::{Source, SourceId, SourceKind, Sources, Span};
use crate::yaml::node::{Entry, Node, Value};
use crate::yaml::read::{self, ParsedDocument};

/// The result of one round.
#[derive(Debug, Default)]
pub struct Round {
    /// The new texts of the sources that changed.
    pub texts: BTreeMap<SourceId, String>,
    /// Code and title of each fix that was applied.
    pub applied: Vec<(&'static str, String)>,
}

/// The new text would differ in more than what the fixes name: a defect of volwright.
#[derive(Debug)]
pub struct Unexpected {
    /// The codes of the rules whose fixes were applied.
    pub codes: Vec<&'static str>,
    /// The name of the file.
    pub file: String,
}

/// Whether a fix may be applied: safe ones always, unsafe ones if `with_unsafe`.
#[must_use]
pub fn is_wanted(applicability: Applicability, with_unsafe: bool) -> bool {
    match applicability {
        Applicability::Safe => true,
        Applicability::Unsafe => with_unsafe,
        Applicability::Display => false,
    }
}

/// Applies the fixes of `findings` whose edits do not overlap; the others are for the next round.
///
/// # Errors
///
/// If a tree would differ where no fix changes it.
pub fn round(findings: &[Finding], sources: &Sources, with_unsafe: bool) -> Result<Round, Unexpected> {
    let mut round = Round::default();
    let mut fixes: Vec<(Vec<Edit>, &Finding)> = Vec::new();
    let mut known = HashSet::new();
    for finding in findings {
        let Some(fix) = finding.fix.as_deref() else { continue };
        if !is_wanted(fix.applicability, with_unsafe) {
            continue;
        }
        let edits = edits(fix, sources);
        if !edits.is_empty() && known.insert(edits.clone()) {
            fixes.push((edits, finding));
        }
    }
    let start = |edits: &[Edit]| edits.first().map(|edit| (edit.span.source, edit.span.start, edit.span.end));
    fixes.sort_by_key(|(edits, finding)| (start(edits), finding.rule.code));
    // By source and start; they do not overlap.
    let mut taken: BTreeMap<(SourceId, u32), Edit> = BTreeMap::new();
    let mut changes: Vec<(&Change, &Finding)> = Vec::new();
    for (edits, finding) in fixes {
        let collides = |edit: &Edit| {
            let before = taken.range(..=(edit.span.source, edit.span.end)).next_back();
            before.is_some_and(|(_, other)| {
                other.span.source == edit.span.source && edit.span.start <= other.span.end
            })
        };
        if edits.iter().any(collides) {
            continue;
        }
        taken.extend(edits.into_iter().map(|edit| ((edit.span.source, edit.span.start), edit)));
        if let Some(fix) = finding.fix.as_deref() {
            changes.extend(fix.changes.iter().map(|change| (change, finding)));
            round.applied.push((finding.rule.code, fix.title.clone()));
        }
    }
    let mut by_source: BTreeMap<SourceId, Vec<Edit>> = BTreeMap::new();
    for edit in taken.into_values() {
        by_source.entry(edit.span.source).or_default().push(edit);
    }
    for (id, edits) in by_source {
        let source = sources.get(id);
        let text = applied(&source.text, &edits);
        let planned: Vec<(&Change, Place)> = changes
            .iter()
            .filter_map(|(change, _)| of_change(change, sources).map(|planned| (*change, planned)))
            .filter(|(_, planned)| planned.source == id)
            .map(|(change, planned)| (change, planned.place))
            .collect();
        if !is_as_planned(id, source, &text, &planned) {
            let codes = changes.iter().map(|(_, finding)| finding.rule.code);
            return Err(Unexpected { codes: codes.collect(), file: source.name.clone() });
        }
        round.texts.insert(id, text);
    }
    Ok(round)
}

/// The text after some edits, which are in order and do not overlap.
#[must_use]
pub fn applied(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.span.start as usize]);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(&text[at..]);
    out
}

/// Whether the trees of a new text are those of the old one with the changes, and with nothing else.
fn is_as_planned(id: SourceId, source: &Source, new: &str, changes: &[(&Change, Place)]) -> bool {
    let is_profile = source.kind == SourceKind::Profile;
    let trees = |text: &str| -> Option<Vec<Node<'static>>> {
        if is_profile {
            return profile::tree(id, text).map(|tree| vec![tree]);
        }
        // A document that cannot be read has no tree, and no fixes.
        let nothing = |span| Node::new(Value::Null, span);
        let root = |document: ParsedDocument<'_>| {
            document.root.map_or_else(|| nothing(document.span), Node::into_owned)
        };
        Some(read::read(id, text).into_iter().map(root).collect())
    };
    let (old, new) = match (trees(&source.text), trees(new)) {
        (Some(old), Some(new)) => (old, new),
        _ => return false,
    };
    let mut expected = Expected::new(changes, &source.text);
    let matches = old.len() == new.len()
        && old.into_iter().zip(&new).all(|(mut old, new)| {
            expected.apply(&mut old);
            is_same(&old, new, is_profile)
        });
    // A value that an alias repeats would change in two places.
    matches && expected.hits.iter().all(|hits| *hits == 1)
}

/// Whether two trees are equal; the scalars of a profile are compared as text.
fn is_same(one: &Node<'_>, other: &Node<'_>, as_text: bool) -> bool {
    match (&one.value, &other.value) {
        (Value::Sequence(items), Value::Sequence(others)) => {
            items.len() == others.len()
                && items.iter().zip(others).all(|(item, other)| is_same(item, other, as_text))
        }
        (Value::Mapping(entries), Value::Mapping(others)) => {
            entries.len() == others.len()
                && entries.iter().all(|entry| {
                    other.get(&entry.key.value).is_some_and(|value| is_same(&entry.value, value, as_text))
                })
        }
        (Value::String(text), other) | (other, Value::String(text)) if as_text => match other {
            Value::String(other) => text == other,
            Value::Integer(number) => *text == number.to_string(),
            Value::Bool(value) => *text == value.to_string(),
            _ => false,
        },
        (one, other) => one == other,
    }
}

/// Carries out changes in a tree.
struct Expected<'a> {
    changes: &'a [(&'a Change, Place)],
    /// The changes at each place.
    at: HashMap<Span, Vec<usize>>,
    text: &'a str,
    /// How often each change was carried out.
    hits: Vec<usize>,
}

impl<'a> Expected<'a> {
    fn new(changes: &'a [(&'a Change, Place)], text: &'a str) -> Self {
        let mut at: HashMap<Span, Vec<usize>> = HashMap::new();
        for (index, (change, place)) in changes.iter().enumerate() {
            let sibling = place.siblings.first().map(|(first, _)| *first);
            let place = match change.intent {
                Intent::Replace(_) | Intent::Quote => place.value,
                Intent::Insert(_) | Intent::Prepend(_) => sibling.or(place.value),
                Intent::Remove | Intent::Rename(_) => place.key,
            };
            if let Some(place) = place {
                at.entry(place).or_default().push(index);
            }
        }
        Self { changes, at, text, hits: vec![0; changes.len()] }
    }

    fn of(&self, span: Span) -> Vec<usize> {
        self.at.get(&span).cloned().unwrap_or_default()
    }

    fn apply(&mut self, node: &mut Node<'static>) {
        match &mut node.value {
            Value::Mapping(entries) if entries.is_empty() => self.insert(node.span, entries),
            Value::Mapping(entries) => {
                let (mut removed, mut added) = (HashSet::new(), Vec::new());
                for entry in entries.iter_mut() {
                    for at in self.of(entry.key.span) {
                        match &self.changes[at].0.intent {
                            Intent::Remove => {
                                removed.insert(entry.key.span);
                                self.hits[at] += 1;
                            }
                            Intent::Rename(name) => {
                                entry.key.value = Cow::Owned(name.clone());
                                self.hits[at] += 1;
                            }
                            _ => self.insert(entry.key.span, &mut added),
                        }
                    }
                    self.apply(&mut entry.value);
                }
                entries.retain(|entry| !removed.contains(&entry.key.span));
                entries.append(&mut added);
            }
            Value::Sequence(items) => {
                items.iter_mut().for_each(|item| self.apply(item));
                let first = items.first().map(|item| self.of(item.span)).unwrap_or_default();
                for at in first {
                    if let Intent::Prepend(new) = &self.changes[at].0.intent {
                        items.insert(0, value::node(new));
                        self.hits[at] += 1;
                    }
                }
            }
            _ => {
                for at in self.of(node.span) {
                    let old = &self.text[node.span.range()];
                    node.value = match &self.changes[at].0.intent {
                        Intent::Replace(new) => value::node(new).value,
                        Intent::Quote => Value::String(Cow::Owned(old.to_owned())),
                        _ => continue,
                    };
                    self.hits[at] += 1;
                }
            }
        }
    }

    fn insert(&mut self, span: Span, entries: &mut Vec<Entry<'static>>) {
        for at in self.of(span) {
            let (change, place) = &self.changes[at];
            if let Intent::Insert(new) = &change.intent
                && let Some((key, new)) = value::nested(&place.missing, new)
            {
                entries.push(value::entry(&key, &new));
                self.hits[at] += 1;
            }
        }
    }
}
