//! `volwright import`: the profile renders exactly the objects that were read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use volwright::catalog::kind;
use volwright::document::load::load;
use volwright::import::{Imported, Prover, Request, import};
use volwright::profile;
use volwright::render::{self, render, stream};
use volwright::source::{SourceKind, Sources};
use volwright::template::Templates;

use crate::support::{Folder, golden, text, volwright};

fn import_text(text: &str, prover: &Prover) -> Imported {
    let mut sources = Sources::new();
    let ids = [sources.add("manifests.yaml", text, SourceKind::Manifest)];
    let loaded = load(&sources, &ids, Default::default());
    let request = Request {
        documents: &loaded.documents,
        ids: &ids,
        sources: &sources,
        hint: "test",
        extends: None,
        folder: Path::new(""),
    };
    import(&request, prover).expect("no files are read")
}

/// What a profile renders, read by an independent YAML reader, sorted by identity.
fn rendered(profile: &str) -> Vec<Value> {
    let mut sources = Sources::new();
    let templates = Templates::new(None, &mut sources).expect("built-in templates");
    let files = [(PathBuf::from("test.toml"), profile.to_owned())];
    let layers = profile::Request { profile: "test.toml", files: &files, ..profile::Request::default() };
    let request = render::Request { profile: layers, ..render::Request::default() };
    let rendered = render(&mut sources, &templates, &request).expect("no files are read");
    objects(&stream(&rendered.documents))
}

fn objects(yaml: &str) -> Vec<Value> {
    use serde::Deserialize;
    let documents = serde_yaml::Deserializer::from_str(yaml);
    let mut objects: Vec<Value> = documents
        .map(|document| sorted(&Value::deserialize(document).expect("YAML")))
        .filter(|value| !value.is_null())
        .collect();
    objects.sort_by_cached_key(ToString::to_string);
    objects
}

/// Removes what an import may remove: an implementation of its own.
fn stripped(mut object: Value) -> Value {
    fn templates(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::Object(metadata)) = fields.get_mut("metadata")
                    && metadata.get("creationTimestamp") == Some(&Value::Null)
                {
                    metadata.remove("creationTimestamp");
                }
                fields.values_mut().for_each(templates);
            }
            Value::Array(items) => items.iter_mut().for_each(templates),
            _ => {}
        }
    }
    let Value::Object(fields) = &mut object else { return object };
    fields.remove("status");
    if let Some(Value::Object(metadata)) = fields.get_mut("metadata") {
        for name in ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"]
        {
            metadata.remove(name);
        }
        let annotations = metadata.get_mut("annotations").and_then(Value::as_object_mut);
        let applied = "kubectl.kubernetes.io/last-applied-configuration";
        if annotations
            .is_some_and(|annotations| annotations.remove(applied).is_some() && annotations.is_empty())
        {
            metadata.remove("annotations");
        }
    }
    fields.values_mut().for_each(templates);
    object
}

/// The accepted manifests of a recorded file.
fn accepted(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/api").join(name);
    let text = fs::read_to_string(path).expect("the cases");
    let cases = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let accepted = cases.filter(|case| case["accepted"] == true).map(|mut case| case["manifest"].take());
    accepted.filter(Value::is_object).collect()
}

#[test]
fn recorded_manifests_are_rendered_as_they_are() {
    let prover = Prover::new().expect("built-in templates");
    let (mut values, mut spec, mut verbatim) = (0, 0, 0);
    for name in ["workloads.jsonl", "create.jsonl"] {
        let mut manifests = accepted(name);
        // Many cases have one name, and a profile has no two objects of one.
        for (index, object) in manifests.iter_mut().enumerate() {
            if let Some(Value::String(own)) = object["metadata"].get_mut("name") {
                *own = format!("{own}-{index}");
            }
        }
        for share in manifests.chunks(50) {
            let mut all: Vec<Value> = share.iter().map(|object| sorted(&stripped(object.clone()))).collect();
            all.sort_by_cached_key(ToString::to_string);
            let texts: Vec<String> = share.iter().map(ToString::to_string).collect();
            let imported = import_text(&texts.join("\n---\n"), &prover);
            assert_eq!(imported.left_out, [], "{name}");
            let rendered = rendered(&imported.text);
            assert_eq!(rendered.len(), all.len(), "{name}");
            for (one, other) in rendered.iter().zip(&all) {
                assert_eq!(one, other, "{name}");
            }
            values += imported.shares.values;
            spec += imported.shares.spec;
            verbatim += imported.shares.verbatim;
        }
    }
    println!("{values} values, {spec} under spec, {verbatim} verbatim");
    assert!(spec * 100 < values * 27, "{spec} of {values} values are under `spec`");
    assert!(verbatim * 100 < values, "{verbatim} of {values} values are verbatim");
}

