//! Containers and init containers.

use k8s_openapi::api::core::v1::{Container, PodSpec};

use super::volume::Volumes;
use super::{Context, env, grammar, mounts, probe, report, resources, security_context};
use crate::document::path::Path;
use crate::rules::Findings;

/// Checks the containers of a pod: `path` is `spec` (validation.go, `validateContainers`, `validateInitContainers`).
pub(super) fn check(
    spec: &PodSpec,
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    context: &Context,
    out: &mut Findings<'_>,
) {
    let regular = spec.containers.as_slice();
    let init = spec.init_containers.as_deref().unwrap_or_default();
    let grace = spec.termination_grace_period_seconds.unwrap_or(30);
    let list = path.field("containers");
    if regular.is_empty() {
        report::required(out, &list, "a pod has at least one container");
    }
    for (index, container) in regular.iter().enumerate() {
        let path = list.index(index);
        common(container, volumes, &path, context, out);
        resources::check(container, spec, &path, out);
        if let Some(profile) =
            container.security_context.as_ref().and_then(|own| own.seccomp_profile.as_ref())
        {
            let own = path.field("securityContext");
            security_context::seccomp(profile, &own.field("seccompProfile"), out);
        }
        if regular.iter().take(index).any(|other| other.name == container.name) {
            same_name(container, &path, out);
        }
        running(container, grace, &path, out);
        if context.version.at_least(35) {
            restart(container, &path, out);
        }
    }
    for (index, container) in regular.iter().enumerate() {
        host_ports(
            spec,
            container,
            regular.get(..index).unwrap_or_default(),
            &list.index(index),
            context,
            out,
        );
    }
    let list = path.field("initContainers");
    for (index, container) in init.iter().enumerate() {
        let path = list.index(index);
        common(container, volumes, &path, context, out);
        resources::check(container, spec, &path, out);
        if let Some(profile) =
            container.security_context.as_ref().and_then(|own| own.seccomp_profile.as_ref())
        {
            let own = path.field("securityContext");
            security_context::seccomp(profile, &own.field("seccompProfile"), out);
        }
        let before = init.iter().take(index).filter(|other| !other.name.is_empty());
        if regular.iter().chain(before).any(|other| other.name == container.name) {
            same_name(container, &path, out);
        }
        // The server looks at one init container at a time, and calls each the first.
        host_ports(spec, container, &[], &list.index(0), context, out);
        if container.restart_policy.as_deref() == Some("Always") {
            running(container, grace, &path, out);
            continue;
        }
        for (field, is_set) in [
            ("lifecycle", container.lifecycle.is_some()),
            ("livenessProbe", container.liveness_probe.is_some()),
            ("readinessProbe", container.readiness_probe.is_some()),
            ("startupProbe", container.startup_probe.is_some()),
        ] {
            if is_set {
                report::forbidden(out, &path.field(field), format!("an init container has no `{field}`"))
                    .help("only one that stays, with `restartPolicy: Always`, may have it");
            }
        }
    }
}

fn same_name(container: &Container, path: &Path<'_>, out: &mut Findings<'_>) {
    let message = format!("another container is named `{}`", container.name);
    report::duplicate(out, &path.field("name"), message);
}

fn running(container: &Container, grace: i64, path: &Path<'_>, out: &mut Findings<'_>) {
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
    out: &mut Findings<'_>,
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

fn ports(container: &Container, list: &Path<'_>, out: &mut Findings<'_>) {
    let ports = container.ports.as_deref().unwrap_or_default();
    for (index, port) in ports.iter().enumerate() {
        let path = list.index(index);
        let name = port.name.as_deref().unwrap_or_default();
        if !name.is_empty() {
            if let Some(wrong) = grammar::port_name(name) {
                report::invalid(out, &path.field("name"), format!("`{name}` {wrong}"));
            } else if ports.iter().take(index).any(|other| other.name.as_deref() == Some(name)) {
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

/// Ports of the node that are taken twice, by `before` or by the container itself. With `hostNetwork` a pod's container
/// port is its host port.
fn host_ports(
    spec: &PodSpec,
    container: &Container,
    before: &[Container],
    path: &Path<'_>,
    context: &Context,
    out: &mut Findings<'_>,
) {
    let host_network = spec.host_network == Some(true);
    let list = path.field("ports");
    let own = container.ports.as_deref().unwrap_or_default();
    let key = |port: &k8s_openapi::api::core::v1::ContainerPort| {
        let number = match port.host_port.unwrap_or_default() {
            0 if host_network && context.is_pod => port.container_port,
            number => number,
        };
        (number != 0).then_some(number)
    };
    for (index, port) in own.iter().enumerate() {
        let Some(number) = key(port) else { continue };
        let protocol = |port: &k8s_openapi::api::core::v1::ContainerPort| {
            port.protocol.as_deref().filter(|protocol| !protocol.is_empty()).is_none()
                || port.protocol.as_deref() == Some("TCP")
        };
        let earlier = before.iter().flat_map(|other| other.ports.as_deref().unwrap_or_default());
        let taken = earlier.chain(own.iter().take(index)).any(|other| {
            key(other) == Some(number)
                && other.host_ip.as_deref().unwrap_or_default() == port.host_ip.as_deref().unwrap_or_default()
                && (other.protocol == port.protocol || (protocol(other) && protocol(port)))
        });
        let at = list.index(index);
        if taken {
            report::duplicate(
                out,
                &at.field("hostPort"),
                format!("port {number} of the node is taken twice"),
            );
        }
    }
}

/// When a container starts again (`validateContainerRestartPolicy`); served by default from 1.35 on.
fn restart(container: &Container, path: &Path<'_>, out: &mut Findings<'_>) {
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
    for (index, rule) in rules.iter().enumerate() {
        let path = list.index(index);
        report::one_of(out, &path.field("action"), &rule.action, &["Restart"]);
        if rule.exit_codes.is_none() {
            report::required(out, &path.field("exitCodes"), "`exitCodes` is missing");
        }
    }
}
