//! What the API server requires of single kinds beyond the constraints of the catalogue.

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;

use k8s_openapi::api::core::v1::{PodSpec, Toleration};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Amount;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::constraint::{at, child, is_set, items, text_at};
use super::definition::{self, named};
use super::{config, node, quota};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::reporter::Reporter;
use crate::document::{Document, read};
use crate::encoding::decode_base64;
use crate::grammar;
use crate::rules::kubernetes::pod::{resources, toleration};
use crate::rules::kubernetes::report;
use crate::yaml::node::{Node, Value};
use crate::yaml::path::Path;

type Check = fn(&Node<'_>, &ObjectMeta, &mut Reporter<'_>);

/// The checks by kind, and the first minor version that makes them.
const CHECKS: [(&str, u8, Check); 18] = [
    ("APIService", 0, api_service),
    ("CertificateSigningRequest", 0, |object, _, out| signing_request(object, out)),
    ("ConfigMap", 0, |object, _, out| config::config_map(object, out)),
    ("CustomResourceDefinition", 0, definition::check),
    ("EndpointSlice", 36, |object, _, out| endpoint_slice(object, out)),
    ("Event", 0, event),
    ("HorizontalPodAutoscaler", 0, |object, _, out| autoscaler(object, out)),
    ("Ingress", 0, |object, _, out| ingress(object, out)),
    ("LimitRange", 0, |object, _, out| quota::limit_range(object, out)),
    ("NetworkPolicy", 0, |object, _, out| network_policy(object, out)),
    ("Node", 0, |object, _, out| node::check(object, out)),
    ("PriorityClass", 0, priority_class),
    ("ResourceClaim", 0, |object, _, out| device_claim(object, false, out)),
    ("ResourceClaimTemplate", 0, |object, _, out| device_claim(object, true, out)),
    ("ResourceQuota", 0, |object, _, out| quota::resource_quota(object, out)),
    ("RuntimeClass", 0, |object, _, out| runtime_class(object, out)),
    ("Secret", 0, config::secret),
    ("Service", 0, |object, _, out| service(object, out)),
];

/// Whether a kind has rules of its own.
pub(super) fn has_rules(kind: &str) -> bool {
    CHECKS.iter().any(|(name, ..)| *name == kind)
}

/// Checks an object of a kind that has rules of its own.
pub(super) fn check(
    document: &Document<'_>,
    metadata: &ObjectMeta,
    version: KubernetesVersion,
    out: &mut Reporter<'_>,
) {
    for (kind, since, check) in CHECKS {
        if kind == document.kind && version.at_least(since) {
            check(&document.root, metadata, out);
        }
    }
}

fn integer(node: Option<&Node<'_>>, field: &str) -> Option<i64> {
    match child(node, field)?.value {
        Value::Integer(number) => Some(number),
        _ => None,
    }
}

/// The name follows from the version and the group (k8s.io/kube-aggregator, pkg/apis/apiregistration/validation).
fn api_service(object: &Node<'_>, metadata: &ObjectMeta, out: &mut Reporter<'_>) {
    let spec = child(Some(object), "spec");
    let name = |field: &str| spec.map_or("", |spec| text_at(spec, field));
    let (version, group) = (name("version"), name("group"));
    if group.is_empty() && version != "v1" {
        let root = Path::root();
        report::required(out, &root.field("spec").field("group"), "`group` is missing");
    }
    named(metadata, &format!("{version}.{group}"), out);
}

/// Ports of a Service (core/validation/validation.go, `ValidateService`).
fn service(object: &Node<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let at_spec = root.field("spec");
    let list = at_spec.field("ports");
    let spec = child(Some(object), "spec");
    let ports = items(spec, "ports");
    let kind = spec.map_or("", |spec| text_at(spec, "type"));
    let address = spec.map_or("", |spec| text_at(spec, "clusterIP"));
    let is_headless = address == "None" || is_set(child(spec, "clusterIPs"));
    if ports.is_empty() && !is_headless && kind != "ExternalName" && !out.is_undecoded(&list) {
        report::required(out, &list, "a Service needs at least one port, unless it is headless")
            .help("write `ports: [{port: 80}]`, or `clusterIP: None`");
    }
    let mut seen = HashSet::new();
    for (index, port) in ports.iter().enumerate() {
        let path = list.index(index);
        if ports.len() > 1 && !is_set(child(Some(port), "name")) {
            report::required(out, &path.field("name"), "with several ports, each needs a name");
        }
        let protocol = Some(text_at(port, "protocol")).filter(|name| !name.is_empty()).unwrap_or("TCP");
        if let Some(number) = integer(Some(port), "port")
            && !seen.insert((protocol, number))
        {
            report::duplicate(out, &path, format!("port {number} of {protocol} is repeated"));
        }
    }
}

