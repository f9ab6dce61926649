//! Properties of fixing: in any form of a file, all fixes settle, and change nothing that they do not name.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed};
use volwright::finding::Finding;
use volwright::finding::fix::{Change, Edit, Intent};
use volwright::fix::{edits, round::round};
use volwright::profile;
use volwright::registry::all;
use volwright::render::{Request, render};
use volwright::rule::ExampleKind;
use volwright::source::{SourceId, Sources, Span};
use volwright::stream::{Input, ValidateOptions, validate};
use volwright::template::Templates;
use volwright::yaml::node::{Node, Value};
use volwright::yaml::read::read;

use crate::support::files;

/// The most rounds of `--fix`.
const ROUNDS: usize = 10;
const PROFILE: &str = "mutated.toml";

/// The examples and the cases of all rules; profiles begin with a marker.
fn examples() -> Vec<(bool, String)> {
    let mut texts = Vec::new();
    for rule in all() {
        let is_profile = match rule.page.example.kind {
            ExampleKind::Manifest => false,
            ExampleKind::Profile => true,
            _ => continue,
        };
        texts.extend(rule.page.example.bad.iter().map(|text| (is_profile, (*text).to_owned())));
    }
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders: Vec<_> =
        fs::read_dir(cases).expect("the cases").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    for (name, text) in folders.iter().flat_map(|folder| files(folder)) {
        let extension =
            Path::new(&name).extension().map(|extension| extension.to_string_lossy().into_owned());
        match extension.as_deref() {
            Some("toml") => texts.push((true, text)),
            Some("yaml") if !name.ends_with(".old.yaml") => texts.push((false, text)),
            _ => {}
        }
    }
    // Values of a built-in layer.
    texts.push((
        true,
        "extends = \"aws-ebs\"\nname = \"ml\"\n[claims.data]\nstorageClass = \"fast\"\nsize = \"10Gi\"\n"
            .to_owned(),
    ));
    texts.push((true, "extends = \"gce-pd\"\nname = \"ml\"\nstorageClasses.extreme.labels.a = \"b\"\n[claims.data]\nstorageClass = \"extreme\"\nsize = \"100Gi\"\n".to_owned()));
    texts
}

/// How a text is changed without changing what it means.
#[derive(Clone, Debug)]
struct Mutation {
    /// Lines above which a comment is added.
    above: Vec<Index>,
    /// Lines at whose end a comment is added.
    behind: Vec<Index>,
    /// Lines whose plain values are quoted.
    quoted: Vec<Index>,
    is_windows: bool,
    has_last_line_break: bool,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let lines = || proptest::collection::vec(any::<Index>(), 0..6);
    (lines(), lines(), lines(), any::<bool>(), any::<bool>()).prop_map(
        |(above, behind, quoted, is_windows, has_last_line_break)| Mutation {
            above,
            behind,
            quoted,
            is_windows,
            has_last_line_break,
        },
    )
}

impl Mutation {
    /// The text, and the comments that it got.
    fn apply(&self, text: &str, is_profile: bool) -> (String, Vec<String>) {
        let lines: Vec<&str> = text.lines().collect();
        // Inside text of several lines a comment is a part of the text.
        let end = lines.iter().position(|line| {
            line.ends_with(['|', '>', '-', '\\']) || line.contains("\"\"\"") || line.contains("'''")
        });
        let usable = &lines[..end.unwrap_or(lines.len())];
        if usable.is_empty() {
            return (text.to_owned(), Vec::new());
        }
        let at = |places: &[Index]| places.iter().map(|place| place.index(usable.len())).collect::<Vec<_>>();
        let (above, behind, quoted) = (at(&self.above), at(&self.behind), at(&self.quoted));
        let (mut out, mut comments) = (Vec::new(), Vec::new());
        for (index, line) in lines.iter().enumerate() {
            let is_whole =
                !line.is_empty() && !line.contains('#') && line.matches(['"', '\'']).count() % 2 == 0;
            if above.contains(&index) {
                comments.push(format!("# größer {index} 𐐀"));
                let indentation = line.len() - line.trim_start().len();
                out.push(format!("{}# größer {index} 𐐀", &line[..indentation]));
            }
            let mut line = (*line).to_owned();
            if quoted.contains(&index) && !is_profile {
                line = with_quotes(&line);
            }
            if behind.contains(&index) && is_whole && !line.starts_with("---") {
                comments.push(format!("# é {index} 𐐀"));
                line.push_str(&format!(" # é {index} 𐐀"));
            }
            out.push(line);
        }
        let mut text = out.join(if self.is_windows { "\r\n" } else { "\n" });
        if self.has_last_line_break {
            text.push_str(if self.is_windows { "\r\n" } else { "\n" });
        }
        (text, comments)
    }
}

