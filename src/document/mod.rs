//! Documents: spanned nodes, and the typed API objects decoded from them.

pub(crate) mod decode;
pub mod fields;
pub mod kind;
pub mod load;
pub mod object;
pub mod reporter;
pub mod rules;
pub mod written;

use crate::source::{SourceId, Span};
use crate::yaml::path::Path;

use crate::yaml::node::Node;
use object::Object;

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
    pub api_version: String,
    /// `kind`, empty where absent.
    pub kind: String,
    /// `metadata.name`, empty where absent.
    pub name: String,
    /// `metadata.namespace`, if set.
    pub namespace: Option<String>,
    /// The typed object, for the kinds that volwright validates.
    pub object: Object,
    /// Paths of values with the wrong type; the typed object has no value there.
    pub misfits: Vec<String>,
}

impl Document<'_> {
    /// The same document with owned strings.
    #[must_use]
    pub fn into_owned(self) -> Document<'static> {
        Document { root: self.root.into_owned(), ..self }
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
    pub fn is_passed_over(&self) -> bool {
        !self.kind.is_empty() && !self.is_judged() && self.kind != "VolumeSnapshotClass"
    }

    /// Whether volwright validates the kind of the document.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        kind::find(&self.kind).is_some() && !kind::is_custom(&self.api_version)
    }
}
