//! Reports as text and in the formats that other programs read: pure functions of a report.

pub mod changes;
pub mod choice;
pub mod comparison;
pub mod comparison_html;
pub mod cost;
pub mod drift;
pub mod driver;
pub mod driver_json;
pub mod driver_shape;
pub mod figures;
pub mod format;
pub mod github;
pub mod graph;
pub mod html;
pub mod json;
pub mod junit;
pub mod key;
pub mod listing;
pub mod markdown;
mod number;
pub mod page;
pub mod picture;
pub mod plain;
pub mod plot;
pub mod repo_root;
pub mod report_page;
mod review;
pub mod review_html;
pub mod review_markdown;
pub mod rule;
pub mod sarif;
pub mod text;
pub mod writer;

use crate::document::Document;
use crate::finding::Report;
use crate::finding::omitted::Omitted;
use crate::rule::Severity;
use crate::source::{Source, SourceKind, Span};

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
    /// Its span, if the report has a text to show it in.
    pub span: Option<Span>,
}

impl DocumentName {
    /// How a report names a `document` of `file`.
    #[must_use]
    pub fn new(document: &Document<'_>, file: String) -> Self {
        Self {
            index: document.index,
            file,
            api_version: document.api_version.to_string(),
            kind: document.kind.to_string(),
            name: document.name.to_string(),
            namespace: document.namespace.as_deref().map(str::to_owned),
            span: Some(document.root.span),
        }
    }
}

/// `2 errors, 1 warning`; `None` without findings.
#[must_use]
pub fn counts(report: &Report) -> Option<String> {
    let number = |severity: Severity| {
        let omitted = report.omitted.iter().filter(|one| one.severity == severity);
        report.grouped().filter(|(finding, _)| finding.severity == severity).count()
            + omitted.map(|one| one.groups).sum::<usize>()
    };
    let count = |severity: Severity, word: &str| match number(severity) {
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

/// `12431 more of A205`, with the severity if it is not the rule's own.
pub(crate) fn remainder(omitted: &Omitted, number: usize) -> String {
    let rule = omitted.rule;
    let severity = match omitted.severity == rule.severity {
        true => String::new(),
        false => format!(" as {}s", omitted.severity.as_str()),
    };
    format!("{number} more of {}{severity}", rule.code)
}

/// Whether a source is a file: standard input, an argument and what is built in are none.
pub(crate) fn is_file(source: &Source) -> bool {
    source.kind != SourceKind::Argument && source.name != "-" && !source.name.starts_with('<')
}
