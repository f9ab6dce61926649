//! Holds `volwright diff` and the rules C to account: recorded verdicts of a real API server on updates by server-side
//! apply, and the command's formats and exit codes.
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const OLD: &str = "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: csi.example.com
parameters: {type: one}
reclaimPolicy: Retain
allowVolumeExpansion: true
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: ml}
spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: gone}
";

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("volwright-diff-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn diff(flags: &[&str], old: &Path, new: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_volwright"))
        .arg("diff")
        .args(flags)
        .args([old, new])
        .output()
        .expect("the binary runs")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("one JSON object on standard output")
}

#[test]
fn objects_are_matched_by_kind_namespace_and_name() {
    let folder = Folder::new("objects");
    let old = folder.write("old.yaml", OLD);
    let new =
        OLD.replace("10Gi", "20Gi").replace("type: one", "type: two").replace("name: gone", "name: come");
    let new = folder.write("new.yaml", &new);
    let output = diff(&["--format", "json"], &old, &new);
    assert_eq!(output.status.code(), Some(1));
    let report = json(&output);
    let changes: Vec<_> = report["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| {
            (change["name"].as_str().unwrap_or_default(), change["change"].as_str().unwrap_or_default())
        })
        .collect();
    let wanted = [("fast", "recreate"), ("data", "in-place"), ("come", "added"), ("gone", "removed")];
    assert_eq!(changes, wanted);
    assert_eq!(
        report["changes"][1]["fields"],
        serde_json::json!([{"path": "spec.resources.requests.storage", "old": "10Gi", "new": "20Gi"}])
    );
    assert_eq!(report["changes"][1]["namespace"], "ml");
    assert_eq!(report["findings"][0]["path"], "parameters");
    assert_eq!(report["summary"], serde_json::json!({"errors": 1, "warnings": 0}));
}

#[test]
fn exit_code_tells_of_changes_only_where_asked() {
    let folder = Folder::new("exit");
    let old = folder.write("old.yaml", OLD);
    let new = folder.write("new.yaml", &OLD.replace("10Gi", "20Gi"));
    assert_eq!(diff(&[], &old, &new).status.code(), Some(0));
    assert_eq!(diff(&["--exit-code"], &old, &new).status.code(), Some(1));
    assert_eq!(diff(&["--exit-code"], &old, &old).status.code(), Some(0));
    let refused = folder.write("refused.yaml", &OLD.replace("type: one", "type: two"));
    for format in ["text", "markdown"] {
        let ignored = diff(&["--ignore", "C001", "--format", format], &old, &refused);
        assert_eq!(ignored.status.code(), Some(0));
        let text = String::from_utf8(ignored.stdout).expect("text");
        assert!(text.contains("parameters[type]") && !text.contains("C001"), "{text}");
    }
    assert_eq!(diff(&[], &old, &refused).status.code(), Some(1));
    assert_eq!(diff(&["--fail-on", "never"], &old, &refused).status.code(), Some(0));
    assert_eq!(diff(&[], &old, &folder.0.join("nowhere")).status.code(), Some(2));
}

#[test]
fn people_read_the_way_out_and_what_becomes_of_the_data() {
    let folder = Folder::new("people");
    let old = folder.write("old.yaml", OLD);
    let new = folder.write("new.yaml", &OLD.replace("10Gi", "5Gi"));
    for format in ["text", "markdown"] {
        let output = diff(&["--format", format], &old, &new);
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(text.contains("C102") && text.contains("cannot shrink"), "{text}");
        assert!(text.contains("released PersistentVolume"), "{text}");
        assert!(text.contains("10Gi") && text.contains("5Gi"), "{text}");
    }
}

#[test]
fn a_claim_that_went_is_told_what_becomes_of_its_data() {
    let folder = Folder::new("went");
    let old = folder.write("old.yaml", &OLD.replace("Retain", "Delete"));
    let new = folder.write("new.yaml", &OLD.replace("Retain", "Delete").replace("name: data", "name: other"));
    let text = String::from_utf8(diff(&[], &old, &new).stdout).expect("text");
    assert!(text.contains("- PersistentVolumeClaim ml/data (removed)"), "{text}");
    assert!(text.contains("the class deletes volumes"), "{text}");
}

#[test]
fn a_number_instead_of_text_is_one_mistake() {
    let folder = Folder::new("number");
    let old = folder.write("old.yaml", &OLD.replace("type: one", "type: \"1\""));
    let new = folder.write("new.yaml", &OLD.replace("type: one", "type: 1"));
    let report = json(&diff(&["--format", "json"], &old, &new));
    assert_eq!(report["changes"], serde_json::json!([]));
    assert_eq!((&report["findings"][0]["code"], &report["findings"][1]), (&"K002".into(), &Value::Null));
}

