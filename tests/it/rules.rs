//! Holds the rule table to account: codes and names, texts, examples that are run, and the page made from it.

use std::collections::BTreeSet;
use std::path::Path;

use volwright::registry::{FAMILIES, all, find};
use volwright::rule::{Example, Rule};

use crate::support::{Folder, codes, golden, volwright};

/// What a template of the examples is rendered from.
const PROFILE: &str = "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[storageClasses.fast]\nreclaimPolicy = \"Retain\"\nvolumeBindingMode = \"WaitForFirstConsumer\"\nallowVolumeExpansion = true\nparameters = { type = \"fast\" }\n";

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
        assert!(seen.insert(rule.code.to_owned()), "{} is there twice", rule.code);
        assert!(seen.insert(rule.name.to_owned()), "{} is there twice", rule.name);
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
fn every_rule_says_what_it_means() {
    let mut words = 0;
    for rule in all() {
        let kebab = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        assert!(rule.name.chars().all(kebab), "{} {}", rule.code, rule.name);
        assert!(rule.name.len() <= 40, "{}: the name is long", rule.code);
        assert!(!rule.summary.is_empty() && !rule.summary.ends_with('.'), "{}: {}", rule.code, rule.summary);
        assert!(!rule.summary.contains('\n'), "{}: {}", rule.code, rule.summary);
        assert!(rule.explanation.len() >= 60, "{}: {}", rule.code, rule.explanation);
        assert!(rule.explanation.trim() == rule.explanation, "{}: blank ends", rule.code);
        assert!(rule.explanation.ends_with(['.', ')', '`']), "{}: {}", rule.code, rule.explanation);
        assert!(rule.since.split('.').count() == 3, "{}: {}", rule.code, rule.since);
        words += rule.explanation.split_whitespace().count();
    }
    println!("{} rules explained in {words} words", all().count());
}

#[test]
fn every_bad_example_fires_its_rule_alone_and_every_good_one_nothing() {
    let folder = Folder::new();
    let mut wrong = Vec::new();
    for rule in all() {
        let (bad, good) = run(rule, &folder);
        if bad.is_empty() || bad.iter().any(|code| code != rule.code) {
            wrong.push(format!("{} {}: the bad example fires {bad:?}", rule.code, rule.name));
        }
        if !good.is_empty() {
            wrong.push(format!("{} {}: the good example fires {good:?}", rule.code, rule.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} bad examples fire their rule alone, {0} good ones nothing", all().count());
}

/// The codes that the bad and the good example of a rule fire.
fn run(rule: &Rule, folder: &Folder) -> (Vec<String>, Vec<String>) {
    let two = |judge: &dyn Fn(&str) -> Vec<String>, bad: &str, good: &str| (judge(bad), judge(good));
    match rule.example {
        Example::Manifest { bad, good } => {
            let judge = |text: &str| codes(&volwright(&["validate", "--format", "json", "-"], text).stdout);
            two(&judge, bad, good)
        }
        Example::Profile { bad, good } => {
            let judge = |text: &str| {
                let path = folder.write("profile.toml", text);
                codes(&volwright(&["render", "--format", "json", &path], "").stderr)
            };
            two(&judge, bad, good)
        }
        Example::Template { bad, good } => {
            let profile = folder.write("plain.toml", PROFILE);
            let judge = |text: &str| {
                let path = folder.write("templates/storageclass.yaml.j2", text);
                let templates = Path::new(&path).parent().expect("a folder").display().to_string();
                let args = ["render", "--format", "json", "--templates", &templates, &profile];
                codes(&volwright(&args, "").stderr)
            };
            two(&judge, bad, good)
        }
        Example::Update { old, bad, good } => {
            let old = folder.write("old.yaml", old);
            let judge = |text: &str| codes(&volwright(&["diff", "--format", "json", &old, "-"], text).stdout);
            two(&judge, bad, good)
        }
    }
}

#[test]
fn the_list_of_rules_says_what_the_table_says() {
    let listed: serde_json::Value =
        serde_json::from_slice(&volwright(&["rules", "--format", "json"], "").stdout).expect("JSON");
    let listed = listed.as_array().expect("a list");
    assert_eq!(listed.len(), all().count());
    for (row, rule) in listed.iter().zip(all()) {
        assert_eq!(row["code"], rule.code);
        assert_eq!(row["name"], rule.name);
        assert_eq!(row["summary"], rule.summary);
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
        let (Example::Manifest { bad, .. }
        | Example::Profile { bad, .. }
        | Example::Template { bad, .. }
        | Example::Update { bad, .. }) = rule.example;
        for line in bad.lines() {
            assert!(text.contains(line), "{}: {line:?} is not shown", rule.code);
        }
    }
}

#[test]
fn the_page_of_rules_is_current() {
    let page = volwright(&["rules", "--format", "markdown"], "").stdout;
    golden("docs/rules.md", &String::from_utf8(page).expect("text"));
}
