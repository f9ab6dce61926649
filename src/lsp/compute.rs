//! Computes what is known about a project, a profile or a manifest, by the stages of the other commands.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::analysis::{Analysis, Raw, select};
use super::index::Dependencies;
use super::manifest;
use super::shared::Shared;
use super::workspace::{Workspace, is_toml};
use crate::finding::Finding;
use crate::progress::Progress;
use crate::project::{Render, Settings};
use crate::render::needs::{Choosing, Mode};
use crate::render::{Request, render_all};
use crate::source::Sources;
use crate::stream::{Input, ValidateOptions, validate};
use crate::template::Templates;

/// The most times that a manifest is validated with further files that it depends on.
const PASSES: usize = 64;

impl Workspace<'_> {
    /// As `volwright validate FOLDER` with the folder of the client, if it has the file; otherwise as `volwright validate
    /// FILE`. With the settings of the project.
    pub(super) fn validate(&self, path: &Path) -> Analysis {
        if !self.text(path).is_some_and(|text| manifest::is_ours(text.as_str())) {
            return Analysis::default();
        }
        let (project, shared) = self.project_of(path);
        let mut options = ValidateOptions {
            definitions: Arc::clone(&shared.definitions),
            // One part, so that a place in it is one in the text.
            batch: usize::MAX / 2,
            kept: usize::MAX,
            only: Some(path.to_owned()),
            known: self.known(path),
            ..ValidateOptions::default()
        };
        let mut dependencies = Dependencies { files: self.related(path), keys: BTreeSet::new() };
        for pass in 1.. {
            let files = dependencies.files.iter().map(|file| &**file).chain([path]);
            let files: BTreeSet<&Path> = files.collect();
            let text = |file: &Path| Some(Input::File(file.to_owned(), self.read_manifest(file)?));
            let inputs = files.iter().filter_map(|file| text(file)).collect();
            options.found =
                Arc::new(files.iter().filter(|file| **file != path).map(|file| (*file).to_owned()).collect());
            let validation = match validate(inputs, &options) {
                Ok(validation) => validation,
                Err(error) => return Analysis { error: Some(error.to_string()), ..Analysis::default() },
            };
            dependencies.keys.extend(validation.lookups);
            let deciding = self.deciding(&dependencies, path);
            if pass == PASSES || deciding.is_subset(&dependencies.files) {
                let findings = validation.findings.into_iter().map(Raw::from).collect();
                dependencies.files = deciding;
                return Analysis {
                    found: select(findings, &project.settings),
                    sources: validation.sources,
                    error: shared.error.clone(),
                    dependencies,
                    ..Analysis::default()
                };
            }
            dependencies.files.extend(deciding);
        }
        Analysis::default()
    }

    /// As `volwright render` in the folder of the project file.
    pub(super) fn render_project(&self, path: &Path) -> Analysis {
        let mut sources = Sources::new();
        let project = match self.read_project(path, &mut sources) {
            Ok(project) => project,
            Err(error) => return Analysis { error: Some(error), ..Analysis::default() },
        };
        if !project.is_sound() {
            let findings = project.findings.into_iter().map(Raw::from).collect();
            return Analysis {
                found: select(findings, &Settings::default()),
                sources,
                ..Analysis::default()
            };
        }
        let shared = self.shared(path, &project);
        self.render(&project.renders, project.findings, (&project.settings, &shared), sources)
    }

    /// As `volwright render FILE`, if the file is a profile or an overlay.
    pub(super) fn render_file(&self, path: &Path) -> Analysis {
        let is_ours = self.text(path).is_some_and(|text| super::toml::is_ours(text.as_str()));
        if !is_ours {
            return Analysis::default();
        }
        let (project, shared) = self.project_of(path);
        let name = path.display().to_string();
        let render = Render { profiles: vec![(name.clone(), name)], ..Render::default() };
        self.render(&[render], Vec::new(), (&project.settings, &shared), Sources::new())
    }

    fn render(
        &self,
        renders: &[Render],
        findings: Vec<Finding>,
        (settings, shared): (&Settings, &Shared),
        mut sources: Sources,
    ) -> Analysis {
        let open = self.open.iter().filter(|(path, _)| is_toml(path));
        let files: Vec<(PathBuf, String)> = open
            .map(|(path, open)| {
                let instead = self.instead.as_ref().filter(|(file, _)| file == path);
                (path.clone(), instead.map_or(open.text.as_str(), |(_, text)| text).to_owned())
            })
            .collect();
        let mut raw: Vec<_> = findings.into_iter().map(Raw::from).collect();
        let mut is_rendered = true;
        let mut error = shared.error.clone();
        let choosing = Choosing::new(Arc::clone(&shared.prices), Mode::Keep);
        let mut rendered = Vec::new();
        let many = renders.iter().map(|render| render.profiles.len()).sum::<usize>() > 1;
        // Renders with different templates are rendered one after the other.
        for render in renders {
            let templates = match Templates::new(render.templates.as_deref(), &mut sources) {
                Ok(templates) => templates,
                Err(wrong) => {
                    error = Some(wrong.to_string());
                    continue;
                }
            };
            raw.extend(templates.findings.iter().cloned().map(Raw::from));
            let requests: Vec<_> = render
                .profiles
                .iter()
                .map(|(_, path)| {
                    let mut profile = render.request(path);
                    profile.files = &files;
                    let own_overlay = render.each.as_ref().map(|each| each.overlay.as_path());
                    let (definitions, choosing) = (Some(&*shared.definitions), Some(&choosing));
                    let memo = Some(&self.memo);
                    // A part of a text is not what the next edit starts from.
                    let last = self.instead.is_none().then_some(&self.last);
                    (
                        &templates,
                        Request {
                            profile,
                            own_overlay,
                            definitions,
                            choosing,
                            memo,
                            last,
                            ..Request::default()
                        },
                    )
                })
                .collect();
            match render_all(&mut sources, &requests, &Progress::default(), |_, one, _| one) {
                Ok(done) => {
                    for ((label, _), mut one) in render.profiles.iter().zip(done) {
                        let name = many.then(|| label.clone());
                        is_rendered &= one.count > 0;
                        let found = one.findings.iter().cloned();
                        raw.extend(found.map(|finding| Raw { finding, profile: name.clone() }));
                        one.select(&render.filter);
                        rendered.push((label.clone(), one));
                    }
                }
                Err(wrong) => error = Some(wrong.to_string()),
            }
        }
        is_rendered &= error.is_none();
        let (found, settings) = (select(raw.clone(), settings), settings.clone());
        let rendered = RefCell::new(rendered);
        Analysis { found, raw, settings, is_rendered, sources, rendered, error, ..Analysis::default() }
    }
}
