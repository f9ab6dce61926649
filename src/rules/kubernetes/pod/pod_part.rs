//! The parts of a pod beside its containers: volumes, and where it runs and how it finds its way.

use k8s_openapi::api::core::v1::{PodSpec, Volume};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::pod::volume;
use crate::rules::kubernetes::pod::volume::Volumes;
use crate::rules::kubernetes::pod::{affinity, dns, host_alias, toleration, topology};
use crate::rules::kubernetes::workload::selector;
use crate::yaml::path::Path;

/// Checks the parts of a pod or of a pod template that are not containers and returns the volumes that containers may
/// mount: `path` is `spec`, and `metadata` is the pod's own, none for a template; `claims` are volumes
/// that a workload adds.
pub(in crate::rules::kubernetes) fn check<'a>(
    spec: &'a PodSpec,
    metadata: Option<&ObjectMeta>,
    claims: &'a [Volume],
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) -> Volumes<'a> {
    let labels = metadata.and_then(|metadata| metadata.labels.as_ref());
    let name = metadata.map(|metadata| metadata.name.as_deref().unwrap_or_default());
    if let Some(selector) = &spec.node_selector {
        selector::labels(selector, &path.field("nodeSelector"), out);
    }
    if let Some(affinity) = &spec.affinity {
        affinity::check(affinity, labels, &path.field("affinity"), out);
    }
    if let Some(tolerations) = &spec.tolerations {
        toleration::check(tolerations, &path.field("tolerations"), out);
    }
    if let Some(constraints) = &spec.topology_spread_constraints {
        topology::check(constraints, labels, &path.field("topologySpreadConstraints"), context, out);
    }
    if let Some(aliases) = &spec.host_aliases {
        host_alias::check(aliases, &path.field("hostAliases"), context, out);
    }
    dns::check(spec.dns_policy.as_deref(), spec.dns_config.as_ref(), path, context, out);
    let volumes = spec.volumes.as_deref().unwrap_or_default();
    volume::check(volumes, claims, name, &path.field("volumes"), context, out)
}
