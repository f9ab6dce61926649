//! What containers and pods ask for: requests and limits, claims of devices, and how a resize goes.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::collections::{HashMap, HashSet};

use k8s_openapi::api::core::v1::{Container, PodSpec, ResourceClaim, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Text;

use crate::document::reporter::Reporter;
use crate::grammar;
use crate::quantity::Quantity;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

type List = BTreeMap<String, Text>;

const HUGE_PAGES: &str = "hugepages-";

/// Checks `resources` and `resizePolicy` of the container at `path` (validation.go,
/// `ValidateContainerResourceRequirements`, `validateResizePolicy`).
pub(in crate::rules::kubernetes) fn check(
    container: &Container,
    spec: &PodSpec,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    resize(container, spec, path, out);
    if let Some(resources) = &container.resources {
        requirements(resources, container_name, spec, &path.field("resources"), out);
    }
}

/// Checks what a runtime class adds to a pod: names and amounts as of a container's limits (`validateOverhead`).
pub(in crate::rules::kubernetes) fn overhead(
    overhead: &List,
    spec: &PodSpec,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let limits = ResourceRequirements { limits: Some(overhead.clone()), ..ResourceRequirements::default() };
    requirements(&limits, container_name, spec, path, out);
}

/// Checks the resources of the pod itself (`validatePodResources`).
pub(in crate::rules::kubernetes) fn check_pod(
    spec: &PodSpec,
    context: &Context,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(resources) = &spec.resources else { return };
    let path = path.field("resources");
    if spec.os.as_ref().is_some_and(|system| system.name == "windows") {
        report::forbidden(out, &path, "a Windows pod has no resources of its own")
            .help("write them on its containers");
        return;
    }
    if resources.claims.is_some() {
        report::forbidden(out, &path.field("claims"), "a pod has no claims of devices of its own")
            .help("write them on its containers");
    }
    let completed = if context.is_pod { complete(resources, spec) } else { resources.clone() };
    requirements(&completed, pod_name, spec, &path, out);
    consistency(&completed, spec, context, &path, out);
}

/// The resources of a Pod once the server has filled in its requests: of each supported resource what its containers
/// request, or else its limit (defaults.go, `defaultPodRequests`).
fn complete(resources: &ResourceRequirements, spec: &PodSpec) -> ResourceRequirements {
    let mut completed = resources.clone();
    if completed.limits.as_ref().is_none_or(BTreeMap::is_empty) {
        return completed;
    }
    let all = || spec.containers.iter().chain(spec.init_containers.iter().flatten());
    let names: BTreeSet<&String> = all()
        .filter_map(|container| container.resources.as_ref())
        .flat_map(|own| own.requests.iter().chain(&own.limits).flat_map(BTreeMap::keys))
        .collect();
    let requests = completed.requests.get_or_insert_default();
    for name in names
        .into_iter()
        .filter(|name| pod_name(name).is_ok() && !requests.contains_key(*name))
        .collect::<Vec<_>>()
    {
        let nanos = total(spec, |container| request(container, name, true));
        requests.insert(name.clone(), Text(Quantity::from_nanos(nanos).to_string()));
    }
    for (name, limit) in completed.limits.iter().flatten().filter(|(name, _)| pod_name(name).is_ok()) {
        requests.entry(name.clone()).or_insert_with(|| limit.clone());
    }
    completed
}

/// An amount in billionths; a text that is not a quantity has been reported.
fn number(text: &Text) -> i128 {
    Quantity::parse(&text.0).map_or(0, Quantity::nanos)
}

fn limit(container: &Container, name: &str) -> Option<i128> {
    container.resources.as_ref()?.limits.as_ref()?.get(name).map(number)
}

/// What a container requests; a Pod's containers request their limits (`is_pod`) by default.
fn request(container: &Container, name: &str, is_pod: bool) -> Option<i128> {
    let own = container.resources.as_ref().and_then(|own| own.requests.as_ref());
    let own = own.and_then(|list| list.get(name)).map(number);
    own.or_else(|| limit(container, name).filter(|_| is_pod))
}

/// Whether a name is one that the owner may ask for; otherwise what is wrong with it, and whether it is a fixed set.
type Name = fn(&str) -> Result<(), (&'static str, bool)>;

/// `validateContainerResourceName`.
pub(in crate::rules::kubernetes) fn container_name(name: &str) -> Result<(), (&'static str, bool)> {
    let standard = matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with(HUGE_PAGES);
    if let Some(wrong) = grammar::qualified_name(name) {
        return Err((wrong, false));
    }
    match name.contains('/') {
        false if standard => Ok(()),
        false => Err((
            "is not a container resource: cpu, memory, ephemeral-storage, hugepages-SIZE, or a device with a domain",
            false,
        )),
        true if is_native(name) || is_extended(name) => Ok(()),
        true => Err((
            "is not a valid device name: it must not begin with `requests.`, and be at most 63 characters after its domain",
            false,
        )),
    }
}

/// `validatePodResourceName`.
fn pod_name(name: &str) -> Result<(), (&'static str, bool)> {
    container_name(name).and_then(|()| {
        let own = matches!(name, "cpu" | "memory") || name.starts_with(HUGE_PAGES);
        if own { Ok(()) } else { Err(("is not a pod resource: cpu, memory, hugepages-SIZE", true)) }
    })
}

fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// A device: a name with a domain, which may be requested in whole numbers (`IsExtendedResourceName`).
pub(in crate::rules::kubernetes) fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && grammar::qualified_name(name).is_none()
        && name
            .split_once('/')
            .is_some_and(|(domain, _)| grammar::dns_subdomain(domain).is_none() && domain.len() <= 244)
}

/// Whether more may be promised than there is.
fn may_overcommit(name: &str) -> bool {
    is_native(name) && !name.starts_with(HUGE_PAGES)
}

fn requirements(
    resources: &ResourceRequirements,
    name: Name,
    spec: &PodSpec,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let empty = List::new();
    let limits = resources.limits.as_ref().unwrap_or(&empty);
    let requests = resources.requests.as_ref().unwrap_or(&empty);
    for (field, list) in [("limits", limits), ("requests", requests)] {
        let at = path.field(field);
        for (resource, amount) in list {
            self::amount(resource, amount, name, &at.key(resource), out);
        }
    }
    let at = path.field("requests");
    for (resource, request) in requests {
        let Some(limit) = limits.get(resource) else {
            if !may_overcommit(resource) {
                report::required(out, &path.field("limits"), format!("`{resource}` needs a limit"))
                    .help("what cannot be promised twice has a limit that equals its request");
            }
            continue;
        };
        let (Ok(asked), Ok(most)) = (Quantity::parse(&request.0), Quantity::parse(&limit.0)) else {
            continue;
        };
        // The server names the list; the amount is what is to be changed.
        let message = match asked.cmp(&most) {
            Ordering::Equal => continue,
            _ if !may_overcommit(resource) => {
                format!("the request of {resource}, {}, is not the limit, {}", request.0, limit.0)
            }
            Ordering::Greater => {
                format!("the request of {resource}, {}, is above the limit, {}", request.0, limit.0)
            }
            Ordering::Less => continue,
        };
        out.report_within(&crate::document::rules::INVALID_VALUE, &at, &at.key(resource), message);
    }
    let has = |wanted: fn(&str) -> bool| limits.keys().chain(requests.keys()).any(|name| wanted(name));
    if has(|name| name.starts_with(HUGE_PAGES)) && !has(|name| matches!(name, "cpu" | "memory")) {
        report::forbidden(out, path, "huge pages go with a request or limit of cpu or memory")
            .help("add one of cpu or memory");
    }
    claims(resources.claims.as_deref().unwrap_or_default(), spec, &path.field("claims"), out);
}

fn amount(resource: &str, amount: &Text, name: Name, path: &Path<'_>, out: &mut Reporter<'_>) {
    match name(resource) {
        Ok(()) => {}
        Err((wrong, true)) => {
            report::unsupported(out, path, format!("`{resource}` {wrong}"));
        }
        Err((wrong, false)) => {
            report::invalid(out, path, format!("`{resource}` {wrong}"));
        }
    }
    let Ok(quantity) = Quantity::parse(&amount.0) else { return };
    if quantity.sign() == Ordering::Less {
        report::invalid(out, path, format!("{} is below zero", amount.0));
    }
    if is_extended(resource) && quantity.ceil_milli() % 1000 != 0 {
        report::invalid(out, path, format!("{} of a device is not a whole number", amount.0))
            .help("devices are given whole: write a whole number");
    }
    if let Some(size) = resource.strip_prefix(HUGE_PAGES) {
        let page = Quantity::parse(size)
            .ok()
            .filter(|page| page.sign() == Ordering::Greater && page.ceil_milli() % 1000 == 0);
        if page.is_none_or(|page| quantity.ceil() % page.ceil() != 0) {
            report::invalid(out, path, format!("{} is not a whole number of pages of {size}", amount.0));
        }
    }
}

/// Checks claims of devices (`validateResourceClaimNames`).
fn claims(claims: &[ResourceClaim], spec: &PodSpec, list: &Path<'_>, out: &mut Reporter<'_>) {
    let known = spec.resource_claims.as_deref().unwrap_or_default();
    let request = |claim: &ResourceClaim| {
        claim.request.as_deref().filter(|request| !request.is_empty()).map(str::to_owned)
    };
    let known: HashSet<&str> = known.iter().map(|known| known.name.as_str()).collect();
    // The requests of each claim so far.
    let mut earlier: HashMap<&str, HashSet<Option<String>>> = HashMap::new();
    for (index, claim) in claims.iter().enumerate() {
        let at = list.index(index);
        if claim.name.is_empty() {
            report::required(out, &at, "the claim has no name");
            continue;
        }
        let earlier = earlier.entry(&claim.name).or_default();
        let own = request(claim);
        let all = earlier.contains(&None);
        if let Some(own) = own.as_deref().filter(|_| !all) {
            report::dns_label(out, &at.field("request"), own);
        }
        if all || (own.is_none() && !earlier.is_empty()) || earlier.contains(&own) {
            report::duplicate(out, &at, format!("claim `{}` is named twice", claim.name));
        }
        earlier.insert(own);
        if !known.contains(claim.name.as_str()) {
            report::invalid(out, &at, format!("the pod has no resource claim `{}`", claim.name))
                .help("add it to `spec.resourceClaims`");
        }
    }
}

/// The pod's own resources against those of its containers (`validatePodResourceConsistency`).
fn consistency(
    resources: &ResourceRequirements,
    spec: &PodSpec,
    context: &Context,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let requests = path.field("requests");
    for (name, own) in resources.requests.iter().flatten() {
        if total(spec, |container| request(container, name, context.is_pod)) > number(own) {
            report::invalid(
                out,
                &requests.key(name),
                format!("the containers request more {name} than the pod's {}", own.0),
            )
            .help("raise the pod's request, or lower those of its containers");
        }
    }
    let limits = path.field("limits");
    for (name, own) in resources.limits.iter().flatten() {
        if name.starts_with(HUGE_PAGES) && total(spec, |container| limit(container, name)) > number(own) {
            report::invalid(
                out,
                &limits.key(name),
                format!("the containers' limits of {name} are above the pod's {}", own.0),
            );
        }
        for (index, container) in spec.containers.iter().enumerate() {
            if limit(container, name).is_some_and(|most| most > number(own)) {
                let list = path.field("containers");
                let at = list.index(index);
                let at = at.key(name);
                report::invalid(
                    out,
                    &at.field("limits"),
                    format!("the limit of {name} is above the pod's {}", own.0),
                );
            }
        }
    }
}

/// What a pod's containers need at once: all that run, or an init container beside those that stay.
fn total(spec: &PodSpec, amount: impl Fn(&Container) -> Option<i128>) -> i128 {
    let mut running: i128 = spec.containers.iter().filter_map(&amount).sum();
    let (mut staying, mut starting) = (0, 0);
    for container in spec.init_containers.iter().flatten() {
        let own = amount(container).unwrap_or(0);
        if container.restart_policy.as_deref() == Some("Always") {
            staying += own;
            running += own;
            starting = starting.max(staying);
        } else {
            starting = starting.max(staying + own);
        }
    }
    running.max(starting)
}

/// The server reports all but repeated names at the list.
fn resize(container: &Container, spec: &PodSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let path = path.field("resizePolicy");
    let policies = container.resize_policy.as_deref().unwrap_or_default();
    for (index, policy) in policies.iter().enumerate() {
        if policies.iter().take(index).any(|other| other.resource_name == policy.resource_name) {
            let message = format!("there is another policy for `{}`", policy.resource_name);
            report::duplicate(out, &path.index(index), message);
        }
        for (value, allowed) in [
            (policy.resource_name.as_str(), ["cpu", "memory"]),
            (policy.restart_policy.as_str(), ["NotRequired", "RestartContainer"]),
        ] {
            if value.is_empty() {
                report::required(out, &path, "a resize policy has `resourceName` and `restartPolicy`");
            } else {
                report::one_of(out, &path, value, &allowed);
            }
        }
        if spec.restart_policy.as_deref() == Some("Never") && policy.restart_policy != "NotRequired" {
            report::invalid(out, &path, "a pod that never restarts has `NotRequired` only");
        }
    }
}