/// The largest value of a class that is not one of the system's (scheduling/validation/validation.go).
const HIGHEST_PRIORITY: i64 = 1_000_000_000;

fn priority_class(object: &Node<'_>, metadata: &ObjectMeta, out: &mut Reporter<'_>) {
    let is_system = metadata.name.as_deref().is_some_and(|name| name.starts_with("system-"));
    let value = integer(Some(object), "value").unwrap_or_default();
    if !is_system && value > HIGHEST_PRIORITY {
        report::forbidden(
            out,
            &Path::root().field("value"),
            format!("{value} is more than {HIGHEST_PRIORITY}, the largest value of a user's class"),
        );
    }
}

/// What pods of the class cost and where they run (node/validation/validation.go).
fn runtime_class(object: &Node<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let fixed = at(object, &["overhead", "podFixed"]);
    if let Some(fixed) = fixed.and_then(read::part::<BTreeMap<String, Amount>>) {
        resources::overhead(&fixed, &PodSpec::default(), &root.field("overhead"), out);
    }
    let tolerations = at(object, &["scheduling", "tolerations"]);
    if let Some(tolerations) = tolerations.and_then(read::part::<Vec<Toleration>>) {
        toleration::check(&tolerations, &root.field("scheduling").field("tolerations"), out);
    }
}

/// An event and its object are in one namespace (core/validation/events.go, `legacyValidateEvent`).
fn event(object: &Node<'_>, metadata: &ObjectMeta, out: &mut Reporter<'_>) {
    let own = metadata.namespace.as_deref().unwrap_or_default();
    let Some(involved) = child(Some(object), "involvedObject") else { return };
    let other = text_at(involved, "namespace");
    if !own.is_empty() && !other.is_empty() && own != other {
        let root = Path::root();
        report::invalid(
            out,
            &root.field("involvedObject").field("namespace"),
            format!("the event is in `{own}`, and its object in `{other}`"),
        );
    }
}

fn autoscaler(object: &Node<'_>, out: &mut Reporter<'_>) {
    let spec = child(Some(object), "spec");
    let (least, most) = (integer(spec, "minReplicas"), integer(spec, "maxReplicas"));
    if let (Some(least), Some(most)) = (least, most)
        && most < least
    {
        let root = Path::root();
        report::invalid(
            out,
            &root.field("spec").field("maxReplicas"),
            format!("{most} is less than the {least} of `minReplicas`"),
        );
    }
}

/// Ranges of ports and of addresses (networking/validation/validation.go).
fn network_policy(object: &Node<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let path = root.field("spec");
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let list = path.field(direction);
        for (index, rule) in items(child(Some(object), "spec"), direction).iter().enumerate() {
            let rule_path = list.index(index);
            let ports = rule_path.field("ports");
            for (index, port) in items(Some(rule), "ports").iter().enumerate() {
                let path = ports.index(index);
                let end = integer(Some(port), "endPort");
                match (child(Some(port), "port").map(|node| &node.value), end) {
                    (Some(Value::Integer(first)), Some(last)) if last < *first => {
                        report::invalid(
                            out,
                            &path.field("endPort"),
                            format!("{last} is less than the port {first}"),
                        );
                    }
                    (Some(Value::String(_)), Some(_)) => {
                        report::invalid(out, &path.field("endPort"), "a named port has no `endPort`");
                    }
                    _ => {}
                }
            }
            let peer_path = rule_path.field(peers);
            for (index, peer) in items(Some(rule), peers).iter().enumerate() {
                let Some(block) = child(Some(peer), "ipBlock") else { continue };
                let Some(whole) = network(text_at(block, "cidr")) else { continue };
                let peer_path = peer_path.index(index);
                let block_path = peer_path.field("ipBlock");
                let except = block_path.field("except");
                for (index, item) in items(Some(block), "except").iter().enumerate() {
                    let given = item.as_str().unwrap_or_default();
                    if network(given).is_some_and(|part| !contains(whole, part)) {
                        let message = format!("`{given}` is not a part of `{}`", text_at(block, "cidr"));
                        report::invalid(out, &except.index(index), message);
                    }
                }
            }
        }
    }
}

/// The address as bits of a 128-bit number, the length of the prefix, and whether it is IPv4.
fn network(text: &str) -> Option<(u128, u32, bool)> {
    let (address, length) = text.split_once('/')?;
    let length: u32 = length.parse().ok()?;
    match address.parse().ok()? {
        IpAddr::V4(address) if length <= 32 => Some((u128::from(u32::from(address)) << 96, length, true)),
        IpAddr::V6(address) if length <= 128 => Some((u128::from(address), length, false)),
        _ => None,
    }
}

