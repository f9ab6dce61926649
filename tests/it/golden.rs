//! What is rendered, byte for byte: every built-in profile, every example and every recipe on every cloud, as
//! `--out-dir` writes it. `UPDATE_GOLDEN=1 cargo test` writes the folder anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::support::{Folder, command, run};
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod, Service};
use k8s_openapi::api::storage::v1::{StorageClass, VolumeAttributesClass};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_yaml::Value;
use volwright::catalog::kind;
use volwright::profile::builtin;
use volwright::source::{SourceKind, Sources};
use volwright::yaml::read::read;
use volwright::yaml::write::write;

/// The examples that are whole profiles; every other one is an overlay for each of the built-in profiles.
const PROFILES: &[&str] = &["modify-volume", "seed"];

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The names of the TOML files of a folder, without their ends, sorted.
fn names(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(project(folder))
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

/// Every golden folder below `golden/`, and the arguments that make it.
fn folders() -> BTreeMap<String, Vec<String>> {
    let mut folders = BTreeMap::new();
    for name in builtin::names() {
        folders.insert(name.to_owned(), vec![name.to_owned()]);
        folders.insert(format!("all-classes/{name}"), vec![name.to_owned(), "--all-classes".to_owned()]);
    }
    for name in names("examples") {
        if PROFILES.contains(&name.as_str()) {
            folders.insert(name.clone(), vec![format!("examples/{name}.toml")]);
        } else {
            overlay(&mut folders, "examples", &name, &name);
        }
    }
    for name in names("examples/recipes") {
        overlay(&mut folders, "examples/recipes", &name, &format!("recipes/{name}"));
    }
    folders
}

fn overlay(folders: &mut BTreeMap<String, Vec<String>>, from: &str, name: &str, to: &str) {
    for profile in builtin::names() {
        let arguments = vec![profile.to_owned(), "-f".to_owned(), format!("{from}/{name}.toml")];
        folders.insert(format!("{to}/{profile}"), arguments);
    }
}

/// The files of a folder and of those in it: path from there, and text.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below it").to_str().expect("plain").to_owned();
                found.insert(name, fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    found
}

/// What is rendered now: path below `golden/`, and text. Under `UPDATE_GOLDEN=1` it is written there, once.
static RENDERED: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let mut rendered = BTreeMap::new();
    for (name, arguments) in folders() {
        let folder = Folder::new();
        let out = folder.path().join("out");
        let mut all = vec!["render", "-q", "--out-dir", out.to_str().expect("a plain path")];
        all.extend(arguments.iter().map(String::as_str));
        let mut command = command(&all);
        command.current_dir(project(""));
        let output = run(command, "");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty(), "{name}");
        let made = files(&out);
        assert!(!made.is_empty(), "{name}");
        rendered.extend(made.into_iter().map(|(file, text)| (format!("{name}/{file}"), text)));
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        for top in tops() {
            let _ = fs::remove_dir_all(project("golden").join(top));
        }
        for (file, text) in &rendered {
            crate::support::golden(&format!("golden/{file}"), text);
        }
    }
    rendered
});

#[test]
fn every_profile_and_example_renders_to_its_golden() {
    let written = std::env::var_os("UPDATE_GOLDEN").is_some();
    for (file, text) in RENDERED.iter().filter(|_| !written) {
        crate::support::golden(&format!("golden/{file}"), text);
    }
    let stale: Vec<String> = stored().into_keys().filter(|file| !RENDERED.contains_key(file)).collect();
    assert!(stale.is_empty(), "nothing renders {stale:?}; `UPDATE_GOLDEN=1 cargo test` takes them away");
    println!("{} files in {} folders, byte for byte", RENDERED.len(), folders().len());
}

/// The folders right below `golden/` that this test owns.
fn tops() -> BTreeSet<String> {
    folders().into_keys().filter_map(|name| Some(name.split('/').next()?.to_owned())).collect()
}

/// What `golden/` holds in those folders.
fn stored() -> BTreeMap<String, String> {
    LazyLock::force(&RENDERED);
    let mut all = BTreeMap::new();
    for top in tops() {
        let files = files(&project("golden").join(&top));
        all.extend(files.into_iter().map(|(file, text)| (format!("{top}/{file}"), text)));
    }
    all
}

