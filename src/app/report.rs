//! Writing to standard output and standard error, and the report in the format that was asked for.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};

use crate::catalog::kubernetes::KubernetesVersion;
use crate::cli::{Color, FailOn, ReportArgs};
use crate::document::Document;
use crate::error::Error;
use crate::finding::omitted::Omitted;
use crate::finding::{Finding, Report, Selection};
use crate::output::listing::Listing;
use crate::output::repo_root::Base;
use crate::output::writer::terminal::{self, Terminal};
use crate::output::{self, DocumentName, format};
use crate::progress::Progress;
use crate::rule::Severity;
use crate::source::Sources;
use crate::unchecked::{self, Unchecked};

use crate::app::outcome::Outcome;
use crate::app::plugin;

/// Writes to standard output.
pub(super) fn out(text: &str) -> Result<(), Error> {
    stream(|stdout| stdout.write_all(text.as_bytes()))
}

/// Writes to standard output piece by piece.
fn stream(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let mut stdout = io::BufWriter::with_capacity(64 << 10, io::stdout().lock());
    match write(&mut stdout).and_then(|()| stdout.flush()) {
        // A closed pipe is not an error and must not change the exit code.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(Error::Output),
    }
}

/// Writes a message for people to standard error. Untrusted parts of it must be on one line already.
pub(super) fn note(text: &str) {
    eprint(&terminal::neutral(text.to_owned(), false));
}

/// The progress of a long operation, unless only results are wanted.
pub(super) fn progress(args: &ReportArgs) -> Progress {
    if args.quiet { Progress::default() } else { Progress::on_terminal() }
}

/// Writes a finished report to standard error. A failure is ignored: it cannot be reported elsewhere.
fn eprint(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints that a version older than any known one is validated as the oldest.
pub(super) fn version_note(version: KubernetesVersion) {
    if let Some(text) = version.note() {
        eprint(&format!("note: {text}\n"));
    }
}

/// Prints why a run could not be carried out.
pub(super) fn error(error: &Error) {
    let mut text = Terminal::default();
    text.literal("error: ").text(&error.to_string()).literal("\n");
    if let Some(help) = error.help() {
        text.literal("help: ").text(&plugin::as_typed(&help)).literal("\n");
    }
    eprint(&text.finish());
}

/// What a command says of its findings.
pub(super) struct RunSummary<'a> {
    pub(super) args: &'a ReportArgs,
    pub(super) sources: &'a Sources,
    /// The documents and what was not checked, for the formats that list them.
    pub(super) listing: &'a dyn Listing,
    /// How many documents there are, unreadable ones included.
    pub(super) count: usize,
    /// What was not checked.
    pub(super) unchecked: &'a Unchecked,
    /// Whether standard output is the report's: it is not where manifests go there.
    pub(super) owns_stdout: bool,
}

/// The selected findings in order, up to the limit for each rule.
pub(super) fn report(findings: Vec<Finding>, args: &ReportArgs) -> Report {
    limited(findings, Vec::new(), args)
}

/// The selected findings in order, up to the limit for each rule; `omitted` were counted before.
pub(super) fn limited(findings: Vec<Finding>, mut omitted: Vec<Omitted>, args: &ReportArgs) -> Report {
    let mut report = complete(findings, args);
    let (selection, raised) = selections(args);
    omitted.retain(|one| selection.takes(one.rule));
    for one in &mut omitted {
        if raised.names(one.rule) {
            one.severity = Severity::Error;
        }
    }
    report.omitted = omitted;
    if let Some(most) = args.most_findings() {
        report.limit(most);
    }
    report
}

/// All selected findings in order.
pub(super) fn complete(mut findings: Vec<Finding>, args: &ReportArgs) -> Report {
    let (selection, raised) = selections(args);
    for finding in &mut findings {
        if raised.names(finding.rule) {
            finding.severity = Severity::Error;
        }
    }
    Report::new(findings, &selection)
}

