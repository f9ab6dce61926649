//! `--fix`: applies the fixes of findings round by round until nothing changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::app::file;
use crate::app::report;
use crate::cli::{FixArgs, RenderArgs, ReportArgs};
use crate::error::Error;
use crate::finding::{Finding, Report};
use crate::fix::round::{is_wanted, round};
use crate::output::drift;
use crate::project::Render;
use crate::render::needs::Choosing;
use crate::render::{Request, render_all};
use crate::schema::definitions::Definitions;
use crate::source::{SourceId, Sources};
use crate::stream::{Input, ValidateOptions, validate};
use crate::template::Templates;
use crate::tree::FileTree;
use crate::write::files;

/// The most rounds: fixes that have not settled by then undo each other.
const ROUNDS: usize = 10;

/// The texts before and after, by the name of the file.
type Texts = BTreeMap<PathBuf, (String, String)>;

/// Fixes manifests. Returns whether `--diff` printed changes, and the new text of standard input.
pub(super) fn manifests(
    args: FixArgs,
    report: &ReportArgs,
    files: &[PathBuf],
    stdin: Option<&str>,
    options: &ValidateOptions,
) -> Result<(bool, Option<String>), Error> {
    let options = ValidateOptions { kept: usize::MAX, names: false, most: None, ..options.clone() };
    let texts = until_stable(args, report, SourceId::new(0), |texts| {
        let input = |path: &PathBuf| match (texts.get(path), stdin) {
            (Some((_, new)), _) if path.as_os_str() == "-" => Input::Text(new.clone()),
            (Some((_, new)), _) => Input::File(path.clone(), new.clone()),
            (None, Some(text)) if path.as_os_str() == "-" => Input::Text(text.to_owned()),
            (None, _) => Input::Path(path.clone()),
        };
        let validation = validate(files.iter().map(input).collect(), &options)?;
        Ok((validation.findings, validation.sources))
    })?;
    let stdin = texts.get(Path::new("-")).map(|(_, new)| new.clone());
    Ok((finish(args, texts)?, stdin))
}

/// Fixes the layers of profiles. Returns whether `--diff` printed changes.
pub(super) fn layers(
    args: &RenderArgs,
    report: &ReportArgs,
    renders: &[Render],
    sources: &Sources,
    definitions: Option<&Definitions>,
    choosing: Option<&Choosing>,
) -> Result<bool, Error> {
    let progress = report::progress(report);
    let texts = until_stable(args.fix, report, SourceId::new(sources.len()), |texts| {
        let files: Vec<_> = texts.iter().map(|(path, (_, new))| (path.clone(), new.clone())).collect();
        let (mut sources, mut findings) = (sources.clone(), Vec::new());
        for wanted in renders {
            let templates = Templates::new(wanted.templates.as_deref(), &mut sources)?;
            let requests: Vec<_> = wanted
                .profiles
                .iter()
                .map(|(_, path)| {
                    let mut profile = wanted.request(path);
                    profile.files = &files;
                    let own_overlay = wanted.each.as_ref().map(|each| each.overlay.as_path());
                    let (version, pod_security) =
                        (args.validation.kubernetes_version, args.validation.pod_security);
                    (
                        &templates,
                        Request {
                            profile,
                            version,
                            pod_security,
                            own_overlay,
                            definitions,
                            choosing,
                            memo: None,
                            last: None,
                        },
                    )
                })
                .collect();
            let rendered =
                render_all(&mut sources, &requests, &progress, |_, rendered, _| rendered.findings)?;
            findings.extend(rendered.into_iter().flatten());
        }
        Ok((findings, sources))
    })?;
    finish(args.fix, texts)
}

/// Checks and fixes until nothing changes. Texts before `first` are not changed.
fn until_stable(
    args: FixArgs,
    report_args: &ReportArgs,
    first: SourceId,
    check: impl Fn(&Texts) -> Result<(Vec<Finding>, Sources), Error>,
) -> Result<Texts, Error> {
    let mut texts = Texts::new();
    let mut applied = 0;
    for count in 0.. {
        let (findings, sources) = check(&texts)?;
        let report = report::complete(findings, report_args);
        let done = match round(&report.findings, &sources, args.unsafe_fixes) {
            Ok(done) => done,
            Err(unexpected) => {
                report::note(&format!(
                    "error: this is a bug in volwright: the fixes of {} would change more of {} than they should; they are \
                     discarded\n",
                    unexpected.codes.join(", "),
                    crate::output::writer::terminal::line(&unexpected.file)
                ));
                break;
            }
        };
        let mut changed = false;
        for (id, new) in done.texts.into_iter().filter(|(id, _)| *id >= first) {
            let source = sources.get(id);
            let entry = texts
                .entry(PathBuf::from(&source.name))
                .or_insert_with(|| (source.text.to_string(), String::new()));
            changed |= entry.1 != new;
            entry.1 = new;
        }
        if !changed {
            summary(args, report_args, &report, applied, texts.len());
            break;
        }
        applied += done.applied.len();
        if count + 1 == ROUNDS {
            let codes: std::collections::BTreeSet<_> = done.applied.iter().map(|(code, _)| *code).collect();
            let codes: Vec<_> = codes.into_iter().collect();
            report::note(&format!(
                "error: this is a bug in volwright: the fixes of {} do not settle after {ROUNDS} rounds; nothing is \
                 changed\n",
                codes.join(", ")
            ));
            return Ok(Texts::new());
        }
    }
    texts.retain(|_, (old, new)| old != new);
    Ok(texts)
}

/// Prints how many fixes were applied and how many are left.
fn summary(args: FixArgs, report_args: &ReportArgs, report: &Report, applied: usize, files: usize) {
    if report_args.quiet {
        return;
    }
    let plural = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    };
    if applied > 0 {
        let verb = if args.diff { "would apply" } else { "applied" };
        let (fixes, files) = (plural(applied, "fix").replace("fixs", "fixes"), plural(files, "file"));
        report::note(&format!("{verb} {fixes} in {files}\n"));
    }
    let held = report.findings.iter().filter(|finding| {
        finding.fix.as_ref().is_some_and(|fix| {
            !is_wanted(fix.applicability, args.unsafe_fixes) && is_wanted(fix.applicability, true)
        })
    });
    match held.count() {
        0 => {}
        1 => report::note("1 more fix is unsafe: `--unsafe-fixes` applies it\n"),
        count => report::note(&format!("{count} more fixes are unsafe: `--unsafe-fixes` applies them\n")),
    }
}

/// Prints the changes, or writes the files. Returns whether it printed any.
fn finish(args: FixArgs, texts: Texts) -> Result<bool, Error> {
    if args.diff {
        let changes: Vec<_> = texts.iter().map(|(path, (old, new))| drift::change(path, old, new)).collect();
        report::out(&drift::diffs(&changes))?;
        return Ok(!texts.is_empty());
    }
    let mut changed = Vec::new();
    for (path, (old, new)) in texts {
        if path.as_os_str() == "-" {
            continue;
        }
        if file::read_text(FileTree::Disk, &path)? != old {
            return Err(Error::usage(
                format!("{} was changed while it was being fixed", path.display()),
                "run the command again",
            ));
        }
        changed.push((path, new));
    }
    files::replace(&changed)?;
    Ok(false)
}
