//! Compares two inputs object by object: additions, removals and changes, and which changes the API server
//! rejects.

mod groups;
mod key;
mod needed;
mod outline;
mod pairs;

use std::collections::{HashMap, HashSet};

use key::{Key, key};
use pairs::Pairs;

pub use groups::Group;
pub use needed::{Selected, needed};
pub use outline::{Outliner, Outlines};

use crate::catalog::live;
use crate::document::Document;
use crate::finding::Finding;
use crate::quantity::Quantity;
use crate::rule::Severity;
use crate::rules::update::Update;
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
pub struct Change {
    /// What happens to it.
    pub kind: ChangeKind,
    /// The new object, or the old one if it was removed.
    pub object: ChangedObject,
    /// The position of its document in the whole input.
    pub document: usize,
    /// Its directory, if other directories have an object with the same name.
    pub folder: Option<String>,
    /// The changed fields; empty if the object was added or removed.
    pub fields: Vec<FieldChange>,
    /// Findings about changes that the API server rejects.
    pub findings: Vec<Finding>,
    /// For a class or a claim that is removed or cannot be changed: the objects that use it, as `Kind namespace/name`.
    pub users: Vec<String>,
    /// Context: what happens to the data of a deleted claim, or what expansion depends on.
    pub note: Option<String>,
}

