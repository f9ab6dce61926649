//! The outline of a file, and what each of its objects renders.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::manifest;
use super::toml::{self, KeyPart};
use super::workspace::{Workspace, is_toml};
use crate::profile::sections;

/// `SymbolKind.Struct` of the protocol.
const STRUCT: u8 = 23;

/// The objects of a file.
pub(super) fn symbols(workspace: &Workspace<'_>, path: &Path) -> Vec<Value> {
    let Some(text) = workspace.text(path) else { return Vec::new() };
    let symbol = |name: String, detail: &str, whole: std::ops::Range<usize>, own: std::ops::Range<usize>| {
        json!({
            "name": name,
            "detail": detail,
            "kind": STRUCT,
            "range": text.range(whole, workspace.encoding),
            "selectionRange": text.range(own, workspace.encoding),
        })
    };
    if !is_toml(path) {
        let documents = manifest::documents(text.as_str());
        let named = documents.into_iter().filter(|document| !document.kind.is_empty());
        return named
            .map(|document| {
                let name = format!("{}/{}", document.kind, document.name);
                let start = document.range.start;
                symbol(name, &document.kind, document.range, start..start)
            })
            .collect();
    }
    let objects = objects(text.as_str());
    let line_of = |object: &KeyPart| text.line_start(text.line_of(object.range.start));
    let ends = objects.iter().skip(1).map(line_of).chain([text.as_str().len()]);
    objects
        .iter()
        .zip(ends)
        .map(|(object, end)| {
            let path = toml::plain(&object.path);
            let kind = sections::section(&path[0]).map_or("", |section| section.kind.name);
            // Two objects may be on one line.
            let start = line_of(object).min(object.range.start);
            let range = start..end.max(object.range.end);
            symbol(object.path.join("."), kind, range, object.range.clone())
        })
        .collect()
}

/// How many objects each table renders, on how many clouds.
pub(super) fn lenses(workspace: &mut Workspace<'_>, path: &Path) -> Vec<Value> {
    let Some(text) = workspace.text(path).filter(|_| is_toml(path)).cloned() else { return Vec::new() };
    let analysis = workspace.analysis(path);
    let count = |number: usize, what: &str| match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    };
    let mut lenses = Vec::new();
    for object in objects(text.as_str()) {
        let key = toml::plain(&object.path).join(".");
        let of_object = |keys: &[String]| keys.iter().filter(|known| **known == key).count();
        let rendered = analysis.rendered.borrow();
        let counts = rendered.iter().map(|(_, rendered)| of_object(&rendered.keys));
        let counts: Vec<_> = counts.filter(|count| *count > 0).collect();
        if counts.is_empty() {
            continue;
        }
        let objects = counts.iter().sum::<usize>();
        let title = format!("renders {} on {}", count(objects, "object"), count(counts.len(), "cloud"));
        lenses.push(json!({
            "range": text.range(object.range, workspace.encoding),
            "command": {"title": title, "command": ""},
        }));
    }
    lenses
}

/// The tables of objects, each once.
fn objects(text: &str) -> Vec<KeyPart> {
    let mut seen = BTreeSet::new();
    let is_object = |key: &KeyPart| {
        let path = toml::plain(&key.path);
        path.len() == 2 && path[1] != toml::ANY && sections::section(&path[0]).is_some()
    };
    toml::scan(text).keys.into_iter().filter(|key| is_object(key) && seen.insert(key.path.clone())).collect()
}
