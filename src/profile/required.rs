//! Values that only the user knows: classes and volumes name them under `required`, and a profile that uses one sets them.

use std::borrow::Cow;
use std::collections::HashSet;

use super::object::tables;
use super::rules::MISSING_KEY;
use super::schema::{Kind, Section, Table};
use super::set::{path_parts, quoted};
use super::{builtin, sections};
use crate::finding::Finding;
use crate::hash::{FastMap, FastSet};
use crate::source::{Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// The key that names them.
const REQUIRED: &str = "required";

/// Section and key of an object.
type Id = (&'static str, String);

/// Reports objects that are used and lack a required value, at the first place that uses them: once each, however many
/// claims do.
pub(super) fn check(root: &Node<'static>, catalogue: &HashSet<Id>, findings: &mut Vec<Finding>) {
    if tables(root).all(|(_, entry)| missing(&entry.value).is_empty()) {
        return;
    }
    let list: Vec<(&'static Section, &Entry<'static>)> = tables(root).collect();
    let id = |at: usize| (list[at].0.name, list[at].1.key.value.as_ref());
    let positions = (0..list.len()).map(|at| (id(at), at));
    let position: FastMap<(&str, &str), usize> = positions.collect();
    let offered: FastSet<(&str, &str)> =
        catalogue.iter().map(|(section, key)| (*section, key.as_str())).collect();
    let is_own = |at: usize| !offered.contains(&id(at));
    // What an object of the catalogue refers to is used at the place that uses that object.
    let mut used: FastMap<usize, Span> = FastMap::default();
    let mut open: Vec<(usize, Option<Span>)> =
        (0..list.len()).rev().filter(|at| is_own(*at)).map(|at| (at, None)).collect();
    while let Some((at, place)) = open.pop() {
        let mut references = Vec::new();
        of_table(&list[at].1.value, list[at].0.table, &mut references);
        for (section, key, span) in references {
            let Some(to) = position.get(&(section, key)).copied() else { continue };
            let place = place.unwrap_or(span);
            if used.contains_key(&to) {
                continue;
            }
            used.insert(to, place);
            if !is_own(to) {
                open.push((to, Some(place)));
            }
        }
    }
    for (at, (section, entry)) in list.iter().enumerate() {
        let Some(place) = used.get(&at).copied() else { continue };
        let missing = missing(&entry.value);
        if !missing.is_empty() {
            let name = format!("{}.{}", section.name, quoted(&entry.key.value));
            findings.push(finding(root, &name, &missing, place));
        }
    }
}

fn finding(root: &Node<'static>, name: &str, missing: &[&Entry<'static>], place: Span) -> Finding {
    let paths: Vec<String> = missing.iter().map(|entry| format!("`{name}.{}`", entry.key.value)).collect();
    let verb = if paths.len() == 1 { "is" } else { "are" };
    let mut finding = Finding::new(&MISSING_KEY, place, format!("{} {verb} not set", paths.join(", ")));
    let base = root.get("driver").and_then(Node::as_str).and_then(builtin::base);
    let part = base.map_or_else(String::new, |base| format!("on.{base}."));
    let lines: Vec<String> = missing
        .iter()
        .map(|entry| {
            let value = entry.value.as_str().unwrap_or_default();
            format!("`{part}{name}.{} = {}`", entry.key.value, serde_json::Value::from(value))
        })
        .collect();
    let what = if lines.len() == 1 { "the value: add a line" } else { "the values: add lines" };
    finding.help(format!("only you know {what} such as {}", lines.join(", ")));
    finding
}

/// The objects that cannot be rendered because a required value is missing, and the claims that are for such volumes. They
/// count only if something uses them, whichever layer defines them: a copy of a built-in profile has them, too.
pub(super) fn incomplete(root: &Node<'static>) -> HashSet<Id> {
    let mut found: HashSet<Id> = HashSet::new();
    // Volumes come before the claims that name them.
    for (section, Entry { key, value }) in tables(root) {
        let volume = value.get("volume").and_then(Node::as_str);
        let depends =
            volume.is_some_and(|key| found.contains(&(sections::PERSISTENT_VOLUMES, key.to_owned())));
        if depends || !missing(value).is_empty() {
            found.insert((section.name, key.value.to_string()));
        }
    }
    found
}

/// Sets each required value that is missing to its example.
pub(super) fn fill(root: &mut Node<'static>) {
    let mut values = Vec::new();
    for (section, Entry { key, value }) in tables(root) {
        for entry in missing(value) {
            let Some(mut path) = path_parts(&entry.key.value) else { continue };
            path.splice(0..0, [section.name.to_owned(), key.value.to_string()]);
            values.push((path, entry.value.clone()));
        }
    }
    for (path, value) in values {
        set(root, &path, value);
    }
}

/// Sets the value at a path, and the tables on the way.
fn set(node: &mut Node<'static>, path: &[String], value: Node<'static>) {
    let (Some((first, rest)), Value::Mapping(entries)) = (path.split_first(), &mut node.value) else {
        *node = value;
        return;
    };
    let at = entries.iter().position(|entry| entry.key.value == first.as_str()).unwrap_or_else(|| {
        let key = Spanned { value: Cow::Owned(first.clone()), span: value.span };
        entries.push(Entry { key, value: Node::new(Value::Mapping(Vec::new()), value.span) });
        entries.len() - 1
    });
    set(&mut entries[at].value, rest, value);
}

/// Whether a change of a layer only sets values that the object requires.
pub(super) fn is_only_required(object: Option<&Node<'static>>, change: &Entry<'static>) -> bool {
    let required = object.and_then(|object| object.get(REQUIRED)).map_or(&[][..], Node::entries);
    !required.is_empty() && is_required(&change.value, &change.key.value, required)
}

fn is_required(node: &Node<'static>, path: &str, required: &[Entry<'static>]) -> bool {
    required.iter().any(|entry| entry.key.value == path)
        || !node.entries().is_empty()
            && node
                .entries()
                .iter()
                .all(|entry| is_required(&entry.value, &format!("{path}.{}", entry.key.value), required))
}

