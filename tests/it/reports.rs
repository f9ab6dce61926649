//! Holds the formats of reports to account: each of them byte for byte in `golden/reports/`, and what they agree on.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Folder, command, golden, run, text, volwright};

/// The text that the reports are of.
fn input(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/reports").join(name)).expect("the input")
}

/// The report of an input that stands in a folder of a repository.
fn report(format: &str, name: &str, flags: &[&str]) -> String {
    let folder = Folder::new();
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    folder.write(Path::new("deploy").join(name), input(name));
    let mut command = command(&["validate", "--format", format]);
    command.args(flags).arg(name).current_dir(folder.path().join("deploy"));
    let output = run(command, "");
    assert_eq!(output.status.code(), Some(1));
    text(if format == "text" { &output.stderr } else { &output.stdout })
}

#[test]
fn every_format_is_as_it_was() {
    for (format, end) in [
        ("text", "txt"),
        ("json", "json"),
        ("github", "github"),
        ("junit", "xml"),
        ("markdown", "md"),
        ("html", "html"),
    ] {
        let report = report(format, "findings.yaml", &[]);
        // The frame of a page has tests of its own.
        let shown = report.find("<body>").map_or(report.as_str(), |at| &report[at..]);
        golden(&format!("golden/reports/findings.{end}"), shown);
    }
    let colours = report("text", "findings.yaml", &["--color", "always", "--select", "K001,K004"]);
    golden("golden/reports/colours.txt", &colours);
    golden("golden/reports/lines.txt", &report("text", "lines.yaml", &[]));
}

#[test]
fn sarif_lists_every_rule_and_is_as_it_was() {
    let mut log: Value = serde_json::from_str(&report("sarif", "findings.yaml", &[])).expect("JSON");
    let driver = &mut log["runs"][0]["tool"]["driver"];
    let rules = driver["rules"].take();
    driver["semanticVersion"] = json!("");
    let codes: Vec<_> =
        rules.as_array().expect("rules").iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert_eq!(codes, volwright::registry::all().map(|rule| rule.code).collect::<Vec<_>>());
    let mut fingerprints = BTreeSet::new();
    for result in log["runs"][0]["results"].as_array_mut().expect("results") {
        // Where a rule stands in the list moves with every rule that is added.
        let index = result["ruleIndex"].take().as_u64().expect("an index") as usize;
        assert_eq!(result["ruleId"], codes[index]);
        assert!(fingerprints.insert(result["partialFingerprints"].to_string()), "{result}");
    }
    golden("golden/reports/findings.sarif", &format!("{log:#}\n"));
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let prints = |text: &str| -> Vec<Value> {
        let output = volwright(&["validate", "--format", "sarif", "-"], text);
        let log: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let results = log["runs"][0]["results"].as_array().expect("results");
        results.iter().map(|result| result["partialFingerprints"].clone()).collect()
    };
    let input = text(&input("findings.yaml"));
    assert_eq!(
        prints(&input),
        prints(&format!("# moved\n\n{}", input.replace("  containers:", "\n  containers:")))
    );
}

#[test]
fn every_format_tells_of_the_same_findings() {
    let object: Value = serde_json::from_str(&report("json", "findings.yaml", &[])).expect("JSON");
    let findings = object["findings"].as_array().expect("findings");
    let log: Value = serde_json::from_str(&report("sarif", "findings.yaml", &[])).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    let people = report("text", "findings.yaml", &[]);
    let github = report("github", "findings.yaml", &[]);
    let junit = report("junit", "findings.yaml", &[]);
    assert_eq!((findings.len(), findings.len()), (results.len(), github.lines().count()));
    for ((finding, result), line) in findings.iter().zip(results).zip(github.lines()) {
        let (code, severity) =
            (finding["code"].as_str().expect("a code"), finding["severity"].as_str().expect("one"));
        let (at, column) = (&finding["line"], &finding["column"]);
        assert!(people.contains(&format!("{severity}[{code}]")), "{code}");
        assert!(people.contains(&format!("--> findings.yaml:{at}:{column}\n")), "{finding}");
        assert!(junit.contains(&format!("findings.yaml:{at}:{column}: {severity} {code}: ")), "{finding}");
        let place = format!("::{severity} file=deploy/findings.yaml,line={at},col={column},title={code} ");
        assert!(line.starts_with(&place), "{line}");
        let physical = &result["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"]["uri"], "deploy/findings.yaml");
        assert_eq!((&physical["region"]["startLine"], &physical["region"]["startColumn"]), (at, column));
        assert_eq!((&result["ruleId"], &result["level"]), (&finding["code"], &finding["severity"]));
    }
    let count = |severity: &str| findings.iter().filter(|finding| finding["severity"] == severity).count();
    assert_eq!(object["summary"], json!({"errors": count("error"), "warnings": count("warning")}));
    let summary =
        format!("{} errors, {} warnings in 5 documents, 1 not checked", count("error"), count("warning"));
    assert!(people.contains(&summary), "{people}");
}

