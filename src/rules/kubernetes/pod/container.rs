//! Containers and init containers.

use std::collections::HashSet;

use k8s_openapi::api::core::v1::{Container, ContainerPort, EphemeralContainer, Lifecycle, PodSpec};

use crate::document::reporter::Reporter;
use crate::document::rules::DROPPED_FIELD;
use crate::grammar;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::pod::volume::Volumes;
use crate::rules::kubernetes::pod::{env, mounts, probe, resources, security_context};
use crate::rules::kubernetes::report;
use crate::rules::repeats::Repeats;
use crate::yaml::node::Value;
use crate::yaml::path::Path;

/// Checks the containers of a pod: `path` is `spec` (validation.go, `validateContainers`, `validateInitContainers`).
pub(in crate::rules::kubernetes) fn check(
    spec: &PodSpec,
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    let regular = spec.containers.as_slice();
    let init = spec.init_containers.as_deref().unwrap_or_default();
    let grace = spec.termination_grace_period_seconds.unwrap_or(30);
    let list = path.field("containers");
    if regular.is_empty() {
        report::required(out, &list, "a pod has at least one container");
    }
    let mut names = Repeats::new(regular, |container| container.name.as_str());
    for (index, container) in regular.iter().enumerate() {
        let path = list.index(index);
        common(container, volumes, &path, context, out);
        resources::check(container, spec, &path, out);
        if let Some(own) = &container.security_context {
            security_context::check(own, spec.host_users != Some(false), &path.field("securityContext"), out);
        }
        if names.earlier(index) {
            same_name(container, &path, out);
        }
        running(container, grace, &path, out);
        if context.version.at_least(RESTART_RULES_SINCE) {
            restart(container, &path, context, out);
        } else if let Some(policy) = container.restart_policy.as_deref() {
            let at = path.field("restartPolicy");
            if context.version.at_least(RESTART_FIELDS_SINCE) {
                dropped_policy(policy, &at, context, out);
            } else {
                report::forbidden(
                    out,
                    &at,
                    "only an init container can have a `restartPolicy` of its own in this version",
                )
                .help("set the pod's `restartPolicy`; containers have their own from Kubernetes 1.35");
            }
        }
    }
    for (index, container) in regular.iter().enumerate() {
        host_network_ports(spec, container, &list.index(index), out);
    }
    host_ports(spec, regular, &list, context, out);
    if init.is_empty() {
        return;
    }
    let list = path.field("initContainers");
    let all: Vec<&str> = regular.iter().chain(init).map(|container| container.name.as_str()).collect();
    let mut names = Repeats::new(&all, |name| *name);
    let is_unnamed = regular.iter().any(|container| container.name.is_empty());
    for (index, container) in init.iter().enumerate() {
        let path = list.index(index);
        common(container, volumes, &path, context, out);
        resources::check(container, spec, &path, out);
        if let Some(own) = &container.security_context {
            security_context::check(own, spec.host_users != Some(false), &path.field("securityContext"), out);
        }
        if names.earlier(regular.len() + index) && (!container.name.is_empty() || is_unnamed) {
            same_name(container, &path, out);
        }
        init_restart(container, &path, context, out);
        // The server looks at one init container at a time, and calls each the first.
        host_ports(spec, std::slice::from_ref(container), &list, context, out);
        if container.restart_policy.as_deref() == Some("Always") {
            running(container, grace, &path, out);
            continue;
        }
        if context.version.at_least(INIT_RESIZE_SINCE) {
            init_resize(container, &path.field("resizePolicy"), out);
        }
        for (field, is_set) in [
            ("lifecycle", has_lifecycle(container, &path.field("lifecycle"), out)),
            ("livenessProbe", container.liveness_probe.is_some()),
            ("readinessProbe", container.readiness_probe.is_some()),
            ("startupProbe", container.startup_probe.is_some()),
        ] {
            if is_set {
                report::forbidden(
                    out,
                    &path.field(field),
                    format!("an init container cannot have `{field}`"),
                )
                .help("only a sidecar, with `restartPolicy: Always`, can have it");
            }
        }
    }
}