/// Reads a golden into the API's type and back: nothing of it is unknown to the type.
fn typed<T: DeserializeOwned + Serialize>(file: &str, text: &str) {
    let object: T = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let plain: Value = serde_yaml::from_str(text).expect("read before");
    let mut read = serde_yaml::to_value(&object).expect("a value");
    // The type of a claim's template is that of a claim, and says so.
    let templates = read.get_mut("spec").and_then(|spec| spec.get_mut("volumeClaimTemplates"));
    for template in templates.and_then(Value::as_sequence_mut).into_iter().flatten() {
        if let Some(fields) = template.as_mapping_mut() {
            fields.remove("apiVersion");
            fields.remove("kind");
        }
    }
    assert_eq!(read, amounts_as_texts(plain), "{file}");
}

/// The types hold each quantity as text, whether a manifest has text or a number there.
fn amounts_as_texts(value: Value) -> Value {
    match value {
        Value::Sequence(items) => items.into_iter().map(amounts_as_texts).collect(),
        Value::Mapping(entries) => {
            let entries = entries.into_iter().map(|(key, value)| match (key.as_str(), value) {
                (Some("cpu" | "memory" | "storage" | "sizeLimit"), Value::Number(number)) => {
                    (key, Value::from(number.to_string()))
                }
                (_, value) => (key, amounts_as_texts(value)),
            });
            Value::Mapping(entries.collect())
        }
        other => other,
    }
}

#[test]
fn every_golden_reads_into_the_types_and_is_written_back_unchanged() {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for (file, text) in stored() {
        let plain: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let kind = plain.get("kind").and_then(Value::as_str).unwrap_or_else(|| panic!("{file}: no kind"));
        match kind {
            "StorageClass" => typed::<StorageClass>(&file, &text),
            "PersistentVolumeClaim" => typed::<PersistentVolumeClaim>(&file, &text),
            "PersistentVolume" => typed::<PersistentVolume>(&file, &text),
            "Pod" => typed::<Pod>(&file, &text),
            "Job" => typed::<Job>(&file, &text),
            "StatefulSet" => typed::<StatefulSet>(&file, &text),
            "CronJob" => typed::<CronJob>(&file, &text),
            "Service" => typed::<Service>(&file, &text),
            "Deployment" => typed::<Deployment>(&file, &text),
            "DaemonSet" => typed::<DaemonSet>(&file, &text),
            "VolumeAttributesClass" => typed::<VolumeAttributesClass>(&file, &text),
            // A custom resource, which the types do not have.
            "VolumeSnapshotClass" => assert!(plain.get("driver").is_some(), "{file}"),
            // Validated against their definitions where these are known.
            _ if kind::all().iter().any(|row| row.name == kind && row.is_custom()) => {
                assert!(plain.get("spec").is_some(), "{file}");
            }
            _ => panic!("{file}: {kind} is not among the kinds that a profile makes"),
        }
        *kinds.entry(kind.to_owned()).or_default() += 1;

        let mut sources = Sources::new();
        let id = sources.add(&*file, &*text, SourceKind::Manifest);
        let readings = read(id, &sources.get(id).text);
        assert_eq!(readings.len(), 1, "{file}");
        assert!(readings[0].findings.is_empty(), "{file}: {:?}", readings[0].findings);
        let root = readings[0].root.as_ref().unwrap_or_else(|| panic!("{file}: nothing is read"));
        let (header, body) = text.split_once('\n').unwrap_or_else(|| panic!("{file}: one line"));
        assert!(header.starts_with("# Generated by volwright from "), "{file}");
        assert_eq!(write(root), body, "{file}");
    }
    assert!(kinds.contains_key("StorageClass") && kinds.contains_key("Pod"), "{kinds:?}");
    println!("{kinds:?}");
}

