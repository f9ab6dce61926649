//! The values that templates can access: the object's own keys, with references resolved and API structures built.
//! Every node keeps the span of the key or value that it is made from.

mod claim;
pub mod custom;
mod fields;
mod null;
pub mod object;
mod path;
mod persistent_volume;
mod pod;
mod unset;

use std::borrow::Cow;

use fields::{Fields, as_text, as_texts, merged, name_of, overlay, resolve};
use null::null;
pub use path::profile_path;
pub(crate) use pod::{NAME_LABEL, SHARED_MEMORY, SHARED_MEMORY_PATH, volume_name};
pub(crate) use unset::Removed;
use unset::unset;

use crate::profile::schema::Kind;
use crate::profile::{Object, Profile, merge, sections};
use crate::source::Spanned;
use crate::yaml::node::{Entry, Node, Value};

/// The parameter by which the external-provisioner reads the file system (kubernetes-csi/external-provisioner,
/// pkg/controller: `csi.storage.k8s.io/fstype`).
const FS_TYPE: &str = "csi.storage.k8s.io/fstype";
/// The parameter of in-tree provisioners.
const IN_TREE_FS_TYPE: &str = "fsType";
/// The prefix of their names.
const IN_TREE: &str = "kubernetes.io/";
/// Marks the default class (pkg/apis/storage/util: `IsDefaultStorageClassAnnotation`).
pub(crate) const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

/// What the template of `object` can access. `removed` collects the paths of `unset` that applied.
#[must_use]
pub fn context(profile: &Profile, object: &Object<'_>, removed: &mut Removed) -> Node<'static> {
    let mut fields = Fields::new(object.node, object.span);
    metadata(profile, object, &mut fields);
    match object.section.kind.name {
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
        "PersistentVolume" => persistent_volume::fields(profile, object, &mut fields),
        _ if object.section.kind.has_pods() => pod::fields(profile, object, &mut fields, removed),
        _ if object.section.kind.is_custom() => {}
        _ => {
            references(profile, object, &mut fields);
            selected(profile, &mut fields);
        }
    }
    if let Some(parameters) = fields.take("parameters") {
        fields.put(Entry { key: parameters.key, value: as_texts(parameters.value) });
    }
    fields.node()
}

/// Resolves the keys that refer to other objects.
fn references(profile: &Profile, object: &Object<'_>, fields: &mut Fields) {
    for key in object.section.table.keys() {
        if let Kind::Either(Kind::Reference(section), _) = key.kind
            && let Some(entry) = fields.take(key.name)
        {
            let value = resolve(profile, section, &entry.value);
            fields.put(Entry { key: entry.key, value });
        }
    }
}

/// The selector of the workload that a service names, such as `statefulSets.server`.
fn selected(profile: &Profile, fields: &mut Fields) {
    let Some(workload) = fields.take("workload") else { return };
    let Some((section, key)) = workload.value.as_str().and_then(|path| path.split_once('.')) else { return };
    let found = profile.object(section, key);
    let context = found.map(|object| context(profile, &object, &mut Removed::new()));
    let labels = context.as_ref().and_then(|context| context.get("selector")?.get("matchLabels"));
    if let Some(labels) = labels
        && fields.get("selector").is_none()
    {
        fields.set("selector", workload.key.span, labels.clone());
    }
}

/// Applies `unset` to a rendered object, merges the fields under `spec` into it, and sets those of `nulls`.
#[must_use]
pub fn with_further_fields(
    mut root: Node<'static>,
    profile: &Profile,
    object: &Object<'_>,
    removed: &mut Removed,
) -> Node<'static> {
    let is_class = object.section.is_class();
    unset(profile, object, removed, |path| match path {
        [first, rest @ ..] if first == "spec" && is_class => merge::remove(&mut root, rest),
        path => merge::remove(&mut root, path),
    });
    let path: &[&str] = if is_class { &[] } else { &["spec"] };
    // The `spec` of an object of any kind is rendered as it is.
    if object.section.name != sections::OBJECTS
        && let Some(entry) = object.node.entry("spec")
        && let Some(target) = at(&mut root, path)
    {
        // A selector matches all its labels, so that merging one would narrow it.
        if object.section.kind.selector && entry.value.get("selector").is_some() {
            merge::remove(target, &["selector".to_owned()]);
        }
        overlay(target, &entry.value);
    }
    for path in object.node.get("nulls").map(Node::items).unwrap_or_default() {
        null(&mut root, path);
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
    if object.section.kind.namespaced {
        let entry = object.node.entry("namespace").or_else(|| profile.root.entry("namespace"));
        metadata.entries.extend(entry.cloned());
    }
    for key in ["labels", "annotations"] {
        metadata.entries.extend(merged(Some(profile), object.node, key));
    }
    if object.section.kind.pod_template == Some("") {
        persistent_volume::annotate_pod(profile, object, &mut metadata);
    }
    let mut metadata = metadata.node();
    if let Some(further) = object.node.get("metadata") {
        overlay(&mut metadata, further);
    }
    fields.set("metadata", object.span, metadata);
}

/// The profile's driver, unless the object names its own.
fn inherit(profile: &Profile, fields: &mut Fields, key: &'static str) {
    if fields.get(key).is_none()
        && let Some(driver) = profile.root.entry("driver")
    {
        fields.set(key, driver.key.span, driver.value.clone());
    }
}

/// The parameter in which a provisioner reads the file system.
pub(crate) fn file_system_parameter(provisioner: &str) -> &'static str {
    if provisioner.starts_with(IN_TREE) { IN_TREE_FS_TYPE } else { FS_TYPE }
}

fn storage_class(fields: &mut Fields) {
    if let Some(file_system) = fields.take("fsType") {
        let provisioner = fields.get("provisioner").and_then(|entry| entry.value.as_str());
        let key = file_system_parameter(provisioner.unwrap_or_default());
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

/// Adds an entry to the table under `key`; an existing entry is kept unless `over`.
fn add_to(fields: &mut Fields, key: &'static str, entry: Entry<'static>, over: bool) {
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
