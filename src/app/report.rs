//! Writing to standard output and standard error, and the report in the format that was asked for.

use std::io::{self, IsTerminal, Write};

use crate::cli::{Color, FailOn, Format, ReportArgs};
use crate::document::Document;
use crate::error::Error;
use crate::finding::{Finding, Report, Selection};
use crate::output::repo_root::Base;
use crate::output::{self, DocumentName};
use crate::rule::Severity;
use crate::source::Sources;

use crate::app::outcome::Outcome;
use crate::app::plugin;

/// Writes to standard output.
pub(super) fn out(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // A reader that closes the pipe has what it wants; how the run ends does not hang on it.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(Error::Output),
    }
}

/// Writes to standard error; a closed one is nobody's loss.
pub(super) fn note(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Tells why a run could not be carried out.
pub(super) fn error(error: &Error) {
    let mut text = format!("error: {}\n", output::on_one_line(&error.to_string()));
    if let Error::Usage { help: Some(help), .. } = error {
        text.push_str(&format!("help: {}\n", plugin::as_typed(help)));
    }
    note(&text);
}

/// What a command says of its findings.
pub(super) struct Said<'a> {
    pub(super) args: &'a ReportArgs,
    pub(super) sources: &'a Sources,
    /// The documents, for the formats that list them.
    pub(super) names: &'a dyn Fn() -> Vec<DocumentName>,
    /// How many documents there are, unreadable ones included.
    pub(super) count: usize,
    /// How many objects of other kinds than are judged.
    pub(super) passed_over: usize,
    /// Whether standard output is the report's: it is not where manifests go there.
    pub(super) owns_stdout: bool,
}

/// The wanted findings, in order.
pub(super) fn report(mut findings: Vec<Finding>, args: &ReportArgs) -> Report {
    let raised = Selection { select: args.errors.clone(), ignore: Vec::new() };
    for finding in &mut findings {
        if !args.errors.is_empty() && raised.takes(finding.rule) {
            finding.severity = Severity::Error;
        }
    }
    Report::new(findings, &Selection { select: args.select.clone(), ignore: args.ignore.clone() })
}

/// How reports name `documents`.
pub(super) fn names(documents: &[Document<'_>], sources: &Sources) -> Vec<DocumentName> {
    let name = |document: &Document<'_>| sources.get(document.source).name.clone();
    documents.iter().map(|document| DocumentName::new(document, name(document))).collect()
}

/// Whether the report lists documents.
pub(super) fn lists_documents(args: &ReportArgs) -> bool {
    matches!(args.format, Format::Json | Format::Junit)
}

/// Writes the report and returns how the run ends.
pub(super) fn finish(report: &Report, said: &Said<'_>) -> Result<Outcome, Error> {
    match said.args.format {
        Format::Text => {
            note(&output::text::report(report, said.sources, coloured(said.args.color)));
            summary(report, said);
        }
        Format::Json => write(said, &format!("{}\n", object(report, said)))?,
        Format::Sarif => write(said, &output::sarif::log(report, said.sources, &base()))?,
        Format::Github => write(said, &output::github::annotations(report, said.sources, &base()))?,
        Format::Markdown => write(said, &output::markdown::report(report, said.sources))?,
        Format::Junit => write(said, &output::junit::suites(report, &(said.names)(), said.sources))?,
    }
    Ok(outcome(report, said.args))
}

/// The report as JSON has it.
pub(super) fn object(report: &Report, said: &Said<'_>) -> serde_json::Value {
    let mut object = output::json::object(report, &(said.names)(), said.sources);
    object["summary"]["passedOver"] = said.passed_over.into();
    object
}

/// Where paths are told from.
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

fn write(said: &Said<'_>, text: &str) -> Result<(), Error> {
    if said.owns_stdout {
        return out(text);
    }
    note(text);
    Ok(())
}

fn summary(report: &Report, said: &Said<'_>) {
    if said.args.quiet {
        return;
    }
    let documents = match said.count {
        1 => "1 document".to_owned(),
        count => format!("{count} documents"),
    };
    let others = match said.passed_over {
        0 => String::new(),
        passed => format!(", {passed} of other kinds passed over"),
    };
    match output::counts(report) {
        Some(counts) => note(&format!("{counts} in {documents}{others}\n")),
        // Whoever wrote nothing into the pipe may have failed.
        None if said.owns_stdout && said.count == 0 => {
            note("nothing is judged: the input holds no document\n");
        }
        None if said.owns_stdout => note(&format!("{documents} clean{others}\n")),
        None => {}
    }
}

/// Whether text on standard error is coloured.
pub(super) fn coloured(color: Color) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
        Color::Auto if set("CLICOLOR_FORCE") => true,
        Color::Auto => {
            io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
        }
    }
}
