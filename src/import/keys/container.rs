//! The keys of a pod's only container.

use super::super::tree::{Table, text};
use super::value::{has_only, mirror};
use super::{Entry, env, mounts};
use crate::catalog::accelerator;
use crate::yaml::node::{Node, Value};

/// The fields of a container that have a key of the same name.
const MIRRORED: [&str; 13] = [
    "image",
    "imagePullPolicy",
    "command",
    "args",
    "workingDir",
    "env",
    "envFrom",
    "resources",
    "ports",
    "startupProbe",
    "readinessProbe",
    "livenessProbe",
    "lifecycle",
];

/// Moves the fields of a container to keys; those that no key holds stay. None if it has no name or no image.
pub(super) fn keys(entry: &mut Entry<'_>, own: &mut Table, pod: &mut Table, claims: &[String]) -> Option<()> {
    own.get("image")?.as_str()?;
    let name = own.take("name")?;
    if name.value.as_str()? != entry.key {
        entry.out.put_as("container", name);
    }
    if let Some(variables) = own.take("env") {
        match env::table(&variables.value) {
            Some(table) => entry.out.put("env", variables.key.span, table),
            None => own.entries.push(variables),
        }
    }
    if entry.has_shortcuts() {
        gpus(entry, own, pod);
    }
    let keys = entry.section.table.keys().filter(|key| MIRRORED.contains(&key.name) && key.name != "env");
    mirror(keys, own, &mut entry.out);
    if let Some(context) = own.take("securityContext") {
        entry.out.put_as("containerSecurityContext", context);
    }
    if entry.has_shortcuts() {
        mounts::keys(entry, own, pod, claims);
    }
    Some(())
}

/// An accelerator that limits, and usually requests, count as text; with the toleration of its taint.
fn gpus(entry: &mut Entry<'_>, own: &mut Table, pod: &mut Table) {
    let Some(resources) = own.get("resources").filter(|node| has_only(node, &["limits", "requests"])) else {
        return;
    };
    let Some(limits) = resources.get("limits") else { return };
    let known = limits.entries().iter().find_map(|limit| {
        let count = limit.value.as_str()?.parse::<i64>().ok()?;
        let is_plain = count > 0 && limit.value.as_str() == Some(&count.to_string());
        Some((accelerator::of_resource(&limit.key.value)?, count, limit.key.span)).filter(|_| is_plain)
    });
    let Some((accelerator, count, span)) = known else { return };
    let requested = resources.get("requests").and_then(|requests| requests.get(accelerator.resource));
    let is_same = |requested: &Node<'_>| requested.as_str() == Some(&count.to_string());
    if requested.is_some_and(|requested| !is_same(requested)) {
        return;
    }
    let in_requests = requested.is_some();
    let mut further = Table::new(resources.span);
    for part in resources.entries() {
        let mut amounts = Table::of(&part.value);
        amounts.take(accelerator.resource);
        if !amounts.is_empty() || part.value.entries().is_empty() {
            further.put(part.key.value.clone(), part.key.span, amounts.node());
        }
    }
    let tolerates = tolerates(pod, accelerator.taint);
    let number = |value: i64| Node::new(Value::Integer(value), span);
    let flag = |value: bool| Node::new(Value::Bool(value), span);
    let mut table = Table::new(span);
    table.put("count", span, number(count));
    table.put("vendor", span, text(accelerator.vendor, span));
    table.put("toleration", span, flag(tolerates));
    if !in_requests {
        table.put("requests", span, flag(false));
    }
    let empty = further.is_empty();
    own.take("resources");
    if !empty {
        own.put("resources", further.span, further.node());
    }
    entry.out.put("gpus", span, table.node());
}

/// Removes the last toleration if it is the one that a profile renders for a taint.
fn tolerates(pod: &mut Table, taint: &str) -> bool {
    let Some(mut tolerations) = pod.take("tolerations") else { return false };
    let is_default = |node: &Node<'_>| {
        let is = |field: &str, value: &str| node.get(field).and_then(Node::as_str) == Some(value);
        has_only(node, &["key", "operator", "effect"])
            && is("key", taint)
            && is("operator", "Exists")
            && is("effect", "NoSchedule")
    };
    let Value::Sequence(items) = &mut tolerations.value.value else {
        pod.entries.push(tolerations);
        return false;
    };
    let found = items.last().is_some_and(is_default);
    if found {
        items.pop();
    }
    if !items.is_empty() || !found {
        pod.entries.push(tolerations);
    }
    found
}
