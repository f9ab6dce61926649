//! Objects of any kind: their fields as they are written, with pods of the profile inserted.

use super::fields::{Fields, overlay};
use super::null::descend;
use super::unset::Removed;
use super::{context, custom};
use crate::profile::{Object, Profile, path_parts, sections};
use crate::yaml::node::{Entry, Node};

/// The keys of an object that are not fields of the API.
const OWN_KEYS: [&str; 7] = ["name", "namespace", "labels", "annotations", "nulls", "pods", "metadata"];

/// The keys in the profile of the pods that objects of any kind insert; they are not rendered on their own.
#[must_use]
pub fn inserted_pods(profile: &Profile) -> Vec<&str> {
    let mut keys = Vec::new();
    for object in profile.inserting() {
        let inserted = match object.section.name {
            sections::OBJECTS => object.node.get("pods").map(Node::entries).unwrap_or_default(),
            _ => {
                keys.extend(custom::inserted_pods(&object));
                &[]
            }
        };
        keys.extend(inserted.iter().filter_map(|entry| entry.value.get("pod")?.as_str()));
    }
    keys
}

/// The object as it is rendered, before `spec` and `unset` apply.
#[must_use]
pub fn object(profile: &Profile, object: &Object<'_>, removed: &mut Removed) -> Node<'static> {
    let fields = context(profile, object, removed);
    let mut root = Fields::empty(object.span);
    for key in ["apiVersion", "kind"] {
        root.copy(&fields, key, key);
    }
    if let Some(metadata) = fields.get("metadata") {
        root.set("metadata", object.span, metadata.clone());
    }
    for entry in object.node.entries().iter().filter(|entry| !OWN_KEYS.contains(&entry.key.value.as_ref())) {
        root.put(entry.clone());
    }
    let mut root = root.node();
    for entry in object.node.get("pods").map(Node::entries).unwrap_or_default() {
        insert(profile, &mut root, entry);
    }
    root
}

/// Inserts one pod at its path, and the other keys of the entry next to it.
fn insert(profile: &Profile, root: &mut Node<'static>, entry: &Entry<'static>) {
    let Some(path) = path_parts(&entry.key.value) else { return };
    let pod = entry.value.get("pod").and_then(Node::as_str);
    let found = pod.and_then(|pod| profile.object(sections::PODS, pod));
    let (Some(found), Some((last, parents))) = (found, path.split_last()) else { return };
    let built = context(profile, &found, &mut Removed::new());
    let Some(spec) = built.get("podSpec").cloned() else { return };
    let place = entry.key.span;
    let value = if last.ends_with("pec") {
        spec
    } else {
        let mut metadata = Fields::empty(place);
        for key in ["labels", "annotations"] {
            if let Some(entry) = built.get("metadata").and_then(|metadata| metadata.entry(key)) {
                metadata.put(entry.clone());
            }
        }
        let mut template = Fields::empty(place);
        if !metadata.is_empty() {
            template.set("metadata", place, metadata.node());
        }
        template.set("spec", place, spec);
        template.node()
    };
    let Some(parent) = descend(root, parents, place) else { return };
    let mut fields = Fields::new(parent, parent.span);
    for further in entry.value.entries().iter().filter(|further| further.key.value != "pod") {
        fields.put(further.clone());
    }
    // What the object itself has there is merged into the pod.
    let mut value = value;
    if let Some(own) = fields.take(last) {
        overlay(&mut value, &own.value);
    }
    fields.set(last.clone(), place, value);
    *parent = fields.node();
}
