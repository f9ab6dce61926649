//! Code actions: the fixes of findings, one by one or all safe ones together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::analysis::{Analysis, Found};
use super::text::Text;
use super::workspace::Workspace;
use super::{diagnostic, uri};
use crate::finding::Finding;
use crate::finding::fix::Applicability;
use crate::fix::edits;
use crate::fix::round::round;

/// The kind of the action that applies every safe fix of a file.
pub(super) const FIX_ALL: &str = "source.fixAll.volwright";

/// The most rounds of fixing: a fix may make another possible.
const ROUNDS: usize = 10;

/// The actions for a range of a file.
pub(super) fn actions(workspace: &mut Workspace<'_>, path: &Path, parameters: &Value) -> Vec<Value> {
    let encoding = workspace.encoding;
    let Some(text) = workspace.text(path).cloned() else { return Vec::new() };
    let at = |key: &str| text.offset(&parameters["range"][key], encoding);
    let (start, end) = (at("start"), at("end"));
    let only = parameters["context"]["only"].as_array();
    // A client names a kind, or one above it.
    let wants = |kind: &str| {
        let is_above = |only: &Value| {
            only.as_str()
                .and_then(|only| kind.strip_prefix(only))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        only.is_none_or(|only| only.iter().any(is_above))
    };
    let analysis = workspace.findings(path);
    let mut list = Vec::new();
    if wants("quickfix") {
        for found in analysis.found.iter().filter(|found| diagnostic::is_here(&analysis, found, path)) {
            let span = found.finding.primary.span.range();
            // An empty span is shown as the rest of its line.
            let last = if span.is_empty() {
                text.line_start(text.line_of(span.start.min(text.as_str().len())) + 1)
            } else {
                span.end
            };
            if span.start <= end && start <= last {
                list.extend(quick_fix(workspace, &analysis, found));
            }
        }
    }
    let is_safe = |found: &Found| {
        found.finding.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe)
    };
    if wants(FIX_ALL) && analysis.found.iter().any(is_safe) {
        list.extend(fix_all(workspace, path));
    }
    list
}

fn quick_fix(workspace: &Workspace<'_>, analysis: &Analysis, found: &Found) -> Option<Value> {
    let fix = found.finding.fix.as_deref()?;
    if fix.applicability == Applicability::Display {
        return None;
    }
    let mut changes: BTreeMap<PathBuf, Vec<Value>> = BTreeMap::new();
    let edits = edits(fix, &analysis.sources);
    for edit in &edits {
        let file = analysis.path(edit.span.source)?;
        let range = analysis.text(edit.span.source).range(edit.span.range(), workspace.encoding);
        changes.entry(file).or_default().push(json!({"range": range, "newText": edit.text}));
    }
    if changes.is_empty() {
        return None;
    }
    let mut title = fix.title.clone();
    if let Some(first) = title.get(..1) {
        title.replace_range(..1, &first.to_ascii_uppercase());
    }
    Some(json!({
        "title": title,
        "kind": "quickfix",
        "isPreferred": fix.applicability == Applicability::Safe,
        "diagnostics": [diagnostic::one(workspace, analysis, found)],
        "edit": {"changes": by_uri(changes)},
    }))
}

pub(super) fn by_uri(changes: BTreeMap<PathBuf, Vec<Value>>) -> Value {
    changes.into_iter().map(|(path, edits)| (uri::uri(&path), json!(edits))).collect()
}

/// One edit that applies every safe fix in a file, round by round as `--fix` does. Other files stay as they are.
fn fix_all(workspace: &mut Workspace<'_>, path: &Path) -> Option<Value> {
    let before = workspace.text(path)?.clone();
    for _ in 0..ROUNDS {
        let analysis = workspace.findings(path);
        let is_only_here = |found: &&Found| {
            let edits =
                found.finding.fix.as_deref().map(|fix| edits(fix, &analysis.sources)).unwrap_or_default();
            edits.iter().all(|edit| analysis.path(edit.span.source).as_deref() == Some(path))
        };
        let findings: Vec<Finding> =
            analysis.found.iter().filter(is_only_here).map(|found| found.finding.clone()).collect();
        let Ok(mut done) = round(&findings, &analysis.sources, false) else { break };
        let Some((_, text)) = done.texts.pop_first() else { break };
        workspace.replace(path, Text::new(text));
    }
    let after = workspace.text(path)?.as_str().to_owned();
    workspace.replace(path, before.clone());
    if after == before.as_str() {
        return None;
    }
    let whole = before.range(0..before.as_str().len(), workspace.encoding);
    Some(json!({
        "title": "Apply all safe fixes of volwright",
        "kind": FIX_ALL,
        "edit": {"changes": {uri::uri(path): [{"range": whole, "newText": after}]}},
    }))
}
