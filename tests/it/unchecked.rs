//! What is not checked is named: in the summary, in JSON, and by the exit code under `--strict`.

use serde_json::{Value, json};

use crate::support::{Folder, text, volwright};

const INPUT: &str = "apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata: {name: ft, namespace: llm}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: own}
provisioner: csi.example.com
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: fast
  resources: {requests: {storage: 10Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: trainer, namespace: llm}
spec:
  containers: [{name: main, image: \"example.com/trainer:1\", volumeMounts: [{name: w, mountPath: /w}]}]
  volumes: [{name: w, persistentVolumeClaim: {claimName: weights}}]
";

#[test]
fn the_summary_names_what_is_not_checked() {
    let output = volwright(&["validate", "-"], INPUT);
    assert_eq!(
        text(&output.stderr),
        "3 documents clean, 1 not checked: PyTorchJob llm/ft (`--crds PATH` names the definitions of custom \
         resources); unknown drivers: csi.example.com; classes not in the input: fast; claims not in the input: llm/weights\n"
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn json_lists_each_with_the_reason() {
    let output = volwright(&["validate", "--format", "json", "-"], INPUT);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(
        report["unchecked"],
        json!([
            {"document": 0, "why": "the definition of this kind is unknown: pass its CustomResourceDefinition with --crds"},
            {"document": 1, "why": "volwright has no facts about driver `csi.example.com`"},
            {"document": 2, "why": "class `fast` is not in the input"},
            {"document": 3, "why": "claim `llm/weights` is not in the input"},
        ])
    );
}

#[test]
fn strict_runs_fail_if_anything_is_not_checked() {
    assert_eq!(volwright(&["validate", "--strict", "-"], INPUT).status.code(), Some(1));
    let known = "apiVersion: v1\nkind: Pod\nmetadata: {name: trainer}\nspec:\n  containers: [{name: main, image: \"example.com/a:1\"}]\n";
    assert_eq!(volwright(&["validate", "--strict", "-"], known).status.code(), Some(0));
    let echoed = volwright(&["validate", "--strict", "--echo", "-"], INPUT);
    assert!(echoed.stdout.is_empty(), "a failed run writes nothing");
}

#[test]
fn objects_in_other_files_count_as_in_the_input() {
    let folder = Folder::new();
    let (claims, pods) = (folder.path().join("claims.yaml"), folder.path().join("pods.yaml"));
    let documents: Vec<&str> = INPUT.split("---\n").collect();
    std::fs::write(&claims, documents[2].replace("name: data", "name: weights, namespace: llm"))
        .expect("a file");
    std::fs::write(&pods, documents[3]).expect("a file");
    let output = volwright(&["validate", &folder.path().display().to_string()], "");
    assert_eq!(text(&output.stderr), "2 documents clean; classes not in the input: fast\n");
}
