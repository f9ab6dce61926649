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

/// Many documents use few classes: each class counts once, however many documents name it and wherever the input is cut.
#[test]
fn the_summary_counts_different_names() {
    let claim = |at: usize, class: &str| {
        format!(
            "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: c{at}}}\nspec: {{accessModes: [ReadWriteOnce], \
             storageClassName: {class}, resources: {{requests: {{storage: 10Gi}}}}}}\n"
        )
    };
    let summary = |input: String| text(&volwright(&["validate", "-"], input).stderr);
    let mut input: String = (0..2000).map(|at| claim(at, "s")).collect();
    assert_eq!(summary(input.clone()), "2000 documents clean; classes not in the input: s\n");
    input.extend((0..60).map(|at| claim(at + 2000, &format!("t{}", at % 30))));
    assert_eq!(
        summary(input),
        "2060 documents clean; classes not in the input: s, t0, t1, t2, t3, t4, t5, t6, t7, t8 and 21 more\n"
    );
}

#[test]
fn kinds_of_which_only_pods_are_checked_are_named_apart() {
    let job = "apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata: {name: ft, namespace: llm}
spec: {pytorchReplicaSpecs: {Worker: {template: {spec: {containers: [{name: pytorch, image: \"example.com/a:1\"}]}}}}}
";
    let output = volwright(&["validate", "-"], job);
    assert_eq!(
        text(&output.stderr),
        "1 document clean; only the pods and claims are checked: PyTorchJob llm/ft (`--crds PATH` names the definitions \
         of custom resources)\n"
    );
    assert_eq!(volwright(&["validate", "--strict", "-"], job).status.code(), Some(1));
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

#[test]
fn an_object_of_the_same_directory_is_meant_if_several_have_the_name() {
    let folder = Folder::new();
    let class = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nvolumeBindingMode: WaitForFirstConsumer\nallowVolumeExpansion: true\n";
    let claim = INPUT.split("---\n").nth(2).expect("the claim").replace("ReadWriteOnce", "ReadWriteMany");
    for (directory, driver) in [
        (
            "aws",
            "provisioner: efs.csi.aws.com\nparameters: {provisioningMode: efs-ap, fileSystemId: fs-0123456789abcdef0, directoryPerms: \"700\"}\n",
        ),
        ("gcp", "provisioner: pd.csi.storage.gke.io\nparameters: {type: pd-ssd}\n"),
    ] {
        let directory = folder.path().join(directory);
        std::fs::create_dir_all(&directory).expect("a directory");
        std::fs::write(directory.join("class.yaml"), format!("{class}{driver}")).expect("a file");
        std::fs::write(directory.join("claim.yaml"), &claim).expect("a file");
    }
    let place = folder.path().display().to_string();
    let output = volwright(&["validate", "--strict", "--select", "L,D", &place], "");
    let found = text(&output.stderr);
    assert_eq!(found.matches("error[").count(), 1, "{found}");
    assert!(found.contains("gcp/claim.yaml:5:"), "{found}");
    assert!(!found.contains("not in the input"), "{found}");
    // Two in one directory are ambiguous again.
    std::fs::copy(folder.path().join("gcp/class.yaml"), folder.path().join("gcp/other.yaml"))
        .expect("a copy");
    let output = volwright(&["validate", "--select", "L,D", &place], "");
    assert!(text(&output.stderr).contains("classes not in the input: fast"), "{}", text(&output.stderr));
}

/// Files of a repository that are not manifests: a workflow, values of a chart, data, a JSON patch, a strategic merge patch,
/// and a broken file of values.
const FOREIGN: [(&str, &str); 6] = [
    (".github/workflows/ci.yml", "name: CI\non: push\njobs: {test: {runs-on: ubuntu-24.04}}\n"),
    ("values.yaml", "kind: DaemonSet\nreplicaCount: 2\nimage: {tag: v1}\n"),
    ("schema.json", "[{\"name\": \"a\", \"type\": \"STRING\"}]\n"),
    ("patch.yaml", "- {op: replace, path: /spec/replicas, value: 3}\n"),
    ("delete.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n$patch: delete\n"),
    ("broken.yaml", "a: b: c\n"),
];

#[test]
fn files_of_a_directory_that_are_not_manifests_are_named_once() {
    let folder = Folder::new();
    for (name, content) in FOREIGN {
        folder.write(name, content);
    }
    folder.write("ok.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    let root = folder.path().display().to_string();
    let output = volwright(&["validate", &root], "");
    let summary = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{summary}");
    assert!(summary.starts_with("1 document clean; not manifests: "), "{summary}");
    for (name, _) in FOREIGN {
        assert_eq!(summary.matches(name).count(), 1, "{name}: {summary}");
    }
    assert_eq!(volwright(&["validate", "--strict", &root], "").status.code(), Some(1));
    // Each is an error if it is named.
    for (name, _) in FOREIGN {
        let file = format!("{root}/{name}");
        assert_eq!(volwright(&["validate", &file], "").status.code(), Some(1), "{name}");
        assert_eq!(volwright(&["validate", &root, &file], "").status.code(), Some(1), "{name}");
    }
}

/// A patch is a part of an object: kustomize applies it, and the result is what can be validated.
#[test]
fn patches_of_a_kustomization_are_named() {
    let folder = Folder::new();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: main, image: \"example.com/a:1\"}]}\n";
    let patch = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {nodeName: b}\n";
    let fields = "patches: [{path: one.yaml}]\npatchesStrategicMerge: [two.yaml]\npatchesJson6902: [{path: three.yaml}]\n";
    folder.write("kustomization.yaml", format!("resources: [pod.yaml]\n{fields}"));
    folder.write("pod.yaml", pod);
    for name in ["one.yaml", "two.yaml"] {
        folder.write(name, patch);
    }
    folder.write("three.yaml", "- {op: add, path: /spec/nodeName, value: b}\n");
    let root = folder.path().display().to_string();
    let summary = text(&volwright(&["validate", &root], "").stderr).replace(&root, "");
    assert_eq!(summary, "1 document clean; patches of kustomizations: /one.yaml, /three.yaml, /two.yaml\n");
    assert_eq!(volwright(&["validate", "--strict", &root], "").status.code(), Some(1));
    let output = volwright(&["validate", "--format", "json", &root], "");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let unchecked = report["unchecked"].as_array().expect("a list");
    let why = "it is a patch that a kustomization names: build the kustomization and validate the result";
    assert_eq!(unchecked.len(), 3, "{report}");
    assert!(unchecked.iter().all(|one| one["why"] == why), "{report}");
    // A patch that another kustomization lists as a resource is a manifest, and so is one that the user names.
    let one = format!("{root}/one.yaml");
    assert_eq!(volwright(&["validate", &one], "").status.code(), Some(1));
    folder.write("base/kustomization.yaml", "resources: [../one.yaml]\n");
    assert_eq!(volwright(&["validate", &root], "").status.code(), Some(1));
}

/// Patches in the kustomization itself are not checked, either; names of files and other texts are not patches.
#[test]
fn inline_patches_of_a_kustomization_are_named() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: main, image: \"example.com/a:1\"}]}\n";
    let text_of = "    - patch: |\n        kind: Pod\n        metadata: {name: a}\n";
    let inline = [
        format!("patches:\n{text_of}"),
        format!("patchesJson6902:\n{text_of}"),
        "patchesStrategicMerge:\n    - |\n        kind: Pod\n        metadata: {name: a}\n".to_owned(),
    ];
    let summary = |fields: &str| {
        let folder = Folder::new();
        folder.write("kustomization.yaml", format!("resources: [pod.yaml]\n{fields}"));
        folder.write("pod.yaml", pod);
        let root = folder.path().display().to_string();
        text(&volwright(&["validate", &root], "").stderr).replace(&root, "")
    };
    for fields in &inline {
        assert_eq!(
            summary(fields),
            "1 document clean; patches of kustomizations: /kustomization.yaml\n",
            "{fields}"
        );
    }
    for fields in ["", "commonAnnotations: {note: \"two\\nlines\"}\n", "patches: []\n"] {
        assert_eq!(summary(fields), "1 document clean\n", "{fields}");
    }
}

#[test]
fn json_lists_files_that_are_not_manifests() {
    let folder = Folder::new();
    folder.write("values.yaml", FOREIGN[1].1);
    let output = volwright(&["validate", "--format", "json", &folder.path().display().to_string()], "");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(
        report["unchecked"],
        json!([{"document": 0, "why": "it is not a manifest: name the file to validate it all the same"}])
    );
    let file = report["documents"][0]["file"].as_str().unwrap_or_default();
    assert!(file.ends_with("values.yaml"), "{report}");
}

#[test]
fn a_manifest_without_its_first_lines_is_an_error_in_a_directory() {
    let folder = Folder::new();
    folder.write("pod.yaml", "metadata: {name: a}\nspec: {containers: []}\nkind:\n");
    let output = volwright(&["validate", &folder.path().display().to_string()], "");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
}

#[test]
fn placeholders_are_one_warning_for_each_file_of_a_directory() {
    let folder = Folder::new();
    let pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: \"<name>\", namespace: \"${NAMESPACE}\", labels: {a: \"${LABEL:-x y}\"}}\nspec:\n  serviceAccountName: $ACCOUNT\n  containers: [{name: main, image: \"example.com/a:1\"}]\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: POD_NAME}\nspec:\n  containers: [{name: main, image: \"example.com/a:1\", env: [{name: A, value: \"${B} <c>\"}]}]\n";
    folder.write("pods.yaml", pods);
    folder.write("template.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ name }}}\n");
    let root = folder.path().display().to_string();
    let count = |args: &[&str]| {
        let output = volwright(args, "");
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let list = report["findings"].as_array().cloned().unwrap_or_default();
        let codes: Vec<_> = list
            .iter()
            .map(|finding| format!("{} {}", finding["severity"], finding["code"]).replace('"', ""))
            .collect();
        (output.status.code(), codes, list)
    };
    let (code, codes, list) = count(&["validate", "--select", "Y,K", "--format", "json", &root]);
    assert_eq!((code, codes.join(", ").as_str()), (Some(0), "warning K007, warning K007"), "{list:?}");
    let message = list[0]["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("`<name>`") && message.ends_with("are placeholders that are not filled in"),
        "{message}"
    );
    // A file that the user names gets an error for each placeholder of a document.
    let (code, codes, list) =
        count(&["validate", "--select", "Y,K", "--format", "json", &format!("{root}/pods.yaml")]);
    assert_eq!(
        (code, codes.join(", ").as_str()),
        (Some(1), ["error K007"; 5].join(", ").as_str()),
        "{list:?}"
    );
    let (code, codes, _) = count(&["validate", "--format", "json", &format!("{root}/template.yaml")]);
    assert_eq!((code, codes.join(", ").as_str()), (Some(1), "error K007"));
}
