//! Holds suppressions to account: what is excused stays unsaid, everything else does not.

use crate::support::{Folder, codes, text, volwright};

/// A claim without `apiVersion` (K004) and without access modes (K101), annotated with `text`.
fn claim(text: &str) -> String {
    format!(
        "kind: PersistentVolumeClaim\nmetadata:\n  name: data\n  annotations: {{volwright/ignore: {text:?}}}\nspec:\n  storageClassName: standard\n  resources: {{requests: {{storage: 10Gi}}}}\n"
    )
}

fn found(input: &str) -> Vec<String> {
    codes(&volwright(&["validate", "--format", "json", "-"], input).stdout)
}

#[test]
fn rules_are_excused_by_code_or_name_with_a_reason() {
    for (annotation, wanted) in [
        ("K101: the operator adds them", vec!["K004"]),
        ("k101: the operator adds them", vec!["K004"]),
        ("required-field: the operator adds them", vec!["K004"]),
        ("K101: the operator adds them; K004: and this", vec![]),
        ("K101: why; K004: why;", vec![]),
        ("K101, K004: the operator adds both", vec![]),
        ("K101: a reason; with more to it: really; K004: and this", vec![]),
        ("K101: see https://example.com/a;b", vec!["K004"]),
    ] {
        assert_eq!(found(&claim(annotation)), wanted, "{annotation}");
    }
}

#[test]
fn a_suppression_without_reason_rule_or_use_is_a_finding() {
    for (annotation, wanted) in [
        ("K101", vec!["K004", "Y090", "K101"]),
        ("K101:", vec!["K004", "Y090", "K101"]),
        ("K101: ; K004: why", vec!["Y090", "K101"]),
        ("K101: why; K004", vec!["K004", "Y090"]),
        ("K999: why", vec!["K004", "Y091", "K101"]),
        ("K: why", vec!["K004", "Y091", "K101"]),
        ("Y005: why", vec!["K004", "Y091", "K101"]),
        ("Y090: why", vec!["K004", "Y091", "K101"]),
        ("P001: why", vec!["K004", "Y091", "K101"]),
        ("just so", vec!["K004", "Y091", "K101"]),
        ("K105: why", vec!["K004", "Y092", "K101"]),
        ("", vec!["K004", "K101"]),
    ] {
        assert_eq!(found(&claim(annotation)), wanted, "{annotation}");
    }
    let said = text(&volwright(&["validate", "-"], claim("requierd-field: why")).stderr);
    assert!(said.contains("did you mean `required-field`?") && said.contains(" --> -:4:35\n"), "{said}");
}

#[test]
fn what_was_not_looked_for_is_not_called_unused() {
    // `diff` checks updates; pod security is checked if a level is set.
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {volwright/ignore: 'S104: a node agent; C201: replaced by hand'}}\nspec: {containers: [{name: main, image: example.com/trainer:1}]}\n";
    assert_eq!(found(pod), [""; 0]);
    let found = volwright(&["validate", "--format", "json", "--pod-security", "baseline", "-"], pod);
    assert_eq!(codes(&found.stdout), ["Y092"]);
}

#[test]
fn an_object_speaks_for_itself_alone() {
    let broken = "kind: PersistentVolumeClaim\nmetadata: {name: other}\nspec: {storageClassName: standard, resources: {requests: {storage: 10Gi}}}\n";
    let excused = claim("K101: why; K004: why");
    assert_eq!(found(&format!("{excused}---\n{broken}")), ["K004", "K101"]);
    let item = |text: &str| format!("- {}\n", text.trim_end().replace('\n', "\n  "));
    for items in [[&excused, broken], [broken, &excused]] {
        let list = format!("apiVersion: v1\nkind: List\nitems:\n{}{}", item(items[0]), item(items[1]));
        assert_eq!(found(&list), ["K004", "K101"], "{list}");
    }
}

#[test]
fn a_workload_speaks_for_its_pods_and_a_pod_template_does_not() {
    let job = |own: &str, template: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: j, annotations: {{{own}}}}}\nspec:\n  template:\n    metadata: {{annotations: {{{template}}}}}\n    spec: {{hostNetwork: true, restartPolicy: Never, containers: [{{name: main, image: example.com/trainer:1}}]}}\n"
        )
    };
    let found = |input: String| {
        let output = volwright(
            &["validate", "--format", "json", "--select", "S,Y", "--pod-security", "baseline"],
            input,
        );
        codes(&output.stdout)
    };
    let excuse = "volwright/ignore: 'S101: it measures the network'";
    assert_eq!(found(job("", "")), ["S101"]);
    assert_eq!(found(job(excuse, "")), [""; 0]);
    assert_eq!(found(job("", excuse)), ["S101"]);
}

#[test]
fn nothing_excuses_from_being_readable() {
    let twice = claim("K101: why; K004: why").replace("  name: data\n", "  name: data\n  name: data\n");
    assert_eq!(found(&twice), ["Y005"]);
}

#[test]
fn a_refused_update_can_be_excused_and_stays_a_recreation() {
    let folder = Folder::new();
    let class = |kind: &str, annotations: &str| {
        format!(
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: fast, annotations: {{{annotations}}}}}\nprovisioner: csi.example.com\nparameters: {{type: {kind}}}\n"
        )
    };
    let old = folder.write("old.yaml", class("one", ""));
    let diff = |annotations: &str| {
        let output = volwright(&["diff", "--format", "json", &old, "-"], class("two", annotations));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        (
            codes(&output.stdout),
            report["changes"][0]["change"].as_str().map(str::to_owned),
            output.status.code(),
        )
    };
    let recreate = Some("recreate".to_owned());
    assert_eq!(diff(""), (vec!["C001".to_owned()], recreate.clone(), Some(1)));
    assert_eq!(diff("volwright/ignore: 'C001: replaced by hand in the window'"), (vec![], recreate, Some(0)));
}

#[test]
fn a_profile_excuses_what_it_renders() {
    let folder = Folder::new();
    let profile = |annotations: &str| {
        format!(
            "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[claims.data]\naccessModes = [\"ReadWriteOnce\"]\nsize = \"0\"\n{annotations}"
        )
    };
    let bare = folder.write("bare.toml", profile(""));
    let refused = volwright(&["render", "--format", "json", &bare], "");
    assert_eq!((codes(&refused.stderr), refused.stdout.len()), (vec!["K102".to_owned()], 0));
    let annotations =
        "\n[claims.data.annotations]\n\"volwright/ignore\" = \"K102: the webhook sets the size\"\n";
    let excused = folder.write("excused.toml", profile(annotations));
    let taken = volwright(&["render", "--format", "json", &excused], "");
    assert!(taken.status.success(), "{}", text(&taken.stderr));
    assert!(text(&taken.stdout).contains("volwright/ignore: "), "{}", text(&taken.stdout));
}
