//! Fixes: what every rule's fix leaves behind, and what `--fix` leaves untouched.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use volwright::registry::all;
use volwright::rule::ExampleKind;

use crate::support::{Folder, volwright};

/// A file whose ten defects have safe fixes.
const TEN: &str = "# classes of the team, größer\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: fast  # the default\n  annotations:\n    volwright/ignore: \"A105: as agreed\"\n    owner: 7\nprovisioner: ebs.csi.aws.com\nparameters:\n  type: gp3\n  encrypted: true\n  # in whole numbers\n  iops: 3000\nreclaimpolicy: Delete\nmountoptions: [noatime]\nvolumeBindingMode: WaitForFirstConsumer\n---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, labels: {tier: 1, stage: 2}}\nspec:\n  accessModes: [ReadWriteOnce]\n  storageClassName: fast\n  resources:\n    requests:\n      storage: 10 GB  # small\n";

fn findings(report: &[u8]) -> Vec<Value> {
    let report: Value = serde_json::from_slice(report).expect("JSON");
    report["findings"].as_array().expect("a list").clone()
}

fn codes(findings: &[Value]) -> BTreeSet<String> {
    findings.iter().map(|finding| finding["code"].as_str().expect("text").to_owned()).collect()
}

/// The findings of a text, and the text after all of its fixes.
fn fixed(kind: ExampleKind, text: &str, folder: &Folder) -> Option<(Vec<Value>, String, Vec<Value>)> {
    let (name, command) = match kind {
        ExampleKind::Manifest => ("fix.yaml", "validate"),
        ExampleKind::Profile => ("fix.toml", "render"),
        _ => return None,
    };
    let path = folder.write(name, text);
    let report = |args: &[&str]| {
        let run = volwright(&[&[command, "--format", "json"], args, &[&path]].concat(), "");
        let notes = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(!notes.contains("bug in volwright"), "{text}\n{notes}");
        let report = if command == "render" { run.stderr } else { run.stdout };
        let start = report.iter().position(|byte| *byte == b'{').expect("JSON");
        findings(&report[start..])
    };
    let before = report(&[]);
    let after = report(&["--fix", "--unsafe-fixes", "-q"]);
    Some((before, fs::read_to_string(&path).expect("the file"), after))
}

#[test]
fn a_fixed_example_fires_nothing_new() {
    let folder = Folder::new();
    let (mut wrong, mut with_fix) = (Vec::new(), BTreeSet::new());
    for rule in all() {
        for (index, text) in rule.page.example.bad.iter().enumerate() {
            let Some((before, new, after)) = fixed(rule.page.example.kind, text, &folder) else { continue };
            let own =
                |findings: &[Value]| findings.iter().filter(|finding| finding["code"] == rule.code).count();
            let fixes = before.iter().filter(|finding| !finding["fix"].is_null()).count();
            if fixes == 0 {
                assert_eq!(new, **text, "{}: a file without fixes changes", rule.code);
                continue;
            }
            with_fix.insert(rule.code);
            let added: Vec<_> = codes(&after).difference(&codes(&before)).cloned().collect();
            // With the key in place, its value is checked.
            let added: Vec<_> =
                added.into_iter().filter(|code| rule.code != "P003" || code != "P008").collect();
            if own(&after) + fixes > own(&before) || !added.is_empty() {
                wrong.push(format!(
                    "{} {index}: {} → {}, new {added:?}\n{new}",
                    rule.code,
                    own(&before),
                    own(&after)
                ));
            }
        }
    }
    println!("{} rules have an example with a fix: {with_fix:?}", with_fix.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(with_fix.len() >= 40, "{} rules offer a fix", with_fix.len());
}

#[test]
fn fixes_keep_line_endings_comments_and_other_documents() {
    let folder = Folder::new();
    for rule in all() {
        for text in rule.page.example.bad {
            let Some((_, new, _)) = fixed(rule.page.example.kind, text, &folder) else { continue };
            if new == *text || text.contains('\r') {
                continue;
            }
            let windows = text.replace('\n', "\r\n");
            let (_, crlf, _) = fixed(rule.page.example.kind, &windows, &folder).expect("the same kind");
            assert_eq!(crlf, new.replace('\n', "\r\n"), "{}", rule.code);
            let comment = "# größer 𐐀\n";
            let (_, commented, _) =
                fixed(rule.page.example.kind, &format!("{comment}{text}"), &folder).expect("the same kind");
            assert_eq!(commented, format!("{comment}{new}"), "{}", rule.code);
        }
    }
}

#[test]
fn ten_findings_are_fixed_in_one_run() {
    let folder = Folder::new();
    let path = folder.write("ten.yaml", TEN);
    let before = findings(&volwright(&["validate", "--format", "json", &path], "").stdout);
    assert!(before.iter().filter(|finding| !finding["fix"].is_null()).count() >= 10, "{before:#?}");
    let diff = volwright(&["validate", "--fix", "--diff", &path], "");
    assert_eq!(diff.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&path).expect("the file"), TEN, "--diff writes nothing");
    let run = volwright(&["validate", "--fix", &path], "");
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let new = fs::read_to_string(&path).expect("the file");
    for kept in ["# classes of the team, größer", "fast  # the default", "  # in whole numbers", "  # small"]
    {
        assert!(new.contains(kept), "{new}");
    }
    let changed = TEN.lines().filter(|line| !new.lines().any(|other| other == *line)).count();
    assert!(changed <= 10, "{changed} lines changed\n{new}");
    let again = volwright(&["validate", "--fix", &path], "");
    assert_eq!(again.status.code(), Some(0));
    assert_eq!(fs::read_to_string(&path).expect("the file"), new, "fixing is stable");
}

#[test]
fn standard_input_is_fixed_with_echo() {
    let run = volwright(&["validate", "--fix", "--echo", "-"], TEN);
    assert_eq!(run.status.code(), Some(0));
    let text = String::from_utf8(run.stdout).expect("UTF-8");
    assert!(text.starts_with("# classes of the team"), "{text}");
    assert!(text.contains("encrypted: \"true\""), "{text}");
    let refused = volwright(&["validate", "--fix", "-"], TEN);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn an_unsafe_fix_needs_its_flag() {
    let folder = Folder::new();
    let text = "extends = \"aws-ebs\"\nname = \"x\"\n[claims.data] # the data\nsize = \"10Gi\"\nstorageClas = 'fast'\n";
    let path = folder.write("x.toml", text);
    let run = volwright(&["render", "--fix", &path], "");
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&path).expect("the file"), text);
    assert!(String::from_utf8_lossy(&run.stderr).contains("(unsafe)"));
    let run = volwright(&["render", "--fix", "--unsafe-fixes", &path], "");
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let new = text.replace("storageClas ", "storageClass ");
    assert_eq!(fs::read_to_string(&path).expect("the file"), new);
}