/// A value with the keys of its tables in order, and with numbers in one form.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<_, _> =
                fields.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            Value::Object(sorted.into_iter().collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        // `1e3` and `1000` are one number of JSON.
        Value::Number(number) => match number.as_f64().filter(|number| number.fract() == 0.0) {
            Some(number) if number.abs() < 1e15 => Value::from(number as i64),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}

pub(crate) const MANIFESTS: &str = "\
# The disks of the team.
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: ml-standard
  uid: 0a0b
provisioner: csi.example.com
reclaimPolicy: Retain # keeps the data
parameters: { encrypted: \"true\", csi.storage.k8s.io/fstype: xfs }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ml-data, namespace: ml }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ml-standard
  resources: { requests: { storage: 10Gi } }
status: { phase: Bound }
---
apiVersion: v1
kind: Pod
metadata: { name: ml-trainer, namespace: ml }
spec:
  restartPolicy: Never
  containers:
    - name: trainer
      image: registry.example.com/trainer:1
      volumeMounts: [{ name: data, mountPath: /data }]
  volumes:
    - name: data
      persistentVolumeClaim: { claimName: ml-data }
";

pub(crate) const PROFILE: &str = r#"name = "ml"
namespace = "ml"
driver = "csi.example.com"

# The disks of the team.
[storageClasses.standard]
reclaimPolicy = "Retain" # keeps the data
fsType = "xfs"
parameters = { encrypted = true }

[claims.data]
storageClass = "standard"
accessModes = ["ReadWriteOnce"]
size = "10Gi"

[pods.trainer]
image = "registry.example.com/trainer:1"
mounts = [{ claim = "data", mountPath = "/data" }]
restartPolicy = "Never"
"#;

#[test]
fn the_profile_is_one_that_a_person_would_write() {
    let output = volwright(&["import", "-"], MANIFESTS);
    assert_eq!(text(&output.stdout), PROFILE);
    let summary = text(&output.stderr);
    assert!(output.status.success(), "{summary}");
    for words in ["removed: metadata.uid (1), status (1)", "comments: 2 carried over, 0 lost", "3 objects"] {
        assert!(summary.contains(words), "{words}: {summary}");
    }
}

/// The manifests of a repository of twelve objects.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/deploy")
}

#[test]
fn a_repository_of_twelve_objects_becomes_a_profile() {
    let folder = Folder::new();
    let manifests = repository().display().to_string();
    for (base, golden_file) in [(None, "profile.toml"), (Some("aws-ebs"), "extends.toml")] {
        let profile = folder.path().join(golden_file).display().to_string();
        let mut args = vec!["import", &manifests, "-o", &profile];
        args.extend(base.iter().flat_map(|base| ["--extends", base]));
        let output = volwright(&args, "");
        assert!(output.status.success(), "{}", text(&output.stderr));
        let written = fs::read_to_string(&profile).expect("text");
        golden(&format!("tests/import/{golden_file}"), &written);
        let output = volwright(&["import", "--check", &manifests, &profile], "");
        assert!(output.status.success(), "{}", text(&output.stderr));
        let output = volwright(&["render", &profile], "");
        assert!(output.status.success(), "{}", text(&output.stderr));
        // Importing what the profile renders gives a profile that renders the same, and is the same but for comments.
        let again = volwright(&["import", "-"], &output.stdout);
        assert!(again.status.success(), "{}", text(&again.stderr));
        assert_eq!(rendered(&text(&again.stdout)), objects(&text(&output.stdout)));
        if base.is_none() {
            let without = |profile: &str| -> Vec<String> {
                let lines = profile.lines().filter(|line| !line.starts_with('#'));
                lines.map(|line| line.split(" # ").next().unwrap_or_default().to_owned()).collect()
            };
            assert_eq!(without(&text(&again.stdout)), without(&written));
        }
    }
}

#[test]
fn twelve_objects_in_130_lines_become_80_lines() {
    let mut manifests = String::new();
    for role in ["standard", "fast"] {
        manifests += &format!(
            "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: ml-{role}\nprovisioner: csi.example.com\n\
             parameters:\n  type: {role}\nreclaimPolicy: Retain\nallowVolumeExpansion: true\n"
        );
    }
    for role in ["data", "cache", "models", "logs", "results", "inputs"] {
        manifests += &format!(
            "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: ml-{role}\nspec:\n  \
             accessModes: [ReadWriteOnce]\n  storageClassName: ml-fast\n  resources:\n    requests:\n      storage: 10Gi\n"
        );
    }
    for role in ["train", "evaluate", "serve"] {
        manifests += &format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: ml-{role}\nspec:\n  containers:\n    - name: {role}\n      \
             image: registry.example.com/{role}:1\n      volumeMounts:\n        - {{ name: data, mountPath: /data }}\n  \
             volumes:\n    - {{ name: data, persistentVolumeClaim: {{ claimName: ml-data }} }}\n"
        );
    }
    manifests +=
        "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: ml-serve\nspec:\n  clusterIP: None\n";
    let lines = manifests.lines().count();
    assert!((120..=140).contains(&lines), "{lines}");
    let folder = Folder::new();
    let source = folder.write("all.yaml", &manifests);
    let output = volwright(&["import", &source], "");
    let profile = text(&output.stdout);
    assert!(profile.lines().count() <= 80, "{profile}");
    let profile = folder.write("profile.toml", profile);
    assert!(volwright(&["import", "--check", &source, &profile], "").status.success());
}

