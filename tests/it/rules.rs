//! Checks the rules: codes and names, the texts of the pages, the examples, and the page generated from them.

use std::collections::BTreeSet;
use std::path::Path;

use volwright::registry::{FAMILIES, all, find};
use volwright::rule::{ExampleKind, Rule};

use crate::support::{Folder, codes, golden, volwright};

/// The profile from which the template of an example is rendered.
const PROFILE: &str = "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[storageClasses.fast]\nreclaimPolicy = \"Retain\"\nvolumeBindingMode = \"WaitForFirstConsumer\"\nallowVolumeExpansion = true\nparameters = { type = \"fast\" }\n";

/// First words of a summary that states a requirement instead of the defect.
const REQUIREMENTS: &[&str] = &["every ", "each ", "all ", "no ", "only ", "a rule "];

#[test]
fn codes_are_a_letter_and_three_digits_sorted_and_unique() {
    for family in FAMILIES {
        assert!(family.is_sorted_by(|a, b| a.code < b.code), "{:?}", family.iter().map(|rule| rule.code));
    }
    let mut seen = BTreeSet::new();
    for rule in all() {
        let (letter, digits) = rule.code.split_at(1);
        assert!("PTYKCDLSA".contains(letter), "{}", rule.code);
        assert!(digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{}", rule.code);
        assert!(seen.insert(rule.code.to_owned()), "{} is used twice", rule.code);
        assert!(seen.insert(rule.name.to_owned()), "{} is used twice", rule.name);
    }
}

#[test]
fn every_rule_can_be_found_by_code_and_by_name() {
    for rule in all() {
        for name in [rule.code.to_owned(), rule.code.to_lowercase(), rule.name.to_owned()] {
            assert_eq!(find(&name).map(|found| found.code), Some(rule.code), "{name}");
        }
    }
}

#[test]
fn every_page_belongs_to_a_rule() {
    fn walk(folder: &Path, pages: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, pages);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.insert(path.file_stem().expect("a name").to_string_lossy().into_owned());
            }
        }
    }
    let mut pages = BTreeSet::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut pages);
    assert_eq!(pages, all().map(|rule| rule.code.to_owned()).collect());
}

/// Whether a summary says what something is, such as "a size is a quantity", instead of naming the defect.
fn is_statement(summary: &str) -> bool {
    let mut words = summary.split(' ');
    matches!(words.next(), Some("a" | "an" | "the"))
        && words.take(3).any(|word| matches!(word, "is" | "are" | "has" | "must"))
}

#[test]
fn every_summary_names_the_defect() {
    for rule in all() {
        let summary = rule.page.summary;
        let lower = summary.to_lowercase();
        let requirement = REQUIREMENTS.iter().find(|first| lower.starts_with(**first));
        assert_eq!(requirement, None, "{}: {summary}", rule.code);
        assert!(!is_statement(&lower), "{}: {summary}", rule.code);
        assert!(summary.len() <= 90, "{}: the summary is long", rule.code);
        assert!(!summary.starts_with(|first: char| first.is_ascii_lowercase()), "{}: {summary}", rule.code);
    }
}

#[test]
fn every_page_has_complete_texts() {
    let mut words = 0;
    for rule in all() {
        let page = rule.page;
        assert_eq!((page.code, page.name), (rule.code, rule.name));
        assert_eq!(rule.since.split('.').count(), 3, "{}: {}", rule.code, rule.since);
        for text in [page.why, page.fix] {
            assert!(text.len() >= 20, "{}: {text:?}", rule.code);
            assert!(text.ends_with(['.', '`']), "{}: {text}", rule.code);
            words += text.split_whitespace().count();
        }
    }
    println!("{} rules explained in {words} words", all().count());
}

#[test]
fn every_bad_example_fires_its_rule_alone_and_every_good_one_nothing() {
    let folder = Folder::new();
    let mut wrong = Vec::new();
    for rule in all() {
        for (index, text) in rule.page.example.bad.iter().enumerate() {
            let found = run(rule, text, &folder);
            if found.is_empty() || found.iter().any(|code| code != rule.code) {
                wrong.push(format!("{}: bad example {index} fires {found:?}", rule.code));
            }
        }
        for (index, text) in rule.page.example.good.iter().enumerate() {
            let found = run(rule, text, &folder);
            if !found.is_empty() {
                wrong.push(format!("{}: good example {index} fires {found:?}", rule.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The codes that an example of a rule fires.
fn run(rule: &Rule, text: &str, folder: &Folder) -> Vec<String> {
    match rule.page.example.kind {
        ExampleKind::Manifest => codes(&volwright(&["validate", "--format", "json", "-"], text).stdout),
        ExampleKind::Profile => {
            let path = folder.write("profile.toml", text);
            codes(&volwright(&["render", "--format", "json", &path], "").stderr)
        }
        ExampleKind::Template => {
            let profile = folder.write("plain.toml", PROFILE);
            let path = folder.write("templates/storageclass.yaml.j2", text);
            let templates = Path::new(&path).parent().expect("a folder").display().to_string();
            let args = ["render", "--format", "json", "--templates", &templates, &profile];
            codes(&volwright(&args, "").stderr)
        }
        ExampleKind::Update => {
            let old = folder.write("old.yaml", rule.page.example.old.expect("old manifests"));
            let report = volwright(&["diff", "--format", "json", &old, "-"], text).stdout;
            let changes: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
            assert_ne!(changes["changes"], serde_json::json!([]), "{}: nothing changes", rule.code);
            codes(&report)
        }
    }
}

#[test]
fn the_list_of_rules_says_what_the_pages_say() {
    let listed: serde_json::Value =
        serde_json::from_slice(&volwright(&["rules", "--format", "json"], "").stdout).expect("JSON");
    let listed = listed.as_array().expect("a list");
    assert_eq!(listed.len(), all().count());
    for (row, rule) in listed.iter().zip(all()) {
        assert_eq!(row["code"], rule.code);
        assert_eq!(row["name"], rule.name);
        assert_eq!(row["summary"], rule.page.summary);
    }
    let text = String::from_utf8(volwright(&["rules", "--select", "y09"], "").stdout).expect("text");
    assert_eq!(text.lines().count(), 3, "{text}");
}

#[test]
fn every_rule_is_explained_with_its_examples() {
    for rule in all() {
        let output = volwright(&["explain", rule.name], "");
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(output.status.success() && text.starts_with(&format!("{} {}", rule.code, rule.name)));
        for line in rule.page.example.bad.iter().flat_map(|text| text.lines()) {
            assert!(text.contains(line), "{}: {line:?} is not shown", rule.code);
        }
    }
}

#[test]
fn the_page_of_rules_is_current() {
    let page = volwright(&["rules", "--format", "markdown"], "").stdout;
    golden("docs/rules.md", &String::from_utf8(page).expect("text"));
}
