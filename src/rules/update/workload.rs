//! Workloads: which of their fields are fixed (pkg/apis/{apps,batch}/validation, `Validate…Update`, and
//! pkg/registry/apps/*/strategy.go).

use serde_json::{Map, Value, json};

use super::table::{IMMUTABLE_JOB, IMMUTABLE_SELECTOR, IMMUTABLE_STATEFUL_SET, STRATEGY_CONFLICT};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::reporter::Reporter;
use crate::rule::Rule;
use crate::rules::update::json::first_difference;
use crate::rules::update::server_side_apply::{self, Owner};
use crate::yaml::path::Path;

/// What can change in a StatefulSet; its ordinals and the limit of its history since versions before 1.33.
const MUTABLE: [&str; 7] = [
    "minReadySeconds",
    "ordinals",
    "persistentVolumeClaimRetentionPolicy",
    "replicas",
    "revisionHistoryLimit",
    "template",
    "updateStrategy",
];

/// The fields of a job that never change.
const JOB_FIXED: [&str; 6] =
    ["backoffLimitPerIndex", "completionMode", "managedBy", "podFailurePolicy", "selector", "successPolicy"];

/// The version from which the resources of a suspended job's containers can change.
const RESOURCES_SINCE: u8 = 35;

const SELECTOR_HELP: &str = "the running pods would be orphaned; give the new one a new name, or delete this one with \
                             `--cascade=orphan` and create it again";

/// Checks a Deployment, DaemonSet or ReplicaSet: only the selector is fixed.
pub(super) fn check_selector(old: &Value, new: &Value, version: KubernetesVersion, out: &mut Reporter<'_>) {
    let kind = out.kind();
    let selector = |object: &Value| {
        server_side_apply::normal(object.pointer("/spec/selector").unwrap_or(&Value::Null), version)
    };
    let root = Path::root();
    let spec = root.field("spec");
    let path = spec.field("selector");
    first_difference(&selector(old), &selector(new), &path, &mut |path| {
        out.report(&IMMUTABLE_SELECTOR, path, format!("the selector of a {kind} cannot change"))
            .help(SELECTOR_HELP);
    });
}

/// Checks a StatefulSet.
pub(super) fn check_stateful_set(
    old: &Value,
    new: &Value,
    version: KubernetesVersion,
    out: &mut Reporter<'_>,
) {
    let form = |object: &Value| {
        let mut spec = object.get("spec").cloned().unwrap_or_default();
        let Some(fields) = spec.as_object_mut() else { return Value::Null };
        fields.retain(|field, value| !MUTABLE.contains(&field.as_str()) && !is_nothing(value));
        fields.entry("podManagementPolicy").or_insert_with(|| Value::from("OrderedReady"));
        for template in
            fields.get_mut("volumeClaimTemplates").and_then(Value::as_array_mut).into_iter().flatten()
        {
            claim(template);
        }
        server_side_apply::normal(&spec, version)
    };
    let root = Path::root();
    first_difference(&form(old), &form(new), &root.field("spec"), &mut |path| {
        let replace = "delete the StatefulSet with `--cascade=orphan`, which keeps its pods and claims, and create it again";
        let is_size = path.to_string().ends_with(".resources.requests.storage");
        let help = if is_size {
            format!(
                "first raise `resources.requests.storage` of each existing claim, which its class must allow: claims do \
                 not change with their template; then {replace}"
            )
        } else {
            format!(
                "only replicas, the template, the update strategy and a few more fields can change; {replace}"
            )
        };
        out.report(&IMMUTABLE_STATEFUL_SET, path, format!("`{path}` of a StatefulSet cannot change"))
            .help(help);
    });
}

/// A claim template as the server keeps it: its kind and its state are not compared.
fn claim(template: &mut Value) {
    let Some(fields) = template.as_object_mut() else { return };
    fields.retain(|field, _| matches!(field.as_str(), "metadata" | "spec"));
    if let Some(spec) = fields.get_mut("spec").and_then(Value::as_object_mut) {
        let mode = spec.entry("volumeMode").or_insert(Value::Null);
        if mode.is_null() {
            *mode = Value::from("Filesystem");
        }
    }
}

