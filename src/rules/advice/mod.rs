//! Rules A: what is accepted but causes trouble.

mod claim;
pub(in crate::rules) mod class;
mod file_system;
pub(super) mod mount;
mod pod;
mod table;
mod workload;

use super::links::storage::storages;
use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;

pub(super) use claim::has_meaning;
pub use table::RULES;
pub(super) use table::{
    MEMORY_VOLUME_WITHOUT_LIMIT, ROLLING_UPDATE_OF_SINGLE_NODE_CLAIM, SINGLE_NODE_CLAIM_OF_MANY_PODS,
};

/// Checks one document.
pub fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    match &document.object {
        Object::StorageClass(class) => class::check(document, class, bundle, out),
        Object::PersistentVolumeClaim(claim) => claim::check(document, claim, bundle, out),
        object => {
            if let Object::StatefulSet(set) = object {
                claim::check_templates(set, bundle, out);
            }
            if let Some(pod) = object.pod() {
                let storages = storages(document, &pod, bundle);
                pod.at(&mut |base| {
                    let path = base.field("spec");
                    pod::check(&pod, &storages, &path, out);
                    file_system::check(pod.spec, &storages, &path, out);
                });
                workload::check(document, pod.spec, &storages, bundle, out);
            }
        }
    }
}
