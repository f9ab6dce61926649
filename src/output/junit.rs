//! Findings as JUnit XML: one suite for each file, one test for each document.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use super::listing::Listing;
use super::writer::xml;
use super::{DocumentName, remainder};
use crate::finding::omitted::Omitted;
use crate::finding::{Finding, Report};
use crate::rule::Severity;
use crate::source::{Sources, Span};

/// Writes the report as one XML document. The documents are read twice: a suite begins with its counts.
///
/// # Errors
///
/// If `out` cannot be written to, or the documents cannot be read again.
pub fn write(
    report: &Report,
    listing: &dyn Listing,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut omitted: Vec<&Omitted> = report.omitted.iter().collect();
    omitted.sort_by_key(|one| one.document);
    let (suites, total, failures) = suites(report, &omitted, listing, sources)?;
    writeln!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"volwright\" tests=\"{total}\" failures=\"{failures}\">"
    )?;
    let mut open = Open::new(report, &omitted);
    for (file, suite) in &suites {
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">",
            xml::text(file),
            suite.tests,
            suite.failures
        )?;
        let mut others = suite.others.iter().peekable();
        for range in &suite.documents {
            cases(listing, range.clone(), &mut open, &mut |_, _, case| {
                while let Some(other) = others.next_if(|other| other.index < case.index) {
                    other.write(file, sources, out)?;
                }
                case.write(file, sources, out)
            })?;
        }
        others.try_for_each(|other| other.write(file, sources, out))?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// The cases of one file.
#[derive(Default)]
struct Suite<'a> {
    /// Positions of its documents in the listing.
    documents: Vec<Range<usize>>,
    /// Cases that are not documents, by index.
    others: Vec<Case<'a>>,
    tests: usize,
    failures: usize,
}

/// The suites by file, and the number of all cases and of those that failed.
type Suites<'a> = (BTreeMap<String, Suite<'a>>, usize, usize);

/// Counts the cases of each file, and finds those that are not documents. `omitted` is sorted by document.
fn suites<'a>(
    report: &'a Report,
    omitted: &'a [&'a Omitted],
    listing: &dyn Listing,
    sources: &Sources,
) -> io::Result<Suites<'a>> {
    let mut suites: BTreeMap<String, Suite<'a>> = BTreeMap::new();
    let mut open = Open::new(report, omitted);
    // What is only counted, of no document that is listed.
    let mut rest: Vec<&Omitted> = Vec::new();
    let mut next = omitted.iter().peekable();
    cases(listing, 0..listing.count(), &mut open, &mut |at, document, case| {
        rest.extend(std::iter::from_fn(|| next.next_if(|one| one.document < case.index)));
        while next.next_if(|one| one.document == case.index).is_some() {}
        if !suites.contains_key(&document.file) {
            suites.insert(document.file.clone(), Suite::default());
        }
        if let Some(suite) = suites.get_mut(&document.file) {
            match suite.documents.last_mut().filter(|last| last.end == at) {
                Some(last) => last.end += 1,
                None => suite.documents.push(at..at + 1),
            }
            suite.tests += 1;
            suite.failures += usize::from(case.failed());
        }
        Ok(())
    })?;
    rest.extend(next);
    // Findings without a readable document: one case for the unreadable document, or for the file.
    for (index, findings) in open.findings {
        let name = index.map_or_else(|| "file".to_owned(), |index| format!("{index} unreadable"));
        for finding in findings {
            let file = &sources.get(finding.primary.span.source).name;
            let others = &mut suites.entry(file.clone()).or_default().others;
            match others.last_mut().filter(|case| case.name == name) {
                Some(case) => case.findings.push(finding),
                None => {
                    let findings = vec![finding];
                    others.push(Case { index, name: name.clone(), findings, omitted: Vec::new() });
                }
            }
        }
    }
    if !rest.is_empty() {
        let name = "findings that are not listed".to_owned();
        let case = Case { index: None, name, findings: Vec::new(), omitted: rest };
        suites.entry(String::new()).or_default().others.push(case);
    }
    for suite in suites.values_mut() {
        suite.others.sort_by_key(|case| case.index);
        suite.tests += suite.others.len();
        suite.failures += suite.others.iter().filter(|case| case.failed()).count();
    }
    let total = suites.values().map(|suite| suite.tests).sum();
    let failures = suites.values().map(|suite| suite.failures).sum();
    Ok((suites, total, failures))
}

