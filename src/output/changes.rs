//! What changed between two inputs: as text, as Markdown for a pull request, and as JSON.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::on_one_line;
use crate::diff::{Change, ChangeKind, FieldChange};
use crate::rules::update::json::json as plain;
use crate::yaml::node::Node;

/// Values longer than this are cut where people read them.
const LONGEST_VALUE: usize = 60;

/// More changed fields of one object than this are only counted where people read them.
const MOST_FIELDS: usize = 20;

/// The changes as JSON has them.
#[must_use]
pub fn json(changes: &[Change<'_>]) -> Value {
    let fields = |change: &Change<'_>| {
        let field = |field: &FieldChange<'_>| json!({"path": field.path, "old": value(change, field, field.old), "new": value(change, field, field.new)});
        change.fields.iter().map(field).collect::<Vec<_>>()
    };
    let change = |change: &Change<'_>| {
        json!({
            "apiVersion": change.document.api_version,
            "kind": change.document.kind,
            "namespace": change.document.namespace,
            "name": change.document.name,
            "folder": change.folder,
            "change": change.kind.as_str(),
            "fields": fields(change),
            "note": change.note,
        })
    };
    Value::from(changes.iter().map(change).collect::<Vec<_>>())
}

/// The changes for a terminal: an object a paragraph, its fields and what is refused of them.
#[must_use]
pub fn text(changes: &[Change<'_>]) -> String {
    let mut out = String::new();
    let mut told = HashSet::new();
    for change in changes {
        out.push_str(&format!(
            "{} {}{}\n",
            mark(change.kind),
            on_one_line(&name(change)),
            verdict(change.kind)
        ));
        for field in change.fields.iter().take(MOST_FIELDS) {
            out.push_str(&format!(
                "    {}: {} -> {}\n",
                field.path,
                short(&value(change, field, field.old)),
                short(&value(change, field, field.new)),
            ));
        }
        more(change, "    ", &mut out);
        if let Some(note) = &change.note {
            out.push_str(&format!("    note: {note}\n"));
        }
        for finding in &change.findings {
            out.push_str(&format!("  {} {}\n", finding.rule.code, finding.message));
            if let Some(help) = &finding.help {
                out.push_str(&format!("    way out: {}\n", once(help, &mut told)));
            }
        }
    }
    out
}

/// The changes for a comment on a pull request.
#[must_use]
pub fn markdown(changes: &[Change<'_>]) -> String {
    let mut out = format!("### {}\n", summary(changes));
    let mut told = HashSet::new();
    for change in changes {
        out.push_str(&format!("\n**{}** {}\n", code(&name(change)), word(change.kind)));
        if !change.fields.is_empty() {
            out.push_str("\n| field | old | new |\n|---|---|---|\n");
        }
        for field in change.fields.iter().take(MOST_FIELDS) {
            out.push_str(&format!(
                "| {} | {} | {} |\n",
                code(&field.path),
                code(&short(&value(change, field, field.old))),
                code(&short(&value(change, field, field.new))),
            ));
        }
        more(change, "\n", &mut out);
        if let Some(note) = &change.note {
            out.push_str(&format!("\nNote: {note}\n"));
        }
        for finding in &change.findings {
            out.push_str(&format!("\n- :no_entry: **{}** {}", finding.rule.code, finding.message));
            if let Some(help) = &finding.help {
                out.push_str(&format!("\n  Way out: {}", once(help, &mut told)));
            }
            out.push('\n');
        }
    }
    out
}

/// `1 added, 2 changed in place, 1 refused in place`, or that nothing changed.
#[must_use]
pub fn summary(changes: &[Change<'_>]) -> String {
    let count = |kind: ChangeKind| changes.iter().filter(|change| change.kind == kind).count();
    let parts: Vec<String> = [
        (ChangeKind::Added, "added"),
        (ChangeKind::Removed, "removed"),
        (ChangeKind::InPlace, "changed in place"),
        (ChangeKind::Recreate, "refused in place"),
    ]
    .into_iter()
    .filter(|(kind, _)| count(*kind) > 0)
    .map(|(kind, word)| format!("{} {word}", count(kind)))
    .collect();
    if parts.is_empty() { "nothing changed".to_owned() } else { parts.join(", ") }
}

/// Advice that many objects share is read once.
fn once<'f>(help: &'f str, told: &mut HashSet<&'f str>) -> &'f str {
    if told.insert(help) { help } else { "as above" }
}

fn mark(kind: ChangeKind) -> char {
    match kind {
        ChangeKind::Added => '+',
        ChangeKind::Removed => '-',
        ChangeKind::InPlace => '~',
        ChangeKind::Recreate => '!',
    }
}

fn verdict(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => " (added)",
        ChangeKind::Removed => " (removed)",
        ChangeKind::InPlace => " (applies in place)",
        ChangeKind::Recreate => " (refused in place)",
    }
}

fn word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "is added",
        ChangeKind::Removed => "is removed",
        ChangeKind::InPlace => "changes, and applies in place",
        ChangeKind::Recreate => "changes, and the API server refuses to change it in place",
    }
}

fn name(change: &Change<'_>) -> String {
    let document = change.document;
    let kind = if document.kind.is_empty() { "object" } else { document.kind.as_str() };
    let name = match (&document.namespace, document.name.as_str()) {
        (_, "") => format!("{kind} without a name"),
        (Some(namespace), name) => format!("{kind} {namespace}/{name}"),
        (None, name) => format!("{kind} {name}"),
    };
    match change.folder {
        Some(folder) if !folder.is_empty() => format!("{name} in {folder}/"),
        _ => name,
    }
}

fn more(change: &Change<'_>, indent: &str, out: &mut String) {
    if change.fields.len() > MOST_FIELDS {
        out.push_str(&format!("{indent}and {} more fields\n", change.fields.len() - MOST_FIELDS));
    }
}

/// The value of a field, `null` where there is none; what a Secret holds is never shown.
fn value(change: &Change<'_>, field: &FieldChange<'_>, node: Option<&Node<'_>>) -> Value {
    let secret = change.document.kind == "Secret"
        && ["data", "stringData"].iter().any(|hidden| {
            field.path.strip_prefix(hidden).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        });
    match node {
        None => Value::Null,
        Some(_) if secret => Value::from("(hidden)"),
        Some(node) => plain(node),
    }
}

fn short(value: &Value) -> String {
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

/// Text between backticks, safe inside a table's cell.
fn code(text: &str) -> String {
    let text = on_one_line(text).replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
