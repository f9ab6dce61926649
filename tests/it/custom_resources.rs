//! Custom resources: recorded verdicts, CEL expressions, and where definitions come from.

#![allow(clippy::print_stdout, reason = "the figures are for people")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use volwright::bundle::Bundle;
use volwright::bundle::index::Index;
use volwright::catalog::kubernetes::KubernetesVersion;
use volwright::diff;
use volwright::document::load::load;
use volwright::rule::Severity;
use volwright::rules;
use volwright::rules::update::Update;
use volwright::schema::definitions::Definitions;
use volwright::source::{Folders, SourceKind, Sources};

use crate::support::{Folder, command, run, text, volwright};

/// Where the recorded definitions are, if they are next to the checkout; they are not the project's to copy.
pub(crate) fn shared_definitions() -> Option<PathBuf> {
    let folder = std::env::var_os("VOLWRIGHT_CONFORMANCE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance"), PathBuf::from)
        .join("crds");
    folder.is_dir().then_some(folder)
}

/// The definitions in a folder.
fn definitions(folder: &Path) -> Definitions {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the definitions")
        .map(|entry| entry.expect("a definition").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    Definitions::read(paths.iter().map(|path| std::fs::read_to_string(path).expect("a text")).collect())
}

/// The recorded cases whose definitions are at hand: all of them, or those of the definitions that the project holds.
fn cases(set: &str) -> (Vec<Value>, Definitions) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/crds");
    let cases = std::fs::read_to_string(own.with_file_name(format!("api/{set}.jsonl"))).expect("the cases");
    let cases = cases.lines().map(|line| serde_json::from_str::<Value>(line).expect("a case"));
    match shared_definitions() {
        Some(folder) => (cases.collect(), definitions(&folder)),
        None => {
            let has_definition = |case: &Value| {
                let crd = case["crd"].as_str().unwrap_or_default();
                crd.contains("conformance.example.org") || crd.contains("snapshot.storage.k8s.io")
            };
            (cases.filter(has_definition).collect(), definitions(&own))
        }
    }
}

fn version() -> KubernetesVersion {
    "1.36".parse().expect("a version")
}

/// Creating: every verdict agrees, nothing is rejected wrongly, and causes are found at their paths.
#[test]
fn verdicts_on_create_agree_with_the_recorded_ones() {
    let (cases, definitions) = cases("custom");
    let mut sources = Sources::new();
    let add = |case: &Value| sources.add("-", case["manifest"].to_string(), SourceKind::Manifest);
    let ids: Vec<_> = cases.iter().map(add).collect();
    let loaded = load(&sources, &ids, version());
    let index = Index::new(&loaded.documents);
    let bundle = Bundle::with_index(&loaded.documents, index, version(), None, &definitions);
    let mut found: Vec<Vec<String>> = vec![Vec::new(); cases.len()];
    for finding in loaded.findings.into_iter().chain(rules::run(&bundle)) {
        if finding.severity == Severity::Error && finding.rule.code.starts_with(['Y', 'K']) {
            found[finding.document.expect("a document")].push(finding.path.unwrap_or_default());
        }
    }
    let (mut agreed, mut wrongly, mut causes, mut causes_found) = (0, 0, [0; 2], [0; 2]);
    for (case, ours) in cases.iter().zip(&found) {
        let accepted = case["accepted"] == true;
        agreed += usize::from(accepted == ours.is_empty());
        wrongly += usize::from(accepted && !ours.is_empty());
        for cause in case["causes"].as_array().into_iter().flatten() {
            let message = cause["message"].as_str().unwrap_or_default();
            let field = cause["field"].as_str().unwrap_or_default();
            let located = cause["reason"] != "DecodeError" && field != "<nil>";
            if located && !message.contains("some validation rules were not checked") {
                // What no schema says is a rule's own message.
                let is_rule = !message.contains(" in body ") && cause["reason"] == "FieldValueInvalid";
                causes[usize::from(is_rule)] += 1;
                causes_found[usize::from(is_rule)] += usize::from(ours.iter().any(|path| path == field));
            }
        }
    }
    println!(
        "custom: {agreed} of {} agree, {wrongly} rejected wrongly, {causes_found:?} of {causes:?}",
        cases.len()
    );
    assert!(agreed * 1000 >= cases.len() * 999, "{agreed} of {} agree", cases.len());
    assert_eq!(wrongly, 0, "objects that the server accepts are rejected");
    for (found, all) in causes_found.into_iter().zip(causes) {
        assert!(found * 100 >= all * 99, "{found} of {all} causes are found");
    }
}

