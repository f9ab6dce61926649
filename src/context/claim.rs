//! The spec of a claim, of a claim template of a StatefulSet, or of a generic ephemeral volume.

use super::fields::{Fields, list, overlay, resolve, text};
use super::persistent_volume;
use crate::profile::{Profile, sections};
use crate::source::Span;
use crate::yaml::node::Node;

/// The claim spec for a table of the profile.
pub(super) fn spec(profile: &Profile, node: &Node<'static>, owner: Span) -> Node<'static> {
    let mut spec = Fields::empty(owner);
    let volume = node.entry("volume");
    let bound = volume.and_then(|volume| persistent_volume::of(profile, &volume.value));
    let of_volume = |key: &str| node.entry(key).or_else(|| bound?.entry(key));
    spec.entries.extend(of_volume("accessModes").cloned());
    if let Some(size) = of_volume("size") {
        let mut requests = Fields::empty(size.key.span);
        requests.set("storage", size.key.span, size.value.clone());
        let mut resources = Fields::empty(size.key.span);
        resources.set("requests", size.key.span, requests.node());
        spec.set("resources", size.key.span, resources.node());
    }
    if let Some(class) = node.entry("storageClass") {
        spec.set("storageClassName", class.key.span, resolve(profile, "storageClasses", &class.value));
    }
    if let Some(volume) = volume {
        if node.get("storageClass").is_none() {
            // Without a class name the claim would get the default class, which creates another volume.
            let class = bound.and_then(|bound| bound.get("storageClassName")).cloned();
            spec.set("storageClassName", volume.key.span, class.unwrap_or_else(|| text("", volume.key.span)));
        }
        spec.set(
            "volumeName",
            volume.key.span,
            resolve(profile, sections::PERSISTENT_VOLUMES, &volume.value),
        );
    }
    if let Some(class) = node.entry("volumeAttributesClass") {
        let name = resolve(profile, "volumeAttributesClasses", &class.value);
        spec.set("volumeAttributesClassName", class.key.span, name);
    }
    if let Some(source) = node.entry("cloneOf") {
        let name = resolve(profile, "claims", &source.value);
        spec.set("dataSource", source.key.span, data_source(None, "PersistentVolumeClaim", name));
    }
    if let Some(source) = node.entry("restoreFrom") {
        let group = Some("snapshot.storage.k8s.io");
        spec.set("dataSource", source.key.span, data_source(group, "VolumeSnapshot", source.value.clone()));
    }
    for key in ["volumeMode", "dataSource", "dataSourceRef", "selector", "volumeName"] {
        spec.copy(node, key, key);
    }
    spec.node()
}

/// The claim templates of a StatefulSet: a table of the profile as a list.
pub(super) fn templates(profile: &Profile, table: &Node<'static>) -> Node<'static> {
    let items = table.entries().iter().map(|entry| {
        let mut metadata = Fields::empty(entry.key.span);
        let name = entry.value.get("name").cloned();
        metadata.set(
            "name",
            entry.key.span,
            name.unwrap_or_else(|| text(entry.key.value.clone(), entry.key.span)),
        );
        metadata.copy(&entry.value, "labels", "labels");
        metadata.copy(&entry.value, "annotations", "annotations");
        let mut template = Fields::empty(entry.key.span);
        template.set("metadata", entry.key.span, metadata.node());
        template.set("spec", entry.key.span, with_spec(profile, &entry.value, entry.key.span));
        template.node()
    });
    list(items.collect(), table.span)
}

/// The volume source of a generic ephemeral volume.
pub(super) fn ephemeral(profile: &Profile, node: &Node<'static>, owner: Span) -> Node<'static> {
    let mut metadata = Fields::empty(owner);
    metadata.copy(node, "labels", "labels");
    metadata.copy(node, "annotations", "annotations");
    let mut template = Fields::empty(owner);
    if !metadata.is_empty() {
        template.set("metadata", owner, metadata.node());
    }
    template.set("spec", owner, with_spec(profile, node, owner));
    let mut source = Fields::empty(owner);
    source.set("volumeClaimTemplate", owner, template.node());
    source.node()
}

/// The spec merged with the verbatim API fields of the table.
fn with_spec(profile: &Profile, node: &Node<'static>, owner: Span) -> Node<'static> {
    let mut spec = spec(profile, node, owner);
    if let Some(further) = node.get("spec") {
        overlay(&mut spec, further);
    }
    spec
}

fn data_source(group: Option<&'static str>, kind: &'static str, name: Node<'static>) -> Node<'static> {
    let span = name.span;
    let mut source = Fields::empty(span);
    if let Some(group) = group {
        source.set("apiGroup", span, text(group, span));
    }
    source.set("kind", span, text(kind, span));
    source.set("name", span, name);
    source.node()
}
