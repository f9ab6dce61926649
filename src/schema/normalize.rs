//! Objects as the server validates them: unknown fields and nulls removed, defaults filled in (apiextensions-apiserver,
//! pkg/apiserver/schema/pruning and defaulting).

use std::borrow::Cow;

use super::fault::{Cause, Fault, Sink};
use super::structural::{Additional, Schema, Type};
use super::value::{Member, Value};
use crate::nearest::nearest;
use crate::yaml::node::{self, Entry, Node};
use crate::yaml::path::Path;

/// The fields that every object of the API has; its own schema says nothing about them.
pub(super) const META: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// The value of a document or of a field in it as the server validates it; unknown fields are reported.
pub(super) fn normalize<'v>(
    node: &'v Node<'_>,
    schema: &'v Schema,
    is_root: bool,
    sink: &mut Sink<'_>,
) -> Value<'v> {
    value(node, schema, is_root || schema.embedded, &Path::root(), sink)
}

fn value<'v>(
    node: &'v Node<'_>,
    schema: &'v Schema,
    is_object: bool,
    path: &Path<'_>,
    sink: &mut Sink<'_>,
) -> Value<'v> {
    let keeps = schema.preserve_unknown || matches!(schema.additional, Additional::Any);
    match (&node.value, &schema.items) {
        // A list has no fields that an object could have, and the reverse.
        (node::Value::Mapping(entries), _)
            if !keeps && !entries.is_empty() && schema.kind.is_some_and(|kind| kind != Type::Object) =>
        {
            prune(node, schema, path, sink);
            Value::Pruned
        }
        (node::Value::Mapping(entries), _) => {
            let mut members = Vec::with_capacity(entries.len());
            for entry in entries {
                let key = entry.key.value.as_ref();
                if let Some(value) = member(entry, schema, is_object, &path.field(key), sink) {
                    members.push((Cow::Borrowed(key), value));
                }
            }
            with_defaults(members, schema)
        }
        (node::Value::Sequence(items), Some(schema)) => {
            let items = items.iter().enumerate().map(|(index, item)| match &schema.default {
                Some(default) if item.value == node::Value::Null && !schema.nullable => {
                    defaulted(default.clone(), schema)
                }
                _ => value(item, schema, schema.embedded, &path.index(index), sink),
            });
            Value::List(items.collect())
        }
        (node::Value::Sequence(_), None) if !keeps && prune(node, schema, path, sink) => Value::Pruned,
        _ => Value::of(node),
    }
}

/// Reports every field below a list or an object for which the schema has no place; returns whether there are any.
fn prune(node: &Node<'_>, schema: &Schema, path: &Path<'_>, sink: &mut Sink<'_>) -> bool {
    match &node.value {
        node::Value::Mapping(entries) => {
            for entry in entries {
                let message = format!("the schema expects {} here, without fields", schema.describe_type());
                sink(&path.field(&entry.key.value), Fault::new(Cause::UnknownField, message));
            }
            !entries.is_empty()
        }
        node::Value::Sequence(items) => {
            let mut found = false;
            for (index, item) in items.iter().enumerate() {
                found |= prune_item(item, schema, &path.index(index), sink);
            }
            found
        }
        _ => false,
    }
}

/// Reports the fields of an item of a list where the schema has no list.
fn prune_item(node: &Node<'_>, schema: &Schema, path: &Path<'_>, sink: &mut Sink<'_>) -> bool {
    let node::Value::Mapping(entries) = &node.value else { return prune(node, schema, path, sink) };
    for entry in entries {
        let message = format!("the schema expects {} here, not a list", schema.describe_type());
        let fault = Fault::new(Cause::UnknownField, message).help("remove the `- ` before it");
        sink(&path.field(&entry.key.value), fault);
    }
    !entries.is_empty()
}

/// The value of one entry; none if the server drops it.
fn member<'v>(
    entry: &'v Entry<'_>,
    schema: &'v Schema,
    is_object: bool,
    path: &Path<'_>,
    sink: &mut Sink<'_>,
) -> Option<Value<'v>> {
    let key = entry.key.value.as_ref();
    if is_object && META.contains(&key) {
        return Some(Value::of(&entry.value));
    }
    if let Some(schema) = schema.member(key) {
        if entry.value.value == node::Value::Null && !schema.nullable {
            return schema.default.as_ref().map(|default| defaulted(default.clone(), schema));
        }
        return Some(value(&entry.value, schema, schema.embedded, path, sink));
    }
    if schema.preserve_unknown || matches!(schema.additional, Additional::Any) {
        return Some(Value::of(&entry.value));
    }
    let mut fault = Fault::new(Cause::UnknownField, "");
    fault.near = nearest(key, schema.properties.iter().map(|property| property.0.as_ref())).map(Into::into);
    sink(path, fault);
    None
}

/// An object with the defaults of the fields that it lacks.
fn with_defaults<'v>(mut members: Vec<Member<'v>>, schema: &'v Schema) -> Value<'v> {
    if !members.is_sorted_by(|one, other| one.0 < other.0) {
        members.sort_by(|one, other| one.0.cmp(&other.0));
    }
    let present = members.len();
    for (name, schema) in &schema.properties {
        let Some(default) = &schema.default else { continue };
        if members[..present].binary_search_by(|member| member.0.as_ref().cmp(name)).is_err() {
            members.push((Cow::Borrowed(name), defaulted(default.clone(), schema)));
        }
    }
    if members.len() > present {
        members.sort_by(|one, other| one.0.cmp(&other.0));
    }
    Value::Map(members)
}

/// A default value with the defaults of the fields within it.
fn defaulted<'v>(value: Value<'v>, schema: &'v Schema) -> Value<'v> {
    match value {
        Value::Map(members) => {
            let members = members.into_iter().map(|(key, value)| match schema.member(&key) {
                Some(schema) => (key, defaulted(value, schema)),
                None => (key, value),
            });
            with_defaults(members.collect(), schema)
        }
        Value::List(items) => match &schema.items {
            Some(schema) => Value::List(items.into_iter().map(|item| defaulted(item, schema)).collect()),
            None => Value::List(items),
        },
        value => value,
    }
}
