//! Every leaf key of every built-in profile gets a bad value, and a finding must point at that key.

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use support::Folder;
use volwright::document::node::{Node, Value};
use volwright::finding::Finding;
use volwright::profile::{self, builtin};
use volwright::render::{Request, render};
use volwright::source::{SourceId, Sources, Span};
use volwright::template::Templates;

/// A scalar of a profile: its path, the key over it, the value.
#[derive(Debug)]
struct Leaf {
    path: String,
    key: Span,
    value: Span,
    text: bool,
}

/// Every scalar below `node` that stands in `source`, each once: defaults stand in every object that takes them.
fn leaves(node: &Node<'_>, path: &str, key: Span, source: SourceId, found: &mut BTreeMap<(u32, u32), Leaf>) {
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                leaves(&entry.value, &format!("{path}.{}", entry.key.value), entry.key.span, source, found);
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}[{index}]"), key, source, found);
            }
        }
        _ if node.span.source == source => {
            let text = matches!(node.value, Value::String(_));
            let leaf = Leaf { path: path.trim_start_matches('.').to_owned(), key, value: node.span, text };
            found.entry((node.span.start, node.span.end)).or_insert(leaf);
        }
        _ => {}
    }
}

/// The scalars of a TOML text, counted by another way.
fn count(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Object(table) => table.values().map(count).sum(),
        serde_json::Value::Array(items) => items.iter().map(count).sum(),
        _ => 1,
    }
}

fn findings(path: &Path) -> (Sources, Vec<Finding>) {
    let mut sources = Sources::new();
    let templates = Templates::new(None, &mut sources).expect("built-in templates");
    let name = path.to_str().expect("a plain path");
    let request = Request {
        profile: profile::Request { profile: name, overlays: &[], sets: &[] },
        ..Request::default()
    };
    let rendered = render(&mut sources, &templates, &request).expect("readable");
    (sources, rendered.findings)
}

#[test]
fn a_bad_value_at_any_leaf_key_is_found_at_that_key() {
    let folder = Folder::new();
    let (mut keys, mut judged, mut texts) = (0, 0, 0);
    for name in builtin::names() {
        let text = builtin::text(name).expect("built in");
        let path = folder.path().join(format!("{name}.toml"));
        std::fs::write(&path, text).expect("written");
        let (sources, before) = findings(&path);
        assert!(before.is_empty(), "{name}: {before:?}");
        drop(sources);

        let mut sources = Sources::new();
        let request = profile::Request { profile: name, overlays: &[], sets: &[] };
        let (profile, _) = profile::load(&mut sources, &request).expect("readable");
        let profile = profile.expect("sound");
        let own = *profile.layers.last().expect("a layer");
        let mut found = BTreeMap::new();
        leaves(&profile.root, "", profile.root.span, own, &mut found);
        let all: serde_json::Value = toml::from_str(text).expect("TOML");
        let steering = usize::from(all.get("extends").is_some());
        assert_eq!(found.len(), count(&all) - steering, "{name}: a leaf key is not walked");

        for leaf in found.values() {
            keys += 1;
            let points = |bad: &str| {
                let mut changed = text.to_owned();
                changed.replace_range(leaf.value.range(), bad);
                std::fs::write(&path, &changed).expect("written");
                let (sources, list) = findings(&path);
                let at = |finding: &Finding| {
                    let span = finding.primary.span;
                    let value = leaf.value.start..leaf.value.start + bad.len() as u32;
                    let here = span.start == leaf.key.start || value.contains(&span.start);
                    here && sources.get(span.source).name.ends_with(&format!("{name}.toml"))
                };
                (list.iter().any(at), list)
            };
            // No key of the API or of a profile takes this in place of a scalar.
            let (there, list) = points("[[[{ bad = true }]]]");
            assert!(there, "{name}: nothing points at {}: {list:#?}", leaf.path);
            if leaf.text {
                texts += 1;
                let (there, _) = points("\" \\u0001 \"");
                judged += usize::from(there);
            }
        }
    }
    assert!(keys > 100, "{keys}");
    println!("{keys} of {keys} leaf keys: a value of a wrong type is found at its key");
    println!("{judged} of {texts} texts: one that is blank and a control character is found, too");
}