/// The line with quotes around a plain word.
fn with_quotes(line: &str) -> String {
    match line.split_once(": ") {
        Some((key, word))
            if word.len() > 1
                && word.starts_with(|letter: char| letter.is_ascii_uppercase())
                && word.bytes().all(|byte| byte.is_ascii_alphabetic()) =>
        {
            format!("{key}: '{word}'")
        }
        _ => line.to_owned(),
    }
}

/// What is found in a text.
fn findings(text: &str, is_profile: bool) -> (Vec<Finding>, Sources) {
    if is_profile {
        let mut sources = Sources::new();
        let templates = Templates::new(None, &mut sources).expect("the built-in templates");
        let files = [(PathBuf::from(PROFILE), text.to_owned())];
        let request = profile::Request { profile: PROFILE, files: &files, ..profile::Request::default() };
        let request = Request { profile: request, ..Request::default() };
        let rendered = render(&mut sources, &templates, &request).expect("a readable profile");
        return (rendered.findings, sources);
    }
    let options = ValidateOptions { kept: usize::MAX, ..ValidateOptions::default() };
    let validation = validate(vec![Input::Text(text.to_owned())], &options).expect("a readable input");
    (validation.findings, validation.sources)
}

fn trees(text: &str, source: SourceId, is_profile: bool) -> Vec<Node<'static>> {
    if is_profile {
        return profile::tree(source, text).into_iter().collect();
    }
    let nothing = |span| Node::new(Value::Null, span);
    read(source, text)
        .into_iter()
        .map(|document| document.root.map_or_else(|| nothing(document.span), Node::into_owned))
        .collect()
}

type Place = Vec<String>;

/// The paths of all keys and values.
fn paths(node: &Node<'_>, path: &mut Place, found: &mut HashMap<Span, Place>) {
    found.entry(node.span).or_insert_with(|| path.clone());
    for entry in node.entries() {
        path.push(entry.key.value.to_string());
        found.insert(entry.key.span, path.clone());
        paths(&entry.value, path, found);
        path.pop();
    }
    for (index, item) in node.items().iter().enumerate() {
        path.push(index.to_string());
        paths(item, path, found);
        path.pop();
    }
}

/// The paths that a change names.
fn named(change: &Change, found: &HashMap<Span, Place>) -> Vec<Place> {
    let Some(place) = &change.place else { return Vec::new() };
    let path = |span: Option<Span>| span.and_then(|span| found.get(&span).cloned());
    let around = || {
        let sibling = place.siblings.iter().find_map(|(key, _)| path(Some(*key)));
        sibling.map(|path| path[..path.len() - 1].to_vec()).or_else(|| path(place.value))
    };
    match &change.intent {
        Intent::Replace(_) | Intent::Quote => path(place.value).into_iter().collect(),
        Intent::Remove => path(place.key).into_iter().collect(),
        Intent::Rename(name) => path(place.key)
            .into_iter()
            .flat_map(|old| {
                let new = [&old[..old.len() - 1], std::slice::from_ref(name)].concat();
                [old, new]
            })
            .collect(),
        Intent::Insert(_) => {
            around().map(|path| [path.as_slice(), &place.missing[..1]].concat()).into_iter().collect()
        }
        Intent::Prepend(_) => around().into_iter().collect(),
    }
}

