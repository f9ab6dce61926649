//! Compares two inputs object by object: additions, removals and changes, and which changes the API server
//! rejects.

use std::collections::{HashMap, HashSet};

use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::live;
use crate::document::Document;
use crate::finding::Finding;
use crate::quantity::Quantity;
use crate::rule::Severity;
use crate::rules::update::Update;
use crate::schema::definitions::Definitions;
use crate::source::Folders;
use crate::yaml::node::{Entry, Node, Value};

/// What happens to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the new input has it.
    Added,
    /// Only the old input has it.
    Removed,
    /// It changes, and the API server accepts the change.
    InPlace,
    /// It changes in a way that the API server rejects: delete and recreate it, or rename it.
    Recreate,
}

impl ChangeKind {
    /// `added`, `removed`, `in-place` or `recreate`, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::InPlace => "in-place",
            Self::Recreate => "recreate",
        }
    }
}

/// An added, removed or changed object.
#[derive(Debug)]
pub struct Change<'a> {
    /// What happens to it.
    pub kind: ChangeKind,
    /// The new object, or the old one if it was removed.
    pub document: &'a Document<'a>,
    /// Its directory, if other directories have an object with the same name.
    pub folder: Option<&'a str>,
    /// The changed fields; empty if the object was added or removed.
    pub fields: Vec<FieldChange<'a>>,
    /// Findings about changes that the API server rejects.
    pub findings: Vec<Finding>,
    /// Context: what happens to the data of a deleted claim, or what expansion depends on.
    pub note: Option<String>,
}

/// An added, removed or changed field.
#[derive(Debug)]
pub struct FieldChange<'a> {
    /// The path, with the indexes of the new object.
    pub path: String,
    /// The old value.
    pub old: Option<&'a Node<'a>>,
    /// The new value.
    pub new: Option<&'a Node<'a>>,
}

/// Compares two inputs. Objects are matched by group, kind, namespace and name, or by order if they have no
/// name. Directories may be for several clusters, so a match in the same directory is preferred. Changes are
/// in the order of the new input, followed by removals in the order of the old one.
#[must_use]
pub fn changes<'a>(
    old: &'a [Document<'a>],
    new: &'a [Document<'a>],
    version: KubernetesVersion,
    folders: &'a Folders,
    definitions: &'a Definitions,
) -> Vec<Change<'a>> {
    let update = Update::new(old, new, version, folders, definitions);
    let several = [several(old), several(new)].concat().into_iter().collect::<HashSet<_>>();
    let place = |document: &Document<'a>| {
        several.contains(&key(document)).then(|| folders.get(&document.source).map(String::as_str)).flatten()
    };
    let whole = |kind, document: &'a Document<'a>, note| Change {
        kind,
        document,
        folder: place(document),
        fields: Vec::new(),
        findings: Vec::new(),
        note,
    };
    let (pairs, gone) = pairs(old, new, folders);
    let mut changes = Vec::new();
    for (document, earlier) in new.iter().zip(pairs) {
        let Some(earlier) = earlier else {
            changes.push(whole(ChangeKind::Added, document, None));
            continue;
        };
        let mut fields = Vec::new();
        compare(Some(&earlier.root), Some(&document.root), String::new(), "", &mut fields);
        if fields.is_empty() {
            continue;
        }
        let findings = update.check(earlier, document);
        let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
        let kind = if refused { ChangeKind::Recreate } else { ChangeKind::InPlace };
        let note = if refused { None } else { update.depends_on(earlier, document) };
        changes.push(Change { fields, findings, ..whole(kind, document, note) });
    }
    changes.extend(gone.into_iter().map(|old| whole(ChangeKind::Removed, old, update.before_deleting(old))));
    changes
}

/// The matching old object of each new one, and the remaining old ones.
fn pairs<'a>(
    old: &'a [Document<'a>],
    new: &[Document<'a>],
    folders: &Folders,
) -> (Vec<Option<&'a Document<'a>>>, Vec<&'a Document<'a>>) {
    let mut pairs = vec![None; new.len()];
    let mut kept = vec![false; old.len()];
    for same_folder in [true, false] {
        let folder = |document: &Document<'_>| folders.get(&document.source).filter(|_| same_folder);
        let mut before: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, document) in old.iter().enumerate().rev().filter(|(index, _)| !kept[*index]) {
            before.entry((key(document), folder(document))).or_default().push(index);
        }
        for (document, pair) in new.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
            if let Some(index) = before.get_mut(&(key(document), folder(document))).and_then(Vec::pop) {
                kept[index] = true;
                *pair = Some(&old[index]);
            }
        }
    }
    (pairs, old.iter().zip(kept).filter(|(_, kept)| !kept).map(|(document, _)| document).collect())
}

/// Keys shared by several objects.
fn several<'a>(documents: &'a [Document<'a>]) -> Vec<Key<'a>> {
    let mut seen = HashSet::new();
    documents.iter().map(key).filter(|key| !seen.insert(*key)).collect()
}

type Key<'a> = (&'a str, &'a str, Option<&'a str>, &'a str);

fn key<'d>(document: &'d Document<'_>) -> Key<'d> {
    let group = document.api_version.rsplit_once('/').map_or("", |(group, _)| group);
    (group, &document.kind, document.namespace.as_deref(), &document.name)
}

fn compare<'a>(
    old: Option<&'a Node<'a>>,
    new: Option<&'a Node<'a>>,
    path: String,
    field: &str,
    found: &mut Vec<FieldChange<'a>>,
) {
    let (Some(before), Some(after)) = (old, new) else {
        // Every object has metadata; kubectl adds an empty mapping if it is missing.
        let present = old.or(new).map(|node| &node.value);
        if path == "metadata" && present.is_some_and(is_nothing) {
            return;
        }
        found.push(FieldChange { path, old, new });
        return;
    };
    match (&before.value, &after.value) {
        (Value::Mapping(before), Value::Mapping(after)) => tables(before, after, &path, field, found),
        (Value::Sequence(one), Value::Sequence(other)) => {
            if !lists(one, other, &path, field, found) {
                found.push(FieldChange { path, old, new });
            }
        }
        (before, after) if scalars_equal(before, after) => {}
        (before, after) if path == "metadata" && is_nothing(before) && is_nothing(after) => {}
        _ => found.push(FieldChange { path, old, new }),
    }
}

