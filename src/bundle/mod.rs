//! Everything a check may inspect besides its own document: all documents of an input, indexed.

pub mod default_class;
pub mod generated_claims;
pub mod index;
pub mod key;
pub mod node_labels;
pub mod zone;

use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::pod_security::PodSecurityLevel;
use crate::document::Document;

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
}

impl<'a> Bundle<'a> {
    /// Indexes the documents of one input.
    #[must_use]
    pub fn new(
        documents: &'a [Document<'a>],
        version: KubernetesVersion,
        pod_security: Option<PodSecurityLevel>,
    ) -> Self {
        Self { documents, index: Index::new(documents), version, pod_security }
    }
}
