//! What changed between two inputs: as text and as JSON, and what all formats share.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::writer::terminal::Terminal;
use crate::diff::{Change, ChangeKind, FieldChange};
use crate::rules::update::json::json as plain;
use crate::yaml::node::Node;

/// Longer values are cut in the formats for people, in characters.
const LONGEST_VALUE: usize = 60;

/// The most changed fields of one object that the formats for people list; the rest is counted.
pub(super) const MOST_FIELDS: usize = 20;

/// The changes as JSON has them.
#[must_use]
pub fn json(changes: &[Change]) -> Value {
    let fields = |change: &Change| {
        let field = |field: &FieldChange| json!({"path": field.path, "old": value(change, field, field.old.as_ref()), "new": value(change, field, field.new.as_ref())});
        change.fields.iter().map(field).collect::<Vec<_>>()
    };
    let change = |change: &Change| {
        json!({
            "apiVersion": change.object.api_version,
            "kind": change.object.kind,
            "namespace": change.object.namespace,
            "name": change.object.name,
            "folder": change.folder,
            "change": change.kind.as_str(),
            "fields": fields(change),
            "note": change.note,
            "usedBy": change.users,
        })
    };
    Value::from(changes.iter().map(change).collect::<Vec<_>>())
}

/// The changes for a terminal: a paragraph for each object, with its fields and what the API server rejects.
#[must_use]
pub fn text(changes: &[Change]) -> String {
    let mut out = Terminal::default();
    let mut printed = HashSet::new();
    for change in changes {
        out.literal(mark(change.kind)).text(&name(change)).literal(verdict(change)).literal("\n");
        for field in change.fields.iter().take(MOST_FIELDS) {
            out.literal("    ").text(&field.path).literal(": ");
            out.text(&short(&value(change, field, field.old.as_ref()))).literal(" -> ");
            out.text(&short(&value(change, field, field.new.as_ref()))).literal("\n");
        }
        if let Some(more) = more(change) {
            out.literal("    and ").number(more).literal(" more fields\n");
        }
        if let Some(note) = &change.note {
            out.literal("    note: ").text(note).literal("\n");
        }
        for finding in &change.findings {
            out.literal("  ").literal(finding.rule.code).literal(" ").text(&finding.message).literal("\n");
            if let Some(help) = &finding.help {
                out.literal("    fix: ").text(once(help, &mut printed)).literal("\n");
            }
        }
    }
    out.finish()
}

/// `1 refused in place, 2 changed in place, 1 added`, or `nothing changed`.
#[must_use]
pub fn summary(changes: &[Change]) -> String {
    let count = |kind: ChangeKind| changes.iter().filter(|change| change.kind == kind).count();
    let parts: Vec<String> = [
        (ChangeKind::Recreate, "refused in place"),
        (ChangeKind::Removed, "removed"),
        (ChangeKind::InPlace, "changed in place"),
        (ChangeKind::Added, "added"),
    ]
    .into_iter()
    .filter(|(kind, _)| count(*kind) > 0)
    .map(|(kind, word)| format!("{} {word}", count(kind)))
    .collect();
    if parts.is_empty() { "nothing changed".to_owned() } else { parts.join(", ") }
}

/// Advice that many objects share is printed once.
pub(super) fn once<'f>(help: &'f str, printed: &mut HashSet<&'f str>) -> &'f str {
    if printed.insert(help) { help } else { "as above" }
}

fn mark(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "+ ",
        ChangeKind::Removed => "- ",
        ChangeKind::InPlace => "~ ",
        ChangeKind::Recreate => "! ",
    }
}

fn verdict(change: &Change) -> &'static str {
    match change.kind {
        ChangeKind::Added => " (added)",
        ChangeKind::Removed => " (removed)",
        ChangeKind::InPlace if !change.findings.is_empty() => " (may be rejected)",
        ChangeKind::InPlace => " (applies in place)",
        ChangeKind::Recreate => " (refused in place)",
    }
}

/// What happens to an object, as a predicate.
pub(super) fn word(change: &Change) -> &'static str {
    match change.kind {
        ChangeKind::Added => "is added",
        ChangeKind::Removed => "is removed",
        ChangeKind::InPlace if !change.findings.is_empty() => "changes, and the change may be rejected",
        ChangeKind::InPlace => "changes, and applies in place",
        ChangeKind::Recreate => "changes, and the API server rejects the change in place",
    }
}

/// An object by its name, with its folder if that is needed.
fn name(change: &Change) -> String {
    let name = label(change);
    match change.folder.as_deref() {
        Some(folder) if !folder.is_empty() => format!("{name} in {folder}/"),
        _ => name,
    }
}

/// An object by its kind, namespace and name.
pub(super) fn label(change: &Change) -> String {
    let object = &change.object;
    let kind = if object.kind.is_empty() { "object" } else { object.kind.as_str() };
    match (&object.namespace, object.name.as_str()) {
        (_, "") => format!("{kind} without a name"),
        (Some(namespace), name) => format!("{kind} {namespace}/{name}"),
        (None, name) => format!("{kind} {name}"),
    }
}

/// How many changed fields are not listed.
pub(super) fn more(change: &Change) -> Option<usize> {
    change.fields.len().checked_sub(MOST_FIELDS).filter(|more| *more > 0)
}

/// The value of a field, `null` if it is absent; data of a Secret is never printed.
pub(super) fn value(change: &Change, field: &FieldChange, node: Option<&Node<'_>>) -> Value {
    let secret = change.object.kind == "Secret"
        && ["data", "stringData"].iter().any(|hidden| {
            field.path.strip_prefix(hidden).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        });
    match node {
        None => Value::Null,
        Some(_) if secret => Value::from("(hidden)"),
        Some(node) => plain(node),
    }
}

/// A value on one line, cut if it is long.
pub(super) fn short(value: &Value) -> String {
    let text = match value {
        Value::Null => return "(none)".to_owned(),
        Value::String(text) if !text.is_empty() && !text.contains(char::is_control) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= LONGEST_VALUE {
        return text;
    }
    let cut: String = text.chars().take(LONGEST_VALUE).collect();
    format!("{cut}…")
}
