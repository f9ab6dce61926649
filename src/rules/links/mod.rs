//! Rules L: links between the objects of one input that cannot hold, whoever looks at each object alone.

mod claim;
mod claim_table;
mod made;
mod storage;
mod table;
mod volume;
mod zone;

use super::{Findings, Scene};
use crate::document::Document;
use crate::document::object::Object;
use crate::document::path::Path;
use crate::source::Span;

pub(super) use made::made_claims;
pub use storage::{Storage, storages};
pub use table::RULES;
pub(super) use zone::zones_of_pod;

/// Judges what one document refers to.
pub fn check(document: &Document<'_>, scene: &Scene<'_>, out: &mut Findings<'_>) {
    if let Some(pod) = document.object.pod() {
        let storages = storages(document, &pod, scene);
        pod.at(&mut |base| {
            let path = base.field("spec");
            volume::check(&pod, &storages, &path, out);
            zone::check(document, &pod, &storages, scene, &path, out);
        });
    }
    if let Object::PersistentVolumeClaim(object) = &document.object {
        claim::check(document, object, scene, out);
    }
    made::check(document, scene, out);
    twice(document, scene, out);
}

/// An object that is there twice in one text: the last one wins, or is refused.
fn twice(document: &Document<'_>, scene: &Scene<'_>, out: &mut Findings<'_>) {
    let Some(first) = scene.index.namesake(document) else { return };
    let root = Path::root();
    let path = root.field("metadata");
    out.push(
        &table::NAMED_TWICE,
        &path.field("name"),
        format!("a {} `{}` stands further up in the same text", document.kind, document.name),
    )
    .help(
        "`kubectl apply` takes both for one object and changes it from the one to the other, or is refused; give this one \
         another name, or take it out",
    )
    .related(place_of(first, &["metadata", "name"]), "the other one");
}

/// Where `fields` of another document stand, for a related place.
pub(super) fn place_of(document: &Document<'_>, fields: &[&str]) -> Span {
    let mut span = document.root.find(&Path::root()).span();
    let mut node = &document.root;
    for field in fields {
        let Some(entry) = node.entry(field) else { break };
        span = entry.key.span;
        node = &entry.value;
    }
    span
}
