//! What the checks of one object have in common.

use crate::catalog::kubernetes::KubernetesVersion;

/// What the checks of one object have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    /// The API server that is to take the object.
    pub version: KubernetesVersion,
    /// Whether the object is a pod itself, not a template that pods are made from.
    pub is_pod: bool,
}
