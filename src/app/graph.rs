//! `volwright graph`: classes, claims, workloads and nodes, and the links between them.

use std::path::{Path, PathBuf};

use super::{input, prices, render};
use crate::app::outcome::Outcome;
use crate::app::report;
use crate::bundle::Bundle;
use crate::cli::{GraphArgs, GraphForm, PriceArgs, RenderArgs, ReportArgs, SelectArgs};
use crate::document::load::load;
use crate::error::Error;
use crate::graph::Named;
use crate::graph::build::graph;
use crate::output;
use crate::project::Project;
use crate::render::Request;
use crate::render::needs::{Choosing, Mode};
use crate::rule::Severity;
use crate::source::Sources;
use crate::tree::FileTree;
use crate::write::files;
use crate::{rules, suppression};

pub(super) fn run(
    args: &GraphArgs,
    report: &ReportArgs,
    project: Option<Project>,
    mut sources: Sources,
) -> Result<Outcome, Error> {
    let report = &ReportArgs { quiet: args.quiet, ..report.clone() };
    let (profiles, manifests): (Vec<&String>, Vec<&String>) =
        args.inputs.iter().partition(|given| input::is_profile(Path::new(given), &[FileTree::Disk]));
    let (mut graphs, mut findings, mut count) = (Vec::new(), Vec::new(), 0);
    if !profiles.is_empty() || manifests.is_empty() {
        let select = SelectArgs { all_classes: args.all_classes, ..SelectArgs::default() };
        let profiles = profiles.into_iter().cloned().collect();
        let wanted = RenderArgs { profiles, layers: args.layers.clone(), select, ..RenderArgs::default() };
        let prices = prices::prices(&PriceArgs::default(), project.as_ref(), &mut sources)?;
        let choosing = Choosing::new(prices, Mode::Keep);
        let renders = render::renders(&wanted, project)?;
        let (version, choosing) = (args.kubernetes_version, Some(&choosing));
        let like = Request { version, choosing, ..Request::default() };
        for (_, label, rendered) in render::all(&renders, like, &mut sources, &mut findings)? {
            let bundle = Bundle::new(&rendered.documents, rendered.version, None);
            graphs.push((label.to_owned(), graph(&bundle, &rendered.findings)));
            count += rendered.count;
            findings.extend(rendered.findings);
        }
    }
    if !manifests.is_empty() {
        let paths: Vec<PathBuf> = manifests.iter().map(PathBuf::from).collect();
        let ids = input::read_all(&paths, &mut sources)?;
        let version = args.kubernetes_version.unwrap_or_default();
        let loaded = load(&sources, &ids, version);
        let bundle = Bundle::new(&loaded.documents, version, None);
        let mut found = loaded.findings;
        found.extend(rules::run(&bundle));
        suppression::apply(&bundle, &mut found);
        let names: Vec<&str> = manifests.iter().map(|name| name.as_str()).collect();
        graphs.push((names.join(", "), graph(&bundle, &found)));
        count += loaded.count;
        findings.extend(found);
    }
    let graphs: Vec<Named> = graphs
        .into_iter()
        .filter(|(_, graph)| !graph.vertices.is_empty())
        .map(|(label, graph): Named| (label, graph.folded()))
        .collect();
    // `validate` and `render` report advice; here errors explain what is refused.
    findings.retain(|finding| finding.severity == Severity::Error);
    let list = report::report(findings, report);
    write(args, &graphs)?;
    if graphs.is_empty() && list.findings.is_empty() {
        report::note("nothing to draw: the input has no classes and no claims\n");
    }
    report::finish_findings(&list, report, &sources, count, false)
}

fn write(args: &GraphArgs, graphs: &[Named]) -> Result<(), Error> {
    let text = match args.format {
        GraphForm::Mermaid => output::graph::mermaid(graphs),
        GraphForm::Svg => output::graph::svg(graphs, true).finish(),
        GraphForm::Dot => output::graph::dot(graphs),
    };
    match &args.output {
        Some(path) => files::write_one(path, &text).map(|_| ()),
        None => report::out(&text),
    }
}
