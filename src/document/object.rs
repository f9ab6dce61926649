//! The typed object of a document, for the kinds that volwright judges.

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod, PodSpec};
use k8s_openapi::api::storage::v1::StorageClass;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::path::Path;

/// The typed object of a document.
#[derive(Clone, Debug, Default)]
pub enum Object {
    /// `storage.k8s.io/v1` StorageClass.
    StorageClass(Box<StorageClass>),
    /// `v1` PersistentVolumeClaim.
    PersistentVolumeClaim(Box<PersistentVolumeClaim>),
    /// `v1` Pod.
    Pod(Box<Pod>),
    /// A kind that is passed over, or a document too broken to decode.
    #[default]
    Other,
}

impl Object {
    /// The pod in the object: the object itself, or the template that a workload makes pods from.
    #[must_use]
    pub fn pod(&self) -> Option<PodPart<'_>> {
        match self {
            Self::Pod(pod) => {
                Some(PodPart { metadata: Some(&pod.metadata), spec: pod.spec.as_ref()?, prefix: &[] })
            }
            _ => None,
        }
    }
}

/// A pod, or a pod template, inside an object.
#[derive(Clone, Copy, Debug)]
pub struct PodPart<'a> {
    /// The pod's or the template's metadata, where given.
    pub metadata: Option<&'a ObjectMeta>,
    /// The pod's specification.
    pub spec: &'a PodSpec,
    /// The fields that lead from the object to what holds `metadata` and `spec`: none for a Pod.
    pub prefix: &'static [&'static str],
}

impl PodPart<'_> {
    /// Calls `visit` with the path of what holds `metadata` and `spec`.
    pub fn at(&self, visit: &mut dyn FnMut(&Path<'_>)) {
        fn step(prefix: &[&str], base: &Path<'_>, visit: &mut dyn FnMut(&Path<'_>)) {
            match prefix {
                [] => visit(base),
                [first, rest @ ..] => step(rest, &base.field(first), visit),
            }
        }
        step(self.prefix, &Path::root(), visit);
    }
}
