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