/// Checks ephemeral containers, which a pod is never made with: what the server says beside that
/// (`validateEphemeralContainers`).
pub(in crate::rules::kubernetes) fn ephemeral(
    list: &[EphemeralContainer],
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for (index, container) in list.iter().enumerate() {
        let path = path.index(index);
        if container.name.is_empty() {
            report::required(out, &path.field("name"), "the container has no name");
        } else {
            report::dns_label(out, &path.field("name"), &container.name);
        }
        if container.image.as_deref().unwrap_or_default().is_empty() {
            report::required(out, &path.field("image"), "the container has no image");
        }
        for (field, set) in [
            ("ports", container.ports.is_some()),
            ("resources", container.resources.is_some()),
            ("livenessProbe", container.liveness_probe.is_some()),
            ("readinessProbe", container.readiness_probe.is_some()),
            ("startupProbe", container.startup_probe.is_some()),
            ("lifecycle", container.lifecycle.is_some()),
        ] {
            if set {
                report::forbidden(
                    out,
                    &path.field(field),
                    format!("an ephemeral container has no `{field}`"),
                );
            }
        }
        let mounts = path.field("volumeMounts");
        for (index, mount) in container.volume_mounts.iter().flatten().enumerate() {
            let path = mounts.index(index);
            for (field, value) in [("subPath", &mount.sub_path), ("subPathExpr", &mount.sub_path_expr)] {
                if value.as_ref().is_some_and(|value| !value.is_empty()) {
                    report::forbidden(
                        out,
                        &path.field(field),
                        format!("an ephemeral container mounts no `{field}`"),
                    );
                }
            }
        }
    }
}

fn same_name(container: &Container, path: &Path<'_>, out: &mut Reporter<'_>) {
    let message = format!("another container is named `{}`", container.name);
    report::duplicate(out, &path.field("name"), message);
}

fn running(container: &Container, grace: i64, path: &Path<'_>, out: &mut Reporter<'_>) {
    if let Some(lifecycle) = &container.lifecycle {
        probe::lifecycle(lifecycle, grace, &path.field("lifecycle"), out);
    }
    if let Some(liveness) = &container.liveness_probe {
        probe::check(liveness, probe::Kind::Liveness, &path.field("livenessProbe"), out);
    }
    if let Some(readiness) = &container.readiness_probe {
        probe::check(readiness, probe::Kind::Readiness, &path.field("readinessProbe"), out);
    }
    if let Some(startup) = &container.startup_probe {
        probe::check(startup, probe::Kind::Startup, &path.field("startupProbe"), out);
    }
}

fn common(
    container: &Container,
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    if container.name.is_empty() {
        report::required(out, &path.field("name"), "the container has no name");
    } else {
        report::dns_label(out, &path.field("name"), &container.name);
    }
    let image = container.image.as_deref().unwrap_or_default();
    if image.is_empty() {
        report::required(out, &path.field("image"), "the container has no image");
    } else if context.is_pod && image.trim() != image {
        report::invalid(out, &path.field("image"), "the image has white space around it");
    }
    let policy = container.termination_message_policy.as_deref().unwrap_or_default();
    if !policy.is_empty() {
        let at = path.field("terminationMessagePolicy");
        report::one_of(out, &at, policy, &["FallbackToLogsOnError", "File"]);
    }
    let policy = container.image_pull_policy.as_deref().unwrap_or_default();
    if !policy.is_empty() {
        report::one_of(out, &path.field("imagePullPolicy"), policy, &["Always", "IfNotPresent", "Never"]);
    }
    ports(container, &path.field("ports"), out);
    env::check(container, path, out);
    mounts::check(container, volumes, path, out);
}

