//! The pod's own fields, and its containers.

use k8s_openapi::api::core::v1::PodSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{Context, container, pod_part, report, security_context};
use crate::document::path::Path;
use crate::rules::Findings;

/// Checks the whole spec of a pod or of a pod template: `path` is `spec`, and `metadata` is the pod's own, none for a
/// template (validation.go, `ValidatePodSpec`).
pub(super) fn check_spec(
    spec: &PodSpec,
    metadata: Option<&ObjectMeta>,
    path: &Path<'_>,
    context: &Context,
    out: &mut Findings<'_>,
) {
    let volumes = pod_part::check(spec, metadata, path, context, out);
    container::check(spec, &volumes, path, context, out);
    own_fields(spec, path, context, out);
}

fn own_fields(spec: &PodSpec, path: &Path<'_>, context: &Context, out: &mut Findings<'_>) {
    if context.is_pod && spec.ephemeral_containers.as_ref().is_some_and(|list| !list.is_empty()) {
        report::forbidden(
            out,
            &path.field("ephemeralContainers"),
            "a pod is not made with ephemeral containers",
        )
        .help("add them to the running pod with `kubectl debug`");
    }
    if let Some(policy) = spec.restart_policy.as_deref().filter(|policy| !policy.is_empty()) {
        report::one_of(out, &path.field("restartPolicy"), policy, &["Always", "Never", "OnFailure"]);
    }
    for (field, value) in [("hostname", &spec.hostname), ("subdomain", &spec.subdomain)] {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            report::dns_label(out, &path.field(field), value);
        }
    }
    for (field, value) in [
        ("serviceAccountName", &spec.service_account_name),
        ("nodeName", &spec.node_name),
        ("priorityClassName", &spec.priority_class_name),
    ] {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            report::dns_subdomain(out, &path.field(field), value);
        }
    }
    if let Some(own) = &spec.security_context {
        security_context::check_pod(own, &path.field("securityContext"), out);
    }
    if let Some(seconds) = spec.active_deadline_seconds {
        report::range(out, &path.field("activeDeadlineSeconds"), seconds, 1, i64::from(i32::MAX));
    }
    for (index, gate) in spec.readiness_gates.as_deref().unwrap_or_default().iter().enumerate() {
        let list = path.field("readinessGates");
        let path = list.index(index);
        report::qualified_name(out, &path.field("conditionType"), &gate.condition_type);
    }
    let gates = spec.scheduling_gates.as_deref().unwrap_or_default();
    for (index, gate) in gates.iter().enumerate() {
        let list = path.field("schedulingGates");
        report::qualified_name(out, &list.index(index), &gate.name);
        if gates.iter().take(index).any(|other| other.name == gate.name) {
            report::duplicate(out, &list.index(index), format!("another gate is named `{}`", gate.name));
        }
    }
}
