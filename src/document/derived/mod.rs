//! The pods and claims that an operator makes of a custom resource: documents of their own, whose values are at places of the
//! resource. What the operator adds is added, so the same rules apply to them as to other pods and claims.

mod claim;
mod count;
mod draft;
pub mod facts;
mod maker;
mod place;
mod pod;
pub mod tasks;
mod tree;

use maker::Maker;

use super::{Derived, Document};
use crate::catalog::custom_kind::{self, Holds};
use crate::finding::Finding;
use crate::yaml::node::Node;

/// The objects that an operator makes of a custom resource, which `decode` reads.
pub(super) fn derive<'t>(
    document: &Document<'t>,
    decode: &dyn Fn(Node<'t>, &mut Vec<Finding>) -> Document<'t>,
) -> Vec<Derived<'t>> {
    let Some(kind) = custom_kind::find(&document.api_version, &document.kind) else { return Vec::new() };
    let maker = Maker { document, kind, decode };
    let mut made = Vec::new();
    for location in maker.locations() {
        for place in maker.places(location) {
            match location.holds {
                Holds::PodTemplateSpec | Holds::PodSpec => made.push(maker.pod(location, &place)),
                Holds::PersistentVolumeClaim | Holds::PersistentVolumeClaimSpec => {
                    made.extend(maker.claim(location, &place));
                }
                Holds::ClaimName | Holds::StorageUri | Holds::ClaimUri => {
                    made.extend(maker.claim_user(location, &place));
                }
                Holds::Volume | Holds::VolumeSource if !location.is_mounted_by_name(kind) => {
                    made.push(maker.volume_user(location, &place));
                }
                Holds::JobTemplateSpec => made.push(maker.job(location, &place)),
                Holds::Resource => made.push(maker.resource(location, &place)),
                Holds::Quantity => made.extend(maker.quantity(location, &place)),
                Holds::Volume
                | Holds::VolumeSource
                | Holds::Container
                | Holds::VolumeMount
                | Holds::ClassName
                | Holds::AccessMode
                | Holds::AccessModes => {}
            }
        }
    }
    maker.container_groups(&mut made);
    if kind.mounts_elsewhere.iter().any(|key| facts::has_key(&document.root, key)) {
        for location in maker
            .locations()
            .filter(|location| location.holds == Holds::Volume && location.is_mounted_by_name(kind))
        {
            let is_used = |path: &str| {
                let is_volume = |(own, place): &(String, Option<String>)| {
                    own.starts_with("spec.volumes[") && place.as_deref() == Some(path)
                };
                made.iter().any(|derived: &Derived<'_>| derived.paths.iter().any(is_volume))
            };
            let places: Vec<_> =
                maker.places(location).into_iter().filter(|place| !is_used(&place.path)).collect();
            made.extend(places.iter().map(|place| maker.volume_user(location, place)));
        }
    }
    made
}
