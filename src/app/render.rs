//! `volwright render`: profiles into manifests, judged before anything is written.

use serde_json::json;

use super::show::{self, Said};
use super::{Outcome, check, names};
use crate::cli::{Format, OutputForm, RenderArgs, ReportArgs};
use crate::document::Document;
use crate::error::Error;
use crate::finding::Severity;
use crate::output::files;
use crate::output::layout::Files;
use crate::profile;
use crate::project::{self, Project, Render};
use crate::render::{Request, render, stream};
use crate::source::Sources;
use crate::template::Templates;

/// Profiles with how many of all documents there are once each is rendered.
type Part<'r> = (&'r Render, Vec<(&'r str, usize)>);

pub(super) fn run(
    args: &RenderArgs,
    report: &ReportArgs,
    project: Option<Project>,
    mut sources: Sources,
) -> Result<Outcome, Error> {
    let renders = renders(args, project)?;
    let mut templates: Vec<(&Render, Templates)> = Vec::new();
    let mut findings = Vec::new();
    let mut documents = Vec::new();
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut count = 0;
    for wanted in &renders {
        let known = templates.iter().position(|(other, _)| other.templates == wanted.templates);
        let at = match known {
            Some(at) => at,
            None => {
                let new = Templates::new(wanted.templates.as_deref(), &mut sources)?;
                findings.extend(new.findings.iter().cloned());
                templates.push((wanted, new));
                templates.len() - 1
            }
        };
        let mut ends = Vec::new();
        for (shown, path) in &wanted.profiles {
            let request = Request {
                profile: profile::Request {
                    profile: path,
                    overlays: &wanted.overlays,
                    values: wanted.values.as_ref(),
                    sets: &wanted.sets,
                },
                version: args.judge.kubernetes_version,
                pod_security: args.judge.pod_security,
                first: count,
            };
            let mut one = render(&mut sources, &templates[at].1, &request)?;
            count = one.count;
            findings.append(&mut one.findings);
            documents.append(&mut one.documents);
            ends.push((shown.as_str(), documents.len()));
        }
        parts.push((wanted, ends));
    }
    // What would be refused is not written, whatever is reported of it.
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let list = show::report(findings, report);
    let said = Said { args: report, sources: &sources, documents: &documents, count, owns_stdout: false };
    let outcome = show::finish(&list, &said)?;
    if errors > 0 && list.count(Severity::Error) == 0 && report.format == Format::Text {
        let some =
            if errors == 1 { "an error that is".to_owned() } else { format!("{errors} errors that are") };
        show::note(&format!("error: nothing is written, for {some} left out of the report\n"));
    }
    if errors > 0 || outcome == Outcome::Found {
        return Ok(Outcome::Found);
    }
    let files = files(&parts, &documents)?;
    match (files, args.check) {
        (None, _) => show::out(&written(&documents, args.output))?,
        (Some(files), true) => return check::run(&files, report),
        (Some(files), false) => {
            let stale = if args.prune { files.stale()? } else { Vec::new() };
            files::write(&files.texts, &stale)?;
        }
    }
    Ok(outcome)
}

/// What is rendered: what the command line names, else what the project file lists.
fn renders(args: &RenderArgs, project: Option<Project>) -> Result<Vec<Render>, Error> {
    if !args.profiles.is_empty() {
        if args.out_dir.is_none() && (args.check || args.prune) {
            return Err(Error::Usage {
                message: "there is no folder to compare with".to_owned(),
                help: Some("name it with `--out-dir DIR`".to_owned()),
            });
        }
        return Ok(vec![Render {
            profiles: args.profiles.iter().map(|name| (name.clone(), name.clone())).collect(),
            overlays: args.overlays.clone(),
            sets: args.sets.clone(),
            values: None,
            templates: args.templates.clone(),
            out_dir: args.out_dir.clone(),
            layout: args.layout.unwrap_or_default(),
        }]);
    }
    match project {
        Some(project) if !project.renders.is_empty() => Ok(project.renders),
        Some(project) => Err(Error::Usage {
            message: format!("{} lists no `[[renders]]`", project.path.display()),
            help: Some("add one, or name a profile: volwright render PROFILE".to_owned()),
        }),
        None => Err(Error::Usage {
            message: format!("no profile is named, and there is no {} here or above", project::NAME),
            help: Some(
                "name one, such as `volwright render PROFILE`; `volwright profiles` lists the built-in ones, and \
                 `volwright init` starts a project"
                    .to_owned(),
            ),
        }),
    }
}

/// The files of all parts; none where they go to standard output.
fn files(parts: &[Part<'_>], documents: &[Document<'_>]) -> Result<Option<Files>, Error> {
    let mut files = None;
    let mut start = 0;
    for (wanted, ends) in parts {
        let mut rendered = Vec::new();
        for (shown, end) in ends {
            rendered.push((*shown, documents.get(start..*end).unwrap_or_default()));
            start = *end;
        }
        if let Some(folder) = &wanted.out_dir {
            files.get_or_insert_with(Files::default).add(folder, &rendered, wanted.layout)?;
        }
    }
    Ok(files)
}

/// The documents in the form that was asked for.
fn written(documents: &[Document<'_>], form: OutputForm) -> String {
    match form {
        OutputForm::Yaml => stream(documents),
        OutputForm::Name => documents.iter().map(|document| names::name(document) + "\n").collect(),
        OutputForm::Json => {
            let items: Vec<_> = documents.iter().map(|document| names::json(&document.root)).collect();
            let value = match <[_; 1]>::try_from(items) {
                Ok([single]) => single,
                Err(items) => json!({"apiVersion": "v1", "kind": "List", "items": items}),
            };
            format!("{value:#}\n")
        }
    }
}
