//! Manifests, profiles and lists with a hostile text in each of their fields in turn.

use serde_json::{Value, json};

/// One object of each kind, with fields that reports quote.
fn objects() -> Vec<Value> {
    let pod = json!({
        "nodeSelector": {"disk": "ssd"},
        "containers": [{
            "name": "main", "image": "example.com/main:1", "imagePullPolicy": "Always", "workingDir": "/work",
            "env": [{"name": "KEY", "value": "1"}],
            "resources": {"requests": {"cpu": "1", "memory": "1Gi"}},
            "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        }],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
        "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}],
        "restartPolicy": "Never",
    });
    let claim = json!({
        "accessModes": ["ReadWriteOnce"], "storageClassName": "fast", "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": "10Gi"}},
    });
    let template = json!({"metadata": {"labels": {"app": "a"}}, "spec": pod});
    let object = |version: &str, kind: &str, name: &str, rest: Value| {
        let mut object = json!({
            "apiVersion": version, "kind": kind,
            "metadata": {"name": name, "namespace": "team", "labels": {"app": "a"}, "annotations": {"note": "n"}},
        });
        for (key, value) in rest.as_object().expect("an object") {
            object[key] = value.clone();
        }
        object
    };
    vec![
        object(
            "storage.k8s.io/v1",
            "StorageClass",
            "fast",
            json!({
                "provisioner": "ebs.csi.aws.com", "parameters": {"type": "gp3", "iops": "3000", "tagSpecification_1": "a=b"},
                "reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer", "mountOptions": ["noatime"],
                "allowedTopologies": [{"matchLabelExpressions": [{"key": "topology.kubernetes.io/zone", "values": ["us-east-1a"]}]}],
            }),
        ),
        object(
            "storage.k8s.io/v1",
            "VolumeAttributesClass",
            "gold",
            json!({
                "driverName": "ebs.csi.aws.com", "parameters": {"iops": "4000"},
            }),
        ),
        object("v1", "PersistentVolumeClaim", "data", json!({"spec": claim})),
        object(
            "v1",
            "PersistentVolume",
            "disk",
            json!({"spec": {
                "capacity": {"storage": "10Gi"}, "accessModes": ["ReadWriteOnce"], "persistentVolumeReclaimPolicy": "Retain",
                "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-1", "volumeAttributes": {"a": "b"}},
            }}),
        ),
        object("v1", "Pod", "trainer", json!({"spec": pod})),
        object("batch/v1", "Job", "train", json!({"spec": {"template": template}})),
        object(
            "apps/v1",
            "StatefulSet",
            "db",
            json!({"spec": {
                "serviceName": "db", "selector": {"matchLabels": {"app": "a"}}, "template": template,
                "volumeClaimTemplates": [{"metadata": {"name": "disk"}, "spec": claim}],
            }}),
        ),
        object("v1", "ConfigMap", "settings", json!({"data": {"key": "value"}})),
        object("v1", "Secret", "password", json!({"stringData": {"key": "value"}})),
        object("example.com/v1", "Trainer", "other", json!({"spec": {"key": ["value"]}})),
    ]
}

/// How many places of a value a text can be put in: every scalar, and every key.
fn places(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(places).sum(),
        Value::Object(table) => table.len() + table.values().map(places).sum::<usize>(),
        _ => 1,
    }
}

/// The value with `text` in one of its places, counted down.
fn put(value: &Value, place: &mut Option<usize>, text: &str) -> Value {
    let mut here = || {
        let left = (*place)?;
        *place = left.checked_sub(1);
        (left == 0).then_some(())
    };
    match value {
        Value::Array(items) => items.iter().map(|item| put(item, place, text)).collect(),
        Value::Object(table) => {
            let mut out = serde_json::Map::new();
            for (key, value) in table {
                let mut here = || {
                    let left = (*place)?;
                    *place = left.checked_sub(1);
                    (left == 0).then_some(())
                };
                let key = if here().is_some() { text.to_owned() } else { key.clone() };
                out.insert(key, put(value, place, text));
            }
            Value::Object(out)
        }
        scalar => {
            if here().is_some() {
                text.into()
            } else {
                scalar.clone()
            }
        }
    }
}

/// The objects as they are, one for each place that [`hostile`] changes.
pub(super) fn plain() -> String {
    stream(|object, _| object.clone())
}

