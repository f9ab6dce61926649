//! Every leaf of every built-in profile, made bad: a finding points at that key or value, in the profile itself and in
//! an overlay.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use crate::support::Folder;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use volwright::profile::{self, builtin};
use volwright::render::{Request, render};
use volwright::source::Sources;
use volwright::template::Templates;

/// A value of a profile that is neither a table nor a list.
struct Leaf {
    /// The keys that lead to it or, inside a list, to the list.
    path: Vec<String>,
    /// The list that it stands in.
    list: Option<Range<usize>>,
    key: Range<usize>,
    value: Range<usize>,
}

impl Leaf {
    fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }
}

fn leaves(text: &str) -> Vec<Leaf> {
    fn table(table: &DeTable<'_>, path: &[String], list: Option<&Range<usize>>, found: &mut Vec<Leaf>) {
        for (key, item) in table {
            let mut path = path.to_vec();
            if list.is_none() {
                path.push(key.get_ref().to_string());
            }
            value(item, key.span(), path, list, found);
        }
    }
    fn value(
        item: &Spanned<DeValue<'_>>,
        key: Range<usize>,
        path: Vec<String>,
        list: Option<&Range<usize>>,
        found: &mut Vec<Leaf>,
    ) {
        match item.get_ref() {
            DeValue::Table(inner) => table(inner, &path, list, found),
            DeValue::Array(items) => {
                let list = list.cloned().unwrap_or(item.span());
                for item in items {
                    value(item, item.span(), path.clone(), Some(&list), found);
                }
            }
            _ => found.push(Leaf { path, list: list.cloned(), key, value: item.span() }),
        }
    }
    let parsed = DeTable::parse(text).expect("TOML");
    let mut found = Vec::new();
    table(parsed.get_ref(), &[], None, &mut found);
    found
}

/// What is found: file, byte range, code and message.
fn found(profile: &str, overlays: &[PathBuf]) -> Vec<(String, Range<usize>, String)> {
    let mut sources = Sources::new();
    let templates = Templates::new(None, &mut sources).expect("built in");
    let request = Request {
        profile: profile::Request { profile, overlays, ..profile::Request::default() },
        ..Request::default()
    };
    let rendered = render(&mut sources, &templates, &request).expect("readable");
    let found = rendered.findings.iter().map(|finding| {
        let span = finding.primary.span;
        let file = sources.get(span.source).name.clone();
        (file, span.range(), format!("{} {}", finding.rule.code, finding.message))
    });
    found.collect()
}

/// Whether a finding points at the key, the value or a part of the value.
fn points(at: &Range<usize>, key: &Range<usize>, value: &Range<usize>) -> bool {
    (at.start == key.start && at.end == key.end) || (at.start >= value.start && at.end <= value.end)
}

/// `text` with `bad` at `place`, and where `bad` stands.
fn replaced(text: &str, place: &Range<usize>, bad: &str) -> (String, Range<usize>) {
    let changed = format!("{}{bad}{}", &text[..place.start], &text[place.end..]);
    (changed, place.start..place.start + bad.len())
}

/// Asserts that `bad` is found at a leaf, in the profile and in an overlay.
fn check(folder: &Folder, name: &str, text: &str, leaf: &Leaf, bad: &str) {
    let what = format!("{name}: {} = {bad}", leaf.path.join("."));
    let (changed, value) = replaced(text, &leaf.value, bad);
    let key = if leaf.key == leaf.value { value.clone() } else { leaf.key.clone() };
    let file = folder.write("profile.toml", changed);
    let all = found(&file, &[]);
    assert!(
        all.iter().any(|(at, range, _)| *at == file && points(range, &key, &value)),
        "{what}, in the profile: {all:#?}"
    );

    let path: Vec<String> = leaf.path.iter().map(|part| format!("{part:?}")).collect();
    let start = format!("# An overlay.\n\n{} = ", path.join("."));
    let (overlay, value, key) = match &leaf.list {
        None => {
            let value = start.len()..start.len() + bad.len();
            let last = path.last().map_or(0, String::len);
            let key = start.len() - 3 - last..start.len() - 3;
            (format!("{start}{bad}\n"), value, key)
        }
        Some(list) => {
            let shift = |at: usize| at - list.start;
            let inside = shift(leaf.value.start)..shift(leaf.value.end);
            let (list_text, value) = replaced(&text[list.clone()], &inside, bad);
            let value = value.start + start.len()..value.end + start.len();
            let key = shift(leaf.key.start) + start.len()..shift(leaf.key.end) + start.len();
            let key = if leaf.key == leaf.value { value.clone() } else { key };
            (format!("{start}{list_text}\n"), value, key)
        }
    };
    let file = folder.write("overlay.toml", overlay);
    let all = found(name, &[PathBuf::from(&file)]);
    assert!(
        all.iter().any(|(at, range, _)| *at == file && points(range, &key, &value)),
        "{what}, in an overlay: {all:#?}"
    );
}

