//! Everything a check may inspect besides its own document: all documents of an input, indexed.

pub mod default_class;
pub mod generated_claims;
pub mod index;
pub mod key;
pub mod names;
pub mod node_labels;
pub mod partition;
mod shared_class;
pub mod zone;

use std::sync::{Arc, OnceLock};

use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::pod_security::PodSecurityLevel;
use crate::document::Document;
use crate::hash::FastSet;
use crate::profile::Profile;

use crate::schema::definition::Definition;
use crate::schema::definitions::Definitions;

use index::Index;
use names::{NameOf, Names, UnresolvedName};

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
    /// The documents in which nothing was found before, and which have not changed since.
    valid: FastSet<usize>,
    /// The same for documents of a profile of which nothing has changed but its name.
    renamed: FastSet<usize>,
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
        let (valid, renamed) = (FastSet::default(), FastSet::default());
        let names = OnceLock::new();
        Self { documents, index, version, pod_security, definitions, profile: None, names, valid, renamed }
    }

    /// The same with the indexes of documents in which nothing was found before, and which have not changed since.
    #[must_use]
    pub fn with_valid(self, valid: FastSet<usize>) -> Self {
        Self { valid, ..self }
    }

    /// Whether nothing was found in a document that depends on it alone.
    #[must_use]
    pub fn is_valid(&self, document: &Document<'_>) -> bool {
        self.valid.contains(&document.index)
    }

    /// The same with the indexes of documents in which nothing was found before, of a profile of which nothing has changed
    /// since but its name.
    #[must_use]
    pub fn with_renamed(self, renamed: FastSet<usize>) -> Self {
        Self { renamed, ..self }
    }

    /// Whether nothing was found in a document under another name of its profile, of which nothing else has changed.
    #[must_use]
    pub fn is_renamed(&self, document: &Document<'_>) -> bool {
        self.renamed.contains(&document.index)
    }

    /// The name of an object in the input that `name` most likely misspells. None while the rest of the input is unread: then the
    /// reference is noted among the lookups of the index.
    #[must_use]
    pub fn near_name(&self, of: NameOf, namespace: Option<&str>, name: &str) -> Option<&str> {
        self.names_for(of, namespace, name, false)?.near(of, namespace, name)
    }

    /// A claim of this name in another namespace.
    #[must_use]
    pub fn claim_elsewhere(&self, name: &str, namespace: &str) -> Option<&'a Document<'a>> {
        let names = self.names_for(NameOf::Claim, Some(namespace), name, true)?;
        names.namespaces_with(name, namespace).find_map(|namespace| self.index.first_claim(namespace, name))
    }

    /// A claim of a namespace that no pod mounts, for a pod that mounts the claim `name`, which is not in the input.
    #[must_use]
    pub fn unused_claim(&self, namespace: Option<&str>, name: &str) -> Option<&str> {
        let names = self.names_for(NameOf::Claim, namespace, name, true)?;
        let mut claims = names.in_namespace(NameOf::Claim, namespace);
        claims.find(|claim| self.index.claim_user(namespace, claim, false).is_none())
    }

    /// The names of the input, to find something about a reference that it does not resolve. While the rest of the input is
    /// unread, there are none, and the reference is noted.
    fn names_for(&self, of: NameOf, namespace: Option<&str>, name: &str, any: bool) -> Option<&Names> {
        let Some(whole) = self.index.whole() else {
            return Some(self.names.get_or_init(|| Names::new(self.documents)));
        };
        let names = whole.names();
        if names.is_none() {
            let (namespace, name) = (namespace.map(Box::from), name.into());
            self.index.note_unresolved(UnresolvedName { of, namespace, name, any });
        }
        names
    }
}
