//! Documents: spanned nodes, and the typed API objects decoded from them.

pub(crate) mod decode;
pub mod derived;
pub mod fields;
pub mod foreign;
pub mod kind;
pub mod load;
mod memo;
pub mod object;
pub(crate) mod read;
mod rename;
pub mod reporter;
pub mod rules;
mod texts;
pub mod written;

use std::borrow::Cow;

use crate::source::{SourceId, Span};
use crate::yaml::path::Path;

use crate::catalog::custom_kind::{Holds, Location};
use crate::finding::Finding;
use crate::yaml::node::Node;
pub use memo::Memo;
use object::Object;
pub use rename::Renaming;

/// One document of the input: one object that kubectl would send to the API server.
#[derive(Debug)]
pub struct Document<'t> {
    /// Position in the whole input, from 0, counting every document of every file in order.
    pub index: usize,
    /// Its source text.
    pub source: SourceId,
    /// The tree as kubectl parses it.
    pub root: Node<'t>,
    /// `apiVersion`, empty where absent.
    pub api_version: Cow<'t, str>,
    /// `kind`, empty where absent.
    pub kind: Cow<'t, str>,
    /// `metadata.name`, empty where absent.
    pub name: Cow<'t, str>,
    /// `metadata.namespace`, if set.
    pub namespace: Option<Cow<'t, str>>,
    /// The typed object, for the kinds that volwright validates.
    pub object: Object,
    /// Paths of values with the wrong type; the typed object has no value there.
    pub misfits: Vec<String>,
    /// The pods, claims and other objects that an operator makes of a custom resource.
    pub derived: Vec<Derived<'t>>,
    /// Whether an operator makes the object of a template, under a name that is not known before.
    pub is_template: bool,
}

impl Document<'_> {
    /// The same document with owned strings.
    #[must_use]
    pub fn into_owned(self) -> Document<'static> {
        let Self {
            index,
            source,
            root,
            api_version,
            kind,
            name,
            namespace,
            object,
            misfits,
            derived,
            is_template,
        } = self;
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let derived = derived.into_iter().map(Derived::into_owned).collect();
        let root = root.into_owned();
        Document {
            index,
            source,
            root,
            api_version: owned(api_version),
            kind: owned(kind),
            name: owned(name),
            namespace: namespace.map(owned),
            object,
            misfits,
            derived,
            is_template,
        }
    }

    /// Counts the document, and what is derived from it, from a later one.
    pub(crate) fn shift(&mut self, by: usize) {
        self.index += by;
        for derived in &mut self.derived {
            derived.document.shift(by);
        }
    }

    /// The position of the document in the whole input, for comparison.
    #[must_use]
    pub fn position(&self) -> (SourceId, u32) {
        (self.source, self.root.span.start)
    }

    /// The span of the value at `fields`, or of its closest existing parent, for a related location.
    #[must_use]
    pub fn place_of(&self, fields: &[&str]) -> Span {
        let mut span = self.root.find(&Path::root()).span();
        let mut node = &self.root;
        for field in fields {
            let Some(entry) = node.entry(field) else { break };
            span = entry.key.span;
            node = &entry.value;
        }
        span
    }

    /// Whether volwright does not validate the kind of the document. Of a VolumeSnapshotClass, which is a
    /// custom resource, the driver parameters are validated.
    #[must_use]
    pub fn is_skipped(&self) -> bool {
        // What was decoded is validated.
        matches!(self.object, Object::Other)
            && !self.kind.is_empty()
            && !self.is_judged()
            && self.kind != "VolumeSnapshotClass"
    }

    /// Whether volwright validates the kind of the document.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        kind::find(&self.kind).is_some() && !kind::is_custom(&self.api_version)
    }
}

/// A pod, claim or other object that an operator makes of a custom resource.
#[derive(Debug)]
pub struct Derived<'t> {
    /// The object.
    pub document: Document<'t>,
    /// What decoding it found.
    pub findings: Vec<Finding>,
    /// The location that it is made of.
    pub location: &'static Location,
    /// The path of the location.
    pub path: String,
    /// The number of such pods: the product of these.
    pub count: Vec<Factor>,
    /// The path and the value of the restart policy that replaces the pod's own, if it is set.
    pub restart: Option<(String, String)>,
    /// Paths in the object, and in the custom resource; none for what the operator adds.
    pub(in crate::document) paths: Vec<(String, Option<String>)>,
}

impl Derived<'_> {
    /// The path in the custom resource of what is at `path` of the object; none if the operator adds it.
    #[must_use]
    pub fn path_of(&self, path: &str) -> Option<String> {
        let rest = |own: &str| match path.strip_prefix(own) {
            Some(rest) if own.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']) => {
                Some(rest.to_owned())
            }
            _ => None,
        };
        let known = self.paths.iter().filter_map(|(own, place)| Some((own.len(), place, rest(own)?)));
        let (_, place, rest) = known.max_by_key(|(length, ..)| *length)?;
        let place = place.as_ref()?;
        let rest = if place.is_empty() { rest.trim_start_matches('.') } else { rest.as_str() };
        let dot = if rest.is_empty() || rest.starts_with(['.', '[']) || place.is_empty() { "" } else { "." };
        Some(format!("{place}{dot}{rest}"))
    }

    /// The same object with owned strings.
    #[must_use]
    pub fn into_owned(self) -> Derived<'static> {
        let Self { document, findings, location, path, count, restart, paths } = self;
        Derived { document: document.into_owned(), findings, location, path, count, restart, paths }
    }

    /// Whether the object is a pod with all its containers, which should mount all its volumes.
    #[must_use]
    pub fn mounts_volumes(&self) -> bool {
        match self.location.holds {
            Holds::PodTemplateSpec | Holds::PodSpec => {
                !(self.location.partial && self.location.volumes.is_empty())
                    || self.location.holds == Holds::PodSpec
            }
            Holds::Container | Holds::VolumeMount => true,
            _ => false,
        }
    }
}

/// A factor of a number of pods.
#[derive(Clone, Debug)]
pub struct Factor {
    /// Where the number is; none if it is fixed or a default.
    pub path: Option<String>,
    /// The number; the largest for one pod on each node.
    pub number: i64,
}
