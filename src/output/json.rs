//! Findings as one JSON object.

use std::io;

use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Value, json};

use super::DocumentName;
use super::listing::Listing;
use crate::finding::fix::{Edit, Fix};
use crate::finding::omitted::{Omitted, by_rule};
use crate::finding::{Finding, Report};
use crate::fix::edits;
use crate::rule::Severity;
use crate::source::{Sources, Span};
use crate::unchecked::Named;

/// The version of the form; it changes when a program that reads it would break.
const VERSION: u32 = 1;

/// A report as one object, written item by item: `version`, `documents`, `findings`, `omitted`, `unchecked` and `summary`.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "it borrows a listing")]
pub struct Object<'a> {
    /// The findings.
    pub report: &'a Report,
    /// The documents, and what was not checked.
    pub listing: &'a dyn Listing,
    /// The texts that the findings point into.
    pub sources: &'a Sources,
    /// The keys of one command, and their values.
    pub more: &'a [(&'static str, &'a Value)],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let finding = |one: &Finding| finding(one, self.sources);
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("version", &VERSION)?;
        object.serialize_entry("documents", &Documents(self.listing))?;
        object.serialize_entry("findings", &Each(&self.report.findings, finding))?;
        object.serialize_entry("omitted", &Each(&by_rule(&self.report.omitted), omitted))?;
        object.serialize_entry("unchecked", &Unchecked(self.listing))?;
        let summary = json!({
            "errors": self.report.count(Severity::Error),
            "warnings": self.report.count(Severity::Warning),
        });
        object.serialize_entry("summary", &summary)?;
        for (key, value) in self.more {
            object.serialize_entry(key, value)?;
        }
        object.end()
    }
}

/// A list whose items are made when they are written.
struct Each<'a, Item, F>(&'a [Item], F);

impl<Item, F: Fn(&Item) -> Value> Serialize for Each<'_, Item, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(&self.1))
    }
}

/// The documents of a listing.
struct Documents<'a>(&'a dyn Listing);

impl Serialize for Documents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        listed(serializer, |each| self.0.documents(0..self.0.count(), &mut |one| each(document(&one))))
    }
}

/// What a listing says was not checked.
struct Unchecked<'a>(&'a dyn Listing);

impl Serialize for Unchecked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = |one: &Named<'_>| json!({"document": one.document, "why": one.why()});
        listed(serializer, |each| self.0.unchecked(&mut |one| each(value(one))))
    }
}

/// A list of the values that `read` calls with, one at a time.
fn listed<S: Serializer>(
    serializer: S,
    read: impl FnOnce(&mut dyn FnMut(Value) -> io::Result<()>) -> io::Result<()>,
) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(None)?;
    let mut failed = None;
    let done = read(&mut |value| {
        list.serialize_element(&value).map_err(|error| {
            failed = Some(error);
            io::ErrorKind::Other.into()
        })
    });
    if let Some(error) = failed {
        return Err(error);
    }
    done.map_err(S::Error::custom)?;
    list.end()
}

/// How many findings of a rule are not listed.
fn omitted(omitted: &Omitted) -> Value {
    json!({
        "code": omitted.rule.code,
        "rule": omitted.rule.name,
        "severity": omitted.severity.as_str(),
        "count": omitted.findings,
    })
}

fn document(document: &DocumentName) -> Value {
    json!({
        "index": document.index,
        "file": document.file,
        "apiVersion": document.api_version,
        "kind": document.kind,
        "name": document.name,
        "namespace": document.namespace,
    })
}

fn finding(finding: &Finding, sources: &Sources) -> Value {
    let place = |span| {
        let location = sources.location(span);
        (sources.get(span.source).name.as_str(), location.line, location.column)
    };
    let (file, line, column) = place(finding.primary.span);
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|label| {
            let (file, line, column) = place(label.span);
            json!({"message": label.text, "file": file, "line": line, "column": column})
        })
        .collect();
    json!({
        "code": finding.rule.code,
        "rule": finding.rule.name,
        "severity": finding.severity.as_str(),
        "message": finding.message,
        "help": finding.help,
        "file": file,
        "line": line,
        "column": column,
        "document": finding.document,
        "path": finding.path,
        "related": related,
        "fix": finding.fix.as_deref().and_then(|fix| self::fix(fix, sources)),
    })
}

/// The fix; offsets are in bytes from the beginning of the file, and lines and columns as in findings.
fn fix(fix: &Fix, sources: &Sources) -> Option<Value> {
    let edits = edits(fix, sources);
    let edit = |edit: &Edit| {
        let source = sources.get(edit.span.source);
        let start = sources.location(edit.span);
        let end = sources.location(Span { start: edit.span.end, ..edit.span });
        let offset = |at: u32| source.offset + at as usize;
        json!({
            "file": source.name,
            "start": offset(edit.span.start),
            "end": offset(edit.span.end),
            "line": start.line,
            "column": start.column,
            "endLine": end.line,
            "endColumn": end.column,
            "text": edit.text,
        })
    };
    (!edits.is_empty()).then(|| {
        json!({
            "title": fix.title,
            "applicability": fix.applicability.as_str(),
            "edits": edits.iter().map(edit).collect::<Vec<_>>(),
        })
    })
}
