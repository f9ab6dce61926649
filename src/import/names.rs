//! The names of an import: that of the profile, the roles of the objects, and the metadata that they share.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::object::Object;
use super::strip::part;
use super::tree::{Table, text, text_at};
use crate::grammar::dns_subdomain;
use crate::profile::sections::{OBJECTS, section, sections};
use crate::source::Span;
use crate::yaml::node::{Entry, Node, Value};

/// The name of a profile for objects that have none in common.
const NAME: &str = "imported";

/// What the objects of a profile have in common, and where each of them is.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// The profile's name.
    pub(super) profile: String,
    /// The profile's namespace.
    pub(super) namespace: Option<String>,
    /// Labels that all objects have.
    pub(super) labels: BTreeMap<String, String>,
    /// Section and key of each object, by position.
    pub(super) places: Vec<(&'static str, String)>,
}

impl Names {
    /// Names for objects that go to these sections. `hint` is the profile's name if the objects have none in common.
    pub(super) fn new(objects: &[Object], sections: &[&'static str], hint: &str) -> Self {
        let mut names = Self {
            profile: profile(objects, hint),
            namespace: namespace(objects, sections),
            labels: labels(objects),
            places: Vec::new(),
        };
        let mut used = BTreeSet::new();
        for (object, section) in objects.iter().zip(sections) {
            let role = names.role(object);
            let kind = object.kind.to_ascii_lowercase();
            let namespace = object.namespace.as_deref().unwrap_or("default");
            let others = [
                format!("{role}-{kind}"),
                format!("{role}-{namespace}"),
                format!("{role}-{kind}-{namespace}"),
            ];
            let first = usize::from(*section != OBJECTS);
            let numbered = (2..).map(|number| format!("{role}-{number}"));
            let mut keys =
                std::iter::once(role.clone()).chain(others.into_iter().skip(first)).chain(numbered);
            let key = keys.find(|key| !used.contains(&(*section, key.clone()))).unwrap_or(role.clone());
            used.insert((*section, key.clone()));
            names.places.push((section, key));
        }
        names
    }

    fn role(&self, object: &Object) -> String {
        let generated = text_at(&object.root, &["metadata", "generateName"]).unwrap_or_default();
        let name = if object.name.is_empty() { generated.trim_end_matches('-') } else { &object.name };
        let role = name.strip_prefix(&*self.profile).and_then(|rest| rest.strip_prefix('-'));
        let role = role.filter(|role| !role.is_empty()).unwrap_or(name);
        if role.is_empty() { "object".to_owned() } else { role.to_owned() }
    }

    /// Adds the keys for an object's metadata, and the paths to unset.
    pub(super) fn metadata(&self, object: &Object, at: usize, table: &mut Table, unset: &mut Vec<String>) {
        let Some((section, key)) = self.places.get(at) else { return };
        let metadata = object.plain.get("metadata");
        let own = |field: &str| metadata.and_then(|metadata| metadata.entry(field));
        if object.plain.get("apiVersion").is_none() {
            unset.push(format!("{section}.{}.apiVersion", part(key)));
        }
        let path = |field: &str| format!("{section}.{}.metadata.{field}", part(key));
        match own("name") {
            None => unset.push(path("name")),
            Some(name) if name.value.as_str() != Some(&format!("{}-{key}", self.profile)) => {
                table.put_as("name", name.clone());
            }
            Some(_) => {}
        }
        let is_namespaced = sections().iter().any(|known| known.name == *section && known.kind.namespaced);
        match (own("namespace"), &self.namespace) {
            (Some(own), shared) if own.value.as_str() != shared.as_deref() => {
                table.put_as("namespace", own.clone());
            }
            (None, Some(_)) if is_namespaced => unset.push(path("namespace")),
            _ => {}
        }
        for field in ["labels", "annotations"] {
            let Some(entry) = own(field) else { continue };
            let shared = |label: &str, value: &Node<'_>| {
                field == "labels"
                    && self.labels.get(label).map(String::as_str) == value.as_str()
                    && self.labels.contains_key(label)
            };
            let mut further = Table::of(&entry.value);
            further.entries.retain(|label| !shared(&label.key.value, &label.value));
            let is_shared = further.is_empty() && !entry.value.entries().is_empty();
            if !matches!(entry.value.value, Value::Mapping(_)) {
                table.put(field.to_owned(), entry.key.span, entry.value.clone());
            } else if !is_shared {
                table.put(field.to_owned(), entry.key.span, further.node());
            }
        }
        if let Some(metadata) = metadata {
            let mut further = Table::of(metadata);
            for known in ["name", "namespace", "labels", "annotations"] {
                further.take(known);
            }
            // A namespace of an object that has none.
            if !is_namespaced {
                further.entries.extend(metadata.entry("namespace").cloned());
                table.take("namespace");
            }
            if !further.is_empty() {
                table.put("metadata", metadata.span, further.node());
            }
        }
    }

