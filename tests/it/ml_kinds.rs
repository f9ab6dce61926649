//! Recorded cases of custom resources with pods and claims: each defect is found at its document and path, and a clean case is
//! clean.

#![allow(clippy::print_stdout, reason = "the figures are for people")]

use std::path::Path;

use serde_json::Value;
use volwright::profile::builtin;

use crate::custom_resources::shared_definitions;
use crate::support::{Folder, command, run, text, volwright};

/// The findings of a text: document and path.
fn findings(manifest: &str) -> Vec<(u64, String, String)> {
    let output = volwright(&["validate", "--format", "json", "-"], manifest);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let finding = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        (finding["document"].as_u64().unwrap_or(u64::MAX), text("path"), text("message"))
    };
    report["findings"].as_array().expect("findings").iter().map(finding).collect()
}

#[test]
fn recorded_defects_are_found_and_clean_cases_are_clean() {
    let cases = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/ml-kinds.jsonl"),
    )
    .expect("the cases");
    let (mut wrong, mut missed, mut defects) = (Vec::new(), Vec::new(), 0);
    for case in cases.lines() {
        let case: Value = serde_json::from_str(case).expect("a case");
        let found = findings(case["manifest"].as_str().expect("a manifest"));
        let expected = case["expect"].as_array().expect("defects");
        if expected.is_empty() && !found.is_empty() {
            wrong.push(format!("{}: {found:?}", case["id"]));
        }
        for defect in expected {
            defects += 1;
            let (document, path) = (defect["document"].as_u64(), defect["path"].as_str().unwrap_or_default());
            let fits = |(of, at, _): &(u64, String, String)| {
                Some(*of) == document
                    && !at.is_empty()
                    && (at.starts_with(path) || path.starts_with(at.as_str()))
            };
            if !found.iter().any(fits) {
                missed.push(format!("{} {} at {path}: {found:?}", case["id"], defect["about"]));
            }
        }
    }
    println!(
        "ml-kinds: {} of {defects} defects are found, {} clean cases are not",
        defects - missed.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(missed.len() * 20 <= defects, "{}", missed.join("\n"));
}

/// The recipes of custom kinds: the file, and the kind.
const RECIPES: [(&str, &str); 10] = [
    ("inference-service", "InferenceService"),
    ("job-set", "JobSet"),
    ("kubeflow-notebook", "Notebook"),
    ("leader-worker-set", "LeaderWorkerSet"),
    ("mpi-job", "MPIJob"),
    ("pytorch-job", "PyTorchJob"),
    ("ray-cluster", "RayCluster"),
    ("ray-job", "RayJob"),
    ("train-job", "TrainJob"),
    ("workflow", "Workflow"),
];

#[test]
fn every_short_form_renders_a_valid_object_on_every_cloud() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::new();
    for (recipe, kind) in RECIPES {
        let overlay = root.join(format!("examples/recipes/{recipe}.toml"));
        for profile in builtin::names() {
            let output = volwright(&["render", profile, "-f", overlay.to_str().expect("plain")], "");
            let manifests = text(&output.stdout);
            assert!(output.status.success(), "{recipe} on {profile}: {}", text(&output.stderr));
            assert!(manifests.contains(&format!("kind: {kind}\n")), "{recipe} on {profile}");
            assert!(!manifests.contains("kind: Pod\n"), "{recipe} on {profile} renders its pods");
            folder.write(format!("{recipe}-{profile}.yaml"), manifests);
        }
    }
    let mut arguments = vec!["validate", "--fail-on", "warning"];
    let crds = shared_definitions();
    if let Some(crds) = &crds {
        arguments.extend(["--crds", crds.to_str().expect("plain"), "--strict"]);
    }
    arguments.push(folder.path().to_str().expect("plain"));
    let output = volwright(&arguments, "");
    assert!(output.status.success(), "{}", text(&output.stderr));
}

/// Recipes of at most 30 lines that need a file system or a bucket.
const SHARED: [&str; 4] = ["bucket-ray-cluster", "notebook-hub", "shared-pytorch-job", "vllm"];

