//! What reviewers read of a comparison: objects that change alike in several environments are one entry, and what the API
//! server rejects comes first.

use std::collections::HashMap;

use super::changes::{self, value};
use crate::diff::{Change, ChangeKind};

/// The kinds of changes in the order in which reviewers need them.
pub(super) const ORDER: [ChangeKind; 4] =
    [ChangeKind::Recreate, ChangeKind::Removed, ChangeKind::InPlace, ChangeKind::Added];

/// The most environments that are columns of the matrix; of more, the matrix has the number for each kind of change.
pub(super) const MOST_COLUMNS: usize = 8;

/// The most environments or users of an object that are named.
pub(super) const MOST_NAMES: usize = 10;

/// All changes, for review.
pub(super) struct Review<'a> {
    /// Entries by kind, in the order of [`ORDER`], then in that of the changes.
    pub(super) entries: Vec<Entry<'a>>,
    /// The environments in which anything changes.
    pub(super) environments: Vec<&'a str>,
}

/// An object that changes alike in some environments.
pub(super) struct Entry<'a> {
    /// The change in the first of them.
    pub(super) change: &'a Change,
    /// Kind, namespace and name.
    pub(super) label: String,
    /// The environments; empty if the object is in one place.
    pub(super) environments: Vec<&'a str>,
    /// The number of objects.
    pub(super) count: usize,
}

/// An object in all environments.
pub(super) struct Row {
    pub(super) label: String,
    /// What happens to it in each environment.
    pub(super) cells: Vec<Option<ChangeKind>>,
}

impl<'a> Review<'a> {
    pub(super) fn of(changes: &'a [Change]) -> Self {
        let mut environments: Vec<&str> = Vec::new();
        let mut positions = HashMap::new();
        for folder in changes.iter().filter_map(|change| change.folder.as_deref()) {
            positions.entry(folder).or_insert_with(|| environments.push(folder));
        }
        let mut entries: Vec<Entry<'_>> = Vec::new();
        for kind in ORDER {
            let mut known: HashMap<String, usize> = HashMap::new();
            for change in changes.iter().filter(|change| change.kind == kind) {
                let label = changes::label(change);
                let place = *known.entry(identity(change, &label)).or_insert(entries.len());
                if place == entries.len() {
                    entries.push(Entry { change, label, environments: Vec::new(), count: 0 });
                }
                entries[place].environments.extend(change.folder.as_deref());
                entries[place].count += 1;
            }
        }
        Self { entries, environments }
    }

    /// The entries of one kind.
    pub(super) fn of_kind(&self, kind: ChangeKind) -> impl Iterator<Item = &Entry<'a>> {
        self.entries.iter().filter(move |entry| entry.change.kind == kind)
    }

    /// The entries that the API server accepts: first those with a finding, which a fold must not hide.
    pub(super) fn accepted(&self) -> Vec<&Entry<'a>> {
        let mut entries: Vec<_> =
            self.entries.iter().filter(|entry| entry.change.kind != ChangeKind::Recreate).collect();
        entries.sort_by_key(|entry| entry.change.findings.is_empty());
        entries
    }

    /// The matrix of objects and environments; empty if fewer than two environments change.
    pub(super) fn matrix(&self) -> Vec<Row> {
        if self.environments.len() < 2 {
            return Vec::new();
        }
        let positions: HashMap<&str, usize> =
            self.environments.iter().enumerate().map(|(at, name)| (*name, at)).collect();
        let mut rows: Vec<Row> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for entry in self.entries.iter().filter(|entry| !entry.environments.is_empty()) {
            let place = *known.entry(&entry.label).or_insert(rows.len());
            if place == rows.len() {
                rows.push(Row { label: entry.label.clone(), cells: vec![None; self.environments.len()] });
            }
            for environment in &entry.environments {
                if let Some(at) = positions.get(environment) {
                    // The entries begin with the worst.
                    rows[place].cells[*at].get_or_insert(entry.change.kind);
                }
            }
        }
        rows
    }
}

impl Row {
    /// The number of environments with this kind of change.
    pub(super) fn count(&self, kind: ChangeKind) -> usize {
        self.cells.iter().filter(|cell| **cell == Some(kind)).count()
    }
}

/// The word for a kind of change in a cell of the matrix, and in the count of what is left out.
pub(super) fn cell(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::InPlace => "changed",
        ChangeKind::Recreate => "refused",
    }
}

/// A text that is the same for changes that are shown alike.
fn identity(change: &Change, label: &str) -> String {
    let mut out = label.to_owned();
    for field in &change.fields {
        let (old, new) = (value(change, field, field.old.as_ref()), value(change, field, field.new.as_ref()));
        out.push_str(&format!("\0{}\0{old}\0{new}", field.path));
    }
    for finding in &change.findings {
        let help = finding.help.as_deref().unwrap_or_default();
        out.push_str(&format!("\0{}\0{}\0{help}", finding.rule.code, finding.message));
    }
    let note = change.note.as_deref().unwrap_or_default();
    out.push_str(&format!("\0{note}\0{}", change.users.join("\0")));
    out
}