/// What a change says of its object, which is not kept.
#[derive(Debug)]
pub struct ChangedObject {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.namespace`, where given.
    pub namespace: Option<String>,
    /// `metadata.name`.
    pub name: String,
}

impl ChangedObject {
    fn new(document: &Document<'_>) -> Self {
        Self {
            api_version: document.api_version.to_string(),
            kind: document.kind.to_string(),
            namespace: document.namespace.as_deref().map(str::to_owned),
            name: document.name.to_string(),
        }
    }
}

/// An added, removed or changed field.
#[derive(Debug)]
pub struct FieldChange {
    /// The path, with the indexes of the new object.
    pub path: String,
    /// The old value.
    pub old: Option<Node<'static>>,
    /// The new value.
    pub new: Option<Node<'static>>,
}

impl FieldChange {
    fn new(path: String, old: Option<&Node<'_>>, new: Option<&Node<'_>>) -> Self {
        let [old, new] = [old, new].map(|node| node.cloned().map(Node::into_owned));
        Self { path, old, new }
    }
}

/// Compares two inputs. Objects are matched by group, kind, namespace and name, or by order if they have no
/// name. Directories may be for several clusters, so a match in the same directory is preferred. Changes are
/// in the order of the new input, followed by removals in the order of the old one.
#[must_use]
pub fn changes<'a>(update: &Update<'a>) -> Vec<Change> {
    let ([old, new], folders) = (update.documents(), update.folders());
    let several = [several(old), several(new)].concat().into_iter().collect::<HashSet<_>>();
    let place = |document: &Document<'a>| {
        several.contains(&key(document)).then(|| folders.get(&document.source).cloned()).flatten()
    };
    let whole = |kind, document: &'a Document<'a>, note| Change {
        kind,
        object: ChangedObject::new(document),
        document: document.index,
        folder: place(document),
        fields: Vec::new(),
        findings: Vec::new(),
        users: match kind {
            ChangeKind::Recreate | ChangeKind::Removed => update.users_of(document),
            ChangeKind::Added | ChangeKind::InPlace => Vec::new(),
        },
        note,
    };
    let identities = |documents: &'a [Document<'a>]| {
        let identity = |document: &'a Document<'a>| (key(document), folders.get(&document.source));
        documents.iter().map(identity).collect::<Vec<_>>()
    };
    let pairs = Pairs::new(&identities(old), &identities(new));
    let mut changes = Vec::new();
    for (document, earlier) in new.iter().zip(pairs.of_new) {
        let Some(earlier) = earlier.map(|at| &old[at]) else {
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
    let removed = pairs.removed.into_iter().map(|at| &old[at]);
    changes.extend(removed.map(|old| whole(ChangeKind::Removed, old, update.before_deleting(old))));
    changes
}

/// Puts the changes of several groups of objects in the order of one comparison.
pub fn sort(changes: &mut [Change]) {
    changes.sort_by_key(|change| (change.kind == ChangeKind::Removed, change.document));
}

/// Keys shared by several objects.
fn several<'a>(documents: &'a [Document<'a>]) -> Vec<Key<'a>> {
    let mut seen = HashSet::new();
    documents.iter().map(key).filter(|key| !seen.insert(*key)).collect()
}

fn compare<'a>(
    old: Option<&'a Node<'a>>,
    new: Option<&'a Node<'a>>,
    path: String,
    field: &str,
    found: &mut Vec<FieldChange>,
) {
    let (Some(before), Some(after)) = (old, new) else {
        // Every object has metadata; kubectl adds an empty mapping if it is missing.
        let present = old.or(new).map(|node| &node.value);
        if path == "metadata" && present.is_some_and(is_nothing) {
            return;
        }
        found.push(FieldChange::new(path, old, new));
        return;
    };
    match (&before.value, &after.value) {
        (Value::Mapping(before), Value::Mapping(after)) => tables(before, after, &path, field, found),
        (Value::Sequence(one), Value::Sequence(other)) => {
            if !lists(one, other, &path, field, found) {
                found.push(FieldChange::new(path, old, new));
            }
        }
        (before, after) if scalars_equal(before, after) => {}
        (before, after) if path == "metadata" && is_nothing(before) && is_nothing(after) => {}
        _ => found.push(FieldChange::new(path, old, new)),
    }
}

fn tables<'a>(
    old: &'a [Entry<'a>],
    new: &'a [Entry<'a>],
    path: &str,
    field: &str,
    found: &mut Vec<FieldChange>,
) {
    let (before, after) = (Entries::new(old), Entries::new(new));
    for entry in new {
        let key = entry.key.value.as_ref();
        let earlier = before.get(key);
        if (QUANTITIES.contains(&field) || QUANTITY.contains(&key))
            && earlier.is_some_and(|earlier| same_quantity(earlier, &entry.value))
        {
            continue;
        }
        // A number where the API expects text is one mistake, which K002 reports.
        if MAPS.contains(&field) && earlier.is_some_and(|earlier| same_text(earlier, &entry.value)) {
            continue;
        }
        compare(earlier, Some(&entry.value), below(path, field, key), key, found);
    }
    for entry in old {
        let key = entry.key.value.as_ref();
        if after.get(key).is_none() {
            compare(Some(&entry.value), None, below(path, field, key), key, found);
        }
    }
}

/// The entries of a table by key; only a large table is hashed.
enum Entries<'a> {
    Few(&'a [Entry<'a>]),
    Many(HashMap<&'a str, &'a Node<'a>>),
}

impl<'a> Entries<'a> {
    fn new(entries: &'a [Entry<'a>]) -> Self {
        if entries.len() <= FEW {
            return Self::Few(entries);
        }
        // The first of several entries with one key counts.
        Self::Many(entries.iter().rev().map(|entry| (entry.key.value.as_ref(), &entry.value)).collect())
    }

    fn get(&self, key: &str) -> Option<&'a Node<'a>> {
        match self {
            Self::Few(entries) => {
                entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
            }
            Self::Many(entries) => entries.get(key).copied(),
        }
    }
}

/// Up to this many items comparing is faster than hashing.
const FEW: usize = 16;

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

/// Whether one value is the text of the other, as `"4000"` is of `4000`.
fn same_text(one: &Node<'_>, other: &Node<'_>) -> bool {
    let text = |node: &Node<'_>| match &node.value {
        Value::String(text) => Some(text.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    };
    let is_text = |node: &Node<'_>| matches!(node.value, Value::String(_));
    is_text(one) != is_text(other) && text(one).is_some_and(|one| Some(one) == text(other))
}

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
    found: &mut Vec<FieldChange>,
) -> bool {
    let name = [String::from("name")];
    let keys = live::update_rules().keys(field).unwrap_or(&name);
    let keyed = item_keys(old, keys).zip(item_keys(new, keys));
    let Some((old_keys, new_keys)) = keyed else {
        if old.len() != new.len() {
            return false;
        }
        for (index, (old, new)) in old.iter().zip(new).enumerate() {
            compare(Some(old), Some(new), format!("{path}[{index}]"), "", found);
        }
        return true;
    };
    let before: HashMap<&ItemKey<'_>, &'a Node<'a>> = old_keys.iter().zip(old).collect();
    let after: HashSet<&ItemKey<'_>> = new_keys.iter().collect();
    // The order matters in some lists, so reordered items are a change of the list.
    let stayed = old_keys.iter().filter(|key| after.contains(key));
    let moved = new_keys.iter().filter(|key| before.contains_key(key));
    if stayed.ne(moved) {
        return false;
    }
    for (index, (item, key)) in new.iter().zip(&new_keys).enumerate() {
        compare(before.get(key).copied(), Some(item), format!("{path}[{index}]"), "", found);
    }
    for (index, (item, key)) in old.iter().zip(&old_keys).enumerate() {
        if !after.contains(key) {
            compare(Some(item), None, format!("{path}[{index}]"), "", found);
        }
    }
    true
}

/// A scalar by which items are compared: numbers are equal however they are written.
#[derive(PartialEq, Eq, Hash)]
enum Scalar<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Float(u64),
    String(&'a str),
}

/// What identifies an item of a keyed list.
type ItemKey<'a> = Vec<Option<Scalar<'a>>>;

/// The key of each item; none if an item has no first key, a key is a list or a table, or two items have the same keys.
fn item_keys<'a>(items: &'a [Node<'_>], keys: &[String]) -> Option<Vec<ItemKey<'a>>> {
    let first = keys.first()?;
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        item.get(first)?;
        let scalar = |key: &String| item.get(key).map(|node| scalar(&node.value).ok_or(())).transpose();
        list.push(keys.iter().map(scalar).collect::<Result<ItemKey<'_>, ()>>().ok()?);
    }
    let mut seen = HashSet::with_capacity(list.len());
    list.iter().all(|key| seen.insert(key)).then_some(())?;
    drop(seen);
    Some(list)
}

fn scalar<'a>(value: &'a Value<'_>) -> Option<Scalar<'a>> {
    Some(match value {
        Value::Null => Scalar::Null,
        Value::Bool(value) => Scalar::Bool(*value),
        Value::Integer(value) => Scalar::Integer(*value),
        Value::Float(value) if value.fract() == 0.0 && value.abs() < 9e15 => Scalar::Integer(*value as i64),
        Value::Float(value) => Scalar::Float(value.to_bits()),
        Value::String(text) => Scalar::String(text),
        Value::Sequence(_) | Value::Mapping(_) => return None,
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
