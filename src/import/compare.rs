//! Objects compared by type and value: what a profile renders with what manifests hold.

use super::object::Object;
use super::strip::part;
use crate::yaml::node::{Node, Value};

/// A difference between the manifests and what a profile renders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The profile does not render the object.
    Missing(String),
    /// The manifests do not have the object.
    Added(String),
    /// The objects differ at these paths.
    Changed(String, Vec<String>),
}

/// Compares by identity: group, kind, namespace and name. Objects with a generated name are compared as a whole.
#[must_use]
pub fn compare(manifests: &[Object], rendered: &[Object]) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut left: Vec<&Object> = rendered.iter().collect();
    for object in manifests {
        let identity = object.identity();
        let is_same = |other: &&Object| match &identity {
            Some(identity) => other.identity().as_ref() == Some(identity),
            None => other.root.has_same_value(&object.root),
        };
        match left.iter().position(is_same) {
            Some(at) => {
                let mut paths = Vec::new();
                collect(&object.root, &left.remove(at).root, "", &mut paths);
                if !paths.is_empty() {
                    differences.push(Difference::Changed(object.shown(), paths));
                }
            }
            None => differences.push(Difference::Missing(object.shown())),
        }
    }
    differences.extend(left.iter().map(|object| Difference::Added(object.shown())));
    differences
}

/// The paths at which two trees differ.
fn collect(one: &Node<'_>, other: &Node<'_>, path: &str, paths: &mut Vec<String>) {
    match (&one.value, &other.value) {
        (Value::Mapping(_), Value::Mapping(_)) => {
            let keys = one.entries().iter().map(|entry| &entry.key.value);
            let added = other.entries().iter().map(|entry| &entry.key.value);
            for key in keys.chain(added.filter(|key| one.get(key).is_none())) {
                let name = part(key);
                let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => collect(one, other, &path, paths),
                    _ => paths.push(path),
                }
            }
        }
        (Value::Sequence(one), Value::Sequence(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                collect(one, other, &format!("{path}[{index}]"), paths);
            }
        }
        _ if one.has_same_value(other) => {}
        _ => paths.push(path.to_owned()),
    }
}
