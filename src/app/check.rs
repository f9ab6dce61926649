//! `volwright render --check`: whether the written files are what would be written.

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::app::report::Said;
use crate::cli::Format;
use crate::error::Error;
use crate::finding::Report;
use crate::output::drift::{self, Drift};
use crate::write::layout::Files;

/// Compares, prints the report and what differs, and writes nothing.
pub(super) fn run(files: &Files, report: &Report, said: &Said<'_>) -> Result<Outcome, Error> {
    let listed = files.list();
    let found = drift::compare(&listed, &files.stale()?)?;
    let diffs: String = found.iter().map(|one| one.diff.as_str()).collect();
    report::out(&diffs)?;
    match said.args.format {
        Format::Json => {
            let mut object = report::object(report, said);
            object["drift"] = drift::json(&found);
            report::note(&format!("{object}\n"));
        }
        format => {
            report::finish(report, said)?;
            match format {
                Format::Text => list(&found, listed.len(), said.args.quiet),
                Format::Github => report::note(&drift::annotations(&found, &report::base())),
                Format::Markdown => report::note(&drift::markdown(&found)),
                _ => {}
            }
        }
    }
    Ok(if found.is_empty() { Outcome::Clean } else { Outcome::Found })
}

/// The files for people, and what to do about them.
fn list(found: &[Drift], all: usize, quiet: bool) {
    for one in found {
        report::note(&format!("{}: {}\n", one.kind.as_str(), one.path.display()));
    }
    if !found.is_empty() && !quiet {
        let stale = found.iter().any(|one| one.kind == drift::Kind::Stale);
        let how = if stale { "render with `--prune`" } else { "render" };
        report::note(&format!("{} of {all} files differ; {how} to write them\n", found.len()));
    }
}
