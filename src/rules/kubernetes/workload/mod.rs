//! What workloads have in common: the template of their pods, and the selector that finds those pods again.

pub(super) mod cron;
pub(super) mod cron_job;
pub(super) mod daemon_set;
pub(super) mod deployment;
pub(super) mod job;
pub(super) mod job_policy;
pub(super) mod replication_controller;
pub(super) mod selector;
pub(super) mod stateful_set;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Pod, PodSpec, PodTemplate, PodTemplateSpec, Volume};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::document::reporter::Reporter;
use crate::document::rules::INVALID_VALUE;
use crate::grammar;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::{metadata, pod, report};
use crate::yaml::node::Value;
use crate::yaml::path::Path;

/// What a selector selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules::kubernetes) enum Selection {
    /// No pod: no selector.
    Nothing,
    /// Any pod: the selector is empty.
    Everything,
    /// Pods by their labels.
    Labels,
    /// The selector is broken.
    Broken,
}

/// Whether the document has a value at `path`.
pub(in crate::rules::kubernetes) fn is_given(path: &Path<'_>, out: &Reporter<'_>) -> bool {
    out.node(path).is_some_and(|node| node.value != Value::Null)
}

/// Checks the selector at `path`, and tells what it selects (apimachinery, `LabelSelectorAsSelector`).
pub(in crate::rules::kubernetes) fn select(
    selector: &LabelSelector,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) -> Selection {
    if !is_given(path, out) {
        return Selection::Nothing;
    }
    let before = out.count();
    selector::label_selector(Some(selector), path, out);
    let labels = selector.match_labels.as_ref().is_some_and(|labels| !labels.is_empty());
    let expressions = selector.match_expressions.as_ref().is_some_and(|list| !list.is_empty());
    match () {
        () if out.count() > before => Selection::Broken,
        () if labels || expressions => Selection::Labels,
        () => Selection::Everything,
    }
}

/// Checks a selector that must be there and must select something; where it is broken the server says so of the whole
/// selector too, and looks at nothing that hangs on it.
pub(in crate::rules::kubernetes) fn required_selector(
    selector: &LabelSelector,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) -> Selection {
    let selection = select(selector, path, out);
    match selection {
        Selection::Nothing => {
            report::required(out, path, "the selector is missing")
                .help("write `selector: {matchLabels: …}` with labels that the template gives to its pods");
        }
        Selection::Everything => {
            report::invalid(out, path, "an empty selector would select every pod of the namespace")
                .help("write labels that only the pods of the template have");
        }
        Selection::Broken => {
            report::invalid(out, path, "the selector selects nothing, because part of it is not valid");
        }
        Selection::Labels => {}
    }
    selection
}

/// Whether a sound selector finds pods with these labels.
pub(in crate::rules::kubernetes) fn finds(
    selector: &LabelSelector,
    labels: &BTreeMap<String, String>,
) -> bool {
    let equal = selector.match_labels.iter().flatten().all(|(key, value)| labels.get(key) == Some(value));
    equal
        && selector.match_expressions.iter().flatten().all(|requirement| {
            let value = labels.get(&requirement.key);
            let listed =
                || requirement.values.iter().flatten().any(|allowed| value.is_some_and(|v| v == allowed));
            match requirement.operator.as_str() {
                "In" => listed(),
                "NotIn" => !listed(),
                "Exists" => value.is_some(),
                _ => value.is_none(),
            }
        })
}

/// Reports a template whose labels the workload's own selector does not find.
pub(in crate::rules::kubernetes) fn unmatched(template: &Path<'_>, out: &mut Reporter<'_>) {
    let metadata = template.field("metadata");
    report::invalid(out, &metadata.field("labels"), "the selector does not match the labels of the template")
        .help("give the template every label in the selector: the workload must select its own pods");
}

/// Holds the labels of a template against a selector.
pub(in crate::rules::kubernetes) fn match_template(
    selector: &LabelSelector,
    selection: Selection,
    template: &PodTemplateSpec,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let matched = match selection {
        Selection::Broken | Selection::Everything => true,
        Selection::Nothing => false,
        Selection::Labels => finds(selector, labels(template).unwrap_or(&BTreeMap::new())),
    };
    if !matched {
        unmatched(path, out);
    }
}

/// The labels of a template.
pub(in crate::rules::kubernetes) fn labels(template: &PodTemplateSpec) -> Option<&BTreeMap<String, String>> {
    template.metadata.as_ref()?.labels.as_ref()
}

/// Checks the template of pods at `path`; `claims` are volumes that the workload adds to each pod (validation.go,
/// `ValidatePodTemplateSpec`).
pub(in crate::rules::kubernetes) fn template(
    template: &PodTemplateSpec,
    claims: &[Volume],
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    template_metadata(template, path, out);
    let empty = PodSpec::default();
    let spec = template.spec.as_ref().unwrap_or(&empty);
    pod::check_template(spec, claims, &path.field("spec"), context, out);
}

