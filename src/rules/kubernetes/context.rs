//! What all checks of one object share.

use crate::catalog::kubernetes::KubernetesVersion;

/// What all checks of one object share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    /// The version of the API server.
    pub version: KubernetesVersion,
    /// Whether the object is a Pod itself, not a template of pods.
    pub is_pod: bool,
    /// Whether the pods get their host name and subdomain from their controller, as those of a StatefulSet do.
    pub names_pods: bool,
    /// Whether the server completes the Job: it does not complete the template of a CronJob.
    pub completes_job: bool,
}
