//! Everything a check may inspect besides its own document: all documents of an input, indexed.

pub mod default_class;
pub mod generated_claims;
pub mod index;
pub mod key;
mod names;
pub mod node_labels;
mod shared_class;
pub mod zone;

use std::sync::{Arc, OnceLock};

use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::pod_security::PodSecurityLevel;
use crate::document::Document;
use crate::profile::Profile;

use crate::schema::definition::Definition;
use crate::schema::definitions::Definitions;

use index::Index;
use names::Names;

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
    profile: Option<&'a Profile>,
    names: OnceLock<Names>,
}

impl<'a> Bundle<'a> {
    /// Indexes the documents of one input.
    #[must_use]
    pub fn new(
        documents: &'a [Document<'a>],
        version: KubernetesVersion,
        pod_security: Option<PodSecurityLevel>,
    ) -> Self {
        Self::with_index(documents, Index::new(documents), version, pod_security, Definitions::none())
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

    /// The documents of one input, or of a part of it, and an index of them and of what they refer to.
    #[must_use]
    pub fn with_index(
        documents: &'a [Document<'a>],
        index: Index<'a>,
        version: KubernetesVersion,
        pod_security: Option<PodSecurityLevel>,
        definitions: &'a Definitions,
    ) -> Self {
        Self { documents, index, version, pod_security, definitions, profile: None, names: OnceLock::new() }
    }

    /// The names of the StorageClasses among the documents, to suggest one for a name that is not among them.
    pub fn class_names(&self) -> impl Iterator<Item = &str> {
        self.names().classes.iter().map(|index| self.documents[*index].name.as_str())
    }

    /// The names of the VolumeAttributesClass objects among the documents.
    pub fn attributes_class_names(&self) -> impl Iterator<Item = &str> {
        self.names().attributes_classes.iter().map(|index| self.documents[*index].name.as_str())
    }

    /// The names of the claims of a namespace among the documents.
    pub fn claim_names(&self, namespace: Option<&str>) -> impl Iterator<Item = &str> {
        let claims = self.names().claims.iter().map(|index| &self.documents[*index]);
        claims.filter(move |claim| claim.namespace.as_deref() == namespace).map(|claim| claim.name.as_str())
    }

    /// A claim of this name in another namespace, among the documents.
    #[must_use]
    pub fn claim_elsewhere(&self, name: &str, namespace: &str) -> Option<&'a Document<'a>> {
        let claims = self.names().claims.iter().map(|index| &self.documents[*index]);
        let is_other = |claim: &&Document<'_>| {
            claim.name == name && claim.namespace.as_deref().is_some_and(|other| other != namespace)
        };
        claims.into_iter().find(is_other)
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::new(self.documents))
    }
}
