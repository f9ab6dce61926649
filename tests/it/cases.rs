//! Runs the cases of `tests/cases`, each of which says in its first comments what volwright finds in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use volwright::registry::find;

use crate::support::{text, volwright};

/// A finding that a case expects.
#[derive(Debug)]
struct Expected {
    code: String,
    /// The path of the field, or `line N`; empty if the case leaves it open.
    place: String,
    /// What the message or the help contains; may be empty.
    words: String,
}

impl Expected {
    /// Parses `CODE PLACE | WORDS`.
    fn parse(line: &str) -> Self {
        let (place, words) = line.split_once('|').unwrap_or((line, ""));
        let (code, place) = place.trim().split_once(' ').unwrap_or((place.trim(), ""));
        Self { code: code.to_owned(), place: place.trim().to_owned(), words: words.trim().to_owned() }
    }

    fn matches(&self, finding: &Value) -> bool {
        let string = |key: &str| finding[key].as_str().unwrap_or_default();
        let line = format!("line {}", finding["line"]);
        let is_here = self.place.is_empty() || [line.as_str(), string("path")].contains(&self.place.as_str());
        let says = [string("message"), string("help")].iter().any(|text| text.contains(&self.words));
        string("code") == self.code && is_here && says
    }
}

/// The cases below `folder`, sorted; a file `NAME.old.yaml` belongs to the case `NAME.yaml`.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut found = Vec::new();
    for folder in fs::read_dir(root).expect("the cases") {
        for case in fs::read_dir(folder.expect("a folder").path()).expect("a folder of cases") {
            let path = case.expect("a case").path();
            let is_lock = path.extension().is_some_and(|end| end == "lock");
            if !is_lock && !path.to_string_lossy().ends_with(".old.yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Why a case fails, if it does.
fn run(path: &Path) -> Result<(), String> {
    let content = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let header = || content.lines().map_while(|line| line.strip_prefix("# "));
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    if find(&folder).is_none_or(|rule| rule.code != folder) {
        return Err(format!("`{folder}` is not the code of a rule"));
    }
    let expectations: Vec<&str> = header().filter_map(|line| line.strip_prefix("expect: ")).collect();
    let expected: Vec<Expected> =
        expectations.iter().filter(|line| **line != "nothing").map(|line| Expected::parse(line)).collect();
    if expectations.is_empty() {
        return Err("write `# expect: CODE PATH` or `# expect: nothing` in the first lines".to_owned());
    }
    let file = path.display().to_string();
    let old = path.with_extension("old.yaml").display().to_string();
    let command = match header().find_map(|line| line.strip_prefix("run: ")) {
        Some(command) => command,
        None if Path::new(&old).exists() => "diff {old} {file}",
        None if file.ends_with(".toml") => "render {file}",
        None => "validate {file}",
    };
    let args: Vec<String> =
        command.split(' ').map(|arg| arg.replace("{file}", &file).replace("{old}", &old)).collect();
    let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
    args.extend(["--format", "json"]);
    let output = volwright(&args, "");
    let report = if args[0] == "render" { &output.stderr } else { &output.stdout };
    let report: Value = serde_json::from_slice(report)
        .map_err(|error| format!("{error}: {}{}", text(&output.stdout), text(&output.stderr)))?;
    // A case is about the families of its rule and of the rules that it expects.
    let codes = expected.iter().map(|expected| expected.code.as_str());
    let families: BTreeSet<char> = codes.chain([&*folder]).filter_map(|code| code.chars().next()).collect();
    let findings = report["findings"].as_array().ok_or("the report has no findings")?;
    let mut found: Vec<&Value> = findings
        .iter()
        .filter(|finding| {
            finding["code"].as_str().is_some_and(|code| code.starts_with(|letter| families.contains(&letter)))
        })
        .collect();
    let shown = found
        .iter()
        .map(|finding| {
            format!(
                "\n  found {} {} line {}: {}; {}",
                finding["code"], finding["path"], finding["line"], finding["message"], finding["help"]
            )
        })
        .collect::<String>();
    for expected in &expected {
        let Some(place) = found.iter().position(|finding| expected.matches(finding)) else {
            return Err(format!("{expected:?} is not found{shown}"));
        };
        found.remove(place);
    }
    if found.is_empty() { Ok(()) } else { Err(format!("{} findings are not expected{shown}", found.len())) }
}

#[test]
fn every_case_finds_what_it_expects() {
    let cases = cases();
    assert!(cases.len() > 100, "{} cases", cases.len());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let shares = cases.chunks(cases.len().div_ceil(threads));
        let runs: Vec<_> = shares
            .map(|share| {
                scope.spawn(move || {
                    let failure =
                        |path: &PathBuf| run(path).err().map(|why| format!("{}: {why}", path.display()));
                    share.iter().filter_map(failure).collect::<Vec<_>>()
                })
            })
            .collect();
        runs.into_iter().flat_map(|run| run.join().expect("a thread that ends")).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