fn ports(container: &Container, list: &Path<'_>, out: &mut Reporter<'_>) {
    let ports = container.ports.as_deref().unwrap_or_default();
    let mut names = Repeats::new(ports, |port| port.name.as_deref());
    for (index, port) in ports.iter().enumerate() {
        let path = list.index(index);
        let name = port.name.as_deref().unwrap_or_default();
        if !name.is_empty() {
            if let Some(wrong) = grammar::port_name(name) {
                report::invalid(out, &path.field("name"), format!("`{name}` {wrong}"));
            } else if names.earlier(index) {
                report::duplicate(out, &path.field("name"), format!("another port is named `{name}`"));
            }
        }
        if port.container_port == 0 {
            report::required(out, &path.field("containerPort"), "`containerPort` is missing");
        } else {
            report::range(out, &path.field("containerPort"), i64::from(port.container_port), 1, 65_535);
        }
        if let Some(number) = port.host_port.filter(|number| *number != 0) {
            report::range(out, &path.field("hostPort"), i64::from(number), 1, 65_535);
        }
        if let Some(protocol) = port.protocol.as_deref().filter(|protocol| !protocol.is_empty()) {
            report::one_of(out, &path.field("protocol"), protocol, &["SCTP", "TCP", "UDP"]);
        }
    }
}

/// In the node's network a container's port is the node's (`validatePodHostNetworkDeps`). Of pods the server fills it
/// in; of templates it may be left out.
fn host_network_ports(spec: &PodSpec, container: &Container, path: &Path<'_>, out: &mut Reporter<'_>) {
    if spec.host_network != Some(true) {
        return;
    }
    let list = path.field("ports");
    for (index, port) in container.ports.iter().flatten().enumerate() {
        let host = port.host_port.unwrap_or_default();
        if host != 0 && host != port.container_port {
            let path = list.index(index);
            report::invalid(
                out,
                &path.field("hostPort"),
                format!("in the node's network the port is {}, and not {host}", port.container_port),
            )
            .help("remove `hostPort`");
        }
    }
}

/// Ports of the node that are taken twice by the containers in `list`. With `hostNetwork` a pod's container port is its host
/// port.
fn host_ports(
    spec: &PodSpec,
    containers: &[Container],
    list: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    let host_network = spec.host_network == Some(true);
    let key = |port: &ContainerPort| {
        let number = match port.host_port.unwrap_or_default() {
            0 if host_network && context.is_pod => port.container_port,
            number => number,
        };
        (number != 0).then_some(number)
    };
    let mut taken = HashSet::new();
    for (index, container) in containers.iter().enumerate() {
        for (port_index, port) in container.ports.iter().flatten().enumerate() {
            let Some(number) = key(port) else { continue };
            let address = port.host_ip.as_deref().unwrap_or_default();
            let protocol = port.protocol.as_deref().filter(|protocol| !protocol.is_empty());
            if !taken.insert((number, address, protocol.unwrap_or("TCP"))) {
                let (path, message) =
                    (list.index(index), format!("port {number} of the node is taken twice"));
                let ports = path.field("ports");
                let at = ports.index(port_index);
                report::duplicate(out, &at.field("hostPort"), message);
            }
        }
    }
}

/// The version from which containers have restart policies and rules of their own (feature gate `ContainerRestartRules`).
const RESTART_RULES_SINCE: u8 = 35;
/// The version from which the API knows them, and drops them while the gate is off.
const RESTART_FIELDS_SINCE: u8 = 34;
/// The version from which a sidecar can have restart rules.
const SIDECAR_RULES_SINCE: u8 = 36;
/// The version from which a rule can restart all containers (feature gate `RestartAllContainersOnContainerExits`).
const RESTART_ALL_SINCE: u8 = 36;

/// The version from which the resize policies of init containers are checked, at the latest.
const INIT_RESIZE_SINCE: u8 = 36;