/// Whether a network is a strict part of another.
fn contains(whole: (u128, u32, bool), part: (u128, u32, bool)) -> bool {
    let mask = u128::MAX.checked_shl(128 - whole.1).unwrap_or(0);
    whole.2 == part.2 && whole.1 < part.1 && (whole.0 & mask) == (part.0 & mask)
}

/// The port of a Service behind an Ingress (networking/validation/validation.go, `validateIngressBackend`).
fn ingress(object: &Node<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let path = root.field("spec");
    let spec = child(Some(object), "spec");
    backend(child(spec, "defaultBackend"), &path.field("defaultBackend"), out);
    let rules = path.field("rules");
    for (index, rule) in items(spec, "rules").iter().enumerate() {
        let rule_path = rules.index(index);
        let http = rule_path.field("http");
        let list = http.field("paths");
        for (index, path) in items(child(Some(rule), "http"), "paths").iter().enumerate() {
            // Without a type the server looks no further.
            if is_set(child(Some(path), "pathType")) {
                backend(child(Some(path), "backend"), &list.index(index).field("backend"), out);
            }
        }
    }
}

fn backend(backend: Option<&Node<'_>>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(service) = child(backend, "service").filter(|_| child(backend, "resource").is_none()) else {
        return;
    };
    if out.is_undecoded(path) {
        return;
    }
    let port = child(Some(service), "port");
    let number = integer(port, "number").unwrap_or_default();
    match (is_set(child(port, "name")), number != 0) {
        (true, true) => {
            report::invalid(out, path, "the port has a name and a number").help("keep one of them");
        }
        (false, false) => {
            report::required(out, path, "the name or number of the Service's port is missing")
                .help("write `port: {number: 80}` or `port: {name: http}`");
        }
        _ => {}
    }
}

/// Addresses of the slice's family (discovery/validation/validation.go, `validateEndpoints`).
fn endpoint_slice(object: &Node<'_>, out: &mut Reporter<'_>) {
    let family = text_at(object, "addressType");
    if !matches!(family, "IPv4" | "IPv6") {
        return;
    }
    let root = Path::root();
    let list = root.field("endpoints");
    for (index, endpoint) in items(Some(object), "endpoints").iter().enumerate() {
        let path = list.index(index);
        for address in items(Some(endpoint), "addresses").iter().filter_map(Node::as_str) {
            let is_of_family = grammar::is_ip(address)
                && address.parse::<IpAddr>().is_ok_and(|address| address.is_ipv4() == (family == "IPv4"));
            if !is_of_family {
                report::invalid(
                    out,
                    &path.field("addresses"),
                    format!("`{address}` is not an address of type {family}"),
                );
            }
        }
    }
}

/// Configurations and constraints name requests of the claim (resource/validation/validation.go).
fn device_claim(object: &Node<'_>, is_template: bool, out: &mut Reporter<'_>) {
    let spec = child(Some(object), "spec");
    let spec = if is_template { child(spec, "spec") } else { spec };
    let devices = child(spec, "devices");
    let mut names = HashSet::new();
    for request in items(devices, "requests") {
        let name = text_at(request, "name");
        names.insert(name.to_owned());
        for sub in items(Some(request), "firstAvailable") {
            names.insert(format!("{name}/{}", text_at(sub, "name")));
        }
    }
    let root = Path::root();
    let outer = root.field("spec");
    let inner = outer.field("spec");
    let path = if is_template { inner.field("devices") } else { outer.field("devices") };
    for field in ["config", "constraints"] {
        let list = path.field(field);
        for (index, item) in items(devices, field).iter().enumerate() {
            let item_path = list.index(index);
            let requests = item_path.field("requests");
            for (index, request) in items(Some(item), "requests").iter().enumerate() {
                if let Some(name) = request.as_str().filter(|name| !names.contains(*name)) {
                    let message = format!("the claim has no request `{name}`");
                    report::invalid(out, &requests.index(index), message);
                }
            }
        }
    }
}

/// The request is a certificate request in PEM (certificates/validation/validation.go).
fn signing_request(object: &Node<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let path = root.field("spec");
    let path = path.field("request");
    let Some(request) = at(object, &["spec", "request"]).and_then(Node::as_str) else { return };
    let Some(bytes) = decode_base64(request).filter(|bytes| !bytes.is_empty()) else { return };
    let is_pem = String::from_utf8_lossy(&bytes).contains("-----BEGIN CERTIFICATE REQUEST-----");
    if !is_pem {
        report::invalid(out, &path, "this is not a certificate request in PEM")
            .help("write the base64 of a text that begins with `-----BEGIN CERTIFICATE REQUEST-----`");
    }
}
