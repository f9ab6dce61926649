//! The diagnostics of a file are the findings of `render` or `validate`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::client::Client;
use crate::support::Folder;

/// A finding: line and column, from 1, code, severity, message and help.
type Found = (u64, u64, String, u64, String);

/// The cases and examples that a file alone describes.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let below = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
    };
    let mut files: Vec<PathBuf> =
        below(&root.join("tests/cases")).iter().flat_map(|folder| below(folder)).collect();
    files.extend(below(&root.join("examples")));
    files.extend(below(&root.join("examples/recipes")));
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml" || extension == "yaml"));
    files.sort();
    files
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

/// The findings in one file that the command reports.
fn reported(folder: &Folder, command: &str, file: &str) -> BTreeSet<Found> {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_volwright"))
        .args([command, file, "--format", "json"])
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let parse = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok().filter(Value::is_object);
    let report = parse(&output.stdout).or_else(|| parse(&output.stderr)).unwrap_or_default();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    findings
        .iter()
        .filter(|finding| finding["file"] == file)
        .map(|finding| {
            let severity = if finding["severity"] == "error" { 1 } else { 2 };
            let mut message = text_of(&finding["message"]).to_owned();
            if let Some(help) = finding["help"].as_str() {
                message.push_str(&format!("\n{help}"));
            }
            let code = text_of(&finding["code"]).to_owned();
            (number(&finding["line"]), number(&finding["column"]), code, severity, message)
        })
        .collect()
}

#[test]
fn diagnostics_are_the_findings_of_the_command_line() {
    let folder = Folder::new();
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    let mut client = Client::start(&folder, json!({"general": {"positionEncodings": ["utf-32"]}}));
    let (mut compared, mut found_any, mut differences) = (0, 0, Vec::new());
    for path in files() {
        let text = fs::read_to_string(&path).expect("a text");
        let is_toml = path.extension().is_some_and(|extension| extension == "toml");
        let is_alone = !text.lines().any(|line| line.starts_with("# run: "))
            && !path.to_string_lossy().ends_with(".old.yaml")
            && !path.with_extension("old.yaml").exists();
        if !(is_alone && (is_toml || text.contains("apiVersion") && text.contains("kind"))) {
            continue;
        }
        let file = if is_toml { "file.toml" } else { "file.yaml" };
        fs::write(folder.path().join(file), &text).expect("a file");
        let expected = reported(&folder, if is_toml { "render" } else { "validate" }, file);
        client.open(file, &text);
        let diagnostics = client.diagnostics(file);
        client.close(file);
        let found: BTreeSet<Found> = diagnostics
            .iter()
            .map(|one| {
                let start = &one["range"]["start"];
                // An overlay that is rendered by itself is information in an editor.
                let severity = if one["severity"] == 3 { 1 } else { number(&one["severity"]) };
                let (code, message) = (text_of(&one["code"]), text_of(&one["message"]));
                let (line, column) = (number(&start["line"]) + 1, number(&start["character"]) + 1);
                (line, column, code.to_owned(), severity, message.to_owned())
            })
            .collect();
        compared += 1;
        found_any += usize::from(!expected.is_empty());
        if found != expected {
            let only =
                |one: &BTreeSet<Found>, other: &BTreeSet<Found>| format!("{:?}", one.difference(other));
            differences.push(format!(
                "{}:\n  command line: {}\n  editor: {}",
                path.display(),
                only(&expected, &found),
                only(&found, &expected)
            ));
        }
    }
    client.stop();
    assert!(differences.is_empty(), "{} of {compared}:\n{}", differences.len(), differences.join("\n"));
    assert!(found_any > 150, "{found_any} of {compared} files have findings");
}
