//! `PersistentVolume`: what storage they are is fixed (validation.go, `ValidatePersistentVolumeUpdate`).

use serde_json::{Map, Value, json};

use super::table::IMMUTABLE_VOLUME;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::volume_source;
use crate::document::reporter::Reporter;
use crate::rules::update::json::first_difference;
use crate::rules::update::server_side_apply::{self, Owner};
use crate::yaml::path::Path;

/// Labels of nodes that got new names; a node affinity may take up the new one (`topologyKeysToMigrate`).
const RENAMED: [(&str, &str); 5] = [
    ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
    ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
    ("beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"),
    ("beta.kubernetes.io/os", "kubernetes.io/os"),
    ("beta.kubernetes.io/arch", "kubernetes.io/arch"),
];

/// Checks a PersistentVolume.
pub(super) fn check(old: &Value, new: &Value, version: KubernetesVersion, out: &mut Reporter<'_>) {
    let nothing = Value::Object(Map::new());
    let (old, new) = (old.get("spec").unwrap_or(&nothing), new.get("spec").unwrap_or(&nothing));
    let root = Path::root();
    let path = root.field("spec");
    let (before, mut after) = sources(old, new, version);
    // The secret for expanding may be added later.
    let secret = "controllerExpandSecretRef";
    if before.get("csi").is_some_and(|csi| csi.get(secret).is_none())
        && let Some(csi) = after.get_mut("csi").and_then(Value::as_object_mut)
    {
        csi.remove(secret);
    }
    first_difference(&before, &after, &path, &mut |path| report(path, out));
    let mode =
        |spec: &Value| spec.get("volumeMode").and_then(Value::as_str).unwrap_or("Filesystem").to_owned();
    if mode(old) != mode(new) {
        report(&path.field("volumeMode"), out);
    }
    let affinity = |spec: &Value| {
        let mut affinity =
            server_side_apply::normal(spec.get("nodeAffinity").unwrap_or(&Value::Null), version);
        rename(&mut affinity);
        affinity
    };
    let (before, after) = (affinity(old), affinity(new));
    if !before.is_null() {
        first_difference(&before, &after, &path.field("nodeAffinity"), &mut |path| report(path, out));
    }
    let class = |spec: &Value| spec.get("volumeAttributesClassName").is_some_and(Value::is_string);
    if class(old) && !class(new) {
        report(&path.field("volumeAttributesClassName"), out);
    }
}

fn report(path: &Path<'_>, out: &mut Reporter<'_>) {
    out.report(&IMMUTABLE_VOLUME, path, format!("`{path}` of a PersistentVolume cannot change")).help(
        "make the changed volume under a new name; or set `persistentVolumeReclaimPolicy: Retain`, which keeps the \
         data, delete this one and create it again",
    );
}

/// The sources of both, as a pod's volume would have them once the server has completed it.
fn sources(old: &Value, new: &Value, version: KubernetesVersion) -> (Value, Value) {
    let pod = |spec: &Value| {
        let mut volume = Map::new();
        volume.insert("name".to_owned(), Value::from("volume"));
        for source in volume_source::persistent() {
            if let Some(value) = spec.get(source.field).filter(|value| !value.is_null()) {
                volume.insert(source.field.to_owned(), value.clone());
            }
        }
        json!({ "volumes": [volume] })
    };
    let (before, after) = server_side_apply::pod(&pod(old), &pod(new), Owner::Template, version);
    let volume = |pod: Value| pod.pointer("/volumes/0").cloned().unwrap_or_default();
    (volume(before), volume(after))
}

/// Gives labels of nodes their new names.
fn rename(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(key)) = fields.get_mut("key")
                && let Some((_, new)) = RENAMED.iter().find(|(old, _)| *old == key)
            {
                (*new).clone_into(key);
            }
            fields.iter_mut().for_each(|(_, value)| rename(value));
        }
        Value::Array(items) => items.iter_mut().for_each(rename),
        _ => {}
    }
}
