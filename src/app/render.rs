//! `volwright render`: profiles into manifests, judged before anything is written.

use serde_json::json;

use super::show::{self, Said};
use super::{Outcome, names};
use crate::cli::{OutputForm, RenderArgs};
use crate::document::Document;
use crate::error::Error;
use crate::finding::Severity;
use crate::output::files;
use crate::profile;
use crate::render::{Request, render, stream};
use crate::source::Sources;
use crate::template::Templates;

pub(super) fn run(args: &RenderArgs) -> Result<Outcome, Error> {
    let mut sources = Sources::new();
    let templates = Templates::new(args.templates.as_deref(), &mut sources)?;
    let mut findings = templates.findings.clone();
    let mut documents = Vec::new();
    // How many of the documents there are once each profile is rendered.
    let mut ends = Vec::new();
    let mut count = 0;
    for name in &args.profiles {
        let request = Request {
            profile: profile::Request { profile: name, overlays: &args.overlays, sets: &args.sets },
            version: args.judge.kubernetes_version,
            pod_security: args.judge.pod_security,
            first: count,
        };
        let mut one = render(&mut sources, &templates, &request)?;
        count = one.count;
        findings.append(&mut one.findings);
        documents.append(&mut one.documents);
        ends.push(documents.len());
    }
    // What would be refused is not written, whatever is reported of it.
    let broken = findings.iter().any(|finding| finding.severity == Severity::Error);
    let report = show::report(findings, &args.report);
    let said =
        Said { args: &args.report, sources: &sources, documents: &documents, count, owns_stdout: false };
    let outcome = show::finish(&report, &said)?;
    if broken || outcome == Outcome::Found {
        return Ok(Outcome::Found);
    }
    match &args.out_dir {
        Some(folder) => files::write(folder, &by_profile(&args.profiles, &documents, &ends))?,
        None => show::out(&written(&documents, args.output))?,
    }
    Ok(outcome)
}

/// Each profile as it was asked for, with its documents.
fn by_profile<'a>(
    profiles: &'a [String],
    documents: &'a [Document<'static>],
    ends: &[usize],
) -> Vec<(&'a str, &'a [Document<'static>])> {
    let starts = std::iter::once(&0).chain(ends);
    let parts = starts.zip(ends).map(|(start, end)| documents.get(*start..*end).unwrap_or_default());
    profiles.iter().map(String::as_str).zip(parts).collect()
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
