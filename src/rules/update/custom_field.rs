//! Updates of custom resources: fields that their operators do not let change.

use super::table::IMMUTABLE_CUSTOM_FIELD;
use crate::catalog::custom_kind::{self, Immutable};
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::finding::Finding;
use crate::yaml::node::{Node, Value};
use crate::yaml::path::Path;

/// Reports fields that are set before and after, and differ, unless a rule of the definition is reported for them.
pub(super) fn check(old: &Document<'_>, new: &Document<'_>, list: &mut Vec<Finding>) {
    let Some(kind) = custom_kind::find(&new.api_version, &new.kind) else { return };
    for field in &kind.immutable {
        let is_reported = list.iter().any(|finding| finding.path.as_deref() == Some(&field.path));
        let (Some(before), Some(after)) = (at(&old.root, &field.path), at(&new.root, &field.path)) else {
            continue;
        };
        if is_reported || may_change(field, old, new) || is_same(before, after, &field.except) {
            continue;
        }
        let mut out = Reporter::new(new, list);
        Path::parse(&field.path, &mut |path| {
            out.report_at_key(
                &IMMUTABLE_CUSTOM_FIELD,
                path,
                format!("`{}` of a {} cannot change", field.path, new.kind),
            )
            .help("the operator's webhook or definition rejects the update; delete and recreate the object, or use a new name");
        });
    }
}

fn may_change(field: &Immutable, old: &Document<'_>, new: &Document<'_>) -> bool {
    let is_on = |document: &Document<'_>| {
        let path = field.unless.as_deref();
        path.and_then(|path| at(&document.root, path)).is_some_and(|node| node.value == Value::Bool(true))
    };
    is_on(old) || is_on(new)
}

fn at<'n, 't>(root: &'n Node<'t>, path: &str) -> Option<&'n Node<'t>> {
    let found = path.split('.').try_fold(root, |node, field| node.get(field));
    found.filter(|node| node.value != Value::Null)
}

/// Whether two trees have the same values, except in some fields.
fn is_same(one: &Node<'_>, other: &Node<'_>, except: &[String]) -> bool {
    match (&one.value, &other.value) {
        (Value::Sequence(one), Value::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other, except))
        }
        (Value::Mapping(_), Value::Mapping(_)) => {
            let has = |node: &Node<'_>, other: &Node<'_>| {
                node.entries().iter().all(|entry| {
                    except.iter().any(|field| *field == entry.key.value)
                        || other
                            .get(&entry.key.value)
                            .is_some_and(|value| is_same(&entry.value, value, except))
                })
            };
            has(one, other) && has(other, one)
        }
        (one, other) => one == other,
    }
}