/// Checks a change of the strategy. The server fills in `rollingUpdate`, which server-side apply keeps if the user never set
/// it, and `other` excludes it.
pub(super) fn check_strategy(old: &Value, new: &Value, field: &str, other: &str, out: &mut Reporter<'_>) {
    let strategy = |object: &Value| {
        object.get("spec").and_then(|spec| spec.get(field)).filter(|value| !value.is_null()).cloned()
    };
    let (applied, next) = (strategy(old).unwrap_or_else(|| json!({})), strategy(new));
    let Some(next) = next else { return };
    let mut live = applied.clone();
    let fields = live.as_object_mut();
    if applied.get("type").and_then(Value::as_str).is_none_or(|kind| matches!(kind, "" | "RollingUpdate"))
        && let Some(fields) = fields
    {
        fields.insert("type".to_owned(), Value::from("RollingUpdate"));
        fields.entry("rollingUpdate").or_insert_with(|| json!({"default": true}));
    }
    let merged = server_side_apply::merge(field, &live, &applied, &next);
    if merged.get("type").and_then(Value::as_str) == Some(other)
        && merged.get("rollingUpdate").is_some_and(|value| !value.is_null())
        && next.get("rollingUpdate").is_none_or(Value::is_null)
    {
        let root = Path::root();
        let spec = root.field("spec");
        let at = spec.field(field);
        out.report_within(
            &STRATEGY_CONFLICT,
            &at.field("rollingUpdate"),
            &at.field("type"),
            format!("`type: {other}` conflicts with the `rollingUpdate` that the server filled in"),
        )
        .help("add `rollingUpdate: null`, which removes it; or replace the object");
    }
}

/// Checks a Job.
pub(super) fn check_job(old: &Value, new: &Value, version: KubernetesVersion, out: &mut Reporter<'_>) {
    let nothing = Value::Object(Map::new());
    let old = old.get("spec").unwrap_or(&nothing);
    let new = new.get("spec").unwrap_or(&nothing);
    let mut before = old.clone();
    complete_job(&mut before);
    generate(&mut before);
    let mut after = server_side_apply::merge("spec", &before, old, new);
    complete_job(&mut after);
    let root = Path::root();
    let path = root.field("spec");
    let manual = |spec: &Value| spec.get("manualSelector") == Some(&Value::Bool(true));
    if manual(&before) && !manual(&after) {
        let at = path.field("manualSelector");
        out.report(&IMMUTABLE_JOB, &at, "`manualSelector` of a Job cannot be turned off")
            .help("the selector is not the one that the server makes; delete the job and create it again");
    }
    for field in JOB_FIXED {
        let value =
            |spec: &Value| server_side_apply::normal(spec.get(field).unwrap_or(&Value::Null), version);
        fixed(&IMMUTABLE_JOB, &value(&before), &value(&after), &path.field(field), out);
    }
    completions(&before, &after, &path, out);
    let suspended = before.get("suspend") == Some(&Value::Bool(true));
    template(old, new, suspended, version, &path, out);
    if suspended {
        labels(&before, &after, &path, out);
    }
}

/// Placeholder for the UID of a Job in its selector and in the labels of its pods.
const UID: &str = "\0";
const UID_LABEL: &str = "batch.kubernetes.io/controller-uid";

/// Adds the selector, and the label it selects, that the server generates (pkg/registry/batch/job/strategy.go,
/// `generateSelector`).
fn generate(spec: &mut Value) {
    if spec.get("manualSelector") == Some(&Value::Bool(true)) {
        return;
    }
    for pointer in [&["selector", "matchLabels"][..], &["template", "metadata", "labels"]] {
        let mut at = &mut *spec;
        for step in pointer {
            let Some(fields) = at.as_object_mut() else { return };
            at = fields.entry(*step).or_insert(Value::Null);
            if at.is_null() {
                *at = json!({});
            }
        }
        if let Some(labels) = at.as_object_mut() {
            labels.entry(UID_LABEL).or_insert_with(|| Value::from(UID));
        }
    }
}

/// The labels of a suspended job's pods can change, but the selector must still find the pods: applying a manifest without
/// labels removes those that the server added to them.
fn labels(before: &Value, after: &Value, path: &Path<'_>, out: &mut Reporter<'_>) {
    let selected = before.pointer("/selector/matchLabels").and_then(Value::as_object);
    let labels = after.pointer("/template/metadata/labels");
    let kept = |(key, value): (&String, &Value)| labels.and_then(|labels| labels.get(key)) == Some(value);
    if !selected.into_iter().flatten().all(kept) {
        let template = path.field("template");
        let metadata = template.field("metadata");
        out.report(
            &IMMUTABLE_JOB,
            &metadata.field("labels"),
            "the labels by which the Job finds its pods would be removed",
        )
        .help("the server adds labels to the template; keep `template.metadata.labels`, even if it is empty");
    }
}

