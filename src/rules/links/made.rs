//! The claims that pods and sets make for themselves, and whose names may be taken.

use super::table;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::path::Path;
use crate::rules::{Findings, Scene};

/// A claim that a pod makes from an ephemeral volume, or a StatefulSet from a template of claims.
#[derive(Clone, Debug)]
pub(in crate::rules) struct MadeClaim {
    /// Its name.
    pub(in crate::rules) name: String,
    /// Position in the pod's `volumes`, or in `volumeClaimTemplates`.
    place: usize,
    is_ephemeral: bool,
}

/// Sets have a claim for each ordinal; a name that collides does so for the first of them.
const ORDINALS: i32 = 16;

/// The claims that the pods of a document make, as far as their names are known before: a pod's, and a StatefulSet's.
pub(in crate::rules) fn made_claims(document: &Document<'_>) -> Vec<MadeClaim> {
    let mut made = Vec::new();
    let (pods, templates) = match &document.object {
        Object::Pod(_) if !document.name.is_empty() => (vec![document.name.clone()], &[][..]),
        Object::StatefulSet(set) => {
            let start = set.spec.ordinals.as_ref().and_then(|ordinals| ordinals.start).unwrap_or(0);
            let replicas = set.spec.replicas.unwrap_or(1).clamp(0, ORDINALS);
            let pods =
                (0..replicas).map(|index| format!("{}-{}", document.name, start.saturating_add(index)));
            (pods.collect(), set.spec.volume_claim_templates.as_deref().unwrap_or_default())
        }
        _ => return made,
    };
    for (place, template) in templates.iter().enumerate() {
        let Some(name) = &template.metadata.name else { continue };
        let name = |pod| MadeClaim { name: format!("{name}-{pod}"), place, is_ephemeral: false };
        made.extend(pods.iter().map(name));
    }
    let volumes = document.object.pod().and_then(|pod| pod.spec.volumes.as_deref()).unwrap_or_default();
    for (place, volume) in volumes.iter().enumerate().filter(|(_, volume)| volume.ephemeral.is_some()) {
        // A claim template takes the place of a volume of its name.
        if templates.iter().any(|template| template.metadata.name.as_ref() == Some(&volume.name)) {
            continue;
        }
        let name = |pod| MadeClaim { name: format!("{pod}-{}", volume.name), place, is_ephemeral: true };
        made.extend(pods.iter().map(name));
    }
    made
}

/// Reports a claim whose name another one of the input has.
pub(super) fn check(document: &Document<'_>, scene: &Scene<'_>, out: &mut Findings<'_>) {
    let namespace = document.namespace.as_deref();
    let mut told = Vec::new();
    for made in made_claims(document) {
        let which = (made.is_ephemeral, made.place);
        if told.contains(&which) {
            continue;
        }
        // A set takes a claim that is there already for its own; a pod does not take it for its ephemeral volume.
        let claim = scene.index.claim(document, &made.name).filter(|_| made.is_ephemeral);
        let claim = claim.map(|(claim, _)| claim).filter(|claim| !is_owned(claim, "Pod", None));
        let maker = scene.index.maker(namespace, &made.name).filter(|other| {
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

/// Whether an object was made by another one: such are the objects of a cluster that somebody reads out.
fn is_owned(document: &Document<'_>, kind: &str, name: Option<&str>) -> bool {
    let owners = document.object.metadata().and_then(|metadata| metadata.owner_references.as_ref());
    owners.into_iter().flatten().any(|owner| owner.kind == kind && name.is_none_or(|name| owner.name == name))
}

fn report(made: &MadeClaim, other: &Document<'_>, path: &Path<'_>, out: &mut Findings<'_>) {
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
    out.push(&table::CLAIM_NAME_TAKEN, &path.field("name"), format!("claim `{}` {how}", made.name))
        .help(help)
        .related(super::place_of(other, &["metadata", "name"]), "the other one");
}
