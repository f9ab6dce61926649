//! `volwright render`: profiles into manifests, validated before anything is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::app::report::RunSummary;
use crate::app::report_page::Part;
use crate::app::shared::{self, Member, Ownership};
use crate::app::{check, fix, input, kubectl_names, prices, report_page};
use crate::catalog::kind::{self, Filter};
use crate::cli::{Format, OutputForm, RenderArgs, ReportArgs};
use crate::document::Document;
use crate::error::Error;
use crate::finding::Finding;
use crate::output::writer::terminal;
use crate::profile;
use crate::progress::Progress;
use crate::project::{self, Project, Render};
use crate::render::needs::{Choosing, Mode};
use crate::render::{Rendered, Request, render_all, stream};
use crate::rule::Severity;
use crate::source::Sources;
use crate::template::Templates;
use crate::tree::FileTree;
use crate::unchecked::Unchecked;
use crate::write::files::{self, Written};
use crate::write::folders::Files;
use crate::write::layout::Manifests;

pub(super) fn run(
    args: &RenderArgs,
    report: &ReportArgs,
    project: Option<Project>,
    mut sources: Sources,
) -> Result<Outcome, Error> {
    let home = project.as_ref().filter(|_| args.profiles.is_empty()).map(Project::folder);
    let crds = project.as_ref().map(|project| project.crds.clone()).unwrap_or_default();
    let definitions = input::definitions(FileTree::Disk, &crds)?;
    let definitions = Some(&definitions);
    let choosing = Choosing::new(prices::prices(&args.prices, project.as_ref(), &mut sources)?, Mode::Keep);
    let prices = choosing.prices();
    let choosing = Some(&choosing);
    let renders = renders(args, project)?;
    let streamed: usize =
        renders.iter().filter(|render| render.out_dir.is_none()).map(|render| render.profiles.len()).sum();
    if streamed > 1 && !args.combine && args.output != OutputForm::Name {
        return Err(Error::usage(
            "the manifests of several profiles on one standard output would be applied to one cluster",
            "write them to a directory with `--out-dir DIR`, or use `--combine`",
        ));
    }
    if args.fix.fix && fix::layers(args, report, &renders, &sources, definitions, choosing)? {
        return Ok(Outcome::Found);
    }
    let mut findings = Vec::new();
    let mut templates: Vec<(Option<&Path>, Templates)> = Vec::new();
    let mut places = Vec::new();
    for wanted in &renders {
        let folder = wanted.templates.as_deref();
        let known = templates.iter().position(|(known, _)| *known == folder);
        places.push(known.unwrap_or(templates.len()));
        if known.is_none() {
            let new = Templates::new(folder, &mut sources)?;
            findings.extend(new.findings.iter().cloned());
            templates.push((folder, new));
        }
    }
    let (mut requests, mut layouts, mut filters) = (Vec::new(), Vec::new(), Vec::new());
    for (wanted, place) in renders.iter().zip(places) {
        for (asked, path) in &wanted.profiles {
            layouts.push((asked.as_str(), wanted.layout));
            let profile = wanted.request(path);
            let (version, pod_security) = (args.validation.kubernetes_version, args.validation.pod_security);
            let own_overlay = wanted.each.as_ref().map(|each| each.overlay.as_path());
            filters.push(&wanted.filter);
            requests.push((
                &templates[place].1,
                Request {
                    profile,
                    version,
                    pod_security,
                    definitions,
                    choosing,
                    own_overlay,
                    memo: None,
                    last: None,
                },
            ));
        }
    }
    let lists = report::lists_documents(report);
    let progress = report::progress(report);
    let to_files = renders.iter().any(|wanted| wanted.out_dir.is_some());
    let done = render_all(&mut sources, &requests, &progress, |at, mut one, sources| {
        let names = if lists { report::names(&one.documents, sources) } else { Vec::new() };
        let mut part = None;
        if args.page.is_some() {
            let (made, rendered) = Part::new(layouts[at].0, one, prices);
            (part, one) = (Some(made), rendered);
        }
        one.select(filters[at]);
        let (asked, layout) = layouts[at];
        let owned = one.own.iter().zip(&one.documents).map(|(own, document)| Ownership {
            own: *own,
            can_be_single: document.namespace.is_none()
                && !one.own_name
                && kind::is_cluster_scoped(&document.kind),
        });
        let owned: Vec<_> = owned.collect();
        let mut manifests = Manifests::default();
        if to_files {
            manifests = Manifests::new(&one.documents, asked, layout);
            one.documents.clear();
        }
        (one, names, (manifests, owned), part)
    })?;
    let mut versions: Vec<_> = done.iter().map(|(one, ..)| one.version).collect();
    versions.sort_unstable();
    versions.dedup();
    versions.into_iter().for_each(report::version_note);
    let (mut documents, mut names, mut manifests) = (Vec::new(), Vec::new(), Vec::new());
    let mut count = 0;
    let mut parts = Vec::new();
    for (mut one, mut named, texts, part) in done {
        one.count_from(count);
        named.iter_mut().for_each(|name| name.index += count);
        count += one.count;
        findings.append(&mut one.findings);
        documents.append(&mut one.documents);
        names.append(&mut named);
        manifests.push(texts);
        parts.extend(part);
    }
    // Manifests with errors are not written, even if the errors are not reported.
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let list = report::report(findings, report);
    let said = RunSummary {
        args: report,
        sources: &sources,
        listing: &names,
        count,
        unchecked: &Unchecked::default(),
        owns_stdout: false,
    };
    let sound = errors == 0 && report::outcome(&list, report) == Outcome::Clean;
    let files = if sound { files(&renders, manifests, home.as_deref()) } else { Ok(None) };
    if args.check
        && let Ok(Some(files)) = &files
    {
        return check::run(files, &list, &said);
    }
    let outcome = report::finish(&list, &said)?;
    if let Some(path) = &args.page {
        report_page::write(path, parts, &list, &sources, count, prices)?;
    }
    if errors > 0 && list.count(Severity::Error) == 0 && report.format == Format::Text {
        let some =
            if errors == 1 { "an error that is".to_owned() } else { format!("{errors} errors that are") };
        report::note(&format!("error: nothing is written, for {some} left out of the report\n"));
    }
    if !sound {
        return Ok(Outcome::Found);
    }
    match files? {
        None => report::out(&written(&documents, args.output))?,
        Some(files) => {
            let waiting = |folder: &Path| {
                report::note(&format!("waiting for another run that writes to {}\n", terminal::path(folder)));
            };
            let done = files::write(&files, args.prune, waiting, &progress)?;
            if !report.quiet && report.format == Format::Text {
                report::note(&summary(&done));
                leftovers(&done.stale);
            }
        }
    }
    Ok(outcome)
}

