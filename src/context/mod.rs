//! Converts a profile object to the value that its template sees: resolves references and builds lists. Every
//! node keeps the span of the key or value it comes from.

mod claim;
mod fields;
mod pod;

use std::borrow::Cow;

use fields::{Fields, as_text, as_texts, merged, name_of, overlay};

use crate::profile::{Object, Profile};
use crate::source::Spanned;
use crate::yaml::node::{Entry, Node, Value};

/// The parameter from which the external-provisioner reads the file system
/// (kubernetes-csi/external-provisioner, pkg/controller: `csi.storage.k8s.io/fstype`).
const FS_TYPE: &str = "csi.storage.k8s.io/fstype";
/// The same parameter for in-tree provisioners.
const IN_TREE_FS_TYPE: &str = "fsType";
/// The prefix of in-tree provisioners.
const IN_TREE: &str = "kubernetes.io/";
/// Marks the default class (pkg/apis/storage/util: `IsDefaultStorageClassAnnotation`).
const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

/// The value that the template of `object` sees.
#[must_use]
pub fn context(profile: &Profile, object: &Object<'_>) -> Node<'static> {
    let mut fields = Fields::new(object.node, object.span);
    metadata(profile, object, &mut fields);
    match object.section.kind {
        "StorageClass" => {
            inherit(profile, &mut fields, "provisioner");
            storage_class(&mut fields);
        }
        "VolumeAttributesClass" => inherit(profile, &mut fields, "driverName"),
        "VolumeSnapshotClass" => inherit(profile, &mut fields, "driver"),
        "PersistentVolumeClaim" => {
            let spec = claim::spec(profile, object.node, object.span);
            fields.set("claimSpec", object.span, spec);
        }
        _ => pod::fields(profile, object, &mut fields),
    }
    if let Some(parameters) = fields.take("parameters") {
        fields.put(Entry { key: parameters.key, value: as_texts(parameters.value) });
    }
    fields.node()
}

/// Merges the verbatim API fields of a profile into the rendered object.
#[must_use]
pub fn with_further_fields(mut root: Node<'static>, object: &Object<'_>) -> Node<'static> {
    let is_class = object.section.kind.ends_with("Class");
    let laid: [(&str, &[&str]); 3] = [
        ("spec", if is_class { &[] } else { &["spec"] }),
        ("podSpec", &["spec", "template", "spec"]),
        (
            "containerSpec",
            match object.section.kind {
                "Pod" => &["spec", "containers"],
                _ => &["spec", "template", "spec", "containers"],
            },
        ),
    ];
    for (key, path) in laid {
        let Some(entry) = object.node.entry(key) else { continue };
        let Some(target) = at(&mut root, path) else { continue };
        match &mut target.value {
            Value::Sequence(items) => items.iter_mut().take(1).for_each(|first| overlay(first, &entry.value)),
            _ => overlay(target, &entry.value),
        }
    }
    root
}

fn at<'n>(root: &'n mut Node<'static>, path: &[&str]) -> Option<&'n mut Node<'static>> {
    path.iter().try_fold(root, |node, field| match &mut node.value {
        Value::Mapping(entries) => {
            entries.iter_mut().find(|entry| entry.key.value == *field).map(|entry| &mut entry.value)
        }
        _ => None,
    })
}

fn metadata(profile: &Profile, object: &Object<'_>, fields: &mut Fields) {
    let mut metadata = Fields::empty(object.span);
    let name = name_of(object);
    let key = object.node.entry("name").map_or(object.span, |entry| entry.key.span);
    metadata.set("name", key, name);
    if object.section.namespaced {
        let entry = object.node.entry("namespace").or_else(|| profile.root.entry("namespace"));
        metadata.entries.extend(entry.cloned());
    }
    for key in ["labels", "annotations"] {
        metadata.entries.extend(merged(Some(profile), object.node, key));
    }
    fields.set("metadata", object.span, metadata.node());
}

/// Uses the driver of the profile if the object does not set its own.
fn inherit(profile: &Profile, fields: &mut Fields, key: &str) {
    if fields.get(key).is_none()
        && let Some(driver) = profile.root.entry("driver")
    {
        fields.set(key, driver.key.span, driver.value.clone());
    }
}

fn storage_class(fields: &mut Fields) {
    if let Some(file_system) = fields.take("fsType") {
        let in_tree = fields
            .get("provisioner")
            .and_then(|entry| entry.value.as_str())
            .is_some_and(|name| name.starts_with(IN_TREE));
        let key = if in_tree { IN_TREE_FS_TYPE } else { FS_TYPE };
        let span = file_system.key.span;
        let file_system =
            Entry { key: Spanned { value: Cow::Borrowed(key), span }, value: file_system.value };
        add_to(fields, "parameters", file_system, false);
    }
    if let Some(default) = fields.take("default") {
        let key = Spanned { value: Cow::Borrowed(DEFAULT_CLASS), span: default.key.span };
        let annotation = Entry { key, value: as_text(default.value) };
        if let Some(metadata) = fields.take("metadata") {
            let mut inner = Fields::new(&metadata.value, metadata.value.span);
            add_to(&mut inner, "annotations", annotation, true);
            fields.put(Entry { key: metadata.key, value: inner.node() });
        }
    }
}

/// Adds an entry to the table at `key`; an existing one is kept unless `over`.
fn add_to(fields: &mut Fields, key: &str, entry: Entry<'static>, over: bool) {
    match fields.take(key) {
        Some(table) => {
            let mut inner = Fields::new(&table.value, table.value.span);
            if over || inner.get(&entry.key.value).is_none() {
                inner.put(entry);
            }
            fields.put(Entry { key: table.key, value: inner.node() });
        }
        None => {
            let span = entry.key.span;
            fields.set(key, span, Node::new(Value::Mapping(vec![entry]), span));
        }
    }
}
