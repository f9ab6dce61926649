//! An object of any kind as the API has it: `[objects.x]`.

use super::names::Names;
use super::object::Object;
use super::tree::{Table, text, texts};
use crate::source::Span;

/// The keys of `[objects.x]` that have another meaning than the field of the API.
const OWN_KEYS: [&str; 6] = ["name", "namespace", "labels", "annotations", "nulls", "pods"];

/// The entry of an object under `objects`, and the paths to unset. None if a field has the name of a key.
pub(super) fn entry(object: &Object, at: usize, names: &Names) -> Option<(Table, Vec<String>)> {
    if object.plain.entries().iter().any(|entry| OWN_KEYS.contains(&&*entry.key.value)) {
        return None;
    }
    let mut table = Table::new(object.span());
    let mut unset = Vec::new();
    match object.plain.entry("apiVersion") {
        Some(entry) => table.put_as("apiVersion", entry.clone()),
        None => table.put("apiVersion", object.span(), text(&*object.api_version, object.span())),
    }
    table.put_as("kind", object.plain.entry("kind")?.clone());
    names.metadata(object, at, &mut table, &mut unset);
    for entry in object.plain.entries() {
        if !matches!(&*entry.key.value, "apiVersion" | "kind" | "metadata") {
            table.entries.push(entry.clone());
        }
    }
    nulls(object, &mut table);
    Some((table, unset))
}

/// The fields that are `null`.
pub(super) fn nulls(object: &Object, table: &mut Table) {
    if !object.nulls.is_empty() {
        let span = object.span();
        let at = Span { end: span.start, ..span };
        table.put("nulls", at, texts(object.nulls.iter().cloned(), at));
    }
}
