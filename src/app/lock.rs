//! `volwright lock`: records the disks that are chosen for the needs of profiles.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::app::outcome::Outcome;
use crate::app::{prices, render, report};
use crate::choose::lock::{Lock, Recorded};
use crate::cli::{LockArgs, RenderArgs, ReportArgs};
use crate::error::Error;
use crate::output::writer::terminal;
use crate::profile::rules::UNRECORDED_CHOICE;
use crate::project::Project;
use crate::render::Request;
use crate::render::needs::{Choosing, Mode};
use crate::rule::Severity;
use crate::source::Sources;
use crate::tree::FileTree;
use crate::write::files;

pub(super) fn run(
    args: &LockArgs,
    report: &ReportArgs,
    project: Option<Project>,
    mut sources: Sources,
) -> Result<Outcome, Error> {
    let mode = if args.update { Mode::Replace } else { Mode::Compare };
    let choosing = Choosing::new(prices::prices(&args.prices, project.as_ref(), &mut sources)?, mode);
    let wanted =
        RenderArgs { profiles: args.profiles.clone(), layers: args.layers.clone(), ..RenderArgs::default() };
    let renders = render::renders(&wanted, project)?;
    let (mut findings, mut chosen) = (Vec::new(), Vec::new());
    let like = Request { choosing: Some(&choosing), ..Request::default() };
    for (.., one) in render::all(&renders, like, &mut sources, &mut findings)? {
        chosen.extend(one.needs);
        findings.extend(one.findings);
    }
    // What else is wrong with the profile is reported by `render`.
    findings.retain(|finding| finding.rule.code.starts_with('P'));
    let is_error = |severity| severity == Severity::Error;
    let failed = findings.iter().any(|finding| is_error(finding.severity));
    let changed = findings.iter().any(|finding| finding.rule.code == UNRECORDED_CHOICE.code);
    findings.retain(|finding| is_error(finding.severity) || finding.rule.code == UNRECORDED_CHOICE.code);
    let list = report::report(findings, report);
    let outcome = report::finish_findings(&list, report, &sources, 0, false)?;
    if failed {
        return Ok(Outcome::Found);
    }
    let uses: Vec<_> = chosen.into_iter().filter_map(|one| Some((one.lock, one.used?))).collect();
    if uses.is_empty() {
        report::note("nothing to record: no class or claim has `needs`\n");
        return Ok(outcome);
    }
    let texts = texts(uses, args.profiles.is_empty())?;
    if args.check {
        for (path, _) in &texts {
            report::note(&format!("out of date: {}\n", terminal::path(path)));
        }
        return Ok(if texts.is_empty() && !changed { outcome } else { Outcome::Found });
    }
    files::put(&texts)?;
    if !report.quiet {
        for (path, _) in &texts {
            report::note(&format!("wrote {}\n", terminal::path(path)));
        }
        if texts.is_empty() {
            report::note("the recorded choices are up to date\n");
        }
    }
    Ok(outcome)
}

/// The lock files that change, with their new texts. If the uses are those of a `whole` project, choices that nothing uses
/// are removed; other profiles may use them otherwise.
fn texts(uses: Vec<(PathBuf, Recorded)>, whole: bool) -> Result<Vec<(PathBuf, String)>, Error> {
    let mut locks: BTreeMap<PathBuf, Vec<Recorded>> = BTreeMap::new();
    for (path, used) in uses {
        let known = locks.entry(path).or_default();
        match known.iter().find(|known| known.key() == used.key()) {
            Some(known) if known.parameters != used.parameters => {
                return Err(Error::usage(
                    format!(
                        "two profiles with the overlay {} render different classes `{}`",
                        used.file, used.class
                    ),
                    "give the class another `name` in one of them",
                ));
            }
            Some(_) => {}
            None => known.push(used),
        }
    }
    let mut texts = Vec::new();
    for (path, used) in locks {
        let mut lock = Lock::read(FileTree::Disk, &path).map_err(|why| {
            Error::usage(
                format!("{} is not a valid lock file: {why}", path.display()),
                "correct or delete it",
            )
        })?;
        let before = lock.clone();
        lock.choices.retain(|old| !whole || used.iter().any(|new| new.key() == old.key()));
        used.into_iter().for_each(|used| lock.record(used));
        if lock != before {
            texts.push((path, lock.text()));
        }
    }
    Ok(texts)
}
