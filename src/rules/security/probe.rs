//! Hosts in probes and lifecycle handlers.

use k8s_openapi::api::core::v1::LifecycleHandler;

use super::table;
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix};
use crate::yaml::path::Path;

pub(super) fn handler(handler: Option<&LifecycleHandler>, path: &Path<'_>, out: &mut Reporter<'_>) {
    if let Some(handler) = handler {
        host(handler.http_get.as_ref().and_then(|get| get.host.as_deref()), &path.field("httpGet"), out);
        host(handler.tcp_socket.as_ref().and_then(|tcp| tcp.host.as_deref()), &path.field("tcpSocket"), out);
    }
}

pub(super) fn host(host: Option<&str>, path: &Path<'_>, out: &mut Reporter<'_>) {
    if let Some(host) = host.filter(|host| !host.is_empty()) {
        out.report(&table::PROBE_HOST, &path.field("host"), format!("the kubelet would connect to `{host}`"))
            .help("remove `host`: the pod's own address is the default")
            .fix(Fix::remove(&path.field("host"), Applicability::Unsafe));
    }
}
