//! `volwright diff`: what changed between manifests or profiles, and what cannot be changed in place.

mod revisions;
mod side;

use std::cell::LazyCell;
use std::collections::HashSet;

use crate::app::input;
use crate::app::outcome::Outcome;
use crate::app::prices;
use crate::app::project_settings;
use crate::app::report;
use crate::app::report::RunSummary;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::choose::cost;
use crate::cli::DiffArgs;
use crate::diff;
use crate::document::Document;
use crate::document::load::Loaded;
use crate::error::Error;
use crate::finding::Finding;
use crate::output::cost::Costs;
use crate::output::format::{self, Difference};
use crate::output::{self, changes};
use crate::project::Project;
use crate::render::needs::{Choosing, Mode};
use crate::rules::update::Update;
use crate::source::{Folders, Sources};
use crate::suppression::Suppressions;
use crate::tree::FileTree;
use crate::unchecked::Unchecked;

use revisions::Revisions;
use side::{Part, Reader, Side};

pub(super) fn run(args: &DiffArgs) -> Result<Outcome, Error> {
    let revisions = args.base.as_deref().map(|base| Revisions::open(base, args)).transpose()?;
    let tree = revisions.as_ref().map_or(FileTree::Disk, Revisions::after);
    project_settings::with(&args.report, true, tree, |report, project, sources| {
        let project = project.unwrap_or_default();
        let mut args = DiffArgs { report, ..args.clone() };
        args.crds.extend(project.crds.iter().cloned());
        let project = Some(project).filter(|project| !project.path.as_os_str().is_empty());
        compare(&args, revisions.as_ref(), project, sources)
    })
}

/// The documents of both sides of one environment, or of the whole comparison.
struct Pair<'s> {
    name: Option<String>,
    documents: Vec<Document<'s>>,
    /// How many of them are old.
    olds: usize,
    version: KubernetesVersion,
}

fn compare(
    args: &DiffArgs,
    revisions: Option<&Revisions>,
    project: Option<Project>,
    mut sources: Sources,
) -> Result<Outcome, Error> {
    let tree = revisions.map_or(FileTree::Disk, Revisions::after);
    let definitions = input::definitions(tree, &args.crds)?;
    let prices = prices::prices(&args.prices, project.as_ref(), &mut sources)?;
    let choosing = Choosing::new(prices, Mode::Keep);
    let reader = Reader { args, definitions: &definitions, choosing: &choosing };
    let [old, new] = match revisions {
        Some(revisions) => reader.revisions(revisions, project, &mut sources)?,
        None => reader.two(&mut sources)?,
    };
    let mut folders = Folders::new();
    old.parts.iter().chain(&new.parts).for_each(|part| part.add_folders(&sources, &mut folders));
    let mut findings = [old.broken.as_slice(), &new.broken].concat();
    let (mut pairs, mut skipped, mut count) = (Vec::new(), Vec::new(), 0);
    let readable = findings.is_empty();
    for (name, parts) in matched(old, new).into_iter().filter(|_| readable) {
        let of = |parts: &[Part]| parts.iter().flat_map(Part::broken).cloned().collect::<Vec<_>>();
        let mut broken = of(&parts[1]);
        // A mistake that the base already has is reported once.
        if revisions.is_none() || broken.is_empty() {
            broken.extend(of(&parts[0]));
        }
        if !broken.is_empty() {
            findings.extend(broken);
            skipped.extend(name);
            continue;
        }
        let (pair, mut found) = load(name, parts, args, &sources, &mut count);
        findings.append(&mut found);
        pairs.push(pair);
    }
    let mut versions = HashSet::new();
    for pair in pairs.iter().filter(|pair| versions.insert(pair.version)) {
        report::version_note(pair.version);
    }
    let compared = readable && (!pairs.is_empty() || findings.is_empty());
    let (mut changes, mut costs) = (Vec::new(), Costs::new(choosing.prices()));
    for pair in &pairs {
        let (old, new) = pair.documents.split_at(pair.olds);
        costs.add(cost::changes(old, new, &folders, choosing.prices()), pair.name.as_deref());
        let update = Update::new(old, new, pair.version, &folders, &definitions);
        let update = if args.unbound { update.with_unbound_claims() } else { update };
        let mut found = diff::changes(&update);
        let mut suppressions = Suppressions::of(new);
        suppressions.remove(&mut findings);
        for change in &mut found {
            suppressions.remove(&mut change.findings);
            change.folder = change.folder.or(pair.name.as_deref());
        }
        findings.extend(suppressions.findings(|rule| rule.code.starts_with('C')));
        changes.append(&mut found);
    }
    let shape = report::report(findings.clone(), &args.report);
    findings.extend(changes.iter().flat_map(|change| change.findings.iter().cloned()));
    let report = report::report(findings, &args.report);
    for change in &mut changes {
        change.findings = report::complete(std::mem::take(&mut change.findings), &args.report).findings;
    }
    let names = LazyCell::new(|| {
        pairs.iter().flat_map(|pair| report::names(&pair.documents, &sources)).collect::<Vec<_>>()
    });
    let said = RunSummary {
        args: &args.report,
        sources: &sources,
        listing: &names,
        count,
        unchecked: &Unchecked::default(),
        owns_stdout: true,
    };
    report::with_run(&report, &said, |format, run| {
        let changes = compared.then_some(changes.as_slice());
        report::out(&(format.changes)(&Difference { run, shape: &shape, changes, costs: &costs }))?;
        if !format.is_text {
            return Ok(());
        }
        let shape = format::Run { report: &shape, ..*run };
        report::print(&(format.report)(&shape), false)?;
        if !args.report.quiet {
            summary(changes, &skipped, &output::counts(&report).unwrap_or_default());
        }
        Ok(())
    })?;
    let outcome = report::outcome(&report, &args.report);
    let changed = args.exit_code && !changes.is_empty();
    Ok(if changed { Outcome::Found } else { outcome })
}

