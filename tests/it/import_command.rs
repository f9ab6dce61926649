//! The command `volwright import`: what it names, compares and refuses to replace.

use std::fs;

use crate::import::{MANIFESTS, PROFILE};
use crate::support::{Folder, text, volwright};

#[test]
fn what_is_left_out_is_named() {
    let manifests = "\
apiVersion: v1
kind: ConfigMap
metadata: { name: a }
data: { a: first }
---
replicas: 3
---
apiVersion: v1
kind: ConfigMap
metadata: { name: a }
data: { a: second }
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [a.yaml]
---
apiVersion: v1
kind: Secret
";
    let output = volwright(&["import", "-"], manifests);
    assert_eq!(output.status.code(), Some(1));
    let summary = text(&output.stderr);
    for words in [
        "standard input:6: it has no `apiVersion` and `kind`",
        "ConfigMap a (standard input:1): the same object follows",
        "standard input:13: it configures kustomize",
        "standard input:17: it has no `metadata.name`",
    ] {
        assert!(summary.contains(words), "{words}: {summary}");
    }
    assert!(text(&output.stdout).contains("second"), "{}", text(&output.stdout));
    let output = volwright(&["import", "-"], "a: [");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    assert!(text(&output.stderr).starts_with("left out: standard input:1: "), "{}", text(&output.stderr));
    // A template among manifests does not keep the others from being imported.
    let folder = Folder::new();
    folder.write("a.yaml", manifests);
    let template = folder.write("b.yaml", "kind: Service\nport: {{port}}\nclass: {{class}}\n");
    let output = volwright(&["import", &folder.path().display().to_string()], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("second"), "{}", text(&output.stdout));
    let named = text(&output.stderr).matches(&format!("left out: {template}:2: ")).count();
    assert_eq!(named, 1, "{}", text(&output.stderr));
}

#[test]
fn a_check_compares_and_writes_nothing() {
    let folder = Folder::new();
    let manifests = folder.write("deploy/all.yaml", MANIFESTS);
    let profile = folder.write("profile.toml", PROFILE);
    let output = volwright(&["import", "--check", &manifests, &profile], "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    folder.write("profile.toml", PROFILE.replace("10Gi", "20Gi").replace("claims.data]", "claims.other]"));
    folder.write("deploy/more.yaml", MANIFESTS.replace("ml-standard", "ml-other"));
    let output = volwright(&["import", "--check", &manifests, &profile], "");
    assert_eq!(output.status.code(), Some(1));
    let changed = PROFILE.replace("size = \"10Gi\"", "size = \"20Gi\"") + "\n[pods.more]\nimage = \"a\"\n";
    let changed =
        changed.replace("[storageClasses.standard]", "[storageClasses.standard]\nname = \"renamed\"");
    folder.write("profile.toml", changed);
    let output = volwright(&["import", "--check", &manifests, &profile], "");
    let summary = text(&output.stderr);
    for words in [
        "missing: the profile does not render StorageClass ml-standard",
        "added: the manifests do not have StorageClass renamed",
        "added: the manifests do not have Pod ml/ml-more",
        "differs: PersistentVolumeClaim ml/ml-data: spec.storageClassName, spec.resources.requests.storage",
    ] {
        assert!(summary.contains(words), "{words}: {summary}");
    }
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_file_that_exists_is_not_replaced() {
    let folder = Folder::new();
    let manifests = folder.write("all.yaml", MANIFESTS);
    let profile = folder.write("profile.toml", "mine");
    let output = volwright(&["import", &manifests, "-o", &profile], "");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&profile).expect("text"), "mine");
    let new = folder.path().join("new.toml");
    let output = volwright(&["import", &manifests, "-o", &new.to_string_lossy()], "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(new).expect("text"), PROFILE);
}

#[test]
fn comments_behind_the_last_object_are_carried_over() {
    let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n# größer\ndata: { a: b }\n  # nodeSelector:\n  #   gpu: l4\n";
    let output = volwright(&["import", "-"], manifest);
    assert!(output.status.success());
    let profile = text(&output.stdout);
    assert!(profile.contains("# nodeSelector:\n#   gpu: l4\n[objects.a]"), "{profile}");
    assert!(text(&output.stderr).contains("comments: 3 carried over, 0 lost"), "{}", text(&output.stderr));
}
