//! Rules L: links between the objects of one input that cannot hold, whoever looks at each object alone.

mod claim;
mod cluster_class;
mod data_source;
mod driver_name;
mod duplicate_object;
mod generated_claim;
mod placement;
mod reference;
mod sharing;
mod snapshot;
pub mod storage;
mod table;
mod volume;
mod zone;

use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;

use storage::storages;

pub use table::RULES;
pub(super) use table::SINGLE_NODE_CLAIM_OF_SEVERAL_WORKLOADS;

/// Checks what one document refers to.
pub fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    if let Some(pod) = document.object.pod() {
        let storages = storages(document, &pod, bundle);
        pod.at(&mut |base| {
            let path = base.field("spec");
            volume::check(&pod, &storages, &path, out);
            zone::check(document, &pod, &storages, bundle, &path, out);
            sharing::check(document, &pod, &storages, bundle, &path, out);
            placement::check(document, &pod, &storages, &path, out);
        });
    }
    if let Object::PersistentVolumeClaim(object) = &document.object {
        claim::check(document, object, bundle, out);
    }
    cluster_class::check(document, bundle, out);
    driver_name::check(document, out);
    reference::check(document, bundle, out);
    generated_claim::check(document, bundle, out);
    snapshot::check(document, bundle, out);
    duplicate_object::check(document, bundle, out);
}
