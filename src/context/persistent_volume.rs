//! Volumes that exist: their handle, the claim that they are for, and the annotations of pods that mount them.

use super::fields::{Fields, name_of, text};
use crate::profile::{Object, Profile, sections};
use crate::yaml::node::{Entry, Node, Value};

/// The table of the volume that the `volume` of a claim names; none for a volume of the cluster.
pub(super) fn of<'p>(profile: &'p Profile, volume: &Node<'_>) -> Option<&'p Node<'static>> {
    profile.object(sections::PERSISTENT_VOLUMES, volume.as_str()?).map(|object| object.node)
}

/// Adds the handle and `claimRef` unless they are set.
pub(super) fn fields(profile: &Profile, object: &Object<'_>, fields: &mut Fields) {
    if let Some(csi) = fields.take("csi") {
        let mut source = Fields::new(&csi.value, csi.value.span);
        if source.get("volumeHandle").is_none() {
            // The kubelet identifies volumes by driver and handle; names of volumes are unique in a cluster.
            source.set("volumeHandle", csi.key.span, name_of(object));
        }
        fields.put(Entry { key: csi.key, value: source.node() });
    }
    if fields.get("claimRef").is_none()
        && let Some(claim) = claim_of(profile, object)
        && let Some(namespace) = claim.namespace
    {
        let mut reference = Fields::empty(claim.span);
        reference.set("namespace", claim.span, text(namespace.to_owned(), claim.span));
        reference.set("name", claim.span, text(claim.name, claim.span));
        fields.set("claimRef", claim.span, reference.node());
    }
}

/// The only claim that names the volume. One that is rendered only if something uses it counts only if it is alone.
fn claim_of<'p>(profile: &'p Profile, object: &Object<'_>) -> Option<Object<'p>> {
    let (offered, own): (Vec<_>, Vec<_>) =
        profile.claims_of_volume(object.key).partition(|claim| profile.is_in_catalogue(claim));
    let claims = if own.is_empty() { offered } else { own };
    match <[Object<'p>; 1]>::try_from(claims) {
        Ok([claim]) => Some(claim),
        Err(_) => None,
    }
}

/// Adds what the volumes that a pod mounts require to its annotations.
pub(super) fn annotate_pod(profile: &Profile, object: &Object<'_>, metadata: &mut Fields) {
    for mount in object.node.get("mounts").map(Node::items).unwrap_or_default() {
        let claim = mount.get("claim").and_then(Node::as_str);
        let claim = claim.and_then(|claim| profile.object(sections::CLAIMS, claim)?.node.get("volume"));
        let volume = claim.and_then(|volume| of(profile, volume));
        for annotation in
            volume.and_then(|volume| volume.get("podAnnotations")).map_or(&[][..], Node::entries)
        {
            let mut annotations = metadata.take("annotations").unwrap_or_else(|| Entry {
                key: crate::source::Spanned { value: "annotations".into(), span: mount.span },
                value: Node::new(Value::Mapping(Vec::new()), mount.span),
            });
            if let Value::Mapping(entries) = &mut annotations.value.value
                && entries.iter().all(|entry| entry.key.value != annotation.key.value)
            {
                entries.push(annotation.clone());
            }
            metadata.put(annotations);
        }
    }
}
