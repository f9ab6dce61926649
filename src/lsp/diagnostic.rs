//! Findings as diagnostics.

use std::path::Path;

use serde_json::{Value, json};

use super::analysis::{Analysis, Found};
use super::uri;
use super::workspace::Workspace;
use crate::profile::rules::OVERLAY_AS_PROFILE;
use crate::rule::{Rule, Severity};
use crate::source::Span;

/// The diagnostics of an open file.
pub(super) fn all(workspace: &mut Workspace<'_>, path: &Path) -> Vec<Value> {
    if workspace.text(path).is_none() {
        return Vec::new();
    }
    let analysis = workspace.findings(path);
    let mut list = Vec::new();
    if let Some(error) = &analysis.error {
        list.push(json!({
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
            "severity": 1,
            "source": "volwright",
            "message": workspace.shorten(error),
        }));
    }
    let here = analysis.found.iter().filter(|found| is_here(&analysis, found, path));
    list.extend(here.map(|found| one(workspace, &analysis, found)));
    list
}

/// Whether a finding is in a file.
pub(super) fn is_here(analysis: &Analysis, found: &Found, path: &Path) -> bool {
    analysis.path(found.finding.primary.span.source).as_deref() == Some(path)
}

/// A finding of an open file as a diagnostic.
pub(super) fn one(workspace: &Workspace<'_>, analysis: &Analysis, found: &Found) -> Value {
    let finding = &found.finding;
    let mut message = workspace.shorten(&finding.message);
    if !found.profiles.is_empty() {
        let names: Vec<_> = found.profiles.iter().map(|name| workspace.shorten(name)).collect();
        message.push_str(&format!(" ({})", names.join(", ")));
    }
    if let Some(help) = &finding.help {
        message.push('\n');
        message.push_str(&workspace.shorten(help));
    }
    let severity = match finding.severity {
        // It may be merged into a profile by a command line that is not known here.
        _ if finding.rule.code == OVERLAY_AS_PROFILE.code => 3,
        Severity::Error => 1,
        Severity::Warning => 2,
    };
    let related: Vec<Value> = finding.related.iter().filter_map(|label| {
        let file = analysis.path(label.span.source)?;
        let text = if label.text.is_empty() { "related" } else { &label.text };
        Some(json!({"location": {"uri": uri::uri(&file), "range": range(workspace, analysis, label.span)}, "message": text}))
    }).collect();
    json!({
        "range": range(workspace, analysis, finding.primary.span),
        "severity": severity,
        "code": finding.rule.code,
        "codeDescription": {"href": page(finding.rule)},
        "source": "volwright",
        "message": message,
        "relatedInformation": related,
        "tags": tags(finding.rule),
    })
}

/// A span as a range. An empty one covers the rest of its line, so that it is visible.
pub(super) fn range(workspace: &Workspace<'_>, analysis: &Analysis, span: Span) -> Value {
    let text = analysis.text(span.source);
    let mut bytes = span.range();
    if bytes.is_empty() {
        let line = text.line_of(bytes.start.min(text.as_str().len()));
        bytes.end = bytes.start.max(text.line_start(line) + text.line(line).len());
    }
    text.range(bytes, workspace.encoding)
}

/// The address of a rule's page.
fn page(rule: &Rule) -> String {
    let anchor = format!("{}-{}", rule.code, rule.name).to_ascii_lowercase();
    format!("{}/blob/main/docs/rules.md#{anchor}", env!("CARGO_PKG_REPOSITORY"))
}

/// 1: unnecessary, greyed out; 2: deprecated, struck through.
fn tags(rule: &Rule) -> Vec<u8> {
    let says = |word: &str| rule.name.split('-').any(|part| part == word);
    if says("deprecated") {
        vec![2]
    } else if says("unused") || says("without") && says("effect") {
        vec![1]
    } else {
        Vec::new()
    }
}
