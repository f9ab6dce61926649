//! Pods: little of a pod can change once it exists (validation.go, `ValidatePodUpdate`).

use serde_json::{Map, Value};

use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::reporter::Reporter;
use crate::rules::update::server_side_apply::Owner;
use crate::rules::update::{server_side_apply, table};
use crate::yaml::path::Path;

const HELP: &str = "delete the pod and create it again; a claim that it mounts keeps its data";

pub(super) fn check(old: &Value, new: &Value, version: KubernetesVersion, out: &mut Reporter<'_>) {
    let nothing = Value::Object(Map::new());
    let (before, after) = server_side_apply::pod(
        old.get("spec").unwrap_or(&nothing),
        new.get("spec").unwrap_or(&nothing),
        Owner::Pod(old.pointer("/metadata/labels")),
        version,
    );
    let root = Path::root();
    let spec = root.field("spec");
    for list in ["containers", "initContainers"] {
        if items(&before, list).len() != items(&after, list).len() {
            out.report(
                &table::POD_CONTAINERS,
                &spec.field(list),
                "a pod's containers cannot be added or removed",
            )
            .help(HELP);
            return;
        }
    }
    for list in ["containers", "initContainers"] {
        images(items(&after, list), &spec.field(list), out);
    }
    deadline(&before, &after, &spec, out);
    tolerations(&before, &after, &spec, out);
    gates(&before, &after, &spec, out);
    let gated = !items(&before, "schedulingGates").is_empty();
    if gated {
        node_selector(&before, &after, &spec, out);
        node_affinity(&before, &after, &spec, out);
    }
    let (mut before, mut after) = (before, after);
    mask(&mut before, gated);
    mask(&mut after, gated);
    super::json::first_difference(&before, &after, &spec, &mut |path| {
        out.report(&table::IMMUTABLE_POD, path, format!("`{path}` of a pod cannot change")).help(format!(
            "only images, `activeDeadlineSeconds`, tolerations and scheduling gates can; {HELP}"
        ));
    });
}

fn items<'a>(value: &'a Value, list: &str) -> &'a [Value] {
    value.get(list).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Images can change, but not go (`ValidateContainerUpdates`).
fn images(containers: &[Value], list: &Path<'_>, out: &mut Reporter<'_>) {
    for (index, container) in containers.iter().enumerate() {
        let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
        if image.is_empty() || image.trim() != image {
            let message = if image.is_empty() {
                "a container's image cannot be taken away".to_owned()
            } else {
                format!("the image `{image}` has white space around it")
            };
            out.report(&table::IMMUTABLE_POD, &list.index(index).field("image"), message)
                .help("name an image");
        }
    }
}

/// A deadline can be set, and shortened.
fn deadline(before: &Value, after: &Value, spec: &Path<'_>, out: &mut Reporter<'_>) {
    let seconds = |spec: &Value| spec.get("activeDeadlineSeconds").and_then(Value::as_i64);
    let message = match (seconds(before), seconds(after)) {
        (Some(old), Some(new)) if new > old => {
            format!("a pod's deadline of {old} s cannot be put off to {new} s")
        }
        (Some(_), None) => "a pod's deadline cannot be taken away".to_owned(),
        (_, Some(new)) if !(0..=i64::from(i32::MAX)).contains(&new) => {
            format!("{new} s is not a valid deadline")
        }
        _ => return,
    };
    out.report(&table::POD_DEADLINE, &spec.field("activeDeadlineSeconds"), message).help(HELP);
}

