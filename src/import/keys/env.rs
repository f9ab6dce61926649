//! Environment variables as a table.

use super::super::tree::Table;
use super::value::{has_only, only, scalar};
use crate::yaml::node::{Entry, Node, Value};

/// The list of the API as a table of values and sources. None if an item has a form that the table has not.
pub(super) fn table(list: &Node<'static>) -> Option<Node<'static>> {
    let mut table = Table::new(list.span);
    for item in list.items() {
        let name = item.entry("name")?;
        let key = name.value.as_str()?.to_owned();
        if table.get(&key).is_some() {
            return None;
        }
        let value = match item.entries() {
            [_, value] if value.key.value == "value" || item.get("value").is_some() => {
                let mut value = item.get("value")?.clone();
                value.as_str()?;
                scalar(&mut value);
                value
            }
            [..] if has_only(item, &["name", "valueFrom"]) => source(item.get("valueFrom")?)?,
            _ => return None,
        };
        // Comments are at the item's first key.
        let at = item.entries().first().map_or(name.key.span, |entry| entry.key.span);
        table.put(key, at, value);
    }
    Some(table.node())
}

fn source(from: &Node<'static>) -> Option<Node<'static>> {
    let Entry { key, value } = only(from)?;
    let mut table = Table::new(value.span);
    let (name, allowed): (&'static str, &[&str]) = match &*key.value {
        "secretKeyRef" => ("secret", &["name", "key", "optional"]),
        "configMapKeyRef" => ("configMap", &["name", "key", "optional"]),
        "fieldRef" => ("fieldPath", &["fieldPath"]),
        "resourceFieldRef" => ("resource", &["resource"]),
        _ => return None,
    };
    if !has_only(value, allowed) {
        return None;
    }
    let field = if allowed.len() > 1 { "name" } else { name };
    table.put_as(name, value.entry(field)?.clone());
    for further in ["key", "optional"] {
        if let Some(entry) =
            value.entry(further).filter(|entry| !matches!(entry.value.value, Value::Mapping(_)))
        {
            table.entries.push(entry.clone());
        }
    }
    Some(table.node())
}
