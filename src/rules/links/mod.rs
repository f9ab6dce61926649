//! Rules L: links between the objects of one input that cannot hold, whoever looks at each object alone.

mod claim;
mod generated_claim;
pub mod storage;
mod table;
mod volume;
mod zone;

use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

use storage::storages;

pub use table::RULES;

/// Judges what one document refers to.
pub fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    if let Some(pod) = document.object.pod() {
        let storages = storages(document, &pod, bundle);
        pod.at(&mut |base| {
            let path = base.field("spec");
            volume::check(&pod, &storages, &path, out);
            zone::check(document, &pod, &storages, bundle, &path, out);
        });
    }
    if let Object::PersistentVolumeClaim(object) = &document.object {
        claim::check(document, object, bundle, out);
    }
    generated_claim::check(document, bundle, out);
    twice(document, bundle, out);
}

/// An object that is there twice in one text: the last one wins, or is refused.
fn twice(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let Some(first) = bundle.index.namesake(document) else { return };
    let root = Path::root();
    let path = root.field("metadata");
    out.report(
        &table::DUPLICATE_OBJECT,
        &path.field("name"),
        format!("a {} `{}` stands further up in the same text", document.kind, document.name),
    )
    .help(
        "`kubectl apply` takes both for one object and changes it from the one to the other, or is refused; give this one \
         another name, or take it out",
    )
    .related(first.place_of(&["metadata", "name"]), "the other one");
}