/// Prints what was compared: nothing, or all except the environments that were skipped.
fn summary(changes: Option<&[diff::Change<'_>]>, skipped: &[String], errors: &str) {
    let Some(changes) = changes else {
        report::note(&format!("{errors}: nothing is compared\n"));
        return;
    };
    report::note(&format!("{}\n", changes::summary(changes)));
    if !skipped.is_empty() {
        let names: Vec<_> = skipped.iter().map(|name| output::writer::terminal::line(name)).collect();
        report::note(&format!("{errors}: not compared: {}\n", names.join(", ")));
    }
}

/// The parts of an environment on both sides.
type Parts = [Vec<Part>; 2];

/// The parts of both sides by name: first those of the new side, in its order.
fn matched(old: Side, new: Side) -> Vec<(Option<String>, Parts)> {
    let mut pairs: Vec<(Option<String>, Parts)> = Vec::new();
    for (at, side) in [(1, new), (0, old)] {
        for mut part in side.parts {
            let name = part.name.take();
            let known = pairs.iter().position(|(known, _)| *known == name);
            let place = known.unwrap_or_else(|| {
                pairs.push((name, Parts::default()));
                pairs.len() - 1
            });
            pairs[place].1[at].push(part);
        }
    }
    pairs
}

/// Loads both sides of an environment, and what is wrong with their shape. `count` numbers the documents of the run.
fn load<'s>(
    name: Option<String>,
    [old, new]: Parts,
    args: &DiffArgs,
    sources: &'s Sources,
    count: &mut usize,
) -> (Pair<'s>, Vec<Finding>) {
    let stated = new.iter().chain(&old).find_map(Part::version);
    let version = args.validation.kubernetes_version.or(stated).unwrap_or_default();
    let mut all = Loaded { count: *count, ..Loaded::default() };
    old.into_iter().for_each(|part| all.append(part.documents(sources, version)));
    // This change cannot fix defects of the old manifests; but what could not be read is
    // not compared either, and would look as if it had been added.
    let read: HashSet<_> = all.documents.iter().map(|document| document.index).collect();
    all.findings.retain(|finding| finding.document.is_some_and(|index| !read.contains(&index)));
    let olds = all.documents.len();
    new.into_iter().for_each(|part| all.append(part.documents(sources, version)));
    *count = all.count;
    (Pair { name, documents: all.documents, olds, version }, all.findings)
}
