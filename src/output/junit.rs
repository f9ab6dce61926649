//! Findings as JUnit XML: one suite for each file, one test for each document.

use std::collections::BTreeMap;

use super::DocumentName;
use super::writer::xml;
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
        });
    }
    // Findings without a readable document: one case for the unreadable document, or for the file.
    for (index, findings) in open {
        let name = index.map_or_else(|| "file".to_owned(), |index| format!("{index} unreadable"));
        for finding in findings {
            let cases = files.entry(&sources.get(finding.primary.span.source).name).or_default();
            match cases.last_mut().filter(|case| case.name == name) {
                Some(case) => case.findings.push(finding),
                None => cases.push(Case { index, name: name.clone(), findings: vec![finding] }),
            }
        }
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
}

impl Case<'_> {
    fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    fn write(&self, file: &str, sources: &Sources, out: &mut String) {
        out.push_str(&format!(
            "    <testcase name=\"{}\" classname=\"{}\"",
            xml::text(&self.name),
            xml::text(file)
        ));
        let errors: Vec<&Finding> =
            self.findings.iter().copied().filter(|finding| finding.severity == Severity::Error).collect();
        let warnings: Vec<&Finding> =
            self.findings.iter().copied().filter(|finding| finding.severity == Severity::Warning).collect();
        let Some(first) = errors.first().or(warnings.first()) else {
            out.push_str("/>\n");
            return;
        };
        out.push_str(">\n");
        if !errors.is_empty() {
            out.push_str(&format!(
                "      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                first.rule.code,
                xml::text(&first.message),
                lines(&errors, sources)
            ));
        }
        if !warnings.is_empty() {
            out.push_str(&format!("      <system-out>{}</system-out>\n", lines(&warnings, sources)));
        }
        out.push_str("    </testcase>\n");
    }
}

fn lines(findings: &[&Finding], sources: &Sources) -> String {
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            let location = sources.location(finding.primary.span);
            let file = &sources.get(finding.primary.span.source).name;
            let help = finding.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
            let place = format!("{file}:{}:{}", location.line, location.column);
            format!("{place}: {} {}: {}{help}", finding.severity.as_str(), finding.rule.code, finding.message)
        })
        .collect();
    xml::text(&lines.join("\n"))
}