/// The required values that are not set.
fn missing<'n>(object: &'n Node<'static>) -> Vec<&'n Entry<'static>> {
    let required = object.get(REQUIRED).map_or(&[][..], Node::entries);
    let is_set = |path: &str| {
        let found =
            path_parts(path).and_then(|parts| parts.iter().try_fold(object, |node, part| node.get(part)));
        found.is_some_and(|node| node.as_str() != Some(""))
    };
    required.iter().filter(|entry| !is_set(&entry.key.value)).collect()
}

fn of_table<'n>(
    node: &'n Node<'static>,
    table: &'static Table,
    found: &mut Vec<(&'static str, &'n str, Span)>,
) {
    for entry in node.entries() {
        if let Some(key) = table.key(&entry.key.value) {
            of_kind(&entry.value, &key.kind, found);
        }
    }
}

fn of_kind<'n>(node: &'n Node<'static>, kind: &'static Kind, found: &mut Vec<(&'static str, &'n str, Span)>) {
    match (kind, &node.value) {
        (Kind::Reference(section), Value::String(key)) => found.push((*section, key.as_ref(), node.span)),
        (Kind::Either(_, inner), Value::Mapping(_)) | (Kind::Either(inner, _), _) => {
            of_kind(node, inner, found);
        }
        (Kind::List(inner) | Kind::Named(_, inner), Value::Sequence(_)) => {
            node.items().iter().for_each(|item| of_kind(item, inner, found));
        }
        (Kind::Map(inner) | Kind::Named(_, inner), _) => {
            node.entries().iter().for_each(|entry| of_kind(&entry.value, inner, found));
        }
        (Kind::Table(inner), _) => of_table(node, inner, found),
        _ => {}
    }
}