/// The objects with one of the texts in each place in turn; in each `round` a place gets another text.
pub(super) fn hostile(texts: &[&str], round: usize) -> String {
    let mut turn = round;
    stream(|object, place| {
        turn += 1;
        put(object, &mut Some(place), texts[turn % texts.len()])
    })
}

/// A document for each place of each object; names differ, so that each is an object of its own.
fn stream(mut object: impl FnMut(&Value, usize) -> Value) -> String {
    let mut out = String::new();
    let mut number = 0;
    for base in objects() {
        for place in 0..places(&base) {
            let mut base = base.clone();
            number += 1;
            let name = base["metadata"]["name"].as_str().expect("a name");
            base["metadata"]["name"] = format!("{name}-{number}").into();
            out.push_str(&format!("{:#}\n", object(&base, place)));
        }
    }
    out
}

/// A text as a TOML string.
fn toml(text: &str) -> String {
    let letters = text.chars().map(|letter| format!("\\U{:08x}", u32::from(letter)));
    format!("\"{}\"", letters.collect::<String>())
}

/// Profiles with a hostile text in one place each.
pub(super) fn profiles(hostile: &str) -> Vec<String> {
    let hostile = &toml(hostile);
    let base = "name = \"x\"\nextends = \"aws-ebs\"\n";
    let with = |rest: String| format!("{base}{rest}\n");
    vec![
        with(format!("{hostile} = 1")),
        with(format!("namespace = {hostile}")),
        format!("name = {hostile}\nextends = \"aws-ebs\"\n"),
        format!("name = \"x\"\nextends = {hostile}\n"),
        format!("name = \"x\"\ndriver = {hostile}\n[claims.data]\nsize = \"1Gi\"\n[storageClasses.a]\n"),
        with(format!("unset = [{hostile}]")),
        with(format!("[labels]\n{hostile} = \"a\"")),
        with(format!("[annotations]\na = {hostile}")),
        with(format!("[storageClasses.{hostile}]\nparameters = {{ type = \"gp3\" }}")),
        with(format!("[storageClasses.fast.parameters]\n{hostile} = \"1\"")),
        with(format!("[storageClasses.fast.parameters]\ntype = {hostile}")),
        with(format!("[storageClasses.fast]\nreclaimPolicy = {hostile}")),
        with(format!("[storageClasses.fast]\nname = {hostile}")),
        with(format!("[claims.{hostile}]\nsize = \"1Gi\"\nclass = \"fast\"")),
        with(format!("[claims.data]\nsize = {hostile}")),
        with(format!("[claims.data]\nclass = {hostile}")),
        with(format!("[claims.data]\nname = {hostile}")),
        with(format!("[claims.data]\naccessModes = [{hostile}]")),
        with(format!("[pods.trainer]\nimage = {hostile}")),
        with(format!("[pods.trainer]\ncommand = [{hostile}]\ngpus = {hostile}")),
        with(format!("[pods.trainer.mounts]\n{hostile} = \"/data\"")),
        with(format!("[pods.trainer.mounts]\ndata = {hostile}")),
        with(format!("[pods.trainer.env]\n{hostile} = \"1\"")),
        with(format!("[pods.trainer.podSpec]\n{hostile} = 1")),
        with(format!("[pods.trainer.podSpec.nodeSelector]\n{hostile} = {hostile}")),
        with(format!("[pods.{hostile}]\nimage = \"a\"")),
        with(format!("[jobs.{hostile}]\nimage = \"a\"\nmounts = {{ {hostile} = \"/a\" }}")),
    ]
}

/// A project file with a hostile text in each of its fields.
pub(super) fn project(hostile: &str) -> String {
    let hostile = toml(hostile);
    format!(
        "{hostile} = 1\n[[renders]]\nprofiles = [{hostile}]\noverlays = [{hostile}]\noutDir = {hostile}\ntemplates = {hostile}\nlayout = {hostile}\n\
         [report]\nselect = [{hostile}]\nfailOn = {hostile}\n"
    )
}

/// A `ResourceList` with a hostile text in each place of some items in turn.
pub(super) fn resource_list(texts: &[&str], round: usize) -> String {
    let mut items = Vec::new();
    let mut turn = round;
    for base in objects() {
        for place in 0..places(&base) {
            turn += 1;
            items.push(put(&base, &mut Some(place), texts[turn % texts.len()]));
        }
    }
    let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"profile": texts[round]}});
    json!({"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": items, "functionConfig": config}).to_string()
}