/// `wrote 3 of 17 files, 14 unchanged`, as a line.
fn summary(done: &Written) -> String {
    let files = |count: usize| if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
    match (done.written, done.total - done.written) {
        (0, same) => format!("{} unchanged\n", files(same)),
        (written, 0) => format!("wrote {}\n", files(written)),
        (written, same) => format!("wrote {written} of {}, {same} unchanged\n", files(done.total)),
    }
}

/// Lists the files of earlier renders that this one did not write.
fn leftovers(stale: &[PathBuf]) {
    let files = match stale {
        [] => return,
        [_] => "1 file is".to_owned(),
        many => format!("{} files are", many.len()),
    };
    for path in stale {
        report::note(&format!("stale: {}\n", terminal::path(path)));
    }
    report::note(&format!("{files} no longer rendered; `--prune` deletes them\n"));
}

/// Renders every profile of `renders` whole, each with its label; `like` has what all requests share. Findings in templates
/// are added to `findings`; those in profiles are in what is rendered.
///
/// # Errors
///
/// If a profile or a template cannot be read.
pub(super) fn all<'r>(
    renders: &'r [Render],
    like: Request<'r>,
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) -> Result<Vec<(&'r Render, &'r str, Rendered)>, Error> {
    let mut done = Vec::new();
    for render in renders {
        let templates = Templates::new(render.templates.as_deref(), sources)?;
        findings.extend(templates.findings.iter().cloned());
        let request = |path| Request {
            profile: profile::Request { examples: like.profile.examples, ..render.request(path) },
            ..like
        };
        let requests: Vec<_> = render.profiles.iter().map(|(_, path)| (&templates, request(path))).collect();
        let rendered = render_all(sources, &requests, &Progress::default(), |_, rendered, _| rendered)?;
        let labels = render.profiles.iter().map(|(label, _)| label.as_str());
        done.extend(labels.zip(rendered).map(|(label, rendered)| (render, label, rendered)));
    }
    Ok(done)
}

