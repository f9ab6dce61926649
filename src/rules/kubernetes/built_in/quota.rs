//! `ResourceQuota` and `LimitRange` (core/validation/validation.go, `ValidateResourceQuotaSpec`, `ValidateLimitRange`).

use std::collections::HashSet;

use super::constraint::{at, child, items};
use crate::document::reporter::Reporter;
use crate::document::rules::INVALID_VALUE;
use crate::grammar;
use crate::quantity::Quantity;
use crate::rules::kubernetes::pod::resources::{container_name, is_extended};
use crate::rules::kubernetes::report;
use crate::yaml::node::{Entry, Node, Value};
use crate::yaml::path::Path;

/// Resources that a quota counts in whole numbers.
const COUNTED: [&str; 9] = [
    "configmaps",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
];
/// The other resources of a quota without a domain.
const MEASURED: [&str; 10] = [
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
];
const SCOPES: [&str; 7] = [
    "BestEffort",
    "CrossNamespacePodAffinity",
    "NotBestEffort",
    "NotTerminating",
    "PriorityClass",
    "Terminating",
    "VolumeAttributesClass",
];

/// What is wrong with the name of a resource.
fn resource(name: &str, is_quota: bool) -> Option<&'static str> {
    if let Some(wrong) = grammar::qualified_name(name) {
        return Some(wrong);
    }
    let is_known = name.contains('/')
        || COUNTED.contains(&name)
        || MEASURED.contains(&name)
        || name.starts_with("hugepages-")
        || name.starts_with("requests.hugepages-")
        || (!is_quota && name == "storage");
    (!is_known).then_some("is not a resource that Kubernetes knows; other resources have a domain")
}

/// A quantity; null is zero.
fn quantity(entry: &Entry<'_>) -> Option<Quantity> {
    match &entry.value.value {
        Value::Null => Some(Quantity::ZERO),
        Value::String(text) => Quantity::parse(text).ok(),
        Value::Integer(number) => Quantity::parse(&number.to_string()).ok(),
        Value::Float(number) => Quantity::parse(&number.to_string()).ok(),
        _ => None,
    }
}

/// What is wrong with the amount of a resource.
pub(super) fn wrong_amount(name: &str, entry: &Entry<'_>) -> Option<String> {
    let amount = quantity(entry)?;
    let is_counted = || COUNTED.contains(&name) || is_extended(name);
    if amount < Quantity::ZERO {
        Some("the amount is below zero".to_owned())
    } else {
        (!amount.is_whole() && is_counted()).then(|| format!("`{name}` is counted in whole numbers"))
    }
}

pub(super) fn resource_quota(object: &Node<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let spec = root.field("spec");
    let hard = spec.field("hard");
    for entry in at(object, &["spec", "hard"]).map_or(&[][..], Node::entries) {
        let name = entry.key.value.as_ref();
        let path = hard.key(name);
        if let Some(wrong) = resource(name, true) {
            report::invalid(out, &path, format!("`{name}` {wrong}"));
        }
        if let Some(wrong) = wrong_amount(name, entry) {
            report::invalid(out, &path, wrong);
        }
    }
    let path = spec.field("scopes");
    let scopes: Vec<&str> =
        items(child(Some(object), "spec"), "scopes").iter().filter_map(Node::as_str).collect();
    for (index, scope) in scopes.iter().enumerate().filter(|(_, scope)| !SCOPES.contains(scope)) {
        let (place, message) = (path.index(index), format!("`{scope}` is not a scope"));
        report::suggest(out.report_within(&INVALID_VALUE, &path, &place, message), &place, scope, &SCOPES);
    }
    for pair in [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]] {
        if pair.iter().all(|scope| scopes.contains(scope)) {
            report::invalid(out, &path, format!("`{}` and `{}` exclude each other", pair[0], pair[1]));
        }
    }
    let selector = spec.field("scopeSelector");
    let list = selector.field("matchExpressions");
    for (index, expression) in
        items(at(object, &["spec", "scopeSelector"]), "matchExpressions").iter().enumerate()
    {
        let scope = child(Some(expression), "scopeName").and_then(Node::as_str).unwrap_or_default();
        if !SCOPES.contains(&scope) {
            let (item, message) = (list.index(index), format!("`{scope}` is not a scope"));
            let place = item.field("scopeName");
            let finding = out.report_within(&INVALID_VALUE, &list.field("scopeName"), &place, message);
            report::suggest(finding, &place, scope, &SCOPES);
        }
    }
}

pub(super) fn limit_range(object: &Node<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let spec = root.field("spec");
    let list = spec.field("limits");
    let mut types = HashSet::new();
    for (index, limit) in items(child(Some(object), "spec"), "limits").iter().enumerate() {
        let path = list.index(index);
        let kind = child(Some(limit), "type").and_then(Node::as_str).unwrap_or_default();
        let at_type = path.field("type");
        let known = ["Container", "PersistentVolumeClaim", "Pod"];
        if !known.contains(&kind) && (!kind.contains('/') || grammar::qualified_name(kind).is_some()) {
            let finding = report::invalid(out, &at_type, format!("`{kind}` is not a type of limit"));
            report::suggest(finding, &at_type, kind, &known);
        }
        if !types.insert(kind) {
            report::duplicate(out, &at_type, format!("the type `{kind}` is repeated"));
        }
        limits(limit, kind, &path, out);
    }
}

fn limits(limit: &Node<'_>, kind: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    let entries = |field: &str| child(Some(limit), field).map_or(&[][..], Node::entries);
    for field in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] {
        let at = path.field(field);
        if kind == "Pod" && field.starts_with("default") {
            if !entries(field).is_empty() {
                report::forbidden(out, &at, "limits of pods have no defaults")
                    .help("write them for `Container`");
            }
            continue;
        }
        for entry in entries(field) {
            let name = entry.key.value.as_ref();
            let wrong = match kind {
                "Pod" | "Container" => container_name(name).err().map(|(wrong, _)| wrong),
                _ => resource(name, false),
            };
            if let Some(wrong) = wrong {
                report::invalid(out, &at.key(name), format!("`{name}` {wrong}"));
            }
        }
    }
    let has_storage = |field| entries(field).iter().any(|entry| entry.key.value == "storage");
    if kind == "PersistentVolumeClaim" && !has_storage("min") && !has_storage("max") {
        report::required(out, &path.field("limits"), "limits of claims need `min` or `max` of `storage`");
    }
    // The smaller, the larger, and the one that the server reports.
    for [small, large, reported] in [
        ["min", "max", "min"],
        ["min", "defaultRequest", "defaultRequest"],
        ["defaultRequest", "max", "defaultRequest"],
        ["defaultRequest", "default", "defaultRequest"],
        ["min", "default", "default"],
        ["default", "max", "default"],
    ] {
        if kind == "Pod" && (small.starts_with("default") || large.starts_with("default")) {
            continue;
        }
        for entry in entries(small) {
            let name = entry.key.value.as_ref();
            let other = entries(large).iter().find(|other| other.key.value == entry.key.value);
            if let (Some(small_amount), Some(large_amount)) = (quantity(entry), other.and_then(quantity))
                && small_amount > large_amount
            {
                let message = format!("`{small}` of `{name}` is more than `{large}`");
                report::invalid(out, &path.field(reported).key(name), message);
            }
        }
    }
}