/// The findings that no case has yet.
struct Open<'a> {
    findings: BTreeMap<Option<usize>, Vec<&'a Finding>>,
    /// Sorted by document.
    omitted: &'a [&'a Omitted],
}

impl<'a> Open<'a> {
    fn new(report: &'a Report, omitted: &'a [&'a Omitted]) -> Self {
        let mut findings: BTreeMap<Option<usize>, Vec<&Finding>> = BTreeMap::new();
        for finding in &report.findings {
            findings.entry(finding.document).or_default().push(finding);
        }
        Self { findings, omitted }
    }

    /// The case of a document. The items of a list share one index: each gets the findings inside it, the `last` one the
    /// rest.
    fn case(&mut self, document: &DocumentName, last: bool) -> Case<'a> {
        let name = match document.name.as_str() {
            "" => format!("{} {}", document.index, document.kind),
            name => format!("{} {}/{}", document.index, document.kind, name),
        };
        let index = Some(document.index);
        let findings = self.findings.remove(&index).unwrap_or_default();
        let (own, others): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| {
            last || document.span.is_some_and(|span| within(finding.primary.span, span))
        });
        if !others.is_empty() {
            self.findings.insert(index, others);
        }
        let mut omitted = Vec::new();
        if last {
            let start = self.omitted.partition_point(|one| one.document < index);
            omitted.extend(self.omitted[start..].iter().take_while(|one| one.document == index));
        }
        Case { index, name, findings: own, omitted }
    }
}

/// Calls `each` with the documents at the positions of `range`, and their cases. A file contains all documents of an index.
fn cases<'a>(
    listing: &dyn Listing,
    range: Range<usize>,
    open: &mut Open<'a>,
    each: &mut dyn FnMut(usize, &DocumentName, Case<'a>) -> io::Result<()>,
) -> io::Result<()> {
    let mut last: Option<DocumentName> = None;
    let mut at = range.start;
    listing.documents(range, &mut |document| {
        let Some(before) = last.replace(document) else { return Ok(()) };
        let is_last = last.as_ref().is_none_or(|next| next.index != before.index);
        let case = open.case(&before, is_last);
        each(at, &before, case)?;
        at += 1;
        Ok(())
    })?;
    match last {
        Some(document) => each(at, &document, open.case(&document, true)),
        None => Ok(()),
    }
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

    fn write(&self, file: &str, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "    <testcase name=\"{}\" classname=\"{}\"", xml::text(&self.name), xml::text(file))?;
        let (errors, warnings) = (self.of(Severity::Error, sources), self.of(Severity::Warning, sources));
        if errors.is_none() && warnings.is_none() {
            return writeln!(out, "/>");
        }
        writeln!(out, ">")?;
        if let Some((code, message, lines)) = errors {
            let (message, lines) = (xml::text(&message), xml::text(&lines));
            writeln!(out, "      <failure type=\"{code}\" message=\"{message}\">{lines}</failure>")?;
        }
        if let Some((.., lines)) = warnings {
            writeln!(out, "      <system-out>{}</system-out>", xml::text(&lines))?;
        }
        writeln!(out, "    </testcase>")
    }
}

fn line(finding: &Finding, sources: &Sources) -> String {
    let location = sources.location(finding.primary.span);
    let file = &sources.get(finding.primary.span.source).name;
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
    let place = format!("{file}:{}:{}", location.line, location.column);
    format!("{place}: {} {}: {}{help}", finding.severity.as_str(), finding.rule.code, finding.message)
}
