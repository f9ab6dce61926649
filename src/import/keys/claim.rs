//! The keys of a claim, of a claim template, and of a scratch volume.

use super::super::object::Object;
use super::super::tree::{Table, text_at};
use super::scope::Scope;
use super::value::{fits, has_only, put_at};
use crate::profile::schema::Kind;
use crate::yaml::node::{Entry, Node};

/// Moves the fields of a claim's `spec` that have a key of another name.
pub(super) fn keys(fields: &mut Table, out: &mut Table, object: &Object, scope: &Scope<'_>) {
    let namespace = object.namespace.as_deref();
    for (field, key, section) in [
        ("storageClassName", "storageClass", "storageClasses"),
        ("volumeAttributesClassName", "volumeAttributesClass", "volumeAttributesClasses"),
    ] {
        if fields.get(field).is_some_and(|name| name.as_str().is_some())
            && let Some(entry) = fields.take(field)
        {
            out.put(key, entry.key.span, scope.reference(section, None, &entry.value));
        }
    }
    if let Some(resources) = fields.take("resources") {
        size(resources, fields, out);
    }
    data_source(fields, out, namespace, scope);
}

/// `size` is `resources.requests.storage`; other resources stay.
fn size(resources: Entry<'static>, fields: &mut Table, out: &mut Table) {
    let requests = resources.value.get("requests");
    let storage = requests.and_then(|requests| requests.entry("storage"));
    let Some(storage) = storage.filter(|storage| fits(&Kind::Quantity, &storage.value)).cloned() else {
        fields.entries.push(resources);
        return;
    };
    out.put("size", storage.key.span, storage.value);
    for part in resources.value.entries() {
        if part.key.value != "requests" {
            put_at(fields, &["resources"], part.clone());
        }
    }
    for request in requests.map(Node::entries).unwrap_or_default() {
        if request.key.value != "storage" {
            put_at(fields, &["resources", "requests"], request.clone());
        }
    }
}

/// A clone of a claim, or a restored snapshot.
fn data_source(fields: &mut Table, out: &mut Table, namespace: Option<&str>, scope: &Scope<'_>) {
    let Some(source) = fields.get("dataSource") else { return };
    let Some(name) = source.get("name").filter(|name| name.as_str().is_some()) else { return };
    let span = source.span;
    let (group, kind) = (source.get("apiGroup"), text_at(source, &["kind"]));
    match (group, kind) {
        (None, Some("PersistentVolumeClaim")) if has_only(source, &["kind", "name"]) => {
            out.put("cloneOf", span, scope.reference("claims", namespace, name));
        }
        (Some(group), Some("VolumeSnapshot"))
            if group.as_str() == Some("snapshot.storage.k8s.io")
                && has_only(source, &["apiGroup", "kind", "name"]) =>
        {
            out.put("restoreFrom", span, name.clone());
        }
        _ => return,
    }
    fields.take("dataSource");
}

/// The claim templates of a stateful set as a table by name. None if a key cannot hold one of them.
pub(super) fn templates(list: &Node<'static>, object: &Object, scope: &Scope<'_>) -> Option<Node<'static>> {
    let mut table = Table::new(list.span);
    for template in list.items() {
        if !has_only(template, &["metadata", "spec"]) {
            return None;
        }
        let metadata = template.get("metadata")?;
        let name = metadata.entry("name")?;
        let key = name.value.as_str()?.to_owned();
        if !has_only(metadata, &["name", "labels", "annotations"]) || table.get(&key).is_some() {
            return None;
        }
        let mut out = Table::new(template.span);
        out.entries.extend(metadata.entries().iter().filter(|entry| entry.key.value != "name").cloned());
        let mut fields = Table::of(template.get("spec")?);
        keys(&mut fields, &mut out, object, scope);
        for field in ["accessModes", "volumeMode"] {
            out.entries.extend(fields.take(field));
        }
        // Keys of claims that templates do not have.
        for (key, field) in [("cloneOf", "dataSource"), ("restoreFrom", "dataSource")] {
            if out.take(key).is_some() {
                fields.entries.extend(template.get("spec")?.entry(field).cloned());
            }
        }
        if !fields.is_empty() {
            out.put("spec", fields.span, fields.node());
        }
        table.put(key, name.key.span, out.node());
    }
    Some(table.node())
}
