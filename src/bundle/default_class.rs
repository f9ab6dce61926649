//! The annotations that make a class the default of its cluster.

use k8s_openapi::api::storage::v1::StorageClass;

/// Annotations that mark a class as the default.
const DEFAULT_CLASS: [&str; 2] =
    ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

/// The annotation that marks a class as the default, if any.
#[must_use]
pub fn default_annotation(class: &StorageClass) -> Option<&'static str> {
    let annotations = class.metadata.annotations.as_ref()?;
    DEFAULT_CLASS.into_iter().find(|key| annotations.get(*key).is_some_and(|value| value == "true"))
}
