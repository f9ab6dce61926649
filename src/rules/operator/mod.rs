//! The pods and claims that an operator makes of a custom resource: the rules for pods and claims apply to them, and report at
//! the places of the resource.

mod pod;
mod sharing;
mod template;
mod unmounted;

use std::collections::BTreeSet;

use super::advice::MEMORY_VOLUME_WITHOUT_LIMIT;
use crate::bundle::Bundle;
use crate::catalog::custom_kind::{self, Coverage, CustomKind, Holds};
use crate::document::reporter::Reporter;
use crate::document::rules::{DROPPED_FIELD, UNKNOWN_FIELD, WRONG_TYPE};
use crate::document::{Derived, Document};
use crate::finding::Finding;
use crate::finding::fix::{Change, Intent};
use crate::fix;
use crate::rule::Severity;
use crate::yaml::node::{Node, Value};
use crate::yaml::path::Path;

/// Checks everything that an operator makes of a document; `check_document` checks one of its objects. The findings of the
/// document itself are those in `list` from `start` on: the items of a list share the index of a document.
pub(super) fn check(
    document: &Document<'_>,
    bundle: &Bundle<'_>,
    check_document: fn(&Document<'_>, &Bundle<'_>, &mut Vec<Finding>),
    start: usize,
    list: &mut Vec<Finding>,
) {
    let Some(kind) = custom_kind::find(&document.api_version, &document.kind) else { return };
    // What the definition of the kind rejects is reported already.
    let known: BTreeSet<String> =
        list[start..].iter().filter_map(|finding| finding.path.as_deref().map(plain)).collect();
    let mut reported: BTreeSet<(&str, String)> = BTreeSet::new();
    for derived in &document.derived {
        let mut found = derived.findings.clone();
        check_document(&derived.document, bundle, &mut found);
        fix::locate(std::slice::from_ref(&derived.document), &mut found);
        for mut finding in found {
            let Some(path) = derived.path_of(finding.path.as_deref().unwrap_or_default()) else { continue };
            if !is_reported(&finding, derived, kind, &path, document) || known.contains(&plain(&path)) {
                continue;
            }
            // The API server reads the fields of a full schema, and only the operator's pods and claims otherwise.
            let is_decoded = [&UNKNOWN_FIELD, &WRONG_TYPE].iter().any(|rule| finding.rule.code == rule.code)
                && kind.schema == Coverage::Full;
            if finding.rule.code.starts_with('K') && !is_decoded {
                soften(&mut finding);
            }
            if reported.insert((finding.rule.code, path.clone())) {
                finding.document = Some(document.index);
                finding.path = Some(path);
                // Values of the pod are values of the resource, but what is around them is the operator's.
                let is_value = |change: &Change| {
                    matches!(change.intent, Intent::Replace(_) | Intent::Quote | Intent::Rename(_))
                };
                finding.fix = finding.fix.filter(|fix| fix.changes.iter().all(is_value));
                list.push(finding);
            }
        }
    }
    let before = list.len();
    let mut out = Reporter::new(document, list);
    pod::check(document, &mut out);
    template::check(document, kind, &mut out);
    unmounted::check(document, kind, &mut out);
    sharing::check(document, kind, bundle, &mut out);
    list[before..].iter_mut().filter(|finding| finding.rule.code.starts_with('K')).for_each(soften);
}

/// A path in which keys of maps are written like fields, as those of a definition are.
fn plain(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        let (key, after) = after.split_once(']').unwrap_or((after, ""));
        plain.push_str(before);
        if key.bytes().all(|byte| byte.is_ascii_digit()) {
            plain.push_str(&format!("[{key}]"));
        } else {
            plain.push('.');
            plain.push_str(key);
        }
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// Turns a finding into a warning: the API server accepts the resource, and rejects what the operator makes of it.
fn soften(finding: &mut Finding) {
    const WHY: &str = "the API server accepts the resource, but not what the operator makes of it";
    if finding.severity == Severity::Error {
        finding.severity = Severity::Warning;
        finding.help =
            Some(finding.help.take().map_or_else(|| WHY.to_owned(), |help| format!("{help}; {WHY}")));
    }
}

/// Whether a finding applies: not if the value is replaced later, or if only the API server drops the field.
fn is_reported(
    finding: &Finding,
    derived: &Derived<'_>,
    kind: &CustomKind,
    path: &str,
    document: &Document<'_>,
) -> bool {
    if finding.rule.code == DROPPED_FIELD.code && derived.location.holds != Holds::Resource {
        return false;
    }
    let is_completed = |field: &String| path.split(['.', '[']).any(|step| step == field);
    if derived.location.completed.iter().any(is_completed) {
        return false;
    }
    // The limit is where the pod is merged.
    if derived.location.partial && finding.rule.code == MEMORY_VOLUME_WITHOUT_LIMIT.code {
        return false;
    }
    let Some(start) = kind.placeholders.as_deref() else { return true };
    let mut is_replaced = false;
    Path::parse(path, &mut |path| {
        let found = document.root.find(path);
        is_replaced = !found.missing && has_placeholder(found.node, start);
    });
    !is_replaced
}

/// Whether a text of the tree contains an expression.
fn has_placeholder(node: &Node<'_>, start: &str) -> bool {
    match &node.value {
        Value::String(text) => text.contains(start),
        Value::Sequence(items) => items.iter().any(|item| has_placeholder(item, start)),
        Value::Mapping(entries) => entries.iter().any(|entry| has_placeholder(&entry.value, start)),
        _ => false,
    }
}
