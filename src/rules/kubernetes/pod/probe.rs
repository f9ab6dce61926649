//! Probes and lifecycle handlers.

use k8s_openapi::api::core::v1::{ExecAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::document::reporter::Reporter;
use crate::grammar;
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// Which of the three probes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::rules::kubernetes) enum Kind {
    Liveness,
    Readiness,
    Startup,
}

/// Checks a probe (validation.go, `validateProbe` and its callers). What is zero takes its default.
pub(in crate::rules::kubernetes) fn check(
    probe: &Probe,
    kind: Kind,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let mut count = 0;
    exec(probe.exec.as_ref(), &mut count, path, out);
    http_get(probe.http_get.as_ref(), &mut count, path, out);
    let tcp_socket = probe.tcp_socket.as_ref().map(|socket| &socket.port);
    tcp(tcp_socket, &mut count, path, out);
    if let Some(grpc) = &probe.grpc
        && is_first(&mut count, &path.field("grpc"), out)
    {
        let path = path.field("grpc");
        report::range(out, &path.field("port"), i64::from(grpc.port), 1, 65_535);
    }
    if count == 0 {
        report::required(out, path, "the probe has no handler")
            .help("set `exec`, `httpGet`, `tcpSocket` or `grpc`");
    }
    for (name, value) in [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ] {
        if value.is_some_and(|value| value < 0) {
            report::invalid(out, &path.field(name), format!("`{name}` is negative"));
        }
    }
    let grace = probe.termination_grace_period_seconds;
    let at = path.field("terminationGracePeriodSeconds");
    if kind == Kind::Readiness {
        if grace.is_some() {
            report::invalid(out, &at, "a readiness probe ends no container");
        }
        return;
    }
    if grace.is_some_and(|grace| grace <= 0) {
        report::invalid(out, &at, "the grace period is not above 0");
    }
    if probe.success_threshold.is_some_and(|threshold| threshold > 1) {
        report::invalid(out, &path.field("successThreshold"), "`successThreshold` is not 1")
            .help("only a readiness probe may ask for more successes");
    }
}

/// Checks what runs when a container starts and stops; `grace` is the pod's `terminationGracePeriodSeconds`.
pub(in crate::rules::kubernetes) fn lifecycle(
    lifecycle: &Lifecycle,
    grace: i64,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    if let Some(action) = &lifecycle.post_start {
        handler(action, grace, &path.field("postStart"), out);
    }
    if let Some(action) = &lifecycle.pre_stop {
        handler(action, grace, &path.field("preStop"), out);
    }
}

fn handler(action: &LifecycleHandler, grace: i64, path: &Path<'_>, out: &mut Reporter<'_>) {
    let mut count = 0;
    exec(action.exec.as_ref(), &mut count, path, out);
    http_get(action.http_get.as_ref(), &mut count, path, out);
    tcp(action.tcp_socket.as_ref().map(|socket| &socket.port), &mut count, path, out);
    if let Some(sleep) = &action.sleep
        && is_first(&mut count, &path.field("sleep"), out)
        && (sleep.seconds < 0 || sleep.seconds > grace.max(1))
    {
        let message = format!("{} seconds are not within the grace period of {grace}", sleep.seconds);
        report::invalid(out, &path.field("sleep"), message);
    }
    if count == 0 {
        report::required(out, path, "missing handler").help("set `exec`, `httpGet` or `sleep`");
    }
}

/// Counts a handler; all but the first are refused, and only the first is looked into.
fn is_first(count: &mut u8, path: &Path<'_>, out: &mut Reporter<'_>) -> bool {
    let first = *count == 0;
    *count = 1;
    if !first {
        report::forbidden(out, path, "there is another handler, and one is allowed");
    }
    first
}

fn exec(action: Option<&ExecAction>, count: &mut u8, path: &Path<'_>, out: &mut Reporter<'_>) {
    let path = path.field("exec");
    if let Some(action) = action
        && is_first(count, &path, out)
        && action.command.as_ref().is_none_or(Vec::is_empty)
    {
        report::required(out, &path.field("command"), "`command` is missing");
    }
}

fn http_get(action: Option<&HTTPGetAction>, count: &mut u8, path: &Path<'_>, out: &mut Reporter<'_>) {
    let path = path.field("httpGet");
    let Some(action) = action else { return };
    if !is_first(count, &path, out) {
        return;
    }
    port(&action.port, &path.field("port"), out);
    if let Some(scheme) = action.scheme.as_deref().filter(|scheme| !scheme.is_empty()) {
        report::one_of(out, &path.field("scheme"), scheme, &["HTTP", "HTTPS"]);
    }
    for header in action.http_headers.as_deref().unwrap_or_default() {
        if let Some(wrong) = grammar::http_header_name(&header.name) {
            report::invalid(out, &path.field("httpHeaders"), format!("`{}` {wrong}", header.name));
        }
    }
}

fn tcp(action: Option<&IntOrString>, count: &mut u8, path: &Path<'_>, out: &mut Reporter<'_>) {
    let path = path.field("tcpSocket");
    if let Some(number) = action
        && is_first(count, &path, out)
    {
        port(number, &path.field("port"), out);
    }
}

fn port(value: &IntOrString, path: &Path<'_>, out: &mut Reporter<'_>) {
    match value {
        IntOrString::Int(number) => report::range(out, path, i64::from(*number), 1, 65_535),
        IntOrString::String(name) => {
            if let Some(wrong) = grammar::port_name(name) {
                report::invalid(out, path, format!("`{name}` {wrong}"));
            }
        }
    }
}