/// The renders that the command line names, or otherwise those of the project file.
pub(super) fn renders(args: &RenderArgs, project: Option<Project>) -> Result<Vec<Render>, Error> {
    if !args.profiles.is_empty() {
        if args.out_dir.is_none() && (args.check || args.prune) {
            return Err(Error::usage("`--check` and `--prune` require a directory", "add `--out-dir DIR`"));
        }
        return Ok(vec![Render {
            profiles: args.profiles.iter().map(|name| (name.clone(), name.clone())).collect(),
            overlays: args.layers.overlays.clone(),
            sets: args.layers.sets.clone(),
            text_sets: args.layers.all_text_sets(),
            all_classes: args.select.all_classes,
            filter: args.select.filter(&Filter::default()),
            values: None,
            templates: args.templates.clone(),
            out_dir: args.out_dir.clone(),
            layout: args.layout.unwrap_or_default(),
            each: None,
        }]);
    }
    match project {
        Some(mut project) if !project.renders.is_empty() => {
            for render in &mut project.renders {
                render.overlays.extend(args.layers.overlays.iter().cloned());
                render.sets.extend(args.layers.sets.iter().cloned());
                render.text_sets.extend(args.layers.all_text_sets());
                render.all_classes |= args.select.all_classes;
                render.filter = args.select.filter(&render.filter);
            }
            Ok(project.renders)
        }
        Some(project) => Err(Error::usage(
            format!("{} has no `[[renders]]`", project.path.display()),
            "add one, or name a profile: volwright render PROFILE",
        )),
        None => Err(Error::usage(
            format!("no profile is named, and no {} exists here or above", project::NAME),
            "name one, such as `volwright render PROFILE`; `volwright profiles` lists the built-in ones, and \
                 `volwright init` starts a project",
        )),
    }
}

/// The files of all renders; none if they go to standard output. `manifests` has those of each profile in order.
fn files(
    renders: &[Render],
    manifests: Vec<(Manifests, Vec<Ownership>)>,
    project: Option<&Path>,
) -> Result<Option<Files>, Error> {
    let mut files: Option<Files> = None;
    let mut manifests = manifests.into_iter();
    let mut groups: BTreeMap<usize, Vec<Member<'_>>> = BTreeMap::new();
    for wanted in renders {
        let rendered: Vec<_> = manifests.by_ref().take(wanted.profiles.len()).collect();
        if let Some(each) = &wanted.each {
            groups.entry(each.group).or_default().push((wanted, rendered));
        } else if let Some(folder) = &wanted.out_dir {
            let rendered = rendered.into_iter().map(|(manifests, _)| manifests);
            let named = wanted.profiles.iter().map(|(shown, _)| shown.as_str()).zip(rendered).collect();
            files.get_or_insert_with(Files::default).add(folder, named)?;
        }
    }
    for group in groups.into_values() {
        shared::add(group, files.get_or_insert_with(Files::default))?;
    }
    if let (Some(files), Some(project)) = (&mut files, project) {
        files.remember(project)?;
    }
    Ok(files)
}

/// The documents in the requested form.
fn written(documents: &[Document<'_>], form: OutputForm) -> String {
    match form {
        OutputForm::Yaml => stream(documents),
        OutputForm::Name => documents.iter().map(|document| kubectl_names::name(document) + "\n").collect(),
        OutputForm::Json => {
            let items: Vec<_> =
                documents.iter().map(|document| kubectl_names::json(&document.root)).collect();
            let value = match <[_; 1]>::try_from(items) {
                Ok([single]) => single,
                Err(items) => json!({"apiVersion": "v1", "kind": "List", "items": items}),
            };
            format!("{value:#}\n")
        }
    }
}