    /// The keys at the top of the profile.
    pub(super) fn top(&self, at: Span, top: &mut Table) {
        top.put("name", at, text(&*self.profile, at));
        if let Some(namespace) = &self.namespace {
            top.put("namespace", at, text(namespace, at));
        }
        if !self.labels.is_empty() {
            let mut labels = Table::new(at);
            for (label, value) in &self.labels {
                labels.put(label.clone(), at, text(value, at));
            }
            top.put("labels", at, labels.node());
        }
    }
}

/// The prefix that most names have: `ml` for `ml-data` and `ml-trainer`.
fn profile(objects: &[Object], hint: &str) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for object in objects.iter().filter(|object| !object.name.is_empty()) {
        for (at, _) in object.name.match_indices('-').filter(|(at, _)| at + 1 < object.name.len()) {
            *counts.entry(&object.name[..at]).or_default() += 1;
        }
    }
    let valid = |prefix: &str| dns_subdomain(&format!("{prefix}-a")).is_none();
    let best = counts
        .into_iter()
        .filter(|(prefix, _)| valid(prefix))
        .max_by_key(|(prefix, count)| (*count, prefix.len()));
    match best {
        Some((prefix, count)) if count > 1 || objects.len() == 1 => prefix.to_owned(),
        _ if !hint.is_empty() && valid(hint) => hint.to_owned(),
        _ => NAME.to_owned(),
    }
}

/// The namespace of most objects, if it is worth removing it from those without one.
fn namespace(objects: &[Object], sections: &[&'static str]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for namespace in objects.iter().filter_map(|object| object.namespace.as_deref()) {
        *counts.entry(namespace).or_default() += 1;
    }
    let (namespace, count) =
        counts.into_iter().max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)))?;
    let is_namespaced = |name: &&str| section(name).is_some_and(|section| section.kind.namespaced);
    let without = objects
        .iter()
        .zip(sections)
        .filter(|(object, section)| object.namespace.is_none() && is_namespaced(section));
    let without: Vec<_> = without.map(|(object, _)| (object.kind.as_str(), object.name.as_str())).collect();
    // The two would be one object.
    let others: HashSet<_> = without.iter().copied().collect();
    let is_ambiguous = objects.iter().any(|object| {
        object.namespace.as_deref() == Some(namespace) && others.contains(&(&object.kind, &object.name))
    });
    (count > without.len() + 1 && !is_ambiguous).then(|| namespace.to_owned())
}

/// The labels that all objects have.
fn labels(objects: &[Object]) -> BTreeMap<String, String> {
    let of = |object: &Object| -> BTreeMap<String, String> {
        let labels = object.plain.get("metadata").and_then(|metadata| metadata.get("labels"));
        let entries = labels.map(Node::entries).unwrap_or_default();
        let text = |entry: &Entry<'_>| Some((entry.key.value.to_string(), entry.value.as_str()?.to_owned()));
        entries.iter().filter_map(text).collect()
    };
    let [first, rest @ ..] = objects else { return BTreeMap::new() };
    if rest.is_empty() {
        return BTreeMap::new();
    }
    let mut shared = of(first);
    for object in rest {
        let own = of(object);
        shared.retain(|label, value| own.get(label) == Some(value));
    }
    shared
}
