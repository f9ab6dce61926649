//! The output formats, one row each: a format without one of its reports does not compile.

use std::io;

use serde_json::Value;

use super::cost::Costs;
use super::drift::{self, Drift};
use super::listing::Listing;
use super::repo_root::Base;
use super::{
    changes, github, html, json, junit, markdown, review_html, review_markdown, sarif, text, writer,
};
use crate::cli;
use crate::diff::Change;
use crate::finding::Report;
use crate::source::Sources;

/// What a run found, and what a report of it needs besides.
#[expect(missing_debug_implementations, reason = "it borrows closures")]
pub struct Run<'a> {
    /// The findings.
    pub report: &'a Report,
    /// The texts that they point into.
    pub sources: &'a Sources,
    /// The documents and what was not checked, for the formats that list them.
    pub listing: &'a dyn Listing,
    /// What paths are relative to, for the formats that need it.
    pub base: &'a dyn Fn() -> Base,
    /// Whether text has colours.
    pub styled: bool,
}

/// Two inputs compared.
#[expect(missing_debug_implementations, reason = "it borrows closures")]
pub struct Difference<'a> {
    /// All findings, those of the changes included.
    pub run: &'a Run<'a>,
    /// The findings without those of the changes.
    pub shape: &'a Report,
    /// The changes; none if the inputs could not be compared.
    pub changes: Option<&'a [Change]>,
    /// The changes of cost.
    pub costs: &'a Costs<'a>,
}

/// Writes the report of a run.
pub type Stream = fn(&Run<'_>, &mut dyn io::Write) -> io::Result<()>;

/// How one format reports.
#[derive(Debug)]
pub struct Format {
    /// Findings.
    pub report: fn(&Run<'_>) -> String,
    /// Writes the same piece by piece, if it lists so much that it should not be held in memory.
    pub stream: Option<Stream>,
    /// What `diff` prints on standard output.
    pub changes: fn(&Difference<'_>) -> String,
    /// What `render --check` prints on standard error.
    pub drift: fn(&Run<'_>, &[Drift]) -> String,
    /// Whether it states for each document how many findings are not listed.
    pub counts_by_document: bool,
    /// Whether it lists the documents of the input.
    pub lists_documents: bool,
    /// Whether it is for people: the report of findings goes to standard error, and a summary follows.
    pub is_text: bool,
}

/// The row of a format.
#[must_use]
pub fn row(format: cli::Format) -> &'static Format {
    match format {
        cli::Format::Text => &TEXT,
        cli::Format::Json => &JSON,
        cli::Format::Sarif => &SARIF,
        cli::Format::Github => &GITHUB,
        cli::Format::Junit => &JUNIT,
        cli::Format::Markdown => &MARKDOWN,
        cli::Format::Html => &HTML,
    }
}

static TEXT: Format = Format {
    report: |run| text::report(run.report, run.sources, run.styled),
    stream: None,
    changes: |difference| changes::text(difference.changes.unwrap_or_default()) + &difference.costs.text(),
    drift: |run, found| (TEXT.report)(run) + &drift::text(found),
    counts_by_document: false,
    lists_documents: false,
    is_text: true,
};

static JSON: Format = Format {
    report: |run| object(run, &[]),
    stream: Some(|run, out| writer::json::write_line(&report_object(run, &[]), out)),
    changes: |difference| {
        let changes = changes::json(difference.changes.unwrap_or_default());
        object(difference.run, &[("changes", &changes), ("cost", &difference.costs.json())])
    },
    drift: |run, found| object(run, &[("drift", &drift::json(found))]),
    counts_by_document: false,
    lists_documents: true,
    is_text: false,
};

/// SARIF results are findings; neither changes nor drift are.
static SARIF: Format = Format {
    report: |run| sarif::log(run.report, run.sources, &(run.base)()),
    stream: None,
    changes: |difference| (SARIF.report)(difference.run),
    drift: |run, _| (SARIF.report)(run),
    counts_by_document: false,
    lists_documents: false,
    is_text: false,
};

static GITHUB: Format = Format {
    report: |run| github::annotations(run.report, run.sources, &(run.base)()),
    stream: None,
    changes: |difference| (GITHUB.report)(difference.run),
    drift: |run, found| (GITHUB.report)(run) + &drift::annotations(found, &(run.base)()),
    counts_by_document: false,
    lists_documents: false,
    is_text: false,
};

/// `JUnit` test cases are documents; neither changes nor drift are.
static JUNIT: Format = Format {
    report: |run| {
        let mut out = Vec::new();
        // Writing into memory does not fail.
        let _ = junit::write(run.report, run.listing, run.sources, &mut out);
        String::from_utf8(out).unwrap_or_default()
    },
    stream: Some(|run, out| junit::write(run.report, run.listing, run.sources, out)),
    changes: |difference| (JUNIT.report)(difference.run),
    drift: |run, _| (JUNIT.report)(run),
    counts_by_document: true,
    lists_documents: true,
    is_text: false,
};

static MARKDOWN: Format = Format {
    report: |run| markdown::report(run.report, run.sources),
    stream: None,
    changes: |difference| {
        let Difference { run, shape, changes, costs } = difference;
        review_markdown::comment(*changes, shape, run.sources, costs)
    },
    drift: |run, found| (MARKDOWN.report)(run) + &drift::markdown(found),
    counts_by_document: false,
    lists_documents: false,
    is_text: false,
};

static HTML: Format = Format {
    report: |run| html::report(run.report, run.sources),
    stream: None,
    changes: |difference| {
        let Difference { run, shape, changes, costs } = difference;
        review_html::review(*changes, shape, run.sources, costs)
    },
    drift: |run, found| html::drift(run.report, run.sources, found),
    counts_by_document: false,
    lists_documents: false,
    is_text: false,
};

/// The report as one line, with the keys of one command.
fn object(run: &Run<'_>, more: &[(&'static str, &Value)]) -> String {
    writer::json::compact(&report_object(run, more)) + "\n"
}

fn report_object<'a>(run: &Run<'a>, more: &'a [(&'static str, &'a Value)]) -> json::Object<'a> {
    let Run { report, listing, sources, .. } = *run;
    json::Object { report, listing, sources, more }
}
