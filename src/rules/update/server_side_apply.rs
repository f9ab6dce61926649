//! The live object before and after an update by server-side apply, in a form in which equal means equal to the server.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::live::{Live, update_rules};
use crate::quantity::Quantity;
use crate::rules::update::label_keys;

/// The keys under which a container may carry a probe.
const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

/// The lists of a pod's containers.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// What a pod's specification belongs to.
#[derive(Clone, Copy)]
pub(super) enum Owner<'a> {
    /// A Pod with these labels, if any.
    Pod(Option<&'a Value>),
    /// A template of pods.
    Template,
}

/// The live specification of a pod, and the one after `new` is applied by the user who applied `old`.
pub(super) fn pod(old: &Value, new: &Value, owner: Owner<'_>, version: KubernetesVersion) -> (Value, Value) {
    let mut live = old.clone();
    complete(&mut live, owner);
    if let Owner::Pod(Some(labels)) = owner {
        label_keys::merge(&mut live, labels, version);
    }
    let mut next = merge("spec", &live, old, new);
    complete(&mut next, owner);
    (normal(&live, version), normal(&next, version))
}

/// The object that server-side apply makes of `live` when the user who applied `old` applies `new`. A field that `old` has
/// and `new` lacks is removed with everything below it, also what the server had added there; other fields of the live
/// object stay (structured-merge-diff, `EnsureNamedFieldsAreMembers`).
pub(super) fn merge(field: &str, live: &Value, old: &Value, new: &Value) -> Value {
    match (live, new) {
        _ if update_rules().is_atomic(field) => new.clone(),
        (Value::Object(live), Value::Object(new)) => {
            let none = Map::new();
            let old = old.as_object().unwrap_or(&none);
            let mut merged = Map::new();
            for (key, value) in live {
                match (old.get(key), new.get(key)) {
                    (owned, Some(new)) => {
                        merged.insert(key.clone(), merge(key, value, owned.unwrap_or(&Value::Null), new));
                    }
                    (Some(_), None) => {}
                    (None, None) => {
                        merged.insert(key.clone(), value.clone());
                    }
                }
            }
            for (key, value) in new {
                if !live.contains_key(key) {
                    merged.insert(key.clone(), value.clone());
                }
            }
            Value::Object(merged)
        }
        (Value::Array(live), Value::Array(new)) => match update_rules().keys(field) {
            Some(keys) => Value::Array(merge_list(field, keys, live, old, new)),
            None => Value::Array(new.clone()),
        },
        _ => new.clone(),
    }
}

fn merge_list(field: &str, keys: &[String], live: &[Value], old: &Value, new: &[Value]) -> Vec<Value> {
    let old = old.as_array().map_or(&[][..], Vec::as_slice);
    // The first item of each identity.
    let index = |list: &[Value]| {
        let mut found: HashMap<String, usize> = HashMap::with_capacity(list.len());
        for (at, item) in list.iter().enumerate() {
            found.entry(identity(keys, item)).or_insert(at);
        }
        found
    };
    let (in_live, in_old, in_new) = (index(live), index(old), index(new));
    let mut merged: Vec<Value> = Vec::new();
    for item in new {
        let key = identity(keys, item);
        let before = in_old.get(&key).map_or(&Value::Null, |at| &old[*at]);
        merged.push(match in_live.get(&key) {
            Some(at) => merge(field, &live[*at], before, item),
            None => item.clone(),
        });
    }
    // Items that no one applied stay, such as those of an admission plugin.
    for item in live {
        let key = identity(keys, item);
        if !in_old.contains_key(&key) && !in_new.contains_key(&key) {
            merged.push(item.clone());
        }
    }
    merged
}

/// The values of an item's keys, as JSON.
fn identity(keys: &[String], item: &Value) -> String {
    let mut identity = String::new();
    for key in keys {
        match item.get(key) {
            // A port's protocol is a key and has a default.
            None | Some(Value::Null) if key == "protocol" => identity.push_str("\"TCP\""),
            None => identity.push_str("null"),
            Some(value) => identity.push_str(&value.to_string()),
        }
        identity.push('\n');
    }
    identity
}

/// Fills in what the server fills in.
fn complete(spec: &mut Value, owner: Owner<'_>) {
    let is_pod = matches!(owner, Owner::Pod(_));
    account(spec);
    for default in update_rules().defaults.iter().filter(|default| is_pod || !default.pod) {
        fill(spec, &default.path, &default.value);
    }
    account(spec);
    let host_network = is_pod && spec.get("hostNetwork") == Some(&Value::Bool(true));
    for list in CONTAINERS {
        for container in items(spec, list) {
            let tag = image_tag(container.get("image").and_then(Value::as_str).unwrap_or_default());
            let policy = if tag == "latest" { "Always" } else { "IfNotPresent" };
            set(container, "imagePullPolicy", &Value::from(policy));
            if host_network {
                for port in items(container, "ports") {
                    let number = port.get("containerPort").cloned().unwrap_or_default();
                    set(port, "hostPort", &number);
                }
            }
            if is_pod {
                requests(container);
            }
        }
    }
    for volume in items(spec, "volumes") {
        let sources = volume.as_object().map_or(0, |volume| {
            volume.iter().filter(|(key, value)| *key != "name" && !value.is_null()).count()
        });
        if sources == 0 {
            set(volume, "emptyDir", &Value::Object(Map::new()));
        }
        if let Some(image) = volume.get_mut("image") {
            let tag = image_tag(image.get("reference").and_then(Value::as_str).unwrap_or_default());
            let policy = if tag == "latest" { "Always" } else { "IfNotPresent" };
            set(image, "pullPolicy", &Value::from(policy));
        }
    }
}

