//! Which kinds are decoded, and which API versions belong to custom resources.

pub use crate::catalog::kind::{Kind, find};

/// Whether an API version can be that of a custom resource: a group with a dot that does not belong to Kubernetes, and a
/// version such as `v1` or `v2beta1`.
#[must_use]
pub fn is_custom(api_version: &str) -> bool {
    let Some((group, version)) = api_version.split_once('/') else { return false };
    let shaped = version
        .strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric());
    group.contains('.') && !group.ends_with(".k8s.io") && shaped
}

/// Whether an API group is one of Kubernetes' own, which no CustomResourceDefinition can extend: groups of definitions have
/// a dot, and the groups of built-in kinds are listed (kubernetes.io/docs, API reference).
#[must_use]
pub fn is_built_in_group(group: &str) -> bool {
    const GROUPS: [&str; 16] = [
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    ];
    !group.contains('.') || GROUPS.contains(&group)
}
