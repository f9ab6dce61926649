//! `volwright diff`: what changed between manifests or profiles, and what cannot be changed in place.

mod objects;
mod revisions;
mod side;
mod texts;

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
use crate::diff::{self, Group, Outliner};
use crate::error::Error;
use crate::finding::Finding;
use crate::output::cost::Costs;
use crate::output::format::{self, Difference};
use crate::output::{self, changes};
use crate::project::Project;
use crate::render::needs::{Choosing, Mode};
use crate::rules::update::Update;
use crate::source::{Folders, SourceId, Sources};
use crate::suppression::Suppressions;
use crate::tree::FileTree;
use crate::unchecked::Unchecked;

use objects::{NeededObjects, Objects};
use revisions::Revisions;
use side::{Part, Reader, Side};
use texts::Scan;

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

/// The outlines of both sides of one environment, or of the whole comparison.
struct Read<'t> {
    name: Option<String>,
    sides: [Objects<'t>; 2],
    version: KubernetesVersion,
}

/// The objects of both sides that the comparison needs.
struct Pair {
    name: Option<String>,
    sides: [NeededObjects; 2],
    groups: Vec<Group>,
    version: KubernetesVersion,
}

/// About how many objects are decoded at a time.
const GROUP: usize = 2048;

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
    let (mut read, mut skipped, mut count) = (Vec::new(), Vec::new(), 0);
    let readable = findings.is_empty();
    let outliner = Outliner::default();
    for (name, parts) in matched(old, new).into_iter().filter(|_| readable) {
        let of = |parts: &[Part<'_>]| parts.iter().flat_map(Part::broken).cloned().collect::<Vec<_>>();
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
        read.push(Read::new(name, parts, args, &outliner, &mut sources, &mut count, &mut findings)?);
    }
    let mut names = Vec::new();
    let mut pairs: Vec<Pair> = Vec::new();
    let whole: HashSet<SourceId> =
        findings.iter_mut().flat_map(Finding::spans_mut).map(|span| span.source).collect();
    for Read { name, sides: [old, new], version } in read {
        let outlines = [&old.outlines, &new.outlines];
        let selected = diff::needed(outlines, &folders);
        // What was rendered is in memory already.
        let most = if old.is_rendered() || new.is_rendered() { usize::MAX } else { GROUP };
        let groups = selected.groups(outlines, most);
        let old = old.needed(&selected.needed[0], &whole, &outliner, &mut sources, &mut names)?;
        let new = new.needed(&selected.needed[1], &whole, &outliner, &mut sources, &mut names)?;
        pairs.push(Pair { name, sides: [old, new], groups, version });
    }
    let mut versions = HashSet::new();
    for pair in pairs.iter().filter(|pair| versions.insert(pair.version)) {
        report::version_note(pair.version);
    }
    let compared = readable && (!pairs.is_empty() || findings.is_empty());
    let (mut changes, mut costs) = (Vec::new(), Costs::new(choosing.prices()));
    for Pair { name, mut sides, groups, version } in pairs {
        let (mut found, mut affected, mut unused) = (Vec::new(), Vec::new(), Vec::new());
        for group in &groups {
            let mut decode = |side: usize| sides[side].decode(&group.objects[side], &sources, version);
            let (old, new) = (decode(0), decode(1));
            affected.extend(
                cost::changes(&old, &new, &folders, choosing.prices())
                    .into_iter()
                    .filter(|change| group.owns(change.document)),
            );
            let update = Update::new(&old, &new, version, &folders, &definitions);
            let update = if args.unbound { update.with_unbound_claims() } else { update };
            let mut own = diff::changes(&update);
            own.retain(|change| group.owns(change.document));
            let mut suppressions = Suppressions::of(&new);
            suppressions.remove(&mut findings);
            own.iter_mut().for_each(|change| suppressions.remove(&mut change.findings));
            let said = suppressions.findings(|rule| rule.code.starts_with('C'));
            unused.extend(said.into_iter().filter(|one| one.document.is_none_or(|at| group.owns(at))));
            found.append(&mut own);
        }
        findings.append(&mut unused);
        cost::sort(&mut affected);
        costs.add(affected, name.as_deref());
        diff::sort(&mut found);
        for change in &mut found {
            change.folder = change.folder.take().or_else(|| name.clone());
        }
        changes.append(&mut found);
    }
    let shape = report::report(findings.clone(), &args.report);
    findings.extend(changes.iter().flat_map(|change| change.findings.iter().cloned()));
    let report = report::report(findings, &args.report);
    for change in &mut changes {
        change.findings = report::complete(std::mem::take(&mut change.findings), &args.report).findings;
    }
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
fn summary(changes: Option<&[diff::Change]>, skipped: &[String], errors: &str) {
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
type Parts<'t> = [Vec<Part<'t>>; 2];

/// The parts of both sides by name: first those of the new side, in its order.
fn matched<'t>(old: Side<'t>, new: Side<'t>) -> Vec<(Option<String>, Parts<'t>)> {
    let mut pairs: Vec<(Option<String>, Parts<'t>)> = Vec::new();
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

impl<'t> Read<'t> {
    /// Reads both sides of an environment, and adds what is wrong with the shape of their objects. `count` numbers the documents
    /// of the run.
    fn new(
        name: Option<String>,
        [old, new]: Parts<'t>,
        args: &DiffArgs,
        outliner: &Outliner,
        sources: &mut Sources,
        count: &mut usize,
        findings: &mut Vec<Finding>,
    ) -> Result<Self, Error> {
        let stated = new.iter().chain(&old).find_map(Part::version);
        let version = args.validation.kubernetes_version.or(stated).unwrap_or_default();
        let scan = Scan { version, outliner, names: report::lists_documents(&args.report), is_old: true };
        let old = Objects::read(old, &scan, sources, count, findings)?;
        let new = Objects::read(new, &Scan { is_old: false, ..scan }, sources, count, findings)?;
        Ok(Self { name, sides: [old, new], version })
    }
}