#[test]
fn a_value_of_the_wrong_type_is_found_at_every_leaf() {
    let folder = Folder::new();
    let mut counts = BTreeMap::new();
    for name in builtin::names() {
        let text = builtin::text(name).expect("built in");
        let leaves = leaves(text);
        // `csi` is a field of the API, in which any table is well-formed.
        for leaf in leaves.iter().filter(|leaf| leaf.path.iter().all(|part| part != "csi")) {
            check(&folder, name, text, leaf, "{ wrong = [1] }");
        }
        counts.insert(name, leaves.len());
    }
    assert!(counts.values().all(|count| *count > 30), "{counts:?}");
    println!("every leaf is found: {counts:?}, {} in all", counts.values().sum::<usize>());
}

/// A text or a number of the right type that cannot stand at a leaf; none where any value can.
fn bad_content(leaf: &Leaf, value: &str, text: &str) -> Option<&'static str> {
    // What lacks a value that only the user knows is rendered only if something uses it.
    let incomplete = || {
        let table = format!("\n[{}]", leaf.path.iter().take(2).cloned().collect::<Vec<_>>().join("."));
        let after = text.split_once(&table).map_or("", |(_, after)| after);
        after.split("\n\n").next().is_some_and(|table| table.contains("\nrequired"))
    };
    if matches!(leaf.path.get(2).map_or("", String::as_str), "parameters" | "provisioner") && incomplete() {
        return None;
    }
    if leaf.path.iter().any(|part| part == "parameters") {
        // Drivers take any text but `true` for false.
        if value == "true" {
            return None;
        }
        return Some("\"no-such-value\"");
    }
    Some(match leaf.name() {
        "name" => "\"A_b\"",
        _ if leaf.path[0] == "persistentVolumes"
            && ["csi", "mountOptions", "podAnnotations", "required", "storageClassName"]
                .contains(&&*leaf.path[2]) =>
        {
            return None;
        }
        _ if leaf.path.iter().any(|part| part == "required") => return None,
        "driver" | "provisioner" => "\"no driver\"",
        "kubernetes" => "\"latest\"",
        "image" | "mountPath" => "\"\"",
        "size" | "cpu" | "memory" | "resources" | "sizeLimit" => "\"10GB\"",
        "runAsUser" | "runAsGroup" | "fsGroup" => "-1",
        "mounts" if value.starts_with("\"/") => "\"\"",
        "reclaimPolicy"
        | "volumeBindingMode"
        | "fsType"
        | "storageClass"
        | "volume"
        | "persistentVolumeReclaimPolicy"
        | "accessModes"
        | "type"
        | "fsGroupChangePolicy"
        | "restartPolicy"
        | "vendor"
        | "mounts" => "\"NoSuchValue\"",
        "allowVolumeExpansion"
        | "allowedTopologies"
        | "runAsNonRoot"
        | "allowPrivilegeEscalation"
        | "drop"
        | "command"
        | "toleration" => {
            return None;
        }
        name => panic!("{name}: what is a bad value of it? Say so here"),
    })
}

#[test]
fn a_value_that_cannot_be_is_found_at_every_leaf_that_has_one() {
    let folder = Folder::new();
    let (mut count, mut free) = (0, 0);
    for name in builtin::names() {
        let text = builtin::text(name).expect("built in");
        for leaf in &leaves(text) {
            match bad_content(leaf, &text[leaf.value.clone()], text) {
                Some(bad) => {
                    check(&folder, name, text, leaf, bad);
                    count += 1;
                }
                None => free += 1,
            }
        }
    }
    assert!(count > 100, "{count}");
    println!("{count} leaves are found; at {free} any value of the right type can stand");
}
