//! Finds the places of fixes: from the paths that rules name to spans of the user's files.

use crate::document::Document;
use crate::finding::Finding;
use crate::finding::fix::{Change, Intent, Place, Step};
use crate::yaml::node::{Entry, Node, Value};

/// Finds the places of all fixes among `findings`, which are about `documents` in the order of the input. A fix whose place
/// does not exist is removed.
pub fn locate(documents: &[Document<'_>], findings: &mut [Finding]) {
    for finding in findings.iter_mut().filter(|finding| finding.fix.is_some()) {
        let document = finding.document.and_then(|index| {
            let start = documents.partition_point(|document| document.index < index);
            let mut same = documents[start..].iter().take_while(|document| document.index == index);
            let first = same.next()?;
            // The items of a list have one position.
            let place = finding.primary.span;
            let has = |document: &&Document<'_>| {
                let own = document.root.span;
                own.source == place.source && (own.start..=own.end).contains(&place.start)
            };
            Some(if has(&first) { first } else { same.find(has).unwrap_or(first) })
        });
        let Some(fix) = &mut finding.fix else { continue };
        let located = fix.changes.iter_mut().all(|change| {
            if change.place.is_none() {
                change.place = document.and_then(|document| place_of(&document.root, change));
            }
            change.place.is_some()
        });
        if !located {
            finding.fix = None;
        }
    }
}

fn siblings(entries: &[Entry<'_>]) -> Vec<(crate::source::Span, crate::source::Span)> {
    entries.iter().map(|entry| (entry.key.span, entry.value.span)).collect()
}

fn place_of(root: &Node<'_>, change: &Change) -> Option<Place> {
    let steps = change.path.0.as_slice();
    let mut node = root;
    // The mappings from the root to the value, each with the step below it.
    let mut parents: Vec<(&Node<'_>, &Step)> = Vec::new();
    let mut missing = steps;
    while let [step, rest @ ..] = missing {
        let next = match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.items().get(*index),
        };
        let Some(next) = next else { break };
        parents.push((node, step));
        node = next;
        missing = rest;
    }
    let key = |parents: &[(&Node<'_>, &Step)]| match parents.last() {
        Some((parent, Step::Key(key))) => parent.entry(key).map(|entry| entry.key.span),
        _ => None,
    };
    match &change.intent {
        Intent::Rename(_) | Intent::Replace(_) | Intent::Quote => {
            let place = Place { key: key(&parents), value: Some(node.span), ..Place::default() };
            let is_taken = match (&change.intent, parents.last()) {
                (Intent::Rename(name), Some((parent, _))) => parent.get(name).is_some(),
                _ => false,
            };
            (missing.is_empty() && !is_taken).then_some(place)
        }
        Intent::Remove => {
            if !missing.is_empty() {
                return None;
            }
            // What would be left empty is removed, too.
            while let [.., (_, Step::Key(_)), (parent, Step::Key(_))] = parents.as_slice()
                && parent.entries().len() == 1
            {
                node = parent;
                parents.pop();
            }
            let (parent, _) = parents.last()?;
            let key = key(&parents)?;
            // Its neighbours are enough, and many keys of one mapping may be removed.
            let at = parent.entries().iter().position(|entry| entry.key.span == key)?;
            let entries = parent.entries();
            let siblings = siblings(&entries[at.saturating_sub(1)..entries.len().min(at + 2)]);
            Some(Place { key: Some(key), value: Some(node.span), siblings, ..Place::default() })
        }
        Intent::Insert(_) => {
            let names = missing.iter().map(|step| match step {
                Step::Key(key) => Some(key.clone()),
                Step::Index(_) => None,
            });
            let missing: Vec<String> = names.collect::<Option<_>>()?;
            let is_mapping = matches!(node.value, Value::Mapping(_));
            (is_mapping && !missing.is_empty()).then(|| Place {
                key: key(&parents),
                value: Some(node.span),
                siblings: siblings(node.entries()),
                missing,
                ..Place::default()
            })
        }
        Intent::Prepend(_) => {
            let items: Vec<_> = node.items().iter().map(|item| (item.span, item.span)).collect();
            (missing.is_empty() && !items.is_empty()).then(|| Place {
                key: key(&parents),
                value: Some(node.span),
                siblings: items,
                ..Place::default()
            })
        }
    }
}