/// The lists that server-side apply merges item by item, with the keys of an item (k8s.io/api/core/v1/types.go and
/// k8s.io/api/apps/v1/types.go, `+listMapKey`, of the fields that a profile can reach).
const MERGED: [(&str, &[&str]); 10] = [
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("volumes", &["name"]),
    ("volumeClaimTemplates", &["metadata.name"]),
    ("env", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("imagePullSecrets", &["name"]),
    ("ports", &["containerPort", "protocol"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
];

/// Whether server-side apply owns no more than is meant by this value, and finds each item of a list once.
fn fit_to_be_applied(file: &str, field: &str, value: &Value) {
    match value {
        Value::Null => panic!("{file}: `{field}` is null"),
        Value::Sequence(items) => {
            // The ports of a service have keys of their own.
            let is_service = field == "ports" && items.iter().any(|item| item.get("port").is_some());
            if let Some((_, keys)) = MERGED.iter().find(|(list, _)| *list == field && !is_service) {
                let of = |item: &Value| -> Vec<Option<Value>> {
                    let get = |item: &Value, key: &str| {
                        key.split('.').try_fold(item.clone(), |item, part| item.get(part).cloned())
                    };
                    keys.iter().map(|key| get(item, key)).collect()
                };
                for (index, item) in items.iter().enumerate() {
                    assert!(of(item)[0].is_some(), "{file}: {field}[{index}] has no `{}`", keys[0]);
                    assert!(
                        items[..index].iter().all(|other| of(other) != of(item)),
                        "{file}: {field}[{index}]"
                    );
                }
            }
            items.iter().for_each(|item| fit_to_be_applied(file, "", item));
        }
        Value::Mapping(entries) => {
            for (key, value) in entries {
                let key = key.as_str().expect("text");
                assert!(!["status", "creationTimestamp", "managedFields"].contains(&key), "{file}: `{key}`");
                fit_to_be_applied(file, key, value);
            }
        }
        _ => {}
    }
}

#[test]
fn every_golden_is_fit_for_server_side_apply() {
    let goldens = stored();
    for (file, text) in &goldens {
        fit_to_be_applied(file, "", &serde_yaml::from_str(text).expect("YAML"));
    }
    assert!(goldens.len() > 100, "{}", goldens.len());
}

#[test]
fn the_seed_holds_exactly_the_objects_of_the_program_that_it_came_from() {
    let expected = [
        (
            "persistentvolumeclaim-ml-workflows-pvc.yaml",
            r#"{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "ml-workflows-pvc"},
              "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "ml-workflows-sc",
                       "resources": {"requests": {"storage": "10Gi"}}}}"#,
        ),
        (
            "pod-ml-workflows-pod.yaml",
            r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "ml-workflows-pod"},
              "spec": {"containers": [{"name": "ml-container", "image": "your-ml-container-image",
                         "volumeMounts": [{"name": "ml-storage", "mountPath": "/data"}]}],
                       "volumes": [{"name": "ml-storage",
                         "persistentVolumeClaim": {"claimName": "ml-workflows-pvc"}}]}}"#,
        ),
        (
            "storageclass-ml-workflows-sc.yaml",
            r#"{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
              "metadata": {"name": "ml-workflows-sc"}, "provisioner": "kubernetes.io/aws-ebs",
              "parameters": {"type": "gp2", "fsType": "ext4"}, "reclaimPolicy": "Retain",
              "mountOptions": ["debug"], "volumeBindingMode": "Immediate", "allowVolumeExpansion": true}"#,
        ),
    ];
    LazyLock::force(&RENDERED);
    let found = files(&project("golden/seed"));
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.map(|(file, _)| file).iter().collect::<Vec<_>>());
    for (file, json) in expected {
        let read: Value = serde_yaml::from_str(&found[file]).expect("YAML");
        let wanted: Value = serde_yaml::from_str(json).expect("JSON is YAML");
        assert_eq!(read, wanted, "{file}");
    }
    let mut command = command(&["render", "-q", "examples/seed.toml", "-o", "name"]);
    command.current_dir(project(""));
    let names = String::from_utf8(run(command, "").stdout).expect("text");
    assert_eq!(
        names,
        "storageclass.storage.k8s.io/ml-workflows-sc\npersistentvolumeclaim/ml-workflows-pvc\npod/ml-workflows-pod\n"
    );
}

#[test]
fn every_recipe_is_short_and_renders_without_a_word_of_advice() {
    let names = names("examples/recipes");
    let expected = [
        "bucket-inference",
        "bucket-ray-cluster",
        "dataset-cache",
        "distributed-training",
        "inference",
        "inference-service",
        "job-set",
        "kubeflow-notebook",
        "leader-worker-set",
        "mpi-job",
        "notebook",
        "notebook-hub",
        "pytorch-job",
        "ray-cluster",
        "ray-job",
        "shared-pytorch-job",
        "shared-training",
        "train-job",
        "training",
        "vllm",
        "workflow",
    ];
    assert_eq!(names, expected);
    let page = fs::read_to_string(project("docs/recipes.md")).expect("the page");
    for name in names {
        let file = format!("examples/recipes/{name}.toml");
        let text = fs::read_to_string(project(&file)).expect("a recipe");
        assert!(text.lines().count() <= 40, "{name}");
        assert!(page.contains(&format!("\n## {name}\n")), "{name} is not explained");
        for profile in builtin::names() {
            let mut command = command(&[
                "render",
                profile,
                "-f",
                &file,
                "--fail-on",
                "warning",
                "--pod-security",
                "restricted",
            ]);
            command.current_dir(project(""));
            let output = run(command, "");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.is_empty(), "{name} on {profile}: {said}");
        }
    }
}