#[test]
fn one_short_overlay_shares_data_on_every_cloud() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crds = shared_definitions();
    for recipe in SHARED {
        let overlay = root.join(format!("examples/recipes/{recipe}.toml"));
        assert!(std::fs::read_to_string(&overlay).expect("a recipe").lines().count() <= 30, "{recipe}");
        for profile in builtin::names() {
            let output = volwright(&["render", profile, "-f", overlay.to_str().expect("plain")], "");
            assert!(output.status.success(), "{recipe} on {profile}: {}", text(&output.stderr));
            let manifests = text(&output.stdout);
            assert!(manifests.contains("- ReadWriteMany\n"), "{recipe} on {profile}: {manifests}");
            let mut arguments = vec!["validate", "--fail-on", "warning"];
            if let Some(crds) = &crds {
                arguments.extend(["--crds", crds.to_str().expect("plain"), "--strict"]);
            }
            arguments.push("-");
            let output = volwright(&arguments, &manifests);
            assert!(output.status.success(), "{recipe} on {profile}: {}", text(&output.stderr));
        }
    }
}

#[test]
fn the_project_file_declares_kinds_and_definitions() {
    let folder = Folder::new();
    folder.write(
        "volwright.toml",
        "[[kinds]]\nkind = \"Trainer\"\ngroup = \"ml.example.com\"\nlocations = [\n  { path = \"spec.pods[].template\", type = \
         \"PodTemplateSpec\", count = [{ path = \"spec.pods[].replicas\", default = 1 }] },\n]\n",
    );
    let object = "apiVersion: ml.example.com/v1
kind: Trainer
metadata: {name: t}
spec:
  pods:
    - replicas: 4
      template:
        spec:
          containers: [{name: main, image: \"example.com/t:1\", volumeMounts: [{name: dat, mountPath: /data}]}]
          volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
";
    let file = folder.write("trainer.yaml", object);
    let mut validate = command(&["validate", "--format", "json", file.as_str()]);
    validate.current_dir(folder.path());
    let report: Value = serde_json::from_slice(&run(validate, "").stdout).expect("a report");
    let paths: Vec<_> =
        report["findings"].as_array().expect("findings").iter().map(|one| &one["path"]).collect();
    assert_eq!(paths, ["spec.pods[0].template.spec.containers[0].volumeMounts[0].name"]);
    folder
        .write("volwright.toml", "[[kinds]]\nkind = \"Trainer\"\ngroup = \"ml.example.com\"\nplaces = []\n");
    let mut validate = command(&["validate", file.as_str()]);
    validate.current_dir(folder.path());
    let output = run(validate, "");
    assert_eq!(output.status.code(), Some(2), "nothing runs under a project file that is not valid");
    assert!(text(&output.stderr).contains("places"), "{}", text(&output.stderr));
}

#[test]
fn further_pods_of_a_single_node_claim_are_noted() {
    let objects = |replicas: u8| {
        format!(
            "apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: work}}
spec: {{accessModes: [ReadWriteOnce], storageClassName: fast, resources: {{requests: {{storage: 10Gi}}}}}}
---
apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata: {{name: train}}
spec:
  pytorchReplicaSpecs:
    Worker:
      replicas: {replicas}
      template:
        spec:
          containers:
          - {{name: pytorch, image: \"example.com/a:1\", volumeMounts: [{{name: work, mountPath: /data}}]}}
          volumes: [{{name: work, persistentVolumeClaim: {{claimName: work}}}}]\n"
        )
    };
    let folder = Folder::new();
    let (old, new) = (folder.write("old.yaml", objects(1)), folder.write("new.yaml", objects(4)));
    let said = |old: &str, new: &str| text(&volwright(&["diff", old, new], "").stdout);
    assert!(said(&old, &new).contains("note: 4 pods mount claim `work`, which one node at a time can use"));
    let newer = folder.write("newer.yaml", objects(5));
    assert!(!said(&new, &newer).contains("note:"), "the pods shared it before");
}
