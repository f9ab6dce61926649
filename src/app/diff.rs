//! `volwright diff`: what changed between manifests or profiles, and what cannot be changed in place.

use std::collections::HashSet;
use std::path::Path;

use super::input;
use crate::app::outcome::Outcome;
use crate::app::report;
use crate::app::report::RunSummary;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::cli::DiffArgs;
use crate::diff;
use crate::document::load::{Loaded, load};
use crate::error::Error;
use crate::finding::Finding;
use crate::output::format::{self, Difference};
use crate::output::{self, changes};
use crate::profile::{self, builtin};
use crate::render::{Rendered, Request, render};
use crate::rule::Severity;
use crate::rules::update::Update;
use crate::source::Folders;
use crate::source::{SourceId, Sources};
use crate::suppression::Suppressions;
use crate::template::Templates;
use crate::unchecked::Unchecked;

pub(super) fn run(args: &DiffArgs) -> Result<Outcome, Error> {
    if args.old.as_os_str() == "-" && args.new.as_os_str() == "-" {
        return Err(Error::usage(
            "standard input cannot be both sides",
            "name a file or a folder for one of them",
        ));
    }
    let sides = [side(&args.old)?, side(&args.new)?];
    let laid = !args.layers.is_empty() || args.templates.is_some();
    if laid && sides.iter().all(|side| matches!(side, Side::Manifests(_))) {
        return Err(Error::usage(
            "an overlay, a set key or a folder of templates is for profiles, and neither side is one",
            "a side is a profile where it is a TOML file or the name of a built-in profile",
        ));
    }
    let definitions = input::definitions(&args.crds)?;
    let mut sources = Sources::new();
    let templates = Templates::new(args.templates.as_deref(), &mut sources)?;
    let [old, new] = sides;
    let old = read(&old, args, &templates, &mut sources)?;
    let new = read(&new, args, &templates, &mut sources)?;
    let version = args.validation.kubernetes_version.or(new.version()).unwrap_or_default();
    report::version_note(version);

    // What a profile lacks would look as if it had been taken away.
    let broken: Vec<_> = templates.findings.iter().chain(old.broken()).chain(new.broken()).cloned().collect();
    let mut folders = Folders::new();
    for (input, root) in [(&old, &args.old), (&new, &args.new)] {
        input.add_folders(root, &sources, &mut folders);
    }
    let mut loaded = old.documents(&sources, version);
    // This change cannot fix defects of the old manifests; but what could not be read is
    // not compared either, and would look as if it had been added.
    let read: HashSet<_> = loaded.documents.iter().map(|document| document.index).collect();
    loaded.findings.retain(|finding| finding.document.is_some_and(|index| !read.contains(&index)));
    let olds = loaded.documents.len();
    loaded.append(new.documents(&sources, version));
    let Loaded { documents, mut findings, count, .. } = loaded;
    let (old, new) = documents.split_at(olds);
    let mut changes = Vec::new();
    let compared = broken.is_empty();
    if compared {
        let update = Update::new(old, new, version, &folders, &definitions);
        let update = if args.unbound { update.with_unbound_claims() } else { update };
        changes = diff::changes(&update);
        let mut suppressions = Suppressions::of(new);
        suppressions.remove(&mut findings);
        for change in &mut changes {
            suppressions.remove(&mut change.findings);
        }
        findings.extend(suppressions.findings(|rule| rule.code.starts_with('C')));
    } else {
        findings = broken;
    }
    let shape = report::report(findings.clone(), &args.report);
    findings.extend(changes.iter().flat_map(|change| change.findings.iter().cloned()));
    let report = report::report(findings, &args.report);
    for change in &mut changes {
        change.findings = report::complete(std::mem::take(&mut change.findings), &args.report).findings;
    }
    let names = || report::names(&documents, &sources);
    let said = RunSummary {
        args: &args.report,
        sources: &sources,
        names: &names,
        count,
        unchecked: &Unchecked::default(),
        owns_stdout: true,
    };
    report::with_run(&report, &said, |format, run| {
        let changes = compared.then_some(changes.as_slice());
        report::out(&(format.changes)(&Difference { run, shape: &shape, changes }))?;
        if !format.is_text {
            return Ok(());
        }
        let shape = format::Run { report: &shape, ..*run };
        report::print(&(format.report)(&shape), false)?;
        if !args.report.quiet {
            let errors = output::counts(&report).unwrap_or_default();
            report::note(&match changes {
                Some(changes) => format!("{}\n", changes::summary(changes)),
                None => format!("{errors}: nothing is compared\n"),
            });
        }
        Ok(())
    })?;
    let outcome = report::outcome(&report, &args.report);
    let changed = args.exit_code && !changes.is_empty();
    Ok(if changed { Outcome::Found } else { outcome })
}

