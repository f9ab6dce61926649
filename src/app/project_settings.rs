//! The settings of the project file, which the command line overrides.

use std::path::PathBuf;

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::catalog::custom_kind;
use crate::cli::ReportArgs;
use crate::error::Error;
use crate::project::{self, Project};
use crate::source::Sources;
use crate::tree::FileTree;

/// Finds the project file and runs a command under its settings; nothing runs if the file has errors.
/// `owns_stdout`: the command's report goes to standard output. `tree` has the project file.
pub(super) fn with(
    args: &ReportArgs,
    owns_stdout: bool,
    tree: FileTree<'_>,
    run: impl FnOnce(ReportArgs, Option<Project>, Sources) -> Result<Outcome, Error>,
) -> Result<Outcome, Error> {
    let mut sources = Sources::new();
    let Some(project) = project::find(tree, &mut sources)? else { return run(args.clone(), None, sources) };
    if !project.is_sound() {
        let report = report::report(project.findings, args);
        report::finish_findings(&report, args, &sources, 0, owns_stdout)?;
        return Ok(Outcome::Misconfigured);
    }
    custom_kind::declare(&project.kinds);
    let settings = &project.settings;
    let mut report = args.clone();
    if report.select.is_empty() {
        report.select.clone_from(&settings.select);
    }
    report.ignore.extend(settings.ignore.iter().cloned());
    report.errors.clone_from(&settings.errors);
    report.fail_on = report.fail_on.or(settings.fail_on);
    report.max_findings = report.max_findings.or(settings.max_findings);
    run(report, Some(project), sources)
}

/// Where definitions of custom resources come from: the command line, then the project file.
pub(super) fn crds(args: &[PathBuf], project: Option<Project>) -> Vec<PathBuf> {
    args.iter().cloned().chain(project.into_iter().flat_map(|project| project.crds)).collect()
}
