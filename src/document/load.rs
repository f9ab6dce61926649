//! Texts read into documents: nodes, then typed objects, with everything that decoding refuses.

use super::Document;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::finding::Finding;
use crate::source::{SourceId, Sources};

/// Every document of some texts, and what reading and decoding them found.
#[derive(Debug, Default)]
pub struct Loaded<'t> {
    /// The documents in the order of the input.
    pub documents: Vec<Document<'t>>,
    /// What is wrong with the text and with the shape of the objects.
    pub findings: Vec<Finding>,
}

/// Reads the texts `ids` in order and decodes each document as an API server of `version` does.
#[must_use]
pub fn load<'t>(_sources: &'t Sources, _ids: &[SourceId], _version: KubernetesVersion) -> Loaded<'t> {
    Loaded::default()
}