#[test]
fn what_a_secret_holds_is_never_shown() {
    let folder = Folder::new("secret");
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {token: hunter2}\n";
    let old = folder.write("old.yaml", secret);
    let new = folder.write("new.yaml", &secret.replace("hunter2", "hunter3"));
    for format in ["text", "markdown", "json"] {
        let output = diff(&["--format", format], &old, &new);
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(text.contains("token") && !text.contains("hunter"), "{text}");
    }
}

#[test]
fn objects_without_a_name_and_lists_are_compared_by_their_order() {
    let folder = Folder::new("order");
    let old = folder.write(
        "old.yaml",
        "apiVersion: x.io/v1\nkind: Foo\na: 1\n---\napiVersion: x.io/v1\nkind: Foo\nb: [1, 2.0]\n",
    );
    let list = r#"{"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "x.io/v1", "kind": "Foo", "metadata": {}, "a": 1},
        {"kind": "Foo", "b": [1, 2], "apiVersion": "x.io/v1"}]}"#;
    let new = folder.write("new.json", list);
    assert_eq!(json(&diff(&["--format", "json"], &old, &new))["changes"], serde_json::json!([]));
    let other = folder.write("other.json", &list.replace("[1, 2]", "[1, 3]"));
    let changes = &json(&diff(&["--format", "json"], &old, &other))["changes"];
    assert_eq!(changes[0]["fields"], serde_json::json!([{"path": "b[1]", "old": 2, "new": 3}]));
}

