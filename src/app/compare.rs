//! `volwright compare`: what the volumes of a workload are on each cloud.

use std::path::Path;

use super::render;
use crate::app::outcome::Outcome;
use crate::app::{prices, report};
use crate::choose::prices::Prices;
use crate::cli::{CompareArgs, CompareForm, RenderArgs, ReportArgs, SelectArgs};
use crate::compare::{self, Comparison};
use crate::error::Error;
use crate::output::figures;
use crate::output::{comparison, comparison_html, writer};
use crate::profile::{self, builtin};
use crate::project::{Project, Render};
use crate::render::Request;
use crate::render::needs::{Choosing, Mode};
use crate::rule::Severity;
use crate::source::Sources;

pub(super) fn run(
    args: &CompareArgs,
    report: &ReportArgs,
    project: Option<Project>,
    mut sources: Sources,
) -> Result<Outcome, Error> {
    let prices = prices::prices(&args.prices, project.as_ref(), &mut sources)?;
    let choosing = Choosing::new(prices, Mode::Keep);
    let renders = renders(args, project)?;
    let (mut findings, mut profiles) = (Vec::new(), Vec::new());
    let like = Request {
        // Classes of file systems can be compared before their ids are known.
        profile: profile::Request { examples: args.size.is_some(), ..profile::Request::default() },
        version: args.kubernetes_version,
        choosing: Some(&choosing),
        ..Request::default()
    };
    for (wanted, label, rendered) in render::all(&renders, like, &mut sources, &mut findings)? {
        findings.extend(rendered.findings.iter().cloned());
        profiles.push((label_of(label, wanted, renders.len()), rendered));
    }
    // `render` reports advice; here it would only delay the table.
    findings.retain(|finding| finding.severity == Severity::Error);
    let list = report::report(findings, report);
    let count = profiles.iter().map(|(_, rendered)| rendered.count).sum();
    let compared = match &args.size {
        Some(size) => compare::classes(profiles, size, choosing.prices()),
        None => compare::volumes(&profiles, choosing.prices()),
    };
    let text = match args.format {
        CompareForm::Text => comparison::text(&compared),
        CompareForm::Markdown => comparison::markdown(&compared),
        CompareForm::Json => writer::json::compact(&comparison::json(&compared)) + "\n",
        CompareForm::Html | CompareForm::Svg => drawn(args.format, &compared, choosing.prices()),
    };
    report::out(&text)?;
    if compared.volumes.is_empty() && list.findings.is_empty() {
        report::note("no volumes to compare: the profile has no claim and no claim template\n");
    }
    report::finish_findings(&list, report, &sources, count, false)
}

/// The comparison as a page or a picture.
fn drawn(format: CompareForm, compared: &Comparison, prices: &Prices) -> String {
    let figures = figures::figures(compared, prices);
    match format {
        CompareForm::Svg => figures::svg(&figures, prices),
        _ => comparison_html::html(compared, &figures, prices),
    }
}

/// What is compared: the profiles that the command line names, else those of the project, else all built-in ones.
fn renders(args: &CompareArgs, project: Option<Project>) -> Result<Vec<Render>, Error> {
    // With a size, all classes are compared, used or not.
    let select = SelectArgs { all_classes: args.size.is_some(), ..SelectArgs::default() };
    let bare = args.profiles.is_empty() && args.layers.is_empty();
    if bare && project.is_some() {
        return render::renders(&RenderArgs { select, ..RenderArgs::default() }, project);
    }
    let mut profiles = args.profiles.clone();
    if profiles.is_empty() {
        profiles.extend(builtin::names().map(str::to_owned));
    }
    render::renders(
        &RenderArgs { profiles, layers: args.layers.clone(), select, ..RenderArgs::default() },
        None,
    )
}

/// How a profile is called: with its folder, where a project renders it more than once.
fn label_of(label: &str, wanted: &Render, renders: usize) -> String {
    match wanted.out_dir.as_deref().map(Path::display) {
        Some(folder) if renders > 1 => format!("{label} ({folder})"),
        _ => label.to_owned(),
    }
}