/// Updating: every verdict agrees.
#[test]
fn verdicts_on_update_agree_with_the_recorded_ones() {
    let (cases, definitions) = cases("custom-updates");
    let mut wrong = Vec::new();
    for case in &cases {
        let mut sources = Sources::new();
        let mut add = |key: &str| sources.add(key, case[key].to_string(), SourceKind::Manifest);
        let ids = [add("old"), add("new")];
        let loaded = load(&sources, &ids, version());
        let (old, new) = loaded.documents.split_at(1);
        let folders = Folders::new();
        let update = Update::new(old, new, version(), &folders, &definitions);
        let changes = diff::changes(&update);
        let ours: Vec<_> = changes.iter().flat_map(|change| &change.findings).collect();
        let accepted = ours.iter().all(|finding| finding.severity < Severity::Error);
        if accepted != (case["accepted"] == true) {
            wrong.push(format!("{} {}: {:?}", case["id"], case["kind"], case["causes"]));
        }
    }
    println!("custom-updates: {} of {} agree", cases.len() - wrong.len(), cases.len());
    assert!(wrong.len() * 50 <= cases.len(), "{}", wrong.join("\n"));
}

/// A definition whose rules are `expressions`, and an object of it.
fn stream(expressions: &[&str]) -> String {
    let string = || json!({"type": "string"});
    let integer = || json!({"type": "integer"});
    let list = |items: Value| json!({"type": "array", "items": items});
    let map = json!({"type": "object", "additionalProperties": string()});
    let format = |name: &str| json!({"type": "string", "format": name});
    let mut set = list(string());
    set["x-kubernetes-list-type"] = json!("set");
    let mut ports = list(json!({"type": "object", "properties": {"name": string(), "port": integer()}}));
    ports["x-kubernetes-list-type"] = json!("map");
    ports["x-kubernetes-list-map-keys"] = json!(["name"]);
    let inner = json!({"type": "object", "properties": {"b": string()}});
    let rules: Vec<Value> = expressions.iter().map(|rule| json!({"rule": rule, "message": rule})).collect();
    let spec = json!({
        "type": "object",
        "properties": {
            "int": integer(), "zero": integer(), "missing": integer(), "double": {"type": "number"},
            "whole": {"type": "number"}, "text": string(), "flag": {"type": "boolean"}, "list": list(integer()),
            "names": list(string()), "map": map, "set": set, "ports": ports,
            "any": {"x-kubernetes-int-or-string": true}, "time": format("date-time"), "span": format("duration"),
            "day": format("date"), "bytes": format("byte"), "x-y": integer(), "namespace": string(),
            "obj": {"type": "object", "properties": {"a": inner, "x": string()}},
        },
        "x-kubernetes-validations": rules,
    });
    let schema = json!({"type": "object", "properties": {"spec": spec}});
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.cel.example.com"},
        "spec": {
            "group": "cel.example.com", "names": {"kind": "Thing", "plural": "things"}, "scope": "Namespaced",
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}],
        },
    });
    let object = json!({
        "apiVersion": "cel.example.com/v1",
        "kind": "Thing",
        "metadata": {"name": "thing"},
        "spec": {
            "int": 3, "zero": 0, "double": 1.5, "whole": 2, "text": "hello", "flag": true, "list": [1, 2, 3],
            "names": ["b", "a"], "map": {"a": "x", "b": "y"}, "set": ["b", "a"],
            "ports": [{"name": "http", "port": 80}, {"name": "https", "port": 443}], "any": "50%",
            "time": "2026-01-02T03:04:05Z", "span": "90s", "day": "2026-01-04", "bytes": "aGk=", "x-y": 5,
            "namespace": "n", "obj": {"a": {"b": "c"}},
        },
    });
    format!("{definition}\n---\n{object}\n")
}