fn tables<'a>(
    old: &'a [Entry<'a>],
    new: &'a [Entry<'a>],
    path: &str,
    field: &str,
    found: &mut Vec<FieldChange<'a>>,
) {
    let value = |entries: &'a [Entry<'a>], key: &str| {
        entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    };
    for entry in new {
        let key = entry.key.value.as_ref();
        let before = value(old, key);
        if (QUANTITIES.contains(&field) || QUANTITY.contains(&key))
            && before.is_some_and(|before| same_quantity(before, &entry.value))
        {
            continue;
        }
        compare(before, Some(&entry.value), below(path, field, key), key, found);
    }
    for entry in old {
        let key = entry.key.value.as_ref();
        if value(new, key).is_none() {
            compare(Some(&entry.value), None, below(path, field, key), key, found);
        }
    }
}

/// Mappings with arbitrary keys, in addition to all keys that are not plain words.
const MAPS: [&str; 10] = [
    "annotations",
    "binaryData",
    "data",
    "labels",
    "matchLabels",
    "nodeSelector",
    "options",
    "parameters",
    "stringData",
    "volumeAttributes",
];

/// Tables of quantities, and fields that hold one: `1Ti` and `1024Gi` are the same there, and so are `1` and `"1"`.
const QUANTITIES: [&str; 5] = ["capacity", "hard", "limits", "overhead", "requests"];
const QUANTITY: [&str; 2] = ["divisor", "sizeLimit"];

/// Whether both are spellings of one quantity.
fn same_quantity(one: &Node<'_>, other: &Node<'_>) -> bool {
    let quantity = |node: &Node<'_>| match &node.value {
        Value::String(text) => Quantity::parse(text).ok(),
        Value::Integer(number) => Quantity::parse(&number.to_string()).ok(),
        Value::Float(number) => Quantity::parse(&number.to_string()).ok(),
        _ => None,
    };
    quantity(one).is_some_and(|one| Some(one) == quantity(other))
}

fn below(path: &str, field: &str, key: &str) -> String {
    let plain =
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if MAPS.contains(&field) || !plain {
        format!("{path}[{key}]")
    } else if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// Compares two lists item by item; returns false if they can be compared only as a whole.
fn lists<'a>(
    old: &'a [Node<'a>],
    new: &'a [Node<'a>],
    path: &str,
    field: &str,
    found: &mut Vec<FieldChange<'a>>,
) -> bool {
    let name = [String::from("name")];
    let keys = live::update_rules().keys(field).unwrap_or(&name);
    let keyed = is_keyed(old, keys) && is_keyed(new, keys);
    if !keyed {
        if old.len() != new.len() {
            return false;
        }
        for (index, (old, new)) in old.iter().zip(new).enumerate() {
            compare(Some(old), Some(new), format!("{path}[{index}]"), "", found);
        }
        return true;
    }
    let same = |one: &Node<'_>, other: &Node<'_>| {
        keys.iter().all(|key| match (one.get(key), other.get(key)) {
            (Some(one), Some(other)) => scalars_equal(&one.value, &other.value),
            (None, None) => true,
            _ => false,
        })
    };
    // The order matters in some lists, so reordered items are a change of the list.
    let stayed = old.iter().filter(|item| new.iter().any(|other| same(item, other)));
    let moved = new.iter().filter(|item| old.iter().any(|other| same(item, other)));
    if stayed.zip(moved).any(|(one, other)| !same(one, other)) {
        return false;
    }
    for (index, item) in new.iter().enumerate() {
        let before = old.iter().find(|other| same(item, other));
        compare(before, Some(item), format!("{path}[{index}]"), "", found);
    }
    for (index, item) in old.iter().enumerate() {
        if !new.iter().any(|other| same(item, other)) {
            compare(Some(item), None, format!("{path}[{index}]"), "", found);
        }
    }
    true
}

/// Whether every item has the first key, no key is a list or a table, and no two have the same keys.
fn is_keyed(items: &[Node<'_>], keys: &[String]) -> bool {
    let Some(first) = keys.first() else { return false };
    let is_scalar = |node: &Node<'_>| !matches!(node.value, Value::Sequence(_) | Value::Mapping(_));
    items.iter().enumerate().all(|(index, item)| {
        item.get(first).is_some()
            && keys.iter().filter_map(|key| item.get(key)).all(is_scalar)
            && !items[..index].iter().any(|other| {
                keys.iter().all(|key| match (item.get(key), other.get(key)) {
                    (Some(one), Some(other)) => scalars_equal(&one.value, &other.value),
                    (one, other) => one.is_none() && other.is_none(),
                })
            })
    })
}

fn is_nothing(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Mapping(entries) => entries.is_empty(),
        _ => false,
    }
}

fn scalars_equal(one: &Value<'_>, other: &Value<'_>) -> bool {
    let number = |value: &Value<'_>| match value {
        Value::Integer(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    };
    match (one, other) {
        (Value::Integer(one), Value::Integer(other)) => one == other,
        (Value::Null, Value::Null) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::String(one), Value::String(other)) => one == other,
        _ => matches!((number(one), number(other)), (Some(one), Some(other)) if one == other),
    }
}
