//! Holds `volwright diff` and the rules C to account: recorded verdicts of a real API server on updates by server-side
//! apply, the rules' own examples, and the command's formats and exit codes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use volwright::catalog::kubernetes::KubernetesVersion;
use volwright::document::load::load;
use volwright::rules::Example;
use volwright::rules::update::{RULES, Update};
use volwright::source::{SourceKind, Sources};

/// The share of verdicts that must agree, in hundredths of a percent; only ever raised.
const AGREEMENT: usize = 9950;

#[test]
fn updates_get_the_verdict_of_the_api_server() {
    let cases = include_str!("conformance/api/updates.jsonl");
    let show: usize = std::env::var("SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    let classes: Vec<String> = [("exp-yes", true), ("exp-no", false)]
        .map(|(name, expands)| {
            format!(
                r#"{{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{{"name":"{name}"}},"allowVolumeExpansion":{expands}}}"#
            )
        })
        .into();
    let (mut shown, mut agreed, mut all, mut refused_wrongly) = (0, 0, 0, 0);
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let mut sources = Sources::new();
        let mut texts = classes.clone();
        texts.extend([case["old"].to_string(), case["new"].to_string()]);
        let ids: Vec<_> =
            texts.iter().map(|text| sources.add("-", text.as_str(), SourceKind::Manifest)).collect();
        let version: KubernetesVersion = "1.36".parse().expect("a version");
        let documents = load(&sources, &ids, version).documents;
        let found = Update::new(&documents[..2], &[], version).check(&documents[2], &documents[3]);
        let accepted = case["accepted"] == true;
        let agrees = accepted == found.is_empty();
        all += 1;
        agreed += usize::from(agrees);
        refused_wrongly += usize::from(accepted && !agrees);
        let kind = kinds.entry(case["kind"].as_str().unwrap_or_default().to_owned()).or_default();
        kind.0 += usize::from(agrees);
        kind.1 += 1;
        if !agrees && shown < show {
            shown += 1;
            let ours: Vec<_> =
                found.iter().map(|finding| (finding.rule.code, &finding.path, &finding.message)).collect();
            println!("{} {} {ours:?}", if accepted { "FALSE REFUSAL" } else { "MISSED" }, case["causes"]);
            println!("  OLD {}\n  NEW {}", case["old"], case["new"]);
        }
    }
    for (kind, (agreed, all)) in &kinds {
        println!("update {kind}: {agreed} of {all}");
    }
    println!("update: {agreed} of {all} verdicts agree, {refused_wrongly} false refusals");
    assert_eq!(refused_wrongly, 0, "false refusals");
    assert!(agreed * 10_000 / all >= AGREEMENT, "{agreed} of {all}");
}

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
fn every_example_of_a_rule_fires_it_and_nothing_else() {
    let folder = Folder::new("examples");
    for rule in RULES {
        let Example::Update { old, bad, good } = rule.example else { panic!("{} has no update", rule.code) };
        let old = folder.write("old.yaml", old);
        let refused = diff(&["--format", "json"], &old, &folder.write("bad.yaml", bad));
        let report = json(&refused);
        let codes: Vec<_> =
            report["findings"].as_array().expect("findings").iter().map(|f| &f["code"]).collect();
        assert_eq!(codes, [rule.code], "{}: {report}", rule.code);
        assert_eq!(refused.status.code(), Some(1), "{}", rule.code);
        let taken = diff(&["--format", "json"], &old, &folder.write("good.yaml", good));
        assert_eq!(json(&taken)["findings"], serde_json::json!([]), "{}", rule.code);
        assert_eq!(taken.status.code(), Some(0), "{}", rule.code);
        assert!(!json(&taken)["changes"].as_array().expect("changes").is_empty(), "{}", rule.code);
    }
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