/// Checks a pod that an operator makes of a template.
pub(in crate::rules::kubernetes) fn pod(pod: &Pod, context: &Context, out: &mut Reporter<'_>) {
    let made = PodTemplateSpec { metadata: Some(pod.metadata.clone()), spec: pod.spec.clone() };
    template(&made, &[], &Path::root(), context, out);
}

/// Checks a `PodTemplate` (validation.go, `ValidatePodTemplate`).
pub(super) fn pod_template(template: &PodTemplate, context: &Context, out: &mut Reporter<'_>) {
    metadata::check(&template.metadata, grammar::dns_subdomain, true, out);
    let empty = PodTemplateSpec::default();
    let pods = template.template.as_ref().unwrap_or(&empty);
    self::template(pods, &[], &Path::root().field("template"), context, out);
}

/// Checks the labels and annotations of a template at `path`.
pub(super) fn template_metadata(template: &PodTemplateSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let place = path.field("metadata");
    let empty = PodSpec::default();
    let spec = template.spec.as_ref().unwrap_or(&empty);
    // The server leaves `metadata` out of the names of these two fields.
    if let Some(labels) = labels(template) {
        wrong_labels(labels, &path.field("labels"), &place.field("labels"), out);
    }
    if let Some(annotations) = template.metadata.as_ref().and_then(|metadata| metadata.annotations.as_ref()) {
        let at = path.field("annotations");
        metadata::annotations_at(annotations, &at, &place.field("annotations"), out);
        pod::annotations(annotations, spec, &at, out);
    }
}

/// Reports labels as `path`, and points at them at `place`.
pub(in crate::rules::kubernetes) fn wrong_labels(
    labels: &BTreeMap<String, String>,
    path: &Path<'_>,
    place: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for (key, value) in labels {
        let at = place.key(key);
        if let Some(wrong) = grammar::qualified_name(key) {
            out.report_within(&INVALID_VALUE, path, &at, format!("`{key}` {wrong}"));
        }
        if let Some(wrong) = grammar::label_value(value) {
            out.report_within(&INVALID_VALUE, path, &at, format!("`{value}` {wrong}"));
        }
    }
}

/// The pods of most workloads run for ever.
pub(in crate::rules::kubernetes) fn runs_for_ever(
    template: &PodTemplateSpec,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(spec) = &template.spec else { return };
    let path = path.field("spec");
    if let Some(policy) = spec.restart_policy.as_deref().filter(|policy| !matches!(*policy, "" | "Always")) {
        let at = path.field("restartPolicy");
        let kind = out.kind();
        report::unsupported(out, &at, format!("the pods of a {kind} cannot have `restartPolicy: {policy}`"))
            .help("only `Always`, which is the default; work that ends is a Job");
    }
    if spec.active_deadline_seconds.is_some() {
        let kind = out.kind();
        report::forbidden(
            out,
            &path.field("activeDeadlineSeconds"),
            format!("the pods of a {kind} have no deadline"),
        )
        .help("work that ends is a Job");
    }
}

/// Numbers that must not be below zero.
pub(in crate::rules::kubernetes) fn not_negative(
    numbers: &[(&str, Option<i64>)],
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for (field, number) in numbers {
        if let Some(number) = number.filter(|number| *number < 0) {
            report::invalid(out, &path.field(field), format!("{number} is below zero"));
        }
    }
}

/// A number of pods: a whole number that is not below zero, or a share such as `25%` (`ValidatePositiveIntOrPercent`).
pub(in crate::rules::kubernetes) fn count_or_share(
    value: &IntOrString,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    match value {
        IntOrString::Int(number) if *number < 0 => {
            report::invalid(out, path, format!("{number} is below zero"));
        }
        IntOrString::String(text) => {
            if let Some(wrong) = grammar::percent(text) {
                report::invalid(out, path, format!("`{text}` {wrong}"));
            }
        }
        IntOrString::Int(_) => {}
    }
}

/// A share of at most everything (`IsNotMoreThan100Percent`).
pub(in crate::rules::kubernetes) fn at_most_all(
    value: &IntOrString,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    if let IntOrString::String(text) = value
        && grammar::percent(text).is_none()
        && amount(value) > 100
    {
        report::invalid(out, path, format!("`{text}` is more than all pods"));
    }
}

/// The number in a count or a share; text that is neither counts as none (`getIntOrPercentValue`).
pub(in crate::rules::kubernetes) fn amount(value: &IntOrString) -> i64 {
    match value {
        IntOrString::Int(number) => i64::from(*number),
        IntOrString::String(text) => match text.strip_suffix('%') {
            Some(digits) if grammar::percent(text).is_none() => digits.parse().unwrap_or(i64::MAX),
            _ => text.parse().unwrap_or(0),
        },
    }
}
