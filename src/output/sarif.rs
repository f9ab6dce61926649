//! Findings as SARIF 2.1.0, as code scanning services take it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::writer::json;
use super::{is_file, remainder};
use crate::finding::fix::Edit;
use crate::finding::omitted::{Omitted, by_rule};
use crate::finding::{Finding, Label, Report};
use crate::fix::edits;
use crate::output::repo_root::{Base, Place};
use crate::registry;
use crate::rule::Rule;
use crate::rule::Severity;
use crate::source::{Source, Sources, Span};

/// The report as one SARIF log with one run.
#[must_use]
pub fn log(report: &Report, sources: &Sources, base: &Base) -> String {
    let rules: Vec<&Rule> = registry::all().collect();
    let place = |label: &Label| location(label, sources, base);
    let mut seen = BTreeMap::new();
    let results: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| {
            let mut result = result(
                finding,
                &rules,
                &place,
                fingerprint(finding, &uri(sources.get(finding.primary.span.source), base), &mut seen),
            );
            let edits = finding.fix.as_deref().map(|fix| edits(fix, sources)).unwrap_or_default();
            if let Some(fix) = finding.fix.as_deref().filter(|_| !edits.is_empty()) {
                result["fixes"] = json!([{
                    "description": {"text": fix.title},
                    "artifactChanges": artifact_changes(&edits, sources, base),
                }]);
            }
            result
        })
        .collect();
    let mut log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "volwright",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let omitted: Vec<Value> = by_rule(&report.omitted).iter().map(notification).collect();
    if !omitted.is_empty() {
        // Findings do not make a run unsuccessful.
        let invocation = json!({"executionSuccessful": true, "toolExecutionNotifications": omitted});
        log["runs"][0]["invocations"] = json!([invocation]);
    }
    json::pretty(&log) + "\n"
}

/// How many findings of a rule are not among the results.
fn notification(omitted: &Omitted) -> Value {
    json!({
        "level": level(omitted.severity),
        "message": {"text": format!("{} are not listed.", remainder(omitted, omitted.findings))},
        "associatedRule": {"id": omitted.rule.code},
    })
}

fn descriptor(rule: &Rule) -> Value {
    let help = super::rule::help(rule);
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": format!("{}.", rule.page.summary)},
        "fullDescription": {"text": rule.page.why},
        "help": {"text": help, "markdown": help},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {"tags": ["kubernetes", "storage"]},
    })
}

fn result(finding: &Finding, rules: &[&Rule], place: &dyn Fn(&Label) -> Value, fingerprint: String) -> Value {
    let mut text = format!("{}.", finding.message);
    if let Some(help) = &finding.help {
        text.push('\n');
        text.push_str(help);
    }
    let mut result = json!({
        "ruleId": finding.rule.code,
        "ruleIndex": rules.iter().position(|rule| rule.code == finding.rule.code),
        "level": level(finding.severity),
        "message": {"text": text},
        "locations": [place(&finding.primary)],
        "partialFingerprints": {"volwright/v1": fingerprint},
    });
    if let Some(path) = finding.path.as_deref().filter(|path| !path.is_empty()) {
        result["locations"][0]["logicalLocations"] = json!([{"fullyQualifiedName": path}]);
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(|label| {
            let mut place = place(label);
            place["message"] = json!({"text": label.text});
            place
        });
        result["relatedLocations"] = related.collect();
    }
    result
}

/// The edits, file by file.
fn artifact_changes(edits: &[Edit], sources: &Sources, base: &Base) -> Vec<Value> {
    let of_file = |edits: &[Edit]| {
        let replacements = edits.iter().map(|edit| {
            let start = sources.location(edit.span);
            let end = sources.location(Span { start: edit.span.end, ..edit.span });
            json!({
                "deletedRegion": {
                    "startLine": start.line,
                    "startColumn": start.column,
                    "endLine": end.line,
                    "endColumn": end.column,
                },
                "insertedContent": {"text": edit.text},
            })
        });
        let source = edits.first().map(|edit| uri(sources.get(edit.span.source), base));
        json!({"artifactLocation": {"uri": source}, "replacements": replacements.collect::<Vec<_>>()})
    };
    edits.chunk_by(|one, other| one.span.source == other.span.source).map(of_file).collect()
}

fn level(severity: Severity) -> &'static str {
    severity.as_str()
}

fn location(label: &Label, sources: &Sources, base: &Base) -> Value {
    let source = sources.get(label.span.source);
    let start = sources.location(label.span);
    let mut region = json!({"startLine": start.line, "startColumn": start.column});
    if label.span.end > label.span.start {
        let mut last = label.span;
        last.start = last.end;
        let end = sources.location(last);
        region["endLine"] = json!(end.line);
        region["endColumn"] = json!(end.column);
    }
    json!({"physicalLocation": {"artifactLocation": {"uri": uri(source, base)}, "region": region}})
}

/// A path as a URI reference from the root of the repository; anything that is not a file gets a name that cannot be mistaken for one.
fn uri(source: &Source, base: &Base) -> String {
    if !is_file(source) {
        let name = source.name.trim_matches(['<', '>']);
        return if name == "-" { "stdin".to_owned() } else { encoded(name) };
    }
    match base.place(&source.name) {
        Place::Inside(path) => encoded(&path),
        Place::Outside(path) => format!("file://{}", encoded(&path.to_string_lossy())),
    }
}

/// Percent-encoded, colons too: in the first part of a path one would read as a scheme.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Stable while the finding stays the same, wherever in the file it moves: rule, file, object's field and message, and
/// a count where several are alike.
fn fingerprint(finding: &Finding, uri: &str, seen: &mut BTreeMap<String, usize>) -> String {
    let path = finding.path.as_deref().unwrap_or_default();
    let key = format!("{}\n{}\n{}\n{}", finding.rule.code, uri, path, finding.message);
    let count = seen.entry(key.clone()).or_default();
    *count += 1;
    // FNV-1a, 64 bits: stable over versions of Rust, which the standard hasher is not.
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}:{count}")
}