fn items<'a>(value: &'a mut Value, list: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten()
}

/// `serviceAccount` is the old name of `serviceAccountName`: the server reads it where the new one is missing, and
/// keeps both alike.
fn account(spec: &mut Value) {
    let Some(spec) = spec.as_object_mut() else { return };
    let given =
        |field: &str| spec.get(field).filter(|name| name.as_str().is_some_and(|name| !name.is_empty()));
    if let Some(name) = given("serviceAccountName").or_else(|| given("serviceAccount")).cloned() {
        spec.insert("serviceAccount".to_owned(), name.clone());
        spec.insert("serviceAccountName".to_owned(), name);
    }
}

/// A container that limits a resource requests as much of it.
fn requests(container: &mut Value) {
    let Some(limits) = container.pointer("/resources/limits").and_then(Value::as_object).cloned() else {
        return;
    };
    let Some(resources) = container.get_mut("resources").and_then(Value::as_object_mut) else { return };
    let requests = resources.entry("requests").or_insert_with(|| Value::Object(Map::new()));
    if requests.is_null() {
        *requests = Value::Object(Map::new());
    }
    for (name, limit) in limits {
        set(requests, &name, &limit);
    }
}

/// Sets a field that is not there, is null, or has the zero value of a field that is not a pointer.
fn set(value: &mut Value, field: &str, default: &Value) {
    if let Some(value) = value.as_object_mut() {
        let missing = value
            .get(field)
            .is_none_or(|found| found.is_null() || (is_zero(found) && !update_rules().is_significant(field)));
        if missing {
            value.insert(field.to_owned(), default.clone());
        }
    }
}

fn fill(value: &mut Value, path: &str, default: &Value) {
    let Some((step, rest)) = path.split_once('.') else { return set(value, path, default) };
    if let Some(list) = step.strip_suffix("[]") {
        let lists = if list == "containers" { &CONTAINERS[..] } else { &[list][..] };
        for list in lists {
            for item in items(value, list) {
                fill(item, rest, default);
            }
        }
    } else {
        let fields = if step == "probes" { &PROBES[..] } else { &[step][..] };
        for field in fields {
            if let Some(value) = value.get_mut(*field).filter(|value| value.is_object()) {
                fill(value, rest, default);
            }
        }
    }
}

/// The tag of an image, as the server finds it to choose a pull policy: none and no digest is `latest`.
fn image_tag(image: &str) -> &str {
    let (name, digest) = image.split_once('@').map_or((image, false), |(name, _)| (name, true));
    let last = name.rsplit('/').next().unwrap_or_default();
    match last.split_once(':') {
        Some((_, tag)) => tag,
        None if digest => "",
        None => "latest",
    }
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Bool(value) => !value,
        Value::Number(value) => value.as_f64() == Some(0.0),
        Value::String(value) => value.is_empty(),
        _ => false,
    }
}

/// The value without what is nothing to the server, quantities as numbers.
pub(super) fn normal(value: &Value, version: KubernetesVersion) -> Value {
    normal_field("", value, version, update_rules()).unwrap_or(Value::Null)
}

fn normal_field(field: &str, value: &Value, version: KubernetesVersion, live: &Live) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(object) => {
            let quantities = matches!(field, "limits" | "requests" | "overhead");
            let mut kept = Map::new();
            let mut dropped = false;
            for (key, value) in object {
                if live.is_dropped(key, version.minor()) {
                    dropped = true;
                    continue;
                }
                let value = if quantities {
                    Some(quantity(value))
                } else if matches!(field, "labels" | "matchLabels" | "nodeSelector" | "annotations") {
                    Some(value.clone())
                } else if matches!(key.as_str(), "sizeLimit" | "divisor") {
                    Some(quantity(value)).filter(|value| *key != "divisor" || value != "0")
                } else {
                    normal_field(key, value, version, live)
                };
                if let Some(value) = value {
                    kept.insert(key.clone(), value);
                }
            }
            let nothing = kept.is_empty() && (dropped && !field.is_empty() || live.is_empty(field));
            (!nothing).then_some(Value::Object(kept))
        }
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(Value::Array(
            items.iter().map(|item| normal_field("", item, version, live).unwrap_or(Value::Null)).collect(),
        )),
        scalar if is_zero(scalar) && !live.is_significant(field) && !field.is_empty() => None,
        scalar => Some(scalar.clone()),
    }
}

fn quantity(value: &Value) -> Value {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => return other.clone(),
    };
    Quantity::parse(&text).map_or(Value::String(text), |amount| Value::String(amount.nanos().to_string()))
}
