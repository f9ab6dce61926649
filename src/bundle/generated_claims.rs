//! The claims that pods and sets make for themselves, and whose names may be taken.

use crate::document::Document;
use crate::document::object::Object;

/// A claim that a pod makes from an ephemeral volume, or a StatefulSet from a template of claims.
#[derive(Clone, Debug)]
pub struct GeneratedClaim {
    /// Its name.
    pub name: String,
    /// Position in the pod's `volumes`, or in `volumeClaimTemplates`.
    pub place: usize,
    /// Whether an ephemeral volume makes it.
    pub is_ephemeral: bool,
}

/// Sets have a claim for each ordinal; a name that collides does so for the first of them.
const ORDINALS: i32 = 16;

/// The claims that the pods of a document make, as far as their names are known before: a pod's, and a StatefulSet's.
pub fn generated_claims(document: &Document<'_>) -> Vec<GeneratedClaim> {
    let mut made = Vec::new();
    let (pods, templates) = match &document.object {
        Object::Pod(pod) if !document.name.is_empty() && !document.is_template => {
            let volumes = pod.spec.as_ref().and_then(|spec| spec.volumes.as_ref());
            if !volumes.into_iter().flatten().any(|volume| volume.ephemeral.is_some()) {
                return made;
            }
            (vec![document.name.to_string()], &[][..])
        }
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
        let name = |pod| GeneratedClaim { name: format!("{name}-{pod}"), place, is_ephemeral: false };
        made.extend(pods.iter().map(name));
    }
    let volumes = document.object.pod().and_then(|pod| pod.spec.volumes.as_deref()).unwrap_or_default();
    for (place, volume) in volumes.iter().enumerate().filter(|(_, volume)| volume.ephemeral.is_some()) {
        // A claim template takes the place of a volume of its name.
        if templates.iter().any(|template| template.metadata.name.as_ref() == Some(&volume.name)) {
            continue;
        }
        let name = |pod| GeneratedClaim { name: format!("{pod}-{}", volume.name), place, is_ephemeral: true };
        made.extend(pods.iter().map(name));
    }
    made
}
