//! The keys of a pod's specification. The fields that no key holds are returned.

use super::super::tree::{Table, texts};
use super::value::{has_only, mirror};
use super::{Entry, container};
use crate::yaml::node::{Node, Value};

/// The fields of a pod that have a key of the same name.
const MIRRORED: [&str; 13] = [
    "nodeSelector",
    "tolerations",
    "affinity",
    "topologySpreadConstraints",
    "securityContext",
    "serviceAccountName",
    "automountServiceAccountToken",
    "initContainers",
    "restartPolicy",
    "priorityClassName",
    "runtimeClassName",
    "terminationGracePeriodSeconds",
    "volumes",
];

/// Moves the fields of a pod to keys. `claims` are the names of the claim templates.
pub(super) fn keys(entry: &mut Entry<'_>, mut spec: Table, claims: &[String]) -> Table {
    let single = spec.get("containers").is_some_and(|containers| containers.items().len() == 1);
    if single && let Some(containers) = spec.take("containers") {
        let mut own = Table::of(&containers.value.items()[0]);
        match container::keys(entry, &mut own, &mut spec, claims) {
            Some(()) if own.is_empty() => {}
            Some(()) => entry.out.put("containerSpec", own.span, own.node()),
            None => spec.entries.push(containers),
        }
    }
    if let Some(secrets) = spec.take("imagePullSecrets") {
        let named = |item: &Node<'static>| {
            item.get("name").and_then(Node::as_str).filter(|_| has_only(item, &["name"])).map(str::to_owned)
        };
        let names: Option<Vec<_>> = secrets.value.items().iter().map(named).collect();
        match names.filter(|_| matches!(secrets.value.value, Value::Sequence(_))) {
            Some(names) => {
                let value = texts(names, secrets.value.span);
                entry.out.put("imagePullSecrets", secrets.key.span, value);
            }
            None => spec.entries.push(secrets),
        }
    }
    let keys = entry.section.table.keys().filter(|key| MIRRORED.contains(&key.name));
    mirror(keys, &mut spec, &mut entry.out);
    spec
}