#[test]
fn goldens_are_imported_as_they_are() {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with("reports") {
                walk(&path, found);
            } else if path.extension().is_some_and(|end| end == "yaml") {
                found.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("golden"), &mut paths);
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/adoption"), &mut paths);
    let prover = Prover::new().expect("built-in templates");
    let (mut values, mut further, mut count) = (0, 0, 0);
    for path in paths {
        let source = fs::read_to_string(&path).expect("text");
        let imported = import_text(&source, &prover);
        if imported.objects == 0 {
            continue;
        }
        assert_eq!(imported.left_out, [], "{}", path.display());
        let expected: Vec<Value> = objects(&source).into_iter().map(stripped).collect();
        let now = rendered(&imported.text);
        assert_eq!(now, expected, "{}", path.display());
        assert_eq!(import_text(&source, &prover).text, imported.text, "{}", path.display());
        // What the profile renders, imported again.
        let texts: Vec<String> = now.iter().map(ToString::to_string).collect();
        let again = import_text(&texts.join("\n---\n"), &prover);
        assert_eq!(rendered(&again.text), now, "{}", path.display());
        assert!(!again.text.contains("Generated by"), "{}", again.text);
        assert!(!imported.text.contains("Generated by"), "{}", imported.text);
        // The pods of custom kinds are imported as they are.
        let is_custom =
            |object: &Value| kind::all().iter().any(|row| row.is_custom() && object["kind"] == row.name);
        if expected.iter().any(is_custom) {
            continue;
        }
        values += imported.shares.values;
        further += imported.shares.spec + imported.shares.verbatim;
        count += 1;
    }
    println!("{count} files, {values} values, {further} under spec or verbatim");
    assert!(count > 40, "{count}");
    assert!(further * 100 < values * 13, "{further} of {values}");
}

#[test]
fn fields_that_are_null_and_objects_without_a_name_are_exact() {
    let manifests = "\
apiVersion: batch/v1
kind: Job
metadata: { generateName: train-, labels: null, finalizers: [example.com/keep] }
spec:
  template:
    metadata: { creationTimestamp: null, annotations: {} }
    spec:
      restartPolicy: Never
      volumes: [{ name: work, emptyDir: null }]
      containers: [{ name: a, image: b, args: null }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: train }
data: { script: \"a\\nb '''\\\\ \\t\\x07\", \"odd key.\": \"\" }
---
apiVersion: example.com/v1
kind: ConfigMap
metadata: { name: train }
spec: { size: 1.5, large: 9223372036854775807, list: [[1, null], { a: [] }] }
";
    let prover = Prover::new().expect("built-in templates");
    let imported = import_text(manifests, &prover);
    assert_eq!(imported.left_out, []);
    let stripped: Vec<Value> = objects(manifests).into_iter().map(stripped).collect();
    assert_eq!(rendered(&imported.text), stripped, "{}", imported.text);
    assert!(imported.text.contains("[jobs.train]"), "{}", imported.text);
}

#[test]
fn a_class_without_a_driver_changes_no_other_object() {
    let manifests = MANIFESTS.to_owned()
        + "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: ml-broken }\nprovisoner: a.b\n";
    let imported = import_text(&manifests, &Prover::new().expect("built-in templates"));
    assert_eq!(imported.verbatim, ["StorageClass ml-broken"]);
    assert_eq!(imported.objects, 4);
    assert!(!imported.errors.is_empty());
}
