//! Objects of the API inside a custom resource (`x-kubernetes-embedded-resource`).

use super::structural::{Additional, Schema};
use crate::yaml::node::{Node, Value};
use crate::yaml::path::Path;

/// Calls `visit` with each embedded object below the root.
pub(super) fn visit<'v>(root: &'v Node<'v>, schema: &Schema, visit: &mut dyn FnMut(&Path<'_>, &'v Node<'v>)) {
    below(root, schema, &Path::root(), visit);
}

fn walk<'v>(
    node: &'v Node<'v>,
    schema: &Schema,
    path: &Path<'_>,
    visit: &mut dyn FnMut(&Path<'_>, &'v Node<'v>),
) {
    if !schema.has_embedded {
        return;
    }
    if schema.embedded && matches!(node.value, Value::Mapping(_)) {
        visit(path, node);
    }
    below(node, schema, path, visit);
}

fn below<'v>(
    node: &'v Node<'v>,
    schema: &Schema,
    path: &Path<'_>,
    visit: &mut dyn FnMut(&Path<'_>, &'v Node<'v>),
) {
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                let key = entry.key.value.as_ref();
                match (schema.property(key), &schema.additional) {
                    (Some(schema), _) => walk(&entry.value, schema, &path.field(key), visit),
                    (None, Additional::Schema(schema)) => walk(&entry.value, schema, &path.key(key), visit),
                    _ => {}
                }
            }
        }
        Value::Sequence(items) => {
            if let Some(schema) = &schema.items {
                for (index, item) in items.iter().enumerate() {
                    walk(item, schema, &path.index(index), visit);
                }
            }
        }
        _ => {}
    }
}
