//! Everything a check may inspect besides its own document: all documents of an input, indexed.

pub mod default_class;
pub mod generated_claims;
pub mod index;
pub mod key;
pub mod node_labels;
pub mod zone;

use std::sync::Arc;

use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::pod_security::PodSecurityLevel;
use crate::document::Document;

use crate::schema::definition::Definition;
use crate::schema::definitions::Definitions;

use index::Index;

/// Everything a rule may inspect besides its own document.
#[derive(Debug)]
pub struct Bundle<'a> {
    /// Every document of the input; a rule may see all and reports only on its own.
    pub documents: &'a [Document<'a>],
    /// The same documents by name and by reference.
    pub index: Index<'a>,
    /// The oldest API server that must accept the input.
    pub version: KubernetesVersion,
    /// The Pod Security level to check, if any.
    pub pod_security: Option<PodSecurityLevel>,
    /// The definitions of custom resources that are known besides those in the input.
    pub definitions: &'a Definitions,
}

impl<'a> Bundle<'a> {
    /// Indexes the documents of one input.
    #[must_use]
    pub fn new(
        documents: &'a [Document<'a>],
        version: KubernetesVersion,
        pod_security: Option<PodSecurityLevel>,
    ) -> Self {
        let definitions = Definitions::none();
        Self { documents, index: Index::new(documents), version, pod_security, definitions }
    }

    /// The definition of a custom resource: the one in the input, the user's, or the built-in one. None if it is not known,
    /// or if the object is not a custom resource.
    #[must_use]
    pub fn definition(&self, document: &Document<'_>) -> Option<Arc<Definition>> {
        let (group, _) = document.api_version.split_once('/')?;
        if document.kind.is_empty() || document.is_judged() {
            return None;
        }
        let of_input = self.index.definition(group, &document.kind);
        of_input
            .and_then(|found| self.definitions.of_document(found.position(), &found.root))
            .or_else(|| self.definitions.find(group, &document.kind))
    }

    /// The definition of a kind of this name, whatever its group.
    #[must_use]
    pub fn definition_of_kind(&self, kind: &str) -> Option<Arc<Definition>> {
        let of_input = self.index.definition_of_kind(kind);
        of_input
            .and_then(|found| self.definitions.of_document(found.position(), &found.root))
            .or_else(|| self.definitions.find_kind(kind))
    }
}