/// What is compared.
enum Side<'a> {
    /// Files, folders and standard input.
    Manifests(&'a Path),
    /// A profile by its built-in name, or by its path.
    Profile(&'a str),
}

/// A TOML file is a profile. A name is a file or a folder where there is one, else a built-in profile.
fn side(given: &Path) -> Result<Side<'_>, Error> {
    let there = given.as_os_str() == "-" || given.exists();
    let is_toml = given.extension().is_some_and(|end| end == "toml");
    if let Some(text) = given.to_str()
        && (is_toml || (!there && builtin::text(text).is_some()))
    {
        return Ok(Side::Profile(text));
    }
    if there {
        return Ok(Side::Manifests(given));
    }
    Err(Error::usage(
        format!("`{}` is neither a file nor a folder nor a built-in profile", given.display()),
        builtin::choices(&given.to_string_lossy()),
    ))
}

/// A side that was read: texts that are to be decoded, or a profile that was rendered.
enum Input {
    Texts(Vec<SourceId>),
    Rendered(Box<Rendered>),
}

fn read(
    side: &Side<'_>,
    args: &DiffArgs,
    templates: &Templates,
    sources: &mut Sources,
) -> Result<Input, Error> {
    match side {
        Side::Manifests(path) => Ok(Input::Texts(input::read_all(&[path.to_path_buf()], sources)?)),
        Side::Profile(profile) => {
            let profile = profile::Request {
                profile,
                overlays: &args.layers.overlays,
                values: None,
                sets: &args.layers.sets,
                text_sets: &args.layers.all_text_sets(),
                files: &[],
                all_classes: args.all_classes,
                examples: false,
            };
            let (version, pod_security) = (args.validation.kubernetes_version, args.validation.pod_security);
            let request = Request { profile, version, pod_security, ..Request::default() };
            let rendered = render(sources, templates, &request)?;
            Ok(Input::Rendered(Box::new(rendered)))
        }
    }
}

impl Input {
    fn version(&self) -> Option<KubernetesVersion> {
        match self {
            Self::Texts(_) => None,
            Self::Rendered(rendered) => Some(rendered.version),
        }
    }

    /// Notes the folder of each text below `root`.
    fn add_folders(&self, root: &Path, sources: &Sources, folders: &mut Folders) {
        let Self::Texts(ids) = self else { return };
        for id in ids {
            let below = Path::new(&sources.get(*id).name).strip_prefix(root).ok();
            if let Some(folder) = below.and_then(Path::parent) {
                let parts: Vec<_> = folder.iter().map(|part| part.to_string_lossy()).collect();
                folders.insert(*id, parts.join("/"));
            }
        }
    }

    /// What keeps a profile from being rendered as a whole.
    fn broken(&self) -> impl Iterator<Item = &Finding> {
        let findings = match self {
            Self::Texts(_) => &[][..],
            Self::Rendered(rendered) => &rendered.findings,
        };
        findings.iter().filter(|finding| {
            finding.severity == Severity::Error && finding.rule.code.starts_with(['P', 'T'])
        })
    }

    /// The objects, with what is wrong with their shape; of a profile, with all that forbids to write them.
    fn documents(self, sources: &Sources, version: KubernetesVersion) -> Loaded<'_> {
        match self {
            Self::Texts(ids) => load(sources, &ids, version),
            Self::Rendered(mut rendered) => {
                rendered.findings.retain(|finding| finding.severity == Severity::Error);
                Loaded {
                    documents: rendered.documents,
                    findings: rendered.findings,
                    count: rendered.count,
                    ..Loaded::default()
                }
            }
        }
    }
}