const PROFILE: &str = "\
name = \"ml\"
driver = \"csi.example.com\"
[storageClasses.fast]
reclaimPolicy = \"Retain\"
volumeBindingMode = \"WaitForFirstConsumer\"
allowVolumeExpansion = true
parameters = { type = \"one\" }
[claims.data]
storageClass = \"fast\"
accessModes = [\"ReadWriteOnce\"]
size = \"10Gi\"
";

#[test]
fn profiles_are_compared_by_what_they_render_and_blamed_at_their_lines() {
    let folder = Folder::new("profiles");
    let old = folder.write("old.toml", PROFILE);
    let new = folder.write("new.toml", &PROFILE.replace("10Gi", "20Gi").replace("one", "two"));
    let output = diff(&["--format", "json"], &old, &new);
    assert_eq!(output.status.code(), Some(1));
    let report = json(&output);
    let changes = report["changes"].as_array().expect("changes");
    let kinds: Vec<_> = changes.iter().map(|change| (&change["name"], &change["change"])).collect();
    assert_eq!(
        serde_json::json!(kinds),
        serde_json::json!([["ml-fast", "recreate"], ["ml-data", "in-place"]])
    );
    let finding = &report["findings"][0];
    assert_eq!(finding["code"], "C001");
    assert!(finding["file"].as_str().expect("a file").ends_with("new.toml"), "{finding}");
    assert_eq!(finding["line"], 7);
    assert_eq!(finding["path"], "parameters");
    // The manifests that a profile renders are the profile's.
    let rendered =
        Command::new(env!("CARGO_BIN_EXE_volwright")).arg("render").arg(&old).output().expect("it runs");
    let manifests = folder.write("old.yaml", &String::from_utf8(rendered.stdout).expect("text"));
    assert_eq!(json(&diff(&["--format", "json"], &manifests, &old))["changes"], serde_json::json!([]));
    // An overlay and a set key lie over both sides.
    let overlay = folder.write("overlay.toml", "[claims.data]\nsize = \"20Gi\"\n");
    let overlay = overlay.to_string_lossy();
    let laid = json(&diff(&["--format", "json", "-f", &overlay, "--set", "claims.data.name=x"], &old, &new));
    assert_eq!(laid["changes"].as_array().expect("changes").len(), 1, "{laid}");
    assert_eq!(diff(&["-f", &overlay], &manifests, &manifests).status.code(), Some(2));
}

#[test]
fn a_built_in_profile_is_a_side_unless_a_file_has_its_name() {
    let folder = Folder::new("built-in");
    let nothing = diff(&[], Path::new("aws-ebs"), Path::new("aws-ebs"));
    assert_eq!((nothing.status.code(), nothing.stdout.len()), (Some(0), 0));
    let file = folder.write("aws-ebs", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    let mut command = Command::new(env!("CARGO_BIN_EXE_volwright"));
    command.current_dir(&folder.0).args(["diff", "--format", "json", "aws-ebs", "gce-pd"]);
    let changes = json(&command.output().expect("it runs"))["changes"].clone();
    assert!(
        changes.to_string().contains("ConfigMap") && changes.to_string().contains("gce-pd-data"),
        "{file:?}"
    );
    let output = diff(&[], Path::new("aws-esb"), Path::new("aws-ebs"));
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(
        said.contains("neither a file nor a folder nor a built-in profile")
            && said.contains("did you mean `aws-ebs`?"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_rendered_is_not_compared() {
    let folder = Folder::new("broken");
    let good = folder.write("good.toml", PROFILE);
    let bad = folder.write("bad.toml", &PROFILE.replace("size", "sise"));
    for (old, new) in [(&good, &bad), (&bad, &good)] {
        let output = diff(&[], old, new);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(
            said.contains("did you mean `size`?") && said.contains("2 errors: nothing is compared"),
            "{said}"
        );
    }
    // What render would refuse is told beside the changes.
    let refused = folder.write("refused.toml", &PROFILE.replace("10Gi", "-10Gi"));
    let report = json(&diff(&["--format", "json"], &good, &refused));
    assert_eq!(report["changes"].as_array().expect("changes").len(), 1);
    assert!(report["findings"].to_string().contains("refused.toml"), "{report}");
}

#[test]
fn a_claim_grows_in_place_where_its_class_lets_it() {
    let folder = Folder::new("grows");
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}\n";
    let class = "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: csi.example.com\nallowVolumeExpansion: ";
    let told = |class: &str| {
        let old = folder.write("old.yaml", &format!("{claim}{class}"));
        let new = folder.write("new.yaml", &format!("{}{class}", claim.replace("10Gi", "20Gi")));
        let output = diff(&[], &old, &new);
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    };
    let grows = "~ PersistentVolumeClaim data (applies in place)\n    spec.resources.requests.storage: 10Gi -> 20Gi\n";
    let assumed = "    note: the claim is assumed to be bound: `--unbound` checks a claim that is not\n";
    let cost = "cost: 1 price unknown\n    price unknown PersistentVolumeClaim data: volwright has no prices of csi.example.com\n";
    assert_eq!(told(&format!("{class}true\n")), (Some(0), format!("{grows}{assumed}{cost}")));
    let (code, unknown) = told("");
    assert_eq!(code, Some(0));
    assert!(
        unknown.starts_with(grows) && unknown.contains("note: the disk grows if class `fast`"),
        "{unknown}"
    );
    let (code, refused) = told(&format!("{class}false\n"));
    assert_eq!(code, Some(1));
    assert!(refused.contains("C103") && refused.contains("set `allowVolumeExpansion: true`"), "{refused}");
}

#[test]
fn the_data_go_as_the_class_said_when_the_volume_was_made() {
    let folder = Folder::new("fate");
    let old = folder.write("old.yaml", &OLD.replace("Retain", "Delete"));
    let new = folder.write("new.yaml", &OLD.replace("10Gi", "5Gi"));
    let text = String::from_utf8(diff(&[], &old, &new).stdout).expect("text");
    assert!(text.contains("the class deletes volumes") && !text.contains("retains"), "{text}");
}

#[test]
fn a_text_does_not_differ_from_itself() {
    let folder = Folder::new("itself");
    // A list whose items have no name that could be compared.
    let file = folder.write(
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  initContainers: [{name: [sh]}]\n",
    );
    let output = diff(&["--format", "json"], &file, &file);
    assert_eq!(json(&output)["changes"].as_array().map(Vec::len), Some(0));
}

#[test]
fn what_cannot_be_read_is_told_on_both_sides_and_hides_no_other_change() {
    let folder = Folder::new("unread");
    let one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: 'ONE'}\n---\n";
    let sound = folder.write("sound.yaml", one);
    let broken = folder.write("broken.yaml", &format!("{}a: [\n", one.replace("ONE", "TWO")));
    for (old, new) in [(&sound, &broken), (&broken, &sound)] {
        let output = diff(&[], old, new);
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stdout).expect("text").contains("data[k]: "));
        assert!(String::from_utf8(output.stderr).expect("text").contains("error[Y001]"));
    }
}

#[test]
fn markdown_lets_no_control_character_through() {
    let folder = Folder::new("control");
    let old = folder.write("old.yaml", "");
    let new = folder.write("new.yaml", "apiVersion: v1\nkind: Odd\nmetadata: {name: \"a\\e[31m`|\\n# b\"}\n");
    let text = String::from_utf8(diff(&["--format", "markdown"], &old, &new).stdout).expect("text");
    assert_eq!(text, "### 1 added\n\n**``Odd a\u{241b}[31m`\\|\u{240a}# b``** is added\n");
}

#[test]
fn folders_of_several_clusters_are_not_mixed() {
    let folder = Folder::new("clusters");
    let write = |side: &str, cluster: &str, policy: &str, size: &str| {
        let manifest =
            OLD.replace("csi.example.com", cluster).replace("Retain", policy).replace("10Gi", size);
        std::fs::create_dir_all(folder.0.join(side).join(cluster)).expect("a folder");
        folder.write(&format!("{side}/{cluster}/all.yaml"), &manifest);
    };
    for (cluster, policy) in [("a.example.com", "Delete"), ("b.example.com", "Retain")] {
        write("old", cluster, policy, "10Gi");
        write("new", cluster, policy, "5Gi");
        write("less", "b.example.com", "Retain", "10Gi");
    }
    let (old, new, less) = (folder.0.join("old"), folder.0.join("new"), folder.0.join("less"));
    let text = |old: &Path, new: &Path| String::from_utf8(diff(&[], old, new).stdout).expect("text");
    let shrunk = text(&old, &new);
    let (first, second) =
        shrunk.split_once("! PersistentVolumeClaim ml/data in b.example.com/").expect("two claims");
    assert!(
        first.starts_with("! PersistentVolumeClaim ml/data in a.example.com/ (refused in place)"),
        "{shrunk}"
    );
    assert!(first.contains("deletes volumes") && second.contains("retains volumes"), "{shrunk}");
    // A cluster that goes takes its own objects, and changes no other's.
    let gone = text(&old, &less);
    assert_eq!(gone.matches("(removed)").count(), 3, "{gone}");
    assert!(
        gone.contains("- StorageClass fast in a.example.com/") && !gone.contains("b.example.com"),
        "{gone}"
    );
    assert!(gone.contains("deletes volumes"), "{gone}");
    // One file for two clusters' folders is compared all the same.
    let flat = folder.write("flat.yaml", &OLD.replace("csi.example.com", "b.example.com"));
    assert_eq!(text(&less, &flat), "");
}

#[test]
fn advice_that_objects_share_is_given_once() {
    let folder = Folder::new("once");
    let two = format!("{OLD}---\n{}", OLD.split("---").next().expect("a class").replace("fast", "slow"));
    let old = folder.write("old.yaml", &two);
    let new = folder.write("new.yaml", &two.replace("type: one", "type: two"));
    for format in ["text", "markdown"] {
        let text = String::from_utf8(diff(&["--format", format], &old, &new).stdout).expect("text");
        assert_eq!(text.matches("give the new class a new name").count(), 1, "{text}");
        assert_eq!(text.matches("ix: as above\n").count(), 1, "{text}");
    }
}

#[test]
fn spellings_of_one_quantity_are_no_change() {
    let claim = |size: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data}}\nspec: {{accessModes: [ReadWriteOnce], \
             resources: {{requests: {{storage: {size}}}}}}}\n"
        )
    };
    let folder = std::env::temp_dir().join(format!("volwright-quantities-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let changes = |old: &str, new: &str| {
        let files = [("old.yaml", old), ("new.yaml", new)].map(|(name, size)| {
            let file = folder.join(name);
            std::fs::write(&file, claim(size)).expect("a file");
            file
        });
        let output = Command::new(env!("CARGO_BIN_EXE_volwright"))
            .args(["diff", "--format", "json"])
            .args(files)
            .output()
            .expect("volwright runs");
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        report["changes"].as_array().expect("changes").len()
    };
    for (old, new, count) in
        [("1Ti", "1024Gi", 0), ("1", "\"1\"", 0), ("1.5Gi", "1536Mi", 0), ("1Gi", "1G", 1), ("1Gi", "2Gi", 1)]
    {
        assert_eq!(changes(old, new), count, "{old} {new}");
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

#[test]
fn old_versions_are_validated_as_the_oldest_known() {
    let output = Command::new(env!("CARGO_BIN_EXE_volwright"))
        .args(["validate", "--kubernetes-version", "1.29", "tests/cases/K005/old-version.yaml"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("volwright runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(
        errors.contains("note: Kubernetes 1.29 is validated as 1.33, the oldest known version"),
        "{errors}"
    );
}