#[test]
fn json_has_the_keys_of_its_contract_in_their_order() {
    let report = report("json", "findings.yaml", &[]);
    let object: Value = serde_json::from_str(&report).expect("JSON");
    let keys =
        |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&object), "version documents findings omitted unchecked summary");
    assert_eq!(keys(&object["documents"][0]), "index file apiVersion kind name namespace");
    assert_eq!(
        keys(&object["findings"][0]),
        "code rule severity message help file line column document path related fix"
    );
    // The document that cannot be read has a position too; the items of the list share one.
    let index = |document: &Value| document["index"].as_u64().expect("a position");
    let documents: Vec<_> = object["documents"].as_array().expect("documents").iter().map(index).collect();
    assert_eq!(documents, [0, 2, 3, 4, 4]);
    assert_eq!(report.lines().count(), 1);
}

#[test]
fn github_commands_cannot_be_forged_or_broken() {
    let folder = Folder::new();
    let name = if cfg!(windows) { "a,b%.yaml" } else { "a,b:%\n.yaml" };
    folder.write(name, "apiVersion: v1\nkind: Pod\nmetadata: {name: \"x\\n::error::y\\r%0A\"}\nspec: {}\n");
    let mut command = command(&["validate", "--format", "github", "."]);
    command.current_dir(folder.path());
    let said = text(&run(command, "").stdout);
    assert!(said.lines().count() >= 2, "{said}");
    for line in said.lines() {
        assert!(line.starts_with("::error file=a%2Cb"), "{line}");
    }
    assert!(said.contains("%25") && !said.contains('\r'), "{said}");
}

#[test]
fn junit_puts_each_finding_with_its_document() {
    let report = report("junit", "findings.yaml", &[]);
    let case = |name: &str| -> String {
        let from =
            report.find(&format!("testcase name=\"{name}\"")).unwrap_or_else(|| panic!("{name}: {report}"));
        report[from..].split("<testcase").next().unwrap_or_default().to_owned()
    };
    assert!(case("4 PersistentVolumeClaim/a").contains("/>"), "{report}");
    assert!(case("4 PersistentVolumeClaim/b").contains("ReadWriteSometimes"), "{report}");
    assert!(case("2 Gadget/web").contains("/>"), "{report}");
    assert!(case("1 unreadable").contains("Y001"), "{report}");
    assert!(!report.contains("<b>"), "{report}");
}

#[test]
fn paths_are_told_from_the_root_of_the_repository() {
    let repository = Folder::new();
    fs::create_dir(repository.path().join(".git")).expect("a folder");
    let outside = Folder::new();
    for folder in [&repository, &outside] {
        folder.write("a/b/x y.yaml", "apiVersion: v1\nkind: Pod\n");
    }
    let uri = |args: &[&str], at: &Path| -> String {
        let mut command = command(&["validate", "--format", "sarif"]);
        command.args(args).current_dir(at);
        let log: Value = serde_json::from_slice(&run(command, "kind: Pod\n").stdout).expect("JSON");
        log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            .as_str()
            .expect("a URI")
            .to_owned()
    };
    let inner = repository.path().join("a/b");
    assert_eq!(uri(&["x y.yaml"], &inner), "a/b/x%20y.yaml");
    assert_eq!(uri(&["."], &inner), "a/b/x%20y.yaml");
    assert_eq!(uri(&["../../a/./b/x y.yaml"], &inner), "a/b/x%20y.yaml");
    assert_eq!(uri(&[&inner.join("x y.yaml").display().to_string()], repository.path()), "a/b/x%20y.yaml");
    assert_eq!(uri(&["-"], &inner), "stdin");
    let elsewhere = uri(&[&outside.path().join("a/b/x y.yaml").display().to_string()], &inner);
    assert!(elsewhere.starts_with("file:///") && elsewhere.ends_with("/a/b/x%20y.yaml"), "{elsewhere}");
    assert_eq!(uri(&["a"], outside.path()), "a/b/x%20y.yaml");
}

#[test]
fn a_line_of_megabytes_with_thousands_of_findings_is_reported_in_full() {
    let items: Vec<String> = (0..2000)
        .map(|index| {
            let note = "x".repeat(1000);
            format!("{{\"apiVersion\":\"v1\",\"kind\":\"PersistentVolumeClaim\",\"metadata\":{{\"name\":\"c{index}\",\"annotations\":{{\"n\":\"{note}\"}}}},\"spec\":{{\"wrong\":1,\"storageClassName\":\"s\",\"accessModes\":[\"ReadWriteOnce\"],\"resources\":{{\"requests\":{{\"storage\":\"1Gi\"}}}}}}}}")
        })
        .collect();
    let input = format!("{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{}]}}", items.join(","));
    let said = text(&volwright(&["validate", "-", "--max-findings", "0"], &input).stderr);
    assert!(said.contains("\n2000 errors in 1 document"), "{}", said.len());
    assert!(said.lines().all(|line| line.len() < 500));
    let column = input.rfind("\"wrong\"").expect("the last one") + 1;
    assert!(said.contains(&format!(" --> -:1:{column}\n")), "the last one's place is its own");
}

#[test]
fn junit_names_the_rendered_object_wherever_its_finding_points() {
    let folder = Folder::new();
    let profile = folder.write(
        "ml.toml",
        "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[claims.data]\naccessModes = [\"ReadWriteOnce\"]\nsize = \"1Gi\"\n",
    );
    let output = volwright(&["render", "--format", "junit", "--set", "claims.data.size=0", &profile], "");
    let report = text(&output.stderr);
    assert!(report.contains("testcase name=\"0 PersistentVolumeClaim/ml-data\""), "{report}");
    assert!(report.contains("--set:1:") && !report.contains("unreadable"), "{report}");
}
