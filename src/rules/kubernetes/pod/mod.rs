//! The pod's own fields, and its containers.

pub(super) mod affinity;
pub(super) mod container;
pub(super) mod dns;
pub(super) mod env;
pub(super) mod field_ref;
pub(super) mod file_path;
pub(super) mod host_alias;
pub(super) mod iscsi;
pub(super) mod label_keys;
pub(super) mod mounts;
pub(super) mod pod_part;
pub(super) mod probe;
pub(super) mod projected;
pub(super) mod resources;
pub(super) mod security_context;
pub(super) mod toleration;
pub(super) mod topology;
pub(super) mod volume;
pub(super) mod volume_items;
pub(super) mod volume_source;
pub(super) mod windows;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{PodResourceClaim, PodSecurityContext, PodSpec, Volume};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::document::reporter::Reporter;
use crate::document::rules::{FORBIDDEN_FIELD, INVALID_VALUE};
use crate::grammar;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::report;
use crate::rules::repeats::Repeats;
use crate::yaml::path::Path;

/// Checks the whole spec of a pod or of a pod template: `path` is `spec`, and `metadata` is the pod's own, none for a
/// template (validation.go, `ValidatePodSpec`).
pub(in crate::rules::kubernetes) fn check_spec(
    spec: &PodSpec,
    metadata: Option<&ObjectMeta>,
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    check_with(spec, metadata, &[], path, context, out);
}

/// Checks the spec of a template; `claims` are volumes that the workload adds to each pod.
pub(in crate::rules::kubernetes) fn check_template(
    spec: &PodSpec,
    claims: &[Volume],
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    check_with(spec, None, claims, path, context, out);
}

fn check_with(
    spec: &PodSpec,
    metadata: Option<&ObjectMeta>,
    claims: &[Volume],
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    let volumes = pod_part::check(spec, metadata, claims, path, context, out);
    container::check(spec, &volumes, path, context, out);
    own_fields(spec, path, context, out);
    resource_claims(spec.resource_claims.as_deref().unwrap_or_default(), &path.field("resourceClaims"), out);
    resources::check_pod(spec, context, path, out);
    if let Some(overhead) = &spec.overhead {
        resources::overhead(overhead, spec, &path.field("overhead"), out);
    }
    windows::host_process(spec, path, out);
    windows::system(spec, path, out);
    host_users(spec, path, out);
    hostname_override(spec, path, out);
    env::files(spec, path, out);
}

/// Checks the annotations that mean something to pods (`ValidatePodSpecificAnnotations`); `path` is that of the
/// annotations.
pub(in crate::rules::kubernetes) fn annotations(
    annotations: &BTreeMap<String, String>,
    spec: &PodSpec,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for (key, value) in annotations {
        match key.as_str() {
            MIRROR if spec.node_name.as_deref().unwrap_or_default().is_empty() => {
                report::invalid(out, &path.key(key), "a mirror of a static pod has a `nodeName`");
            }
            DELETION_COST if !is_cost(value) => {
                report::invalid(out, &path.key(key), format!("`{value}` is not a 32-bit integer"));
            }
            TOLERATIONS if !value.is_empty() => tolerations(value, path, out),
            _ => {}
        }
        if key == SECCOMP || key.starts_with(CONTAINER_SECCOMP) {
            let at = path.field(key);
            match value.strip_prefix("localhost/") {
                Some(file) => {
                    file_path::descending(out, &at, file);
                }
                None if matches!(value.as_str(), "runtime/default" | "docker/default" | "unconfined") => {}
                None => {
                    report::invalid(out, &at, format!("`{value}` is not a valid seccomp profile"))
                        .help("write `seccompProfile` in the security context");
                }
            }
        }
        if let Some(name) = key.strip_prefix(CONTAINER_APP_ARMOR) {
            let init = spec.init_containers.iter().flatten();
            if !spec.containers.iter().chain(init).any(|container| container.name == name) {
                report::invalid(out, &path.key(key), format!("the pod has no container `{name}`"));
            }
            let known = matches!(value.as_str(), "" | "runtime/default" | "unconfined")
                || value.starts_with("localhost/");
            if !known {
                report::invalid(out, &path.key(key), format!("`{value}` is not a valid AppArmor profile"))
                    .help("write `appArmorProfile` in the security context");
            }
        }
    }
}

/// Checks tolerations in an annotation, which pods once had instead of `spec.tolerations`
/// (`ValidateTolerationsInPodAnnotations`).
fn tolerations(value: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    match toleration::parse(value) {
        Ok(list) => toleration::check(&list, &path.field(TOLERATIONS), out),
        Err(reason) => {
            let message =
                format!("the annotation `{TOLERATIONS}` is not a JSON list of tolerations: {reason}");
            out.report_within(&INVALID_VALUE, path, &path.key(TOLERATIONS), message)
                .help("write `spec.tolerations`, and remove the annotation");
        }
    }
}

const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";
const MIRROR: &str = "kubernetes.io/config.mirror";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const SECCOMP: &str = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";
const CONTAINER_APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

fn filled(text: &Option<String>) -> bool {
    text.as_ref().is_some_and(|text| !text.is_empty())
}

/// A number without a plus sign or zeros before it (`GetDeletionCostFromPodAnnotations`).
fn is_cost(value: &str) -> bool {
    let first = value.bytes().next();
    let plain = value == "0" || first.is_some_and(|byte| byte == b'-' || (b'1'..=b'9').contains(&byte));
    plain && value.parse::<i32>().is_ok()
}

