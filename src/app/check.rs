//! `volwright render --check`: whether the files on disk are what a render would write.

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::app::report::RunSummary;
use crate::error::Error;
use crate::finding::Report;
use crate::output::drift;
use crate::write::folders::Files;

/// Compares, prints the report and the differences, and writes no file.
pub(super) fn run(files: &Files, report: &Report, said: &RunSummary<'_>) -> Result<Outcome, Error> {
    let rendered = files.list();
    let found = drift::compare(&rendered, &files.stale()?)?;
    report::out(&drift::diffs(&found))?;
    report::with_run(report, said, |format, run| {
        report::print(&(format.drift)(run, &found), false)?;
        if format.is_text {
            report::summary(report, said);
            if !said.args.quiet {
                report::note(&format!("{}\n", drift::summary(&found, rendered.len())));
            }
        }
        Ok(())
    })?;
    Ok(if found.is_empty() { Outcome::Clean } else { Outcome::Found })
}