/// An init container that ends is not restarted to resize it.
fn init_resize(container: &Container, list: &Path<'_>, out: &mut Reporter<'_>) {
    for (index, policy) in container.resize_policy.iter().flatten().enumerate() {
        if policy.restart_policy == "RestartContainer" {
            let path = list.index(index);
            report::invalid(
                out,
                &path.field("restartPolicy"),
                "an init container is not restarted to resize it",
            )
            .help("write `NotRequired`, or make it a sidecar with `restartPolicy: Always`");
        }
    }
}

/// Whether the server sees a lifecycle: one that holds only a dropped `stopSignal` goes with it
/// (pkg/api/pod/util.go, `dropContainerStopSignals`).
fn has_lifecycle(container: &Container, path: &Path<'_>, out: &Reporter<'_>) -> bool {
    let Some(lifecycle) = &container.lifecycle else { return false };
    let is_empty = *lifecycle == Lifecycle::default();
    let signal = path.field("stopSignal");
    !(is_empty && out.node(&signal).is_some_and(|node| node.value != Value::Null))
}

/// Warns of a container's restart policy that the server drops.
fn dropped_policy(policy: &str, path: &Path<'_>, context: &Context, out: &mut Reporter<'_>) {
    let version = context.version;
    let message = format!("Kubernetes {version} drops `restartPolicy: {policy}` of a container");
    out.report_at_key(&DROPPED_FIELD, path, message).help(
        "the pod's `restartPolicy` decides; the feature gate ContainerRestartRules is on by default from 1.35",
    );
}

/// When an init container starts again (`validateInitContainerRestartPolicy`).
fn init_restart(container: &Container, path: &Path<'_>, context: &Context, out: &mut Reporter<'_>) {
    if context.version.at_least(RESTART_RULES_SINCE) {
        restart(container, path, context, out);
        let rules = container.restart_policy_rules.as_deref().unwrap_or_default();
        let is_sidecar = container.restart_policy.as_deref() == Some("Always");
        if is_sidecar && !rules.is_empty() && !context.version.at_least(SIDECAR_RULES_SINCE) {
            report::forbidden(out, &path.field("restartPolicyRules"), "a sidecar cannot have restart rules")
                .help("sidecars can have them from Kubernetes 1.36; remove the rules");
        }
    } else if let Some(policy) = container.restart_policy.as_deref().filter(|policy| *policy != "Always") {
        let at = path.field("restartPolicy");
        if context.version.at_least(RESTART_FIELDS_SINCE) {
            dropped_policy(policy, &at, context, out);
        } else {
            report::one_of(out, &at, policy, &["Always"]);
        }
    }
}

/// When a container is restarted (`validateContainerRestartPolicy`).
fn restart(container: &Container, path: &Path<'_>, context: &Context, out: &mut Reporter<'_>) {
    let list = path.field("restartPolicyRules");
    let rules = container.restart_policy_rules.as_deref().unwrap_or_default();
    match container.restart_policy.as_deref() {
        None if rules.is_empty() => return,
        None => {
            report::required(
                out,
                &path.field("restartPolicy"),
                "rules of restarts go with a `restartPolicy`",
            );
        }
        Some(policy) => {
            report::one_of(out, &path.field("restartPolicy"), policy, &["Always", "Never", "OnFailure"]);
        }
    }
    if rules.len() > 20 {
        report::too_much(out, &list, "there are more than 20 rules of restarts");
    }
    for (index, rule) in rules.iter().enumerate() {
        let path = list.index(index);
        let all = ["Restart", "RestartAllContainers"];
        let actions = if context.version.at_least(RESTART_ALL_SINCE) { &all[..] } else { &all[..1] };
        report::one_of(out, &path.field("action"), &rule.action, actions);
        let at = path.field("exitCodes");
        let Some(codes) = &rule.exit_codes else {
            report::required(out, &at, "`exitCodes` is missing");
            continue;
        };
        report::one_of(out, &at.field("operator"), &codes.operator, &["In", "NotIn"]);
        if codes.values.as_ref().is_some_and(|values| values.len() > 255) {
            report::too_much(out, &at.field("values"), "there are more than 255 exit codes");
        }
    }
}