/// Checks claims of devices (`validatePodResourceClaims`).
fn resource_claims(claims: &[PodResourceClaim], list: &Path<'_>, out: &mut Reporter<'_>) {
    let mut names = Repeats::new(claims, |claim| claim.name.as_str());
    for (index, claim) in claims.iter().enumerate() {
        let path = list.index(index);
        let name = path.field("name");
        if claim.name.is_empty() {
            report::required(out, &name, "the claim has no name");
        } else if names.earlier(index) {
            report::duplicate(out, &name, format!("another claim is named `{}`", claim.name));
        } else {
            report::dns_label(out, &name, &claim.name);
        }
        if claim.resource_claim_name.is_some() == claim.resource_claim_template_name.is_some() {
            report::invalid(
                out,
                &path,
                "a claim names one of `resourceClaimName` and `resourceClaimTemplateName`",
            );
        }
        for (field, value) in [
            ("resourceClaimName", &claim.resource_claim_name),
            ("resourceClaimTemplateName", &claim.resource_claim_template_name),
        ] {
            if let Some(value) = value {
                report::dns_subdomain(out, &path.field(field), value);
            }
        }
    }
}

/// A pod with users of its own shares no other namespace with its node (`validateHostUsers`).
fn host_users(spec: &PodSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    const REASON: &str = "a pod with `hostUsers: false` shares no namespace with its node";
    if spec.host_users != Some(false) {
        return;
    }
    // The server spells two of the fields as its own code does.
    for (field, place, set) in [
        ("hostNetwork", "hostNetwork", spec.host_network),
        ("HostPID", "hostPID", spec.host_pid),
        ("HostIPC", "hostIPC", spec.host_ipc),
    ] {
        if set == Some(true) {
            out.report_within(&FORBIDDEN_FIELD, &path.field(field), &path.field(place), REASON)
                .help(format!("remove `{place}` or `hostUsers`"));
        }
    }
    for (list, containers) in [
        ("initContainers", spec.init_containers.as_deref().unwrap_or_default()),
        ("containers", &spec.containers),
    ] {
        let list = path.field(list);
        for (index, container) in containers.iter().enumerate() {
            if container.volume_devices.as_ref().is_some_and(|devices| !devices.is_empty()) {
                let at = list.index(index);
                report::forbidden(
                    out,
                    &at.field("volumeDevices"),
                    "a pod with `hostUsers: false` has no raw block devices",
                );
            }
        }
    }
}

/// Checks a hostname that overrides the pod's (`validatePodHostName`).
fn hostname_override(spec: &PodSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(name) = &spec.hostname_override else { return };
    let at = path.field("hostnameOverride");
    for (other, set) in [("setHostnameAsFQDN", spec.set_hostname_as_fqdn), ("hostNetwork", spec.host_network)]
    {
        if set == Some(true) {
            report::forbidden(out, &at, format!("`hostnameOverride` and `{other}` exclude each other"));
        }
    }
    if name.len() > 64 {
        report::too_much(out, &at, "the name has more than 64 characters");
    }
    if let Some(wrong) = grammar::dns_subdomain(name) {
        report::invalid(out, &at, format!("`{name}` {wrong}"));
    }
}

fn own_fields(spec: &PodSpec, path: &Path<'_>, context: &Context, out: &mut Reporter<'_>) {
    if spec.ephemeral_containers.as_ref().is_some_and(|list| !list.is_empty()) {
        report::forbidden(
            out,
            &path.field("ephemeralContainers"),
            "a pod is not made with ephemeral containers",
        )
        .help("add them to the running pod with `kubectl debug`");
    }
    let ephemeral = spec.ephemeral_containers.as_deref().unwrap_or_default();
    container::ephemeral(ephemeral, &path.field("ephemeralContainers"), out);
    if let Some(policy) = spec.restart_policy.as_deref().filter(|policy| !policy.is_empty()) {
        report::one_of(out, &path.field("restartPolicy"), policy, &["Always", "Never", "OnFailure"]);
    }
    for (field, value) in [("hostname", &spec.hostname), ("subdomain", &spec.subdomain)] {
        if context.names_pods {
            break;
        }
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            report::dns_label(out, &path.field(field), value);
        }
    }
    for (field, value) in [
        // The server takes the field's former name for the present one.
        (
            "serviceAccountName",
            if filled(&spec.service_account_name) {
                &spec.service_account_name
            } else {
                &spec.service_account
            },
        ),
        ("nodeName", &spec.node_name),
        ("priorityClassName", &spec.priority_class_name),
    ] {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            report::dns_subdomain(out, &path.field(field), value);
        }
    }
    if let Some(name) = &spec.runtime_class_name {
        report::dns_subdomain(out, &path.field("runtimeClassName"), name);
    }
    if let Some(policy) = &spec.preemption_policy {
        report::one_of(out, &path.field("preemptionPolicy"), policy, &["Never", "PreemptLowerPriority"]);
    }
    if let Some(own) = &spec.security_context {
        security_context::check_pod(own, spec, context.version, &path.field("securityContext"), out);
    } else if spec.share_process_namespace == Some(true) && spec.host_pid == Some(true) {
        security_context::check_pod(
            &PodSecurityContext::default(),
            spec,
            context.version,
            &path.field("securityContext"),
            out,
        );
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
    let mut names = Repeats::new(gates, |gate| gate.name.as_str());
    for (index, gate) in gates.iter().enumerate() {
        let list = path.field("schedulingGates");
        report::qualified_name(out, &list.index(index), &gate.name);
        if names.earlier(index) {
            report::duplicate(out, &list.index(index), format!("another gate is named `{}`", gate.name));
        }
    }
    // Of templates the server does not check this, but their pods fail.
    if context.is_pod && !gates.is_empty() && filled(&spec.node_name) {
        report::forbidden(out, &path.field("nodeName"), "a pod with scheduling gates cannot name its node")
            .help("`nodeName` bypasses the scheduler; remove it, or the gates");
    }
}
