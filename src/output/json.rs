//! Findings as one JSON object.

use serde_json::{Value, json};

use super::DocumentName;
use crate::finding::{Finding, Report};
use crate::rule::Severity;
use crate::source::Sources;
use crate::unchecked::Unchecked;

/// The version of the form; it changes when a program that reads it would break.
const VERSION: u32 = 1;

/// The report as one object: `version`, `documents`, `findings`, `unchecked` and `summary`.
#[must_use]
pub fn object(
    report: &Report,
    documents: &[DocumentName],
    unchecked: &Unchecked,
    sources: &Sources,
) -> Value {
    json!({
        "version": VERSION,
        "documents": documents.iter().map(document).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(|finding| self::finding(finding, sources)).collect::<Vec<_>>(),
        "unchecked": unchecked.named.iter().map(|one| json!({"document": one.document, "why": one.why()})).collect::<Vec<_>>(),
        "summary": {
            "errors": report.count(Severity::Error),
            "warnings": report.count(Severity::Warning),
        },
    })
}

fn document(document: &DocumentName) -> Value {
    json!({
        "index": document.index,
        "file": document.file,
        "apiVersion": document.api_version,
        "kind": document.kind,
        "name": document.name,
        "namespace": document.namespace,
    })
}

fn finding(finding: &Finding, sources: &Sources) -> Value {
    let place = |span| {
        let location = sources.location(span);
        (sources.get(span.source).name.as_str(), location.line, location.column)
    };
    let (file, line, column) = place(finding.primary.span);
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|label| {
            let (file, line, column) = place(label.span);
            json!({"message": label.text, "file": file, "line": line, "column": column})
        })
        .collect();
    json!({
        "code": finding.rule.code,
        "rule": finding.rule.name,
        "severity": finding.severity.as_str(),
        "message": finding.message,
        "help": finding.help,
        "file": file,
        "line": line,
        "column": column,
        "document": finding.document,
        "path": finding.path,
        "related": related,
    })
}
