//! One round of fixing: the edits of all findings that do not overlap, and the proof that nothing else changed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{edits, of_change, toml, value};
use crate::finding::Finding;
use crate::finding::fix::{Applicability, Change, Edit, Intent, Place};
use crate::profile;
use crate::source::{Source, SourceId, SourceKind, Sources};
use crate::yaml::node::{Node, Value};
use crate::yaml::read;

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
    for finding in findings {
        let Some(fix) = finding.fix.as_deref() else { continue };
        if !is_wanted(fix.applicability, with_unsafe) {
            continue;
        }
        let edits = edits(fix, sources);
        if !edits.is_empty() && fixes.iter().all(|(known, _)| *known != edits) {
            fixes.push((edits, finding));
        }
    }
    let start = |edits: &[Edit]| edits.first().map(|edit| (edit.span.source, edit.span.start, edit.span.end));
    fixes.sort_by_key(|(edits, finding)| (start(edits), finding.rule.code));
    let mut taken: Vec<Edit> = Vec::new();
    let mut changes: Vec<(&Change, &Finding)> = Vec::new();
    for (edits, finding) in fixes {
        let collides = |edit: &Edit| {
            taken.iter().any(|other| {
                other.span.source == edit.span.source
                    && edit.span.start <= other.span.end
                    && other.span.start <= edit.span.end
            })
        };
        if edits.iter().any(collides) {
            continue;
        }
        taken.extend(edits);
        if let Some(fix) = finding.fix.as_deref() {
            changes.extend(fix.changes.iter().map(|change| (change, finding)));
            round.applied.push((finding.rule.code, fix.title.clone()));
        }
    }
    let mut by_source: BTreeMap<SourceId, Vec<Edit>> = BTreeMap::new();
    for edit in taken {
        by_source.entry(edit.span.source).or_default().push(edit);
    }
    for (id, mut edits) in by_source {
        edits.sort_by_key(|edit| edit.span.start);
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
        read::read(id, text).into_iter().map(|document| document.root.map(Node::into_owned)).collect()
    };
    // A document that cannot be read has no tree, and no fixes.
    let (old, new) = match (trees(&source.text), trees(new)) {
        (Some(old), Some(new)) => (old, new),
        _ => return false,
    };
    let mut hits = vec![0_usize; changes.len()];
    let matches = old.len() == new.len()
        && old.into_iter().zip(&new).all(|(mut old, new)| {
            expect(&mut old, changes, &source.text, is_profile, &mut hits);
            is_same(&old, new, is_profile)
        });
    // A value that an alias repeats would change in two places.
    matches && hits.iter().all(|hits| *hits == 1)
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

/// Carries out the changes in a tree.
fn expect(
    node: &mut Node<'static>,
    changes: &[(&Change, Place)],
    text: &str,
    toml: bool,
    hits: &mut [usize],
) {
    for (at, (change, place)) in changes.iter().enumerate() {
        let is_value = place.value == Some(node.span);
        match (&change.intent, &mut node.value) {
            (Intent::Replace(new), old)
                if is_value && !matches!(old, Value::Mapping(_) | Value::Sequence(_)) =>
            {
                *old = value::node(new).value;
                if toml && toml::replaced(&text[node.span.range()], new).is_none() {
                    continue;
                }
                hits[at] += 1;
            }
            (Intent::Quote, old) if is_value => {
                *old = Value::String(Cow::Owned(text[node.span.range()].to_owned()));
                hits[at] += 1;
            }
            (Intent::Prepend(new), Value::Sequence(items))
                if items.first().map(|item| item.span) == place.siblings.first().map(|(item, _)| *item) =>
            {
                items.insert(0, value::node(new));
                hits[at] += 1;
            }
            (Intent::Insert(new), Value::Mapping(entries)) => {
                let is_here = if place.siblings.is_empty() {
                    entries.is_empty() && is_value
                } else {
                    entries.iter().any(|entry| place.siblings.iter().any(|(key, _)| *key == entry.key.span))
                };
                if let Some((key, new)) = value::nested(&place.missing, new).filter(|_| is_here) {
                    entries.push(value::entry(&key, &new));
                    hits[at] += 1;
                }
            }
            (Intent::Remove, Value::Mapping(entries)) => {
                let before = entries.len();
                entries.retain(|entry| Some(entry.key.span) != place.key);
                hits[at] += before - entries.len();
            }
            (Intent::Rename(name), Value::Mapping(entries)) => {
                for entry in entries.iter_mut().filter(|entry| Some(entry.key.span) == place.key) {
                    entry.key.value = Cow::Owned(name.clone());
                    hits[at] += 1;
                }
            }
            _ => {}
        }
    }
    match &mut node.value {
        Value::Mapping(entries) => {
            entries.iter_mut().for_each(|entry| expect(&mut entry.value, changes, text, toml, hits));
        }
        Value::Sequence(items) => {
            items.iter_mut().for_each(|item| expect(item, changes, text, toml, hits));
        }
        _ => {}
    }
}
