//! `volwright render --check`: whether the written files are what would be written.

use super::{Outcome, show};
use crate::cli::{Format, ReportArgs};
use crate::error::Error;
use crate::output::drift;
use crate::output::layout::Files;

/// Compares, prints what differs, and writes nothing.
pub(super) fn run(files: &Files, args: &ReportArgs) -> Result<Outcome, Error> {
    let found = drift::compare(&files.texts, &files.stale()?)?;
    let diffs: String = found.iter().map(|one| one.diff.as_str()).collect();
    show::out(&diffs)?;
    // A report for programs stands alone on standard error; the diffs tell the rest.
    let told = matches!(args.format, Format::Text | Format::Github);
    for one in found.iter().filter(|_| told) {
        show::note(&format!("{}: {}\n", one.kind.as_str(), one.path.display()));
    }
    if found.is_empty() {
        return Ok(Outcome::Clean);
    }
    if told && !args.quiet {
        let stale = found.iter().any(|one| one.kind == drift::Kind::Stale);
        let how = if stale { "render with `--prune`" } else { "render" };
        show::note(&format!("{} of {} files differ; {how} to write them\n", found.len(), files.texts.len()));
    }
    Ok(Outcome::Found)
}
