//! Fixes of rendered objects in the layers of a profile. A value of a built-in layer cannot be edited; a key in a layer of
//! the user overrides it.

use std::collections::HashMap;

use super::is_file;
use crate::finding::Finding;
use crate::finding::fix::{Applicability, Change, Fix, Intent, NewValue, Place, Steps};
use crate::profile::{self, Profile, quoted};
use crate::source::{SourceId, SourceKind, Sources, Span};
use crate::yaml::node::{Node, Value};

/// Finds the keys of the profile that carry out the fixes of rendered objects.
#[derive(Debug)]
pub struct LayerFixes<'a> {
    /// The merged profile.
    pub profile: &'a Profile,
    /// The texts of the layers.
    pub sources: &'a Sources,
    /// The built-in profile to whose part a value is added that overrides one of it: other profiles share the layers.
    pub part: Option<&'a str>,
}

impl LayerFixes<'_> {
    /// Replaces the places of all fixes that add a key, or change a value of a built-in layer, by places in the user's
    /// highest layer. `path` is the path in the profile of a field of the finding's document.
    pub fn locate(&self, findings: &mut [Finding], path: impl Fn(&Finding, &Steps) -> Option<Vec<String>>) {
        let mut known = None;
        for finding in findings.iter_mut() {
            let Some(mut fix) = finding.fix.take() else { continue };
            let moved = fix.changes.iter_mut().try_for_each(|change| {
                if let Some(wanted) = self.moved(change, &mut known, |steps| path(finding, steps))? {
                    self.place(change, wanted);
                }
                Some(())
            });
            finding.fix = moved.map(|()| fix);
            self.explain(finding);
        }
    }

    /// The path that a change needs in a layer of the user; nothing if its place is in one already, and `None` if no key
    /// can make it.
    fn moved(
        &self,
        change: &mut Change,
        known: &mut Option<Paths>,
        path: impl Fn(&Steps) -> Option<Vec<String>>,
    ) -> Option<Option<Vec<String>>> {
        let place = change.place.as_ref()?;
        let at = match change.intent {
            Intent::Insert(_) if change.path.0.is_empty() => return Some(None),
            Intent::Insert(_) => return path(&change.path).map(Some),
            Intent::Prepend(_) => path(&change.path).and(place.key)?,
            Intent::Replace(_) | Intent::Quote => place.value?,
            Intent::Rename(_) | Intent::Remove => place.key?,
        };
        if !self.is_built_in(at.source) {
            return Some(None);
        }
        let known = known.get_or_insert_with(|| Paths::new(&self.profile.root));
        let path = known.find(at, || path(&change.path))?;
        let node = path.iter().try_fold(&self.profile.root, |node, key| node.get(key))?;
        let new = match &change.intent {
            Intent::Replace(new) => like(self.sources.text(node.span), new),
            Intent::Quote => NewValue::Text(self.sources.text(node.span).to_owned()),
            Intent::Remove => {
                let path: Vec<_> = path.iter().map(|part| quoted(part)).collect();
                change.intent = Intent::Insert(NewValue::List(vec![path.join(".").into()]));
                return Some(Some(self.in_part(vec!["unset".to_owned()])));
            }
            _ => return None,
        };
        change.intent = Intent::Insert(new);
        Some(Some(self.in_part(path)))
    }

    /// Places a new value at a path of the highest layer of the user that has the most of that path.
    fn place(&self, change: &mut Change, path: Vec<String>) {
        let mut best: Option<(Place, Intent)> = None;
        for layer in &self.profile.layers {
            let source = self.sources.get(*layer);
            if source.kind != SourceKind::Profile || !is_file(source) {
                continue;
            }
            let Some(tree) = profile::tree(*layer, &source.text) else { continue };
            let Some(found) = insertion(&tree, &path, &change.intent) else { continue };
            if best.as_ref().is_none_or(|(best, _)| found.0.missing.len() <= best.missing.len()) {
                best = Some(found);
            }
        }
        match best {
            Some((place, intent)) => (change.place, change.intent) = (Some(place), intent),
            None => change.place = Some(Place { missing: path, ..Place::default() }),
        }
    }

    /// Says what to write if no layer is a file.
    fn explain(&self, finding: &mut Finding) {
        let Some(fix) = &finding.fix else { return };
        let homeless =
            |change: &&Change| change.place.as_ref().is_some_and(|place| place.key.or(place.value).is_none());
        let sets: Vec<_> = fix.changes.iter().filter(homeless).map(argument).collect();
        if sets.is_empty() {
            return;
        }
        let all: Option<Vec<_>> = sets.into_iter().collect();
        finding.fix = all.map(|sets| {
            let title =
                format!("the value is built in: render with `{}`, or with an overlay", sets.join(" "));
            Box::new(Fix::new(title, Applicability::Display))
        });
    }

    fn in_part(&self, mut path: Vec<String>) -> Vec<String> {
        if let Some(base) = self.part {
            path.splice(0..0, ["on".to_owned(), base.to_owned()]);
        }
        path
    }

    fn is_built_in(&self, source: SourceId) -> bool {
        self.sources.get(source).kind == SourceKind::Profile && !is_file(self.sources.get(source))
    }
}

