//! Cases that users ran into, reconstructed from public threads or close variants of them.
//!
//! `conformance/field-cases.jsonl` holds one case per line: `command` and `flags`, the manifests, and what the report must and
//! must not contain. The expressions apply to lines `severity code path: message | help`.

use regex::Regex;
use serde_json::Value;

use crate::support::{Folder, command, run, volwright};

/// The least number of cases that hold.
const HELD: usize = 93;

#[test]
fn reports_contain_what_users_needed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/field-cases.jsonl");
    let text = std::fs::read_to_string(path).expect("the cases");
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect();
    let failed: Vec<String> = cases.iter().filter_map(failure).collect();
    let held = cases.len() - failed.len();
    assert!(held >= HELD, "{held} of {} cases hold, {HELD} did before:\n{}", cases.len(), failed.join("\n"));
}

/// How a case fails, if it does.
fn failure(case: &Value) -> Option<String> {
    let text = |key: &str| case[key].as_str().unwrap_or_default();
    let flags = case["flags"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let output = if text("command") == "diff" {
        let folder = Folder::new();
        let paths = ["old", "new"].map(|name| {
            let path = folder.path().join(name).with_extension("yaml");
            std::fs::write(&path, text(name)).expect("a file");
            path
        });
        let mut diff = command(&["diff", "--format", "json"]);
        diff.args(flags).args(paths);
        run(diff, "")
    } else {
        let args: Vec<&str> =
            ["validate", "--format", "json"].into_iter().chain(flags).chain(["-"]).collect();
        volwright(&args, text("manifest"))
    };
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let lines: Vec<String> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap_or_default();
            let [severity, code, path, message, help] =
                ["severity", "code", "path", "message", "help"].map(text);
            format!("{severity} {code} {path}: {message} | {help}")
        })
        .collect();
    let matches = |pattern: &Value| {
        let pattern = Regex::new(pattern.as_str().expect("a pattern")).expect("an expression");
        lines.iter().any(|line| pattern.is_match(line))
    };
    let all = |key: &str| case["want"][key].as_array().into_iter().flatten();
    let holds = all("must").all(matches) && !all("mustnot").any(matches);
    (!holds).then(|| format!("{}: {}: want {}, got {lines:#?}", text("id"), text("about"), case["want"]))
}
