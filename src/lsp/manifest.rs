//! Manifests: what belongs to volwright, and what is known about a line, found by indentation, since the text may be
//! broken.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::catalog::driver::{self, Driver};
use crate::catalog::kind;
use crate::lines::line_start;

/// A document of a manifest.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) range: Range<usize>,
    pub(super) kind: String,
    pub(super) name: String,
    /// The namespace, if it is set.
    pub(super) namespace: Option<String>,
}

/// A line `key: value`, or an item of a list that begins so.
#[derive(Debug)]
pub(super) struct Line<'t> {
    indent: usize,
    pub(super) key: &'t str,
    pub(super) value: &'t str,
    /// The place of the value in the text.
    pub(super) at: usize,
}

/// Whether a text is a manifest: it names the version and the kind of an object.
pub(super) fn is_ours(text: &str) -> bool {
    let has =
        |key: &str| text.lines().any(|line| line.trim_start_matches([' ', '{', '"', '-']).starts_with(key));
    has("apiVersion") && has("kind")
        || text.trim_start().starts_with('{') && text.contains("\"apiVersion\"") && text.contains("\"kind\"")
}

/// The key and the value of a line.
fn line(text: &str, start: usize) -> Option<Line<'_>> {
    let whole = text[start..].lines().next()?;
    let trimmed = whole.trim_start_matches([' ', '-']);
    let indent = whole.len() - trimmed.len();
    let (key, value) = trimmed.split_once(':')?;
    if key.starts_with('#') {
        return None;
    }
    let after = value.split(" #").next().unwrap_or_default();
    let clean = after.trim().trim_matches(['"', '\'']);
    let at = start + indent + key.len() + 1 + value.find(clean).unwrap_or(0);
    Some(Line { indent, key: key.trim().trim_matches(['"', '\'']), value: clean, at })
}

/// The lines of a range with their keys.
fn lines(text: &str, range: Range<usize>) -> Vec<Line<'_>> {
    let mut at = range.start;
    let mut found = Vec::new();
    for written in text[range].split_inclusive('\n') {
        found.extend(line(text, at));
        at += written.len();
    }
    found
}

/// The documents of a text.
pub(super) fn documents(text: &str) -> Vec<Document> {
    let mut starts = vec![0];
    let mut at = 0;
    for written in text.split_inclusive('\n') {
        at += written.len();
        if written.trim_end() == "---" {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let ranges = starts.iter().zip(ends).map(|(start, end)| *start..end);
    ranges
        .map(|range| {
            let lines = lines(text, range.clone());
            let top = |key: &str| lines.iter().find(|line| line.indent == 0 && line.key == key);
            let metadata =
                lines.iter().skip_while(|line| !(line.indent == 0 && line.key == "metadata")).skip(1);
            let metadata: Vec<_> = metadata.take_while(|line| line.indent > 0).collect();
            let name =
                metadata.iter().find(|line| line.key == "name").map_or("", |line| line.value).to_owned();
            // A label may have the same key.
            let indent = metadata.first().map_or(0, |line| line.indent);
            let namespace = metadata.iter().find(|line| line.indent == indent && line.key == "namespace");
            let namespace = namespace.map(|line| line.value.to_owned()).filter(|name| !name.is_empty());
            let kind = top("kind").map_or("", |line| line.value).to_owned();
            Document { range, kind, name, namespace }
        })
        .collect()
}

/// The document at a place, the path of keys above its line, and the line.
pub(super) fn context(text: &str, at: usize) -> Option<(Document, Vec<&str>, Option<Line<'_>>)> {
    let document = documents(text)
        .into_iter()
        .find(|document| document.range.start <= at && at <= document.range.end)?;
    let start = line_start(text, at);
    let here = line(text, start);
    let written = text[start..].lines().next().unwrap_or_default();
    let mut indent = here
        .as_ref()
        .map_or(written.len() - written.trim_start_matches([' ', '-']).len(), |line| line.indent);
    let mut path = Vec::new();
    for above in lines(text, document.range.start..start).into_iter().rev() {
        if above.indent < indent {
            indent = above.indent;
            path.insert(0, above.key);
        }
    }
    Some((document, path, here))
}

/// The driver of a class.
pub(super) fn driver_of(text: &str, document: &Document) -> Option<&'static Driver> {
    let lines = lines(text, document.range.clone());
    let own = lines
        .iter()
        .find(|line| line.indent == 0 && matches!(line.key, "provisioner" | "driverName" | "driver"));
    driver::find(own?.value)
}

/// The section of profiles for a kind, which tells the lists of parameters apart.
pub(super) fn section(kind: &str) -> &'static str {
    kind::find(kind).and_then(|kind| kind.section).unwrap_or_default()
}

/// The fields that refer to objects, and the kind of the objects.
const REFERENCES: [(&str, &str); 5] = [
    ("storageClassName", "StorageClass"),
    ("volumeAttributesClassName", "VolumeAttributesClass"),
    ("volumeSnapshotClassName", "VolumeSnapshotClass"),
    ("claimName", "PersistentVolumeClaim"),
    ("volumeName", "PersistentVolume"),
];

/// An object that a manifest defines or refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) kind: &'static str,
    pub(super) name: Box<str>,
    /// The namespace, if the kind has one and the document sets it: a reference leads to an object of the same namespace.
    namespace: Option<Box<str>>,
    pub(super) is_definition: bool,
}

impl Name {
    /// Whether two names are of the same object.
    pub(super) fn is_of_same(&self, other: &Self) -> bool {
        (self.kind, &self.name, &self.namespace) == (other.kind, &other.name, &other.namespace)
    }

    /// Whether it is a definition of an object of a kind to which an object of a namespace can refer.
    pub(super) fn is_offered(&self, kind: &str, namespace: Option<&str>) -> bool {
        let namespace = namespace.filter(|_| !kind::is_cluster_scoped(kind));
        self.is_definition && self.kind == kind && self.namespace.as_deref() == namespace
    }
}

/// A name with its place in the text.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) name: Name,
    pub(super) range: Range<usize>,
}

/// The objects of the kinds that others refer to, and the references to them.
pub(super) fn mentions(text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    for document in documents(text) {
        let mut is_in_metadata = false;
        let own = REFERENCES.iter().find(|(_, kind)| *kind == document.kind).map(|(_, kind)| *kind);
        let mut add = |kind: &'static str, line: &Line<'_>, is_definition| {
            let namespace = document.namespace.as_deref().filter(|_| !kind::is_cluster_scoped(kind));
            let namespace = namespace.map(Box::from);
            let name = Name { kind, name: line.value.into(), namespace, is_definition };
            found.push(Mention { name, range: line.at..line.at + line.value.len() });
        };
        let mut has_name = false;
        for line in lines(text, document.range.clone()) {
            if line.indent == 0 {
                is_in_metadata = line.key == "metadata";
            }
            if let Some(kind) = referred(line.key).filter(|_| !line.value.is_empty()) {
                add(kind, &line, false);
            } else if let Some(kind) = own.filter(|_| is_in_metadata && !has_name && line.key == "name") {
                has_name = true;
                add(kind, &line, true);
            }
        }
    }
    found
}

/// The same without the places, each once.
pub(super) fn names(text: &str) -> BTreeSet<Name> {
    mentions(text).into_iter().map(|mention| mention.name).collect()
}

/// The kind of the objects that a field refers to.
pub(super) fn referred(key: &str) -> Option<&'static str> {
    REFERENCES.iter().find(|(field, _)| *field == key).map(|(_, kind)| *kind)
}
