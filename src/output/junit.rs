//! Findings as JUnit XML: one suite for each file, one test for each document.

use std::collections::BTreeMap;

use super::writer::xml;
use super::{DocumentName, remainder};
use crate::finding::omitted::Omitted;
use crate::finding::{Finding, Report};
use crate::rule::Severity;
use crate::source::{Sources, Span};

/// The report as one XML document.
#[must_use]
pub fn suites(report: &Report, documents: &[DocumentName], sources: &Sources) -> String {
    let mut files: BTreeMap<&str, Vec<Case<'_>>> = BTreeMap::new();
    let mut open: BTreeMap<Option<usize>, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        open.entry(finding.document).or_default().push(finding);
    }
    let mut omitted: BTreeMap<Option<usize>, Vec<&Omitted>> = BTreeMap::new();
    for one in &report.omitted {
        omitted.entry(one.document).or_default().push(one);
    }
    for (at, document) in documents.iter().enumerate() {
        let name = match document.name.as_str() {
            "" => format!("{} {}", document.index, document.kind),
            name => format!("{} {}/{}", document.index, document.kind, name),
        };
        let findings = open.remove(&Some(document.index)).unwrap_or_default();
        // The items of a list share one index: each gets the findings inside it, the last one the rest.
        let last = documents.get(at + 1).is_none_or(|next| next.index != document.index);
        let (own, others): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| {
            last || document.span.is_some_and(|span| within(finding.primary.span, span))
        });
        if !others.is_empty() {
            open.insert(Some(document.index), others);
        }
        files.entry(&document.file).or_default().push(Case {
            index: Some(document.index),
            name,
            findings: own,
            omitted: if last {
                omitted.remove(&Some(document.index)).unwrap_or_default()
            } else {
                Vec::new()
            },
        });
    }
    // Findings without a readable document: one case for the unreadable document, or for the file.
    for (index, findings) in open {
        let name = index.map_or_else(|| "file".to_owned(), |index| format!("{index} unreadable"));
        for finding in findings {
            let cases = files.entry(&sources.get(finding.primary.span.source).name).or_default();
            match cases.last_mut().filter(|case| case.name == name) {
                Some(case) => case.findings.push(finding),
                None => {
                    let findings = vec![finding];
                    cases.push(Case { index, name: name.clone(), findings, omitted: Vec::new() });
                }
            }
        }
    }
    // What is only counted, of no document that is listed.
    let rest: Vec<&Omitted> = omitted.into_values().flatten().collect();
    if !rest.is_empty() {
        let name = "findings that are not listed".to_owned();
        files.entry("").or_default().push(Case { index: None, name, findings: Vec::new(), omitted: rest });
    }
    for cases in files.values_mut() {
        cases.sort_by_key(|case| case.index);
    }
    let total: usize = files.values().map(Vec::len).sum();
    let failed: usize = files.values().flatten().filter(|case| case.failed()).count();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"volwright\" tests=\"{total}\" failures=\"{failed}\">\n"
    );
    for (file, cases) in files {
        let failed = cases.iter().filter(|case| case.failed()).count();
        out.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\">\n",
            xml::text(file),
            cases.len()
        ));
        for case in cases {
            case.write(file, sources, &mut out);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn within(inner: Span, outer: Span) -> bool {
    inner.source == outer.source && (outer.start..=outer.end).contains(&inner.start)
}

/// One document and what was found in it.
struct Case<'a> {
    index: Option<usize>,
    name: String,
    findings: Vec<&'a Finding>,
    /// Findings that are only counted.
    omitted: Vec<&'a Omitted>,
}

impl Case<'_> {
    fn failed(&self) -> bool {
        let mut omitted = self.omitted.iter().map(|one| one.severity);
        let mut severities = self.findings.iter().map(|finding| finding.severity);
        severities.any(|one| one == Severity::Error) || omitted.any(|one| one == Severity::Error)
    }

    /// The lines of one severity, and the code and the message of the first.
    fn of(&self, severity: Severity, sources: &Sources) -> Option<(&'static str, String, String)> {
        let findings: Vec<&Finding> =
            self.findings.iter().copied().filter(|finding| finding.severity == severity).collect();
        let omitted: Vec<&Omitted> =
            self.omitted.iter().copied().filter(|one| one.severity == severity).collect();
        let mut lines: Vec<String> = findings.iter().map(|finding| line(finding, sources)).collect();
        lines.extend(omitted.iter().map(|one| format!("{} are not listed", remainder(one, one.findings))));
        let code = findings.first().map(|one| one.rule).or(omitted.first().map(|one| one.rule))?.code;
        let message = findings.first().map(|finding| &finding.message).or(lines.first())?.clone();
        Some((code, message, lines.join("\n")))
    }

    fn write(&self, file: &str, sources: &Sources, out: &mut String) {
        out.push_str(&format!(
            "    <testcase name=\"{}\" classname=\"{}\"",
            xml::text(&self.name),
            xml::text(file)
        ));
        let (errors, warnings) = (self.of(Severity::Error, sources), self.of(Severity::Warning, sources));
        if errors.is_none() && warnings.is_none() {
            out.push_str("/>\n");
            return;
        }
        out.push_str(">\n");
        if let Some((code, message, lines)) = errors {
            out.push_str(&format!(
                "      <failure type=\"{code}\" message=\"{}\">{}</failure>\n",
                xml::text(&message),
                xml::text(&lines)
            ));
        }
        if let Some((.., lines)) = warnings {
            out.push_str(&format!("      <system-out>{}</system-out>\n", xml::text(&lines)));
        }
        out.push_str("    </testcase>\n");
    }
}

fn line(finding: &Finding, sources: &Sources) -> String {
    let location = sources.location(finding.primary.span);
    let file = &sources.get(finding.primary.span.source).name;
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
    let place = format!("{file}:{}:{}", location.line, location.column);
    format!("{place}: {} {}: {}{help}", finding.severity.as_str(), finding.rule.code, finding.message)
}
