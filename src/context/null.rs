//! `nulls`: fields of rendered objects that are `null`, for which TOML has no value.

use super::fields::Fields;
use crate::profile::path_parts;
use crate::source::Span;
use crate::yaml::node::{Node, Value};

/// Sets the field at a path to `null`. A path that leads nowhere is reported by the render.
pub(super) fn null(root: &mut Node<'static>, path: &Node<'static>) {
    let Some(parts) = path.as_str().and_then(path_parts) else { return };
    let Some((last, parents)) = parts.split_last() else { return };
    let value = Node::new(Value::Null, path.span);
    let Some(parent) = descend(root, parents, path.span) else { return };
    let index = last.strip_prefix('[').and_then(|text| text.strip_suffix(']')?.parse::<usize>().ok());
    match (&mut parent.value, index) {
        (Value::Sequence(items), Some(index)) => {
            if let Some(item) = items.get_mut(index) {
                *item = value;
            }
        }
        (Value::Mapping(_), _) => {
            let mut fields = Fields::new(parent, parent.span);
            fields.set(last.clone(), path.span, value);
            *parent = fields.node();
        }
        _ => {}
    }
}

/// The table at a path, which is created if it does not exist; `[0]` is an item of a list that does.
pub(super) fn descend<'n>(
    node: &'n mut Node<'static>,
    path: &[String],
    place: Span,
) -> Option<&'n mut Node<'static>> {
    let Some((first, rest)) = path.split_first() else { return Some(node) };
    if let Some(index) = first.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        let Value::Sequence(items) = &mut node.value else { return None };
        return descend(items.get_mut(index.parse::<usize>().ok()?)?, rest, place);
    }
    let Value::Mapping(entries) = &mut node.value else { return None };
    let at = entries.iter().position(|entry| entry.key.value == first.as_str()).unwrap_or_else(|| {
        let mut fields = Fields::empty(place);
        fields.set(first.clone(), place, Fields::empty(place).node());
        entries.extend(fields.entries);
        entries.len() - 1
    });
    descend(&mut entries[at].value, rest, place)
}
