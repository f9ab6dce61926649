//! The objects of the input, without what a profile does not hold.

use std::collections::{BTreeMap, BTreeSet};

use super::strip::{strip, take_nulls};
use super::tree::{scalars, text_at};
use crate::document::Document;
use crate::profile::sections::sections;
use crate::source::{Sources, Span};
use crate::yaml::node::{Node, Value};

/// An object to import.
#[derive(Clone, Debug)]
pub struct Object {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`; empty if the API server generates it.
    pub name: String,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// File and line.
    pub place: String,
    /// The tree that the profile must render.
    pub root: Node<'static>,
    /// The tree without `null`, and the paths of those.
    pub(super) plain: Node<'static>,
    pub(super) nulls: Vec<String>,
}

/// A document that is not imported, or is only part of an object that follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// File and line, kind and name.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What an object is in a cluster: group, kind, namespace and name.
type Identity = (String, String, Option<String>, String);

impl Object {
    /// An object from its tree, which was read at `place`; counts what is removed.
    #[must_use]
    pub fn new(mut root: Node<'static>, place: String, removed: &mut BTreeMap<String, usize>) -> Self {
        strip(&mut root, removed);
        let (mut plain, mut nulls) = (root.clone(), Vec::new());
        take_nulls(&mut plain, "", &mut nulls);
        let owned = |path: &[&str]| text_at(&root, path).map(str::to_owned);
        let kind = owned(&["kind"]).unwrap_or_default();
        Self {
            // The API server knows it from the address that the object is sent to.
            api_version: owned(&["apiVersion"])
                .unwrap_or_else(|| api_version(&kind).unwrap_or_default().to_owned()),
            kind,
            name: owned(&["metadata", "name"]).unwrap_or_default(),
            namespace: owned(&["metadata", "namespace"]),
            place,
            root,
            plain,
            nulls,
        }
    }

    /// Kind and name, as messages show it.
    #[must_use]
    pub fn shown(&self) -> String {
        let generated = text_at(&self.root, &["metadata", "generateName"]).unwrap_or_default();
        let name = if self.name.is_empty() { generated } else { &self.name };
        match &self.namespace {
            Some(namespace) => format!("{} {namespace}/{name}", self.kind),
            None => format!("{} {name}", self.kind),
        }
    }

    /// The place of the object in its text.
    pub(super) fn span(&self) -> Span {
        self.root.span
    }

    /// The number of scalars apart from those that every object has.
    pub(super) fn values(&self) -> usize {
        let own = |key: &str| usize::from(self.root.get(key).is_some());
        scalars(&self.root).saturating_sub(own("apiVersion") + own("kind"))
    }

    /// What the object is in a cluster; nothing if its name is generated.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        let group = self.api_version.split_once('/').map_or("", |(group, _)| group);
        (!self.name.is_empty())
            .then(|| (group.to_owned(), self.kind.clone(), self.namespace.clone(), self.name.clone()))
    }
}

/// The API group of the files that configure kustomize.
const KUSTOMIZE: &str = "kustomize.config.k8s.io/";

/// The objects of some documents, in order, and the documents that are none.
#[must_use]
pub fn objects(
    documents: &[Document<'_>],
    sources: &Sources,
    removed: &mut BTreeMap<String, usize>,
) -> (Vec<Object>, Vec<LeftOut>) {
    let (mut objects, mut left_out): (Vec<Object>, Vec<LeftOut>) = (Vec::new(), Vec::new());
    let mut seen = BTreeMap::new();
    let mut replaced = BTreeSet::new();
    for document in documents {
        let is_table = matches!(document.root.value, Value::Mapping(_));
        let is_named = !document.api_version.is_empty() || api_version(&document.kind).is_some();
        let has_name = || {
            ["name", "generateName"]
                .iter()
                .any(|field| text_at(&document.root, &["metadata", field]).is_some())
        };
        let why = if !is_table || document.kind.is_empty() || !is_named {
            Some("it has no `apiVersion` and `kind`, so it is not an object of Kubernetes")
        } else if document.api_version.starts_with(KUSTOMIZE) {
            Some("it configures kustomize; import what `kubectl kustomize` prints")
        } else if !has_name() {
            Some("it has no `metadata.name`, so it is not an object of Kubernetes")
        } else {
            None
        };
        if let Some(why) = why {
            left_out.push(LeftOut { what: place(document.root.span, sources), why: why.to_owned() });
            continue;
        }
        let root = document.root.clone().into_owned();
        let object = Object::new(root, place(document.root.span, sources), removed);
        if let Some(identity) = object.identity()
            && let Some(first) = seen.insert(identity, objects.len())
        {
            let earlier: &Object = &objects[first];
            if !earlier.root.has_same_value(&object.root) {
                left_out.push(LeftOut {
                    what: format!("{} ({})", earlier.shown(), earlier.place),
                    why: format!("the same object follows with other values ({})", object.place),
                });
            }
            replaced.insert(first);
        }
        objects.push(object);
    }
    let mut at = 0;
    objects.retain(|_| {
        at += 1;
        !replaced.contains(&(at - 1))
    });
    (objects, left_out)
}

/// The API version of a kind that profiles have a section for.
fn api_version(kind: &str) -> Option<&'static str> {
    let known = sections().iter().find(|section| section.kind.name == kind)?;
    known.kind.api_versions.first().copied()
}

/// The file and the line of a place.
#[must_use]
pub fn place(span: Span, sources: &Sources) -> String {
    let name = &sources.get(span.source).name;
    let name = if name == "-" { "standard input" } else { name };
    format!("{name}:{}", sources.location(span).line)
}
