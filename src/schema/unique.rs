//! Items of sets and list maps that occur twice (apiextensions-apiserver, pkg/apiserver/schema/listtype).

use std::cmp::Ordering;

use super::fault::{Cause, Fault, Sink};
use super::structural::{Additional, ListType, Schema};
use super::value::Value;
use crate::yaml::path::Path;

/// Reports every item that a set or a list map already has.
pub(super) fn validate(value: &Value<'_>, schema: &Schema, sink: &mut Sink<'_>) {
    walk(value, schema, &Path::root(), sink);
}

fn walk(value: &Value<'_>, schema: &Schema, path: &Path<'_>, sink: &mut Sink<'_>) {
    if !schema.has_unique_items {
        return;
    }
    match value {
        Value::Map(members) => {
            for (key, value) in members {
                match (schema.property(key), &schema.additional) {
                    (Some(schema), _) => walk(value, schema, &path.field(key), sink),
                    (None, Additional::Schema(schema)) => walk(value, schema, &path.key(key), sink),
                    _ => {}
                }
            }
        }
        Value::List(items) => {
            match &schema.list {
                ListType::Atomic => {}
                ListType::Set => repeated(items, |one, other| one.order(other), path, sink),
                ListType::Map(keys) => {
                    let order = |one: &Value<'_>, other: &Value<'_>| {
                        let orders = keys.iter().map(|key| match (one.get(key), other.get(key)) {
                            (Some(one), Some(other)) => one.order(other),
                            (one, other) => one.is_some().cmp(&other.is_some()),
                        });
                        orders.fold(Ordering::Equal, Ordering::then)
                    };
                    repeated(items, order, path, sink);
                }
            }
            if let Some(schema) = &schema.items {
                for (index, item) in items.iter().enumerate() {
                    walk(item, schema, &path.index(index), sink);
                }
            }
        }
        _ => {}
    }
}

/// Reports the first item that repeats an earlier one, once for each value or key.
fn repeated(
    items: &[Value<'_>],
    order: impl Fn(&Value<'_>, &Value<'_>) -> Ordering,
    path: &Path<'_>,
    sink: &mut Sink<'_>,
) {
    if items.len() < 2 {
        return;
    }
    let mut sorted: Vec<usize> = (0..items.len()).collect();
    sorted.sort_by(|one, other| order(&items[*one], &items[*other]));
    let mut twice: Vec<(usize, usize)> = Vec::new();
    for group in sorted.chunk_by(|one, other| order(&items[*one], &items[*other]).is_eq()) {
        if let [first, second, ..] = group {
            twice.push((*second, *first));
        }
    }
    twice.sort_unstable();
    for (again, first) in twice {
        let message = format!("item {again} repeats item {first}");
        sink(&path.index(again), Fault::new(Cause::Duplicate, message));
    }
}
