//! The kinds that volwright validates, and their API versions.

/// A kind of the Kubernetes API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The name, which is also the name of its type.
    pub name: &'static str,
    /// Group and version, such as `storage.k8s.io/v1`; the one to write first.
    pub api_versions: &'static [&'static str],
    /// The resource and its group, as `kubectl` prints them before a name.
    pub resource: &'static str,
    /// Whether its objects are namespaced.
    pub namespaced: bool,
}

/// Source: kubernetes.io/docs, API reference. VolumeAttributesClass was `v1beta1` until 1.34.
const KINDS: &[Kind] = &[
    kind("StorageClass", &["storage.k8s.io/v1"], "storageclass.storage.k8s.io", false),
    kind(
        "VolumeAttributesClass",
        &["storage.k8s.io/v1", "storage.k8s.io/v1beta1"],
        "volumeattributesclass.storage.k8s.io",
        false,
    ),
    kind("PersistentVolume", &["v1"], "persistentvolume", false),
    kind("PersistentVolumeClaim", &["v1"], "persistentvolumeclaim", true),
    kind("Pod", &["v1"], "pod", true),
    kind("Job", &["batch/v1"], "job.batch", true),
    kind("CronJob", &["batch/v1"], "cronjob.batch", true),
    kind("StatefulSet", &["apps/v1"], "statefulset.apps", true),
    kind("Deployment", &["apps/v1"], "deployment.apps", true),
    kind("DaemonSet", &["apps/v1"], "daemonset.apps", true),
    kind("ReplicaSet", &["apps/v1"], "replicaset.apps", true),
];

const fn kind(
    name: &'static str,
    api_versions: &'static [&'static str],
    resource: &'static str,
    namespaced: bool,
) -> Kind {
    Kind { name, api_versions, resource, namespaced }
}

/// The kind with this name, if volwright validates it.
#[must_use]
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Whether an API version can be that of a custom resource: a group with a dot that is not Kubernetes' own, and a
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
