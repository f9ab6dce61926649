//! Reports as text and in the formats that other programs read: pure functions of a report.

pub mod changes;
pub mod driver;
pub mod files;
pub mod github;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod rule;
pub mod sarif;
pub mod text;

use crate::document::Document;
use crate::finding::{Report, Severity};
use crate::source::Sources;

/// A document as a report names it.
#[derive(Clone, Debug)]
pub struct DocumentName {
    /// Position in the whole input, from 0.
    pub index: usize,
    /// The file, as the person named it.
    pub file: String,
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`, where given.
    pub namespace: Option<String>,
}

impl DocumentName {
    /// How a report names `document`.
    #[must_use]
    pub fn new(document: &Document<'_>, sources: &Sources) -> Self {
        Self {
            index: document.index,
            file: sources.get(document.source).name.clone(),
            api_version: document.api_version.clone(),
            kind: document.kind.clone(),
            name: document.name.clone(),
            namespace: document.namespace.clone(),
        }
    }
}

/// `2 errors, 1 warning`, or nothing where there are none.
#[must_use]
pub fn counts(report: &Report) -> Option<String> {
    let count = |severity: Severity, word: &str| match report.count(severity) {
        0 => None,
        1 => Some(format!("1 {word}")),
        many => Some(format!("{many} {word}s")),
    };
    let parts: Vec<String> = [count(Severity::Error, "error"), count(Severity::Warning, "warning")]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
