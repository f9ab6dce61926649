//! The most findings that a report lists for each rule: the others are counted, and every format says so.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::{Folder, text, volwright};

/// Classes with one warning each, and the first ones with an error.
fn classes(count: usize, errors: usize) -> String {
    let mut text = String::new();
    for at in 0..count {
        let iops = if at < errors { "iops: \"x\"" } else { "iops: \"3000\"" };
        let _ = write!(
            text,
            "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: c{at}}}\nprovisioner: ebs.csi.aws.com\n\
             volumeBindingMode: WaitForFirstConsumer\nparameters: {{type: gp3, {iops}}}\n"
        );
    }
    text
}

fn json(args: &[&str], input: &str) -> Value {
    let mut all = vec!["validate", "-", "--format", "json"];
    all.extend(args);
    serde_json::from_slice(&volwright(&all, input).stdout).expect("JSON")
}

#[test]
fn the_counts_stay_exact() {
    let input = classes(50, 20);
    let (all, some) = (json(&["--max-findings", "0"], &input), json(&["--max-findings", "3"], &input));
    assert_eq!(all["omitted"], serde_json::json!([]));
    assert_eq!(all["summary"], some["summary"]);
    for code in all["findings"].as_array().expect("a list").iter().map(|finding| &finding["code"]) {
        let of = |report: &Value| {
            let list = report["findings"].as_array().expect("a list").clone();
            list.into_iter().filter(|finding| finding["code"] == *code).collect::<Vec<_>>()
        };
        let (all, listed) = (of(&all), of(&some));
        assert_eq!(listed[..], all[..all.len().min(3)], "the first ones are listed");
        let omitted = some["omitted"].as_array().expect("a list").iter().find(|one| one["code"] == *code);
        let count = omitted.map_or(0, |one| one["count"].as_u64().expect("a number") as usize);
        assert_eq!(listed.len() + count, all.len(), "{code}");
    }
}

#[test]
fn every_format_states_the_remainder() {
    let input = classes(50, 0);
    let run = |format: &str| volwright(&["validate", "-", "--max-findings", "3", "--format", format], &input);
    for format in ["text", "github", "markdown", "sarif", "junit"] {
        let output = run(format);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        let report = if format == "text" { &err } else { &out };
        let stated = if format == "junit" {
            report.matches("1 more of ").count() >= 47
        } else {
            report.contains("47 more of ")
        };
        assert!(stated, "{format}: {report}");
        assert_eq!(output.status.code(), Some(0), "{format}");
    }
    let err = text(&run("text").stderr);
    assert!(err.contains("--max-findings 0"), "{err}");
}

#[test]
fn an_error_that_is_not_listed_fails_the_run() {
    let cases = volwright(&["validate", "-", "--max-findings", "1", "--format", "junit"], classes(9, 9));
    assert_eq!(cases.status.code(), Some(1));
    assert!(text(&cases.stdout).contains("tests=\"9\" failures=\"9\""), "{}", text(&cases.stdout));
    // Warnings that count as errors, too.
    let folder = Folder::new();
    folder.write("volwright.toml", "[report]\nerrors = [\"A\"]\nmaxFindings = 2\n");
    let file = folder.write("in.yaml", classes(5, 0));
    let mut command = crate::support::command(&["validate", &file]);
    command.current_dir(folder.path());
    let output = crate::support::run(command, "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("and 3 more of A"), "{}", text(&output.stderr));
}

#[test]
fn a_fix_is_applied_to_all_findings() {
    let folder = Folder::new();
    let mut pods = String::new();
    for at in 0..9 {
        let _ = write!(
            pods,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}}}\nspec: {{containers: [{{name: c, image: a, imagepullpolicy: Always}}]}}\n"
        );
    }
    let file = folder.write("in.yaml", pods);
    volwright(&["validate", &file, "--fix", "--unsafe-fixes", "--max-findings", "1"], "");
    let fixed = std::fs::read_to_string(&file).expect("a file");
    assert_eq!(fixed.matches("imagePullPolicy").count(), 9, "{fixed}");
}

/// A program reads JSON, so it lists more than other formats.
#[test]
fn json_lists_the_findings_of_thousands_of_documents() {
    let input = classes(1100, 1100);
    let report = json(&["--select", "D"], &input);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1100));
    let text = text(&volwright(&["validate", "-", "--select", "D"], &input).stderr);
    assert!(text.contains("100 more"), "{text}");
}

/// What a report lists of each document is more than stays in memory.
#[test]
fn every_document_of_a_large_input_is_listed() {
    let long = "x".repeat(200);
    let claim = |at: usize| {
        format!(
            "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: c{at}-{long}, namespace: ml}}\nspec: {{accessModes: \
             [ReadWriteOnce], storageClassName: s{at}-{long}, resources: {{requests: {{storage: 10GB}}}}}}\n"
        )
    };
    let count = 8000;
    let input: String = (0..count).map(claim).collect();
    let report = json(&["--max-findings", "1"], &input);
    let list = |key: &str| report[key].as_array().expect("a list").clone();
    assert_eq!((list("documents").len(), list("unchecked").len()), (count, count));
    for (at, (document, unchecked)) in list("documents").iter().zip(list("unchecked")).enumerate() {
        assert_eq!((&document["index"], &unchecked["document"]), (&at.into(), &at.into()));
        assert_eq!(document["name"], format!("c{at}-{long}"));
        assert_eq!(unchecked["why"], format!("class `s{at}-{long}` is not in the input"));
    }
    let cases = text(&volwright(&["validate", "-", "--format", "junit"], &input).stdout);
    assert!(cases.contains(&format!("<testsuite name=\"-\" tests=\"{count}\" failures=\"{count}\"")));
    assert_eq!(cases.matches("<testcase").count(), count);
}

/// Suites are sorted by file, and a suite has the documents of its file in order: unreadable ones, too.
#[test]
fn junit_has_one_suite_for_each_file() {
    let folder = Folder::new();
    let class = classes(1, 1);
    let files =
        [("b.yaml", format!("a: [\n{class}")), ("a.yaml", class.clone() + "---\na: [\n"), ("c.yaml", class)];
    let paths: Vec<String> = files.iter().map(|(name, content)| folder.write(name, content)).collect();
    let mut args = vec!["validate", "--format", "junit"];
    args.extend(paths.iter().chain(&paths[..1]).map(String::as_str));
    let cases = text(&volwright(&args, "").stdout).replace(&folder.path().display().to_string(), "");
    let lines: Vec<&str> = cases
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("<testsuite ") || line.starts_with("<testcase "))
        .collect();
    assert_eq!(
        lines,
        [
            "<testsuite name=\"/a.yaml\" tests=\"2\" failures=\"2\" errors=\"0\">",
            "<testcase name=\"2 StorageClass/c0\" classname=\"/a.yaml\">",
            "<testcase name=\"3 unreadable\" classname=\"/a.yaml\">",
            "<testsuite name=\"/b.yaml\" tests=\"4\" failures=\"4\" errors=\"0\">",
            "<testcase name=\"0 unreadable\" classname=\"/b.yaml\">",
            "<testcase name=\"1 StorageClass/c0\" classname=\"/b.yaml\">",
            "<testcase name=\"5 unreadable\" classname=\"/b.yaml\">",
            "<testcase name=\"6 StorageClass/c0\" classname=\"/b.yaml\">",
            "<testsuite name=\"/c.yaml\" tests=\"1\" failures=\"1\" errors=\"0\">",
            "<testcase name=\"4 StorageClass/c0\" classname=\"/c.yaml\">",
        ]
    );
}