/// Reports the first difference of two values that should be one.
fn fixed(rule: &'static Rule, before: &Value, after: &Value, path: &Path<'_>, out: &mut Reporter<'_>) {
    first_difference(before, after, path, &mut |path| {
        out.report(rule, path, format!("`{path}` of a Job cannot change"))
            .help("delete the job and create it again, or give the new one a new name");
    });
}

/// Fills in what the server fills in (defaults.go, `SetDefaults_Job`).
fn complete_job(spec: &mut Value) {
    let Some(fields) = spec.as_object_mut() else { return };
    fields.retain(|_, value| !value.is_null());
    if !fields.contains_key("completions") && !fields.contains_key("parallelism") {
        fields.insert("completions".to_owned(), Value::from(1));
    }
    fields.entry("parallelism").or_insert_with(|| Value::from(1));
    fields.entry("completionMode").or_insert_with(|| Value::from("NonIndexed"));
    let rules = fields.get_mut("podFailurePolicy").and_then(|policy| policy.get_mut("rules")?.as_array_mut());
    for rule in rules.into_iter().flatten() {
        let conditions = rule.get_mut("onPodConditions").and_then(Value::as_array_mut);
        for condition in conditions.into_iter().flatten().filter_map(Value::as_object_mut) {
            condition.entry("status").or_insert_with(|| Value::from("True"));
        }
    }
}

/// The number of completions of an indexed job changes together with its parallelism.
fn completions(before: &Value, after: &Value, path: &Path<'_>, out: &mut Reporter<'_>) {
    let (old, new) = (before.get("completions"), after.get("completions"));
    if old == new {
        return;
    }
    let at = path.field("completions");
    let indexed = after.get("completionMode").and_then(Value::as_str) == Some("Indexed");
    if !indexed {
        out.report(&IMMUTABLE_JOB, &at, "`completions` of a Job that is not indexed cannot change")
            .help("delete the job and create it again, or give the new one a new name");
    } else if new.is_some() && new != after.get("parallelism") {
        out.report(
            &IMMUTABLE_JOB,
            &at,
            "`completions` of an indexed Job changes only together with `parallelism`",
        )
        .help("give both the same number");
    }
}

/// The template is fixed; of a job that is suspended what decides about nodes, and the resources, can change.
fn template(
    old: &Value,
    new: &Value,
    suspended: bool,
    version: KubernetesVersion,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let nothing = Value::Object(Map::new());
    let part =
        |spec: &Value, name: &str| spec.pointer(&format!("/template/{name}")).cloned().unwrap_or_default();
    let spec = |value: Value| if value.is_object() { value } else { nothing.clone() };
    let (mut before, mut after) =
        server_side_apply::pod(&spec(part(old, "spec")), &spec(part(new, "spec")), Owner::Template, version);
    let mut metadata = [part(old, "metadata"), part(new, "metadata")]
        .map(|value| server_side_apply::normal(&value, version));
    if suspended {
        let resources = version.at_least(RESOURCES_SINCE);
        release(&mut before, resources);
        release(&mut after, resources);
        // The server compares only the specification then.
        metadata = [Value::Null, Value::Null];
    }
    let empty_as_none = |value: &Value| if is_nothing(value) { Value::Null } else { value.clone() };
    let path = path.field("template");
    let [old, new] = metadata;
    fixed(&IMMUTABLE_JOB, &empty_as_none(&old), &empty_as_none(&new), &path.field("metadata"), out);
    fixed(&IMMUTABLE_JOB, &before, &after, &path.field("spec"), out);
}

/// Takes out what can change while a job is suspended.
fn release(spec: &mut Value, resources: bool) {
    let Some(fields) = spec.as_object_mut() else { return };
    for field in ["nodeSelector", "tolerations", "schedulingGates"] {
        fields.remove(field);
    }
    if let Some(affinity) = fields.get_mut("affinity").and_then(Value::as_object_mut) {
        affinity.remove("nodeAffinity");
        if affinity.is_empty() {
            fields.remove("affinity");
        }
    }
    for list in ["containers", "initContainers"].iter().filter(|_| resources) {
        let containers = fields.get_mut(*list).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten().filter_map(Value::as_object_mut) {
            container.remove("resources");
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || *value == json!({})
}
