//! What is removed from an object, by a closed list, and what TOML cannot express.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::profile::toml_text::is_bare;
use crate::yaml::node::{Node, Value};

/// Fields of an object's `metadata` that the API server sets (apimachinery, pkg/apis/meta/v1, `ObjectMeta`).
const SERVER_SET: [&str; 6] =
    ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"];
/// The annotation in which `kubectl apply` keeps what it applied (kubectl, pkg/util/apply.go).
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Removes `status`, the fields that the API server sets, and kubectl's annotation; counts each by its path.
pub(super) fn strip(root: &mut Node<'static>, removed: &mut BTreeMap<String, usize>) {
    let mut count = |path: String| *removed.entry(path).or_default() += 1;
    let Value::Mapping(entries) = &mut root.value else { return };
    let before = entries.len();
    entries.retain(|entry| entry.key.value != "status");
    if entries.len() < before {
        count("status".to_owned());
    }
    for entry in entries {
        if entry.key.value != "metadata" {
            templates(&mut entry.value, &mut count);
            continue;
        }
        let Value::Mapping(fields) = &mut entry.value.value else { continue };
        for name in SERVER_SET {
            let before = fields.len();
            fields.retain(|field| field.key.value != name);
            if fields.len() < before {
                count(format!("metadata.{name}"));
            }
        }
        let annotations = fields.iter_mut().find(|field| field.key.value == "annotations");
        if let Some(Value::Mapping(annotations)) = annotations.map(|entry| &mut entry.value.value) {
            let before = annotations.len();
            annotations.retain(|annotation| annotation.key.value != LAST_APPLIED);
            let is_removed = annotations.len() < before;
            let is_empty = annotations.is_empty();
            if is_removed {
                count("metadata.annotations.last-applied-configuration".to_owned());
                fields.retain(|field| field.key.value != "annotations" || !is_empty);
            }
        }
    }
}

/// `creationTimestamp: null` in the metadata of templates, where programs in Go write it.
fn templates(node: &mut Node<'static>, count: &mut impl FnMut(String)) {
    match &mut node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                if entry.key.value == "metadata"
                    && let Value::Mapping(fields) = &mut entry.value.value
                {
                    let before = fields.len();
                    fields.retain(|field| {
                        field.key.value != "creationTimestamp" || field.value.value != Value::Null
                    });
                    if fields.len() < before {
                        count("creationTimestamp of templates".to_owned());
                    }
                }
                templates(&mut entry.value, count);
            }
        }
        Value::Sequence(items) => items.iter_mut().for_each(|item| templates(item, count)),
        _ => {}
    }
}

/// Takes every `null` out of a tree and collects its path. In a list an empty text keeps its place.
pub(super) fn take_nulls(node: &mut Node<'static>, path: &str, nulls: &mut Vec<String>) {
    match &mut node.value {
        Value::Mapping(entries) => entries.retain_mut(|entry| {
            let name = part(&entry.key.value);
            let path = if path.is_empty() { name } else { format!("{path}.{name}") };
            if entry.value.value == Value::Null {
                nulls.push(path);
                return false;
            }
            take_nulls(&mut entry.value, &path, nulls);
            true
        }),
        Value::Sequence(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                let path = format!("{path}[{index}]");
                if item.value == Value::Null {
                    item.value = Value::String(Cow::Borrowed(""));
                    nulls.push(path);
                } else {
                    take_nulls(item, &path, nulls);
                }
            }
        }
        _ => {}
    }
}

/// A part of a dotted path of a profile: quoted unless it is plain. A path has no escapes.
pub(super) fn part(name: &str) -> String {
    match (is_bare(name), name.contains('"')) {
        (true, _) => name.to_owned(),
        (false, false) => format!("\"{name}\""),
        (false, true) => format!("'{name}'"),
    }
}
