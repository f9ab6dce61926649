//! Claims that pods and sets generate under a name that another claim has.

use super::table;
use crate::bundle::Bundle;
use crate::bundle::generated_claims::{GeneratedClaim, generated_claims};
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

/// Reports a claim whose name another one of the input has.
pub(super) fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let namespace = document.namespace.as_deref();
    let mut told = Vec::new();
    for made in generated_claims(document) {
        let which = (made.is_ephemeral, made.place);
        if told.contains(&which) {
            continue;
        }
        // A set takes a claim that is there already for its own; a pod does not take it for its ephemeral volume.
        let claim = bundle.index.claim(document, &made.name).filter(|_| made.is_ephemeral);
        let claim = claim.map(|(claim, _)| claim).filter(|claim| !is_owned(claim, "Pod", None));
        let maker = bundle.index.maker(namespace, &made.name).filter(|other| {
            other.position() < document.position()
                && (other.kind != document.kind || other.name != document.name)
                && !is_owned(other, &document.kind, Some(&document.name))
                && !is_owned(document, &other.kind, Some(&other.name))
        });
        let Some(other) = claim.or(maker) else { continue };
        told.push(which);
        let root = Path::root();
        if made.is_ephemeral {
            let Some(pod) = document.object.pod() else { continue };
            pod.at(&mut |base| {
                let spec = base.field("spec");
                let list = spec.field("volumes");
                report(&made, other, &list.index(made.place), out);
            });
        } else {
            let spec = root.field("spec");
            let list = spec.field("volumeClaimTemplates");
            report(&made, other, &list.index(made.place).field("metadata"), out);
        }
    }
}

/// Whether an object was made by another one: as in objects exported from a cluster.
fn is_owned(document: &Document<'_>, kind: &str, name: Option<&str>) -> bool {
    let owners = document.object.metadata().and_then(|metadata| metadata.owner_references.as_ref());
    owners.into_iter().flatten().any(|owner| owner.kind == kind && name.is_none_or(|name| owner.name == name))
}

fn report(made: &GeneratedClaim, other: &Document<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let how = match other.object {
        Object::PersistentVolumeClaim(_) => "is there already".to_owned(),
        _ => format!("is made by {} `{}` too", other.kind, other.name),
    };
    let help = if made.is_ephemeral {
        "a pod takes no claim for an ephemeral volume that was not made for it, so it never starts; name the volume, or \
         the other claim, otherwise"
    } else {
        "both write to one disk, or one of them waits for it; name the template, or the set, otherwise"
    };
    out.report(&table::CLAIM_NAME_COLLISION, &path.field("name"), format!("claim `{}` {how}", made.name))
        .help(help)
        .related(other.place_of(&["metadata", "name"]), "the other one");
}