/// Tolerations can be added, and their seconds change.
fn tolerations(before: &Value, after: &Value, spec: &Path<'_>, out: &mut Reporter<'_>) {
    let plain = |toleration: &Value| {
        let mut toleration = toleration.clone();
        if let Some(fields) = toleration.as_object_mut() {
            fields.remove("tolerationSeconds");
        }
        toleration
    };
    let kept = items(before, "tolerations")
        .iter()
        .all(|old| items(after, "tolerations").iter().any(|new| plain(old) == plain(new)));
    if !kept {
        out.report(
            &table::POD_TOLERATION,
            &spec.field("tolerations"),
            "a pod's toleration cannot be changed or removed",
        )
        .help(format!("only `tolerationSeconds` can change, and tolerations can be added; {HELP}"));
    }
}

/// Gates can only go.
fn gates(before: &Value, after: &Value, spec: &Path<'_>, out: &mut Reporter<'_>) {
    let list = spec.field("schedulingGates");
    for (index, gate) in items(after, "schedulingGates").iter().enumerate() {
        let name = gate.get("name");
        if !items(before, "schedulingGates").iter().any(|old| old.get("name") == name) {
            let path = list.index(index);
            let name = name.and_then(Value::as_str).unwrap_or_default();
            out.report(
                &table::POD_SCHEDULING_GATES,
                &path.field("name"),
                format!("a scheduling gate such as `{name}` cannot be added"),
            )
            .help(format!("gates can only be taken away; {HELP}"));
        }
    }
}

/// A gated pod's node selector can be narrowed.
fn node_selector(before: &Value, after: &Value, spec: &Path<'_>, out: &mut Reporter<'_>) {
    let kept = before.get("nodeSelector").and_then(Value::as_object).is_none_or(|old| {
        old.iter().all(|(key, value)| after.get("nodeSelector").and_then(|new| new.get(key)) == Some(value))
    });
    if !kept {
        out.report(
            &table::POD_NODE_AFFINITY,
            &spec.field("nodeSelector"),
            "a gated pod's node selector can only grow",
        )
        .help(HELP);
    }
}

/// So can its required node affinity, within the terms that it has.
fn node_affinity(before: &Value, after: &Value, spec: &Path<'_>, out: &mut Reporter<'_>) {
    const TERMS: &str =
        "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";
    let terms = |spec: &'_ Value| spec.pointer(TERMS).and_then(Value::as_array).cloned().unwrap_or_default();
    let (old, new) = (terms(before), terms(after));
    let path = spec.field("affinity");
    let path = path.field("nodeAffinity");
    let path = path.field("requiredDuringSchedulingIgnoredDuringExecution");
    let path = path.field("nodeSelectorTerms");
    if !old.is_empty() && old.len() != new.len() {
        out.report(
            &table::POD_NODE_AFFINITY,
            &path,
            "a gated pod's node selector terms cannot be added or removed",
        )
        .help(HELP);
        return;
    }
    for (index, (old, new)) in old.iter().zip(&new).enumerate() {
        let grown = |list: &str| {
            let (old, new) = (items(old, list), items(new, list));
            new.len() >= old.len() && new.iter().zip(old).all(|(new, old)| new == old)
        };
        let empty = |term: &Value| {
            items(term, "matchExpressions").is_empty() && items(term, "matchFields").is_empty()
        };
        let kept = grown("matchExpressions") && grown("matchFields") && (!empty(old) || empty(new));
        if !kept {
            out.report(
                &table::POD_NODE_AFFINITY,
                &path.index(index),
                "a gated pod's node selector term can only grow",
            )
            .help(HELP);
        }
    }
}

/// Leaves out what is checked separately, or may change.
fn mask(spec: &mut Value, gated: bool) {
    let Some(fields) = spec.as_object_mut() else { return };
    for field in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] {
        fields.remove(field);
    }
    for list in ["containers", "initContainers"] {
        for container in fields.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(container) = container.as_object_mut() {
                container.remove("image");
            }
        }
    }
    if gated {
        fields.remove("nodeSelector");
        if let Some(affinity) = fields.get_mut("affinity").and_then(Value::as_object_mut) {
            affinity.remove("nodeAffinity");
            if affinity.is_empty() {
                fields.remove("affinity");
            }
        }
    }
}