/// The paths at which two trees differ.
fn differences(old: &Node<'_>, new: &Node<'_>, path: &mut Place, found: &mut Vec<Place>) {
    match (&old.value, &new.value) {
        (Value::Mapping(before), Value::Mapping(after)) => {
            for entry in before {
                path.push(entry.key.value.to_string());
                match new.get(&entry.key.value) {
                    Some(value) => differences(&entry.value, value, path, found),
                    None => found.push(path.clone()),
                }
                path.pop();
            }
            let is_new = |key: &str| old.get(key).is_none();
            for entry in after.iter().filter(|entry| is_new(&entry.key.value)) {
                found.push([path.as_slice(), &[entry.key.value.to_string()]].concat());
            }
        }
        (Value::Sequence(before), Value::Sequence(after)) if before.len() == after.len() => {
            for (index, (old, new)) in before.iter().zip(after).enumerate() {
                path.push(index.to_string());
                differences(old, new, path, found);
                path.pop();
            }
        }
        (old, new) if old == new => {}
        _ => found.push(path.clone()),
    }
}

/// Whether a comment belongs to something that an edit removes.
fn is_removed(comment: &str, text: &str, edits: &[Edit]) -> bool {
    let at = text.find(comment).unwrap_or_default();
    edits.iter().any(|edit| edit.text.is_empty() && edit.span.range().contains(&at))
}

/// Applies all fixes of a text, and checks every round.
fn fix_and_check(mut text: String, is_profile: bool, comments: &[String]) -> Result<usize, TestCaseError> {
    for count in 0.. {
        prop_assert!(count < ROUNDS, "the fixes do not settle:\n{}", text);
        let (findings, sources) = findings(&text, is_profile);
        let done = round(&findings, &sources, true);
        let done = done.map_err(|error| TestCaseError::fail(format!("{error:?}\n{text}")))?;
        prop_assert!(done.texts.len() <= 1);
        let Some((source, new)) = done.texts.into_iter().next() else { return Ok(count) };
        let fixes = || findings.iter().filter_map(|finding| finding.fix.as_deref());
        let edits: Vec<_> = fixes().flat_map(|fix| edits(fix, &sources)).collect();
        if text.contains("\r\n") {
            prop_assert!(!new.replace("\r\n", "").contains('\n'), "a bare line feed:\n{:?}", new);
        } else {
            prop_assert!(!new.contains('\r'), "a carriage return:\n{:?}", new);
        }
        for comment in comments.iter().filter(|comment| text.contains(comment.as_str())) {
            let is_kept = new.contains(comment.as_str()) || is_removed(comment, &text, &edits);
            prop_assert!(is_kept, "lost {}:\n{}\n{}", comment, text, new);
        }
        let (before, after) = (trees(&text, source, is_profile), trees(&new, source, is_profile));
        prop_assert_eq!(before.len(), after.len(), "{}\n{}", text, new);
        for (old, new_tree) in before.iter().zip(&after) {
            let mut found = HashMap::new();
            paths(old, &mut Vec::new(), &mut found);
            let named: Vec<_> =
                fixes().flat_map(|fix| &fix.changes).flat_map(|change| named(change, &found)).collect();
            let mut changed = Vec::new();
            differences(old, new_tree, &mut Vec::new(), &mut changed);
            for path in changed {
                let is_named = named.iter().any(|named| path.starts_with(named));
                prop_assert!(is_named, "{:?} is not one of {:?}:\n{}\n{}", path, named, text, new);
            }
        }
        text = new;
    }
    Ok(ROUNDS)
}

proptest! {
    #![proptest_config(Config {
        cases: 500,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20),
        ..Config::default()
    })]

    #[test]
    fn fixes_settle_and_change_only_what_they_name(
        (is_profile, text) in select(examples()),
        mutation in mutation(),
    ) {
        let (text, comments) = mutation.apply(&text, is_profile);
        fix_and_check(text, is_profile, &comments)?;
    }
}

/// The same for each example as it is written: every fix is applied at least once.
#[test]
fn every_example_settles() {
    let mut fixed = 0;
    for (is_profile, text) in examples() {
        let rounds = fix_and_check(text, is_profile, &[]);
        fixed += usize::from(rounds.unwrap_or_else(|error| panic!("{error}")) > 0);
    }
    assert!(fixed >= 85, "{fixed} examples have a fix");
}
