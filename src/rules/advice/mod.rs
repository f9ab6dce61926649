//! Rules A: what is accepted, but will hurt.

mod claim;
pub(in crate::rules) mod class;
mod mount;
mod pod;
mod table;
mod workload;
mod workload_table;

use super::links::storages;
use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::rule::Rule;

/// The advice on classes, claims and pods, by code.
pub static RULES: &[&Rule] = &[
    &table::IMMEDIATE_BINDING,
    &table::CHECKPOINTS_DELETED,
    &table::SCRATCH_RETAINED,
    &table::SEVERAL_DEFAULTS,
    &table::EXPANSION_OFF,
    &table::EMPTY_CLASS,
    &table::CLASS_ANNOTATION,
    &table::STATIC_CLAIM_CLASS,
    &table::READ_ONLY_EMPTY,
    &table::SHARED_MEMORY_MISSING,
    &table::MEMORY_ABOVE_LIMIT,
    &table::MEMORY_WITHOUT_LIMIT,
    &table::ACCELERATOR_TOLERATION,
    &table::OWNERSHIP,
    &table::PRIVILEGED,
    &table::IMAGE_TAG,
    &table::CACHE_READ_ONLY,
    &table::CHECKPOINTS_PASSING,
    &table::ROLLING_UPDATE,
    &table::SHARED_BY_REPLICAS,
];

/// Judges one document.
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
                pod.at(&mut |base| pod::check(&pod, &storages, &base.field("spec"), out));
                workload::check(document, pod.spec, &storages, out);
            }
        }
    }
}
