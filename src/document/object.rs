//! The typed object of a document, for the kinds that volwright judges.

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use k8s_openapi::api::storage::v1::StorageClass;

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
