//! What a container asks for: requests and limits, claims of devices, and how a resize goes.

use k8s_openapi::api::core::v1::{Container, PodSpec};

use super::report;
use crate::document::path::Path;
use crate::quantity::Quantity;
use crate::rules::Findings;

/// Checks `resources` and `resizePolicy` of the container at `path` (validation.go,
/// `ValidateContainerResourceRequirements`, `validateResizePolicy`).
pub(super) fn check(container: &Container, spec: &PodSpec, path: &Path<'_>, out: &mut Findings<'_>) {
    resize(container, spec, path, out);
    let Some(resources) = &container.resources else { return };
    let path = path.field("resources");
    if let (Some(requests), Some(limits)) = (&resources.requests, &resources.limits) {
        for (name, request) in requests {
            let Some(limit) = limits.get(name) else { continue };
            let (Ok(asked), Ok(most)) = (Quantity::parse(&request.0), Quantity::parse(&limit.0)) else {
                continue;
            };
            if asked.nanos() > most.nanos() {
                let message =
                    format!("the request of {name}, {}, is above the limit, {}", request.0, limit.0);
                report::invalid(out, &path.field("requests"), message);
            }
        }
    }
    let claims = resources.claims.as_deref().unwrap_or_default();
    let known = spec.resource_claims.as_deref().unwrap_or_default();
    let list = path.field("claims");
    for (index, claim) in claims.iter().enumerate() {
        let at = list.index(index);
        if claim.name.is_empty() {
            report::required(out, &at, "the claim has no name");
            continue;
        }
        if claims.iter().take(index).any(|other| other.name == claim.name && other.request == claim.request) {
            report::duplicate(out, &at, format!("claim `{}` is named twice", claim.name));
        }
        if !known.iter().any(|known| known.name == claim.name) {
            report::invalid(out, &at, format!("the pod has no resource claim `{}`", claim.name))
                .help("add it to `spec.resourceClaims`");
        }
    }
}

/// The server reports all but repeated names at the list.
fn resize(container: &Container, spec: &PodSpec, path: &Path<'_>, out: &mut Findings<'_>) {
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
