//! YAML text as documents: spanned nodes, and the API's typed objects over them.

mod decode;
pub mod fields;
pub mod kind;
pub mod load;
pub mod object;
pub mod reporter;
pub mod rules;

use crate::source::{SourceId, Span};
use crate::yaml::path::Path;

use crate::yaml::node::Node;
use object::Object;

/// One document of the input: one object that kubectl would send to the API server.
#[derive(Debug)]
pub struct Document<'t> {
    /// Position in the whole input, from 0, counting every document of every file in order.
    pub index: usize,
    /// The text it stands in.
    pub source: SourceId,
    /// The tree that kubectl would read.
    pub root: Node<'t>,
    /// `apiVersion`, empty where absent.
    pub api_version: String,
    /// `kind`, empty where absent.
    pub kind: String,
    /// `metadata.name`, empty where absent.
    pub name: String,
    /// `metadata.namespace`, where given.
    pub namespace: Option<String>,
    /// The typed object, for the kinds that volwright judges.
    pub object: Object,
    /// Where values do not fit their fields: what the object has there stands for nothing.
    pub misfits: Vec<String>,
}

impl Document<'_> {
    /// The same document, holding its texts itself.
    #[must_use]
    pub fn into_owned(self) -> Document<'static> {
        Document { root: self.root.into_owned(), ..self }
    }

    /// Where the document stands in the whole input, to compare.
    #[must_use]
    pub fn position(&self) -> (SourceId, u32) {
        (self.source, self.root.span.start)
    }

    /// The span of the value at `fields`, or of the nearest parent that exists, for a related location.
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

    /// Whether the document is an object of a kind that volwright does not judge. Of a VolumeSnapshotClass, a custom
    /// resource, the driver's parameters are judged.
    #[must_use]
    pub fn is_passed_over(&self) -> bool {
        !self.kind.is_empty() && !self.is_judged() && self.kind != "VolumeSnapshotClass"
    }

    /// Whether the document is of a kind that volwright judges.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        kind::find(&self.kind).is_some() && !kind::is_custom(&self.api_version)
    }
}