/// The rules that are reported, and those whose warnings count as errors.
fn selections(args: &ReportArgs) -> (Selection, Selection) {
    let selection = Selection { select: args.select.clone(), ignore: args.ignore.clone() };
    (selection, Selection { select: args.errors.clone(), ignore: Vec::new() })
}

/// How reports name `documents`.
pub(super) fn names(documents: &[Document<'_>], sources: &Sources) -> Vec<DocumentName> {
    let name = |document: &Document<'_>| sources.get(document.source).name.clone();
    documents.iter().map(|document| DocumentName::new(document, name(document))).collect()
}

/// Whether the report lists documents.
pub(super) fn lists_documents(args: &ReportArgs) -> bool {
    format::row(args.format).lists_documents
}

/// Whether the report states for each document how many findings are not listed.
pub(super) fn counts_by_document(args: &ReportArgs) -> bool {
    format::row(args.format).counts_by_document
}

/// Calls `then` with what every format needs for its report.
pub(super) fn with_run<Answer>(
    report: &Report,
    said: &RunSummary<'_>,
    then: impl FnOnce(&'static format::Format, &format::Run<'_>) -> Answer,
) -> Answer {
    let run = format::Run {
        report,
        sources: said.sources,
        listing: said.listing,
        base: &base,
        styled: styled(said.args.color),
    };
    then(format::row(said.args.format), &run)
}

/// Writes the report of a run that lists no documents; `count` is how many it read.
pub(super) fn finish_findings(
    report: &Report,
    args: &ReportArgs,
    sources: &Sources,
    count: usize,
    owns_stdout: bool,
) -> Result<Outcome, Error> {
    let unchecked = Unchecked::default();
    let listing = Vec::new();
    finish(
        report,
        &RunSummary { args, sources, listing: &listing, count, unchecked: &unchecked, owns_stdout },
    )
}

/// Writes the report and returns how the run ends.
pub(super) fn finish(report: &Report, said: &RunSummary<'_>) -> Result<Outcome, Error> {
    with_run(report, said, |format, run| {
        if let Some(write) = format.stream.filter(|_| said.owns_stdout) {
            return stream(|stdout| write(run, stdout));
        }
        let text = (format.report)(run);
        if format.is_text {
            eprint(&text);
            summary(report, said);
            return Ok(());
        }
        print(&text, said.owns_stdout)
    })?;
    Ok(outcome(report, said.args))
}

/// Writes a report that is about more than findings: to standard output, or to standard error.
pub(super) fn print(text: &str, to_stdout: bool) -> Result<(), Error> {
    if to_stdout {
        return out(text);
    }
    eprint(text);
    Ok(())
}

/// The directory to which paths in reports are relative.
pub(super) fn base() -> Base {
    Base::of(&std::env::current_dir().unwrap_or_default())
}

/// How the run ends: computed from the report alone.
pub(super) fn outcome(report: &Report, args: &ReportArgs) -> Outcome {
    let threshold = match args.fail_on.unwrap_or(FailOn::Error) {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Never => None,
    };
    if report.fails(threshold) { Outcome::Found } else { Outcome::Clean }
}

/// Prints how many findings there are, unless the user wants no summary.
pub(super) fn summary(report: &Report, said: &RunSummary<'_>) {
    if said.args.quiet {
        return;
    }
    let others = unchecked::summary(said.unchecked);
    let others = terminal::line(&others);
    let whole = said.unchecked.documents();
    let documents = |count: usize| match count {
        1 => "1 document".to_owned(),
        count => format!("{count} documents"),
    };
    match output::counts(report) {
        Some(counts) => note(&format!("{counts} in {}{others}\n", documents(said.count))),
        None if said.owns_stdout && said.count == 0 => note("no documents in the input\n"),
        None if said.owns_stdout => {
            note(&format!("{} clean{others}\n", documents(said.count.saturating_sub(whole))));
        }
        None => {}
    }
}

/// Whether text on standard error is styled: as `--color` says, else as the environment and the terminal do.
fn styled(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => AutoStream::choice(&io::stderr()) != ColorChoice::Never,
    }
}