/// Every expression of the list has the value, or fails in the way, that the list says.
#[test]
fn expressions_have_the_values_of_the_specification() {
    let list =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/cel.txt"))
            .expect("the list");
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows: Vec<(&str, &str)> = lines.map(|line| line.split_once(" | ").expect("a row")).collect();
    let expressions: Vec<&str> = rows.iter().map(|(_, expression)| *expression).collect();
    let output = volwright(&["validate", "--format", "json", "-"], stream(&expressions));
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let mut found: BTreeMap<&str, String> = BTreeMap::new();
    for finding in report["findings"].as_array().expect("findings") {
        let message = finding["message"].as_str().expect("a message");
        let help = finding["help"].as_str().unwrap_or_default();
        // The message of a broken rule is the expression; that of a failure ends with it.
        let rule = expressions.iter().find(|rule| help.contains(&format!("`{rule}`")));
        let what = if rule == Some(&message) { "false" } else { message };
        found.insert(rule.expect(help), what.to_owned());
    }
    let mut wrong = String::new();
    for (wanted, expression) in &rows {
        let ours = found.get(expression).map_or("true", String::as_str);
        let is_part = wanted.len() > 5 && ours.contains(wanted);
        if !ours.starts_with(wanted) && !is_part {
            let _ = writeln!(wrong, "{expression}: {ours}, not {wanted}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(rows.len() > 100, "{} expressions", rows.len());
}

/// Many objects of one definition with a rule that cannot be evaluated: one warning, no error.
#[test]
fn a_rule_that_cannot_be_evaluated_is_reported_once() {
    let one = stream(&["authorizer.serviceAccount('a', 'b').group('').check('get').allowed()"]);
    let (definition, object) = one.split_once("\n---\n").expect("two documents");
    let many = format!("{definition}\n---\n{}", [object; 3].join("---\n"));
    let output = volwright(&["validate", "--format", "json", "-"], &many);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let codes: Vec<&Value> =
        report["findings"].as_array().expect("findings").iter().map(|finding| &finding["code"]).collect();
    assert_eq!(codes, ["K202"], "{report}");
    assert!(output.status.success());
}

/// A definition counts wherever it is: after the object, in a file of its own, or in the project file's list.
#[test]
fn definitions_come_from_the_input_the_command_line_and_the_project_file() {
    let folder = Folder::new();
    let both = stream(&["self.int > 3"]);
    let (definition, object) = both.split_once("\n---\n").expect("two documents");
    let has_rule = |output: &std::process::Output| text(&output.stdout).contains("K201");
    let crds = folder.write("crds/things.json", definition);
    let object_file = folder.write("thing.yaml", object);
    assert!(has_rule(&volwright(
        &["validate", "--format", "json", "-"],
        format!("{object}---\n{definition}\n")
    )));
    assert!(has_rule(&volwright(&["validate", "--format", "json", "--crds", &crds, &object_file], "")));
    assert!(!has_rule(&volwright(&["validate", "--format", "json", &object_file], "")));
    let missing = volwright(&["validate", "--crds", &object_file, &object_file], "");
    assert_eq!(missing.status.code(), Some(2), "a file without definitions");
}

/// `[validate] crds` of the project file counts for rendered objects and for those of a KRM function, too.
#[test]
fn rendered_objects_and_those_of_a_function_are_validated() {
    let folder = Folder::new();
    let both = stream(&["self.int > 3"]);
    let (definition, object) = both.split_once("\n---\n").expect("two documents");
    let object: Value = serde_json::from_str(object).expect("an object in JSON");
    folder.write("crds/things.json", definition);
    folder.write("volwright.toml", "[validate]\ncrds = [\"crds\"]\n");
    let list = json!({
        "apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": [object],
    });
    let mut function = command(&["fn"]);
    function.current_dir(folder.path());
    let output = run(function, list.to_string());
    assert!(text(&output.stderr).contains("K201"), "{}", text(&output.stderr));
    let text_of = |key: &str| object[key].as_str().expect("text").to_owned();
    let profile = format!(
        "name = \"own\"\n[objects.thing]\napiVersion = \"{}\"\nkind = \"{}\"\nspec.int = 1\n",
        text_of("apiVersion"),
        text_of("kind"),
    );
    folder.write("own.toml", &profile);
    folder.write(
        "volwright.toml",
        "[validate]\ncrds = [\"crds\"]\n[[renders]]\nprofiles = [\"own.toml\"]\noutDir = \"deploy\"\n",
    );
    let mut render = command(&["render"]);
    render.current_dir(folder.path());
    let output = run(render, "");
    assert!(text(&output.stderr).contains("K201"), "{}", text(&output.stderr));
}