/// The option of the command line that makes a change.
fn argument(change: &Change) -> Option<String> {
    let Intent::Insert(new) = &change.intent else { return None };
    let place = change.place.as_ref()?;
    let value = match new {
        NewValue::Text(text) => text.clone(),
        NewValue::Integer(number) => number.to_string(),
        NewValue::Bool(value) => value.to_string(),
        NewValue::Table(_) | NewValue::List(_) => return None,
    };
    let path: Vec<_> = place.missing.iter().map(|part| quoted(part)).collect();
    Some(format!("--set {}={value}", path.join(".")))
}

/// The new value in the type of the old one, which may be text by now: `iops = 3000` stays a number.
fn like(old: &str, new: &NewValue) -> NewValue {
    let NewValue::Text(text) = new else { return new.clone() };
    let number = old.parse::<i64>().ok().and_then(|_| text.parse().ok());
    let boolean = old.parse::<bool>().ok().and_then(|_| text.parse().ok());
    number.map(NewValue::Integer).or(boolean.map(NewValue::Bool)).unwrap_or_else(|| new.clone())
}

/// Where a layer gets a value at a path. An item of a list that the layer has is added to that list.
fn insertion(tree: &Node<'_>, path: &[String], intent: &Intent) -> Option<(Place, Intent)> {
    let (mut node, mut key, mut depth) = (tree, None, 0);
    while let Some(entry) = path.get(depth).and_then(|key| node.entry(key)) {
        (node, key, depth) = (&entry.value, Some(entry.key.span), depth + 1);
    }
    let place = Place { key, value: Some(node.span), ..Place::default() };
    let (parents, missing) = path.split_at(depth);
    match (&node.value, missing.is_empty()) {
        (Value::Mapping(entries), false) => {
            let siblings = entries.iter().map(|entry| (entry.key.span, entry.value.span)).collect();
            let (missing, parents) = (missing.to_vec(), parents.to_vec());
            Some((Place { siblings, missing, parents, ..place }, intent.clone()))
        }
        (Value::Sequence(items), true) if !items.is_empty() => {
            let Intent::Insert(NewValue::List(new)) = intent else { return None };
            let siblings = items.iter().map(|item| (item.span, item.span)).collect();
            Some((Place { siblings, ..place }, Intent::Prepend(new.first()?.clone())))
        }
        _ => None,
    }
}

/// The paths of all keys and values of a merged profile. The objects of a section share their defaults.
struct Paths(HashMap<Span, Vec<Vec<String>>>);

impl Paths {
    fn new(root: &Node<'_>) -> Self {
        let mut paths = Self(HashMap::new());
        paths.collect(root, &mut Vec::new());
        paths
    }

    fn collect(&mut self, node: &Node<'_>, path: &mut Vec<String>) {
        for entry in node.entries() {
            path.push(entry.key.value.to_string());
            for span in [entry.key.span, entry.value.span] {
                self.0.entry(span).or_default().push(path.clone());
            }
            self.collect(&entry.value, path);
            path.pop();
        }
    }

    /// The path of a place; if several objects share it, the one of the finding's object.
    fn find(&self, at: Span, own: impl Fn() -> Option<Vec<String>>) -> Option<Vec<String>> {
        match self.0.get(&at)?.as_slice() {
            [only] => Some(only.clone()),
            several => {
                let own = own()?;
                several.iter().find(|path| **path == own).cloned()
            }
        }
    }
}
