//! Open texts, and what is known about them: analyses are computed when they are needed and dropped when a text changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::analysis::{Analysis, Raw, select};
use super::incremental;
use super::text::{Encoding, Text};
use crate::finding::Finding;
use crate::project::{self, Project, Render, Settings};
use crate::render::{Request, render_all};
use crate::schema::definitions::Definitions;
use crate::source::Sources;
use crate::stream::{Input, ValidateOptions, validate};
use crate::template::Templates;
use crate::tree::FileTree;

/// Reads the definitions of custom resources in some files and directories.
pub type ReadDefinitions<'a> = &'a dyn Fn(&[PathBuf]) -> Definitions;

/// Computes an analysis.
type Compute<'a> = fn(&Workspace<'a>, &Path) -> Analysis;

/// Computes an analysis unless it is known.
type Cached<'a> = fn(&mut Workspace<'a>, &Path, Compute<'a>) -> Rc<Analysis>;

/// An open file.
#[derive(Debug)]
struct Open {
    text: Text,
    version: Value,
}

/// A complete analysis before an edit.
struct Base {
    analysis: Rc<Analysis>,
    /// The only file that has changed since.
    file: PathBuf,
    /// The part that was validated after the last edit: its text, and the analysis.
    part: Option<(String, Rc<Analysis>)>,
}

/// The texts of a client.
pub(super) struct Workspace<'a> {
    pub(super) encoding: Encoding,
    folders: Vec<PathBuf>,
    definitions: ReadDefinitions<'a>,
    open: BTreeMap<PathBuf, Open>,
    /// By project file, profile or manifest.
    analyses: BTreeMap<PathBuf, Rc<Analysis>>,
    /// Analyses without rendered objects, by project file or profile: all findings, but only those that the last edit could
    /// affect were computed.
    partial: BTreeMap<PathBuf, Rc<Analysis>>,
    /// By project file or profile.
    bases: BTreeMap<PathBuf, Base>,
    /// A file and what is rendered in place of its text.
    instead: Option<(PathBuf, String)>,
    /// Files whose diagnostics are out of date.
    stale: BTreeSet<PathBuf>,
}

impl fmt::Debug for Workspace<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Workspace").field("open", &self.open).finish_non_exhaustive()
    }
}

/// Whether a file is TOML: a profile, an overlay or a project file.
pub(super) fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

impl<'a> Workspace<'a> {
    pub(super) fn new(encoding: Encoding, folders: Vec<PathBuf>, definitions: ReadDefinitions<'a>) -> Self {
        Self {
            encoding,
            folders,
            definitions,
            open: BTreeMap::new(),
            analyses: BTreeMap::new(),
            partial: BTreeMap::new(),
            bases: BTreeMap::new(),
            instead: None,
            stale: BTreeSet::new(),
        }
    }

    pub(super) fn open(&mut self, path: PathBuf, document: &Value) {
        let text = Text::new(document["text"].as_str().unwrap_or_default());
        self.open.insert(path.clone(), Open { text, version: document["version"].clone() });
        self.changed(&path);
        // A file that is opened is validated completely.
        self.bases.clear();
    }

    pub(super) fn change(&mut self, path: &Path, parameters: &Value) {
        let encoding = self.encoding;
        // A change of a file that is not open is a mistake of the client.
        let Some(open) = self.open.get_mut(path) else { return };
        for change in parameters["contentChanges"].as_array().map(Vec::as_slice).unwrap_or_default() {
            open.text.apply(change, encoding);
        }
        open.version = parameters["textDocument"]["version"].clone();
        self.changed(path);
    }

    pub(super) fn close(&mut self, path: &Path) {
        self.open.remove(path);
        self.changed(path);
        self.stale.remove(path);
    }

    /// Replaces the text of an open file, to see what another text would give.
    pub(super) fn replace(&mut self, path: &Path, text: Text) {
        if let Some(open) = self.open.get_mut(path) {
            open.text = text;
            self.analyses.retain(|root, _| is_toml(root) != is_toml(path));
            self.partial.clear();
            self.bases.clear();
        }
    }

    /// Drops every analysis.
    pub(super) fn forget(&mut self) {
        self.analyses.clear();
        self.partial.clear();
        self.bases.clear();
        self.instead = None;
        self.stale.extend(self.open.keys().cloned());
    }

    fn changed(&mut self, path: &Path) {
        if is_toml(path) {
            self.keep_bases(path);
            self.analyses.retain(|root, _| !is_toml(root));
            self.partial.clear();
            self.stale.extend(self.open.keys().filter(|open| is_toml(open)).cloned());
            if path.file_name().is_some_and(|name| name == project::NAME) {
                self.forget();
            }
        } else {
            self.analyses.remove(path);
        }
        if self.open.contains_key(path) {
            self.stale.insert(path.to_owned());
        }
    }

    /// Keeps what is known before a file changes.
    fn keep_bases(&mut self, path: &Path) {
        let mut known = std::mem::take(&mut self.partial);
        known.extend(
            self.analyses
                .iter()
                .filter(|(root, _)| is_toml(root))
                .map(|(root, one)| (root.clone(), Rc::clone(one))),
        );
        self.bases.retain(|_, base| base.file == path);
        for (root, analysis) in known.into_iter().filter(|(_, analysis)| analysis.is_rendered) {
            let part = self.bases.remove(&root).and_then(|base| base.part);
            self.bases.insert(root, Base { analysis, file: path.to_owned(), part });
        }
    }

    /// The open files whose diagnostics are out of date.
    pub(super) fn take_stale(&mut self) -> BTreeSet<PathBuf> {
        std::mem::take(&mut self.stale)
    }

    pub(super) fn version(&self, path: &Path) -> Value {
        self.open.get(path).map_or(Value::Null, |open| open.version.clone())
    }

    /// The text of an open file.
    pub(super) fn text(&self, path: &Path) -> Option<&Text> {
        self.open.get(path).map(|open| &open.text)
    }

    /// The byte at a position of an open file.
    pub(super) fn offset(&self, path: &Path, position: &Value) -> usize {
        self.text(path).map_or(0, |text| text.offset(position, self.encoding))
    }

    /// The open manifests.
    pub(super) fn manifests(&self) -> impl Iterator<Item = (&Path, &Text)> {
        self.open.iter().filter(|(path, _)| !is_toml(path)).map(|(path, open)| (path.as_path(), &open.text))
    }

    /// A path as messages show it: relative to the folder of the client.
    pub(super) fn shorten(&self, message: &str) -> String {
        self.folders.iter().fold(message.to_owned(), |message, folder| {
            message.replace(&format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR), "")
        })
    }

    /// The project file of a file: in its folder or above, within the repository.
    fn project_file(&self, path: &Path) -> Option<PathBuf> {
        for folder in path.ancestors().skip(1) {
            let file = folder.join(project::NAME);
            if self.open.contains_key(&file) || file.is_file() {
                return Some(file);
            }
            if folder.join(".git").exists() {
                return None;
            }
        }
        None
    }

    fn read_project(&self, path: &Path, sources: &mut Sources) -> Result<Project, String> {
        match self.text(path) {
            Some(text) => Ok(project::parse(path, text.as_str(), sources)),
            None => project::read(FileTree::Disk, path, sources).map_err(|error| error.to_string()),
        }
    }

    /// What is known about an open file: as a part of its project, otherwise by itself.
    pub(super) fn analysis(&mut self, path: &Path) -> Rc<Analysis> {
        self.analysed(path, Self::cached)
    }

    /// The findings of an open file; the rest of the analysis may be incomplete.
    pub(super) fn findings(&mut self, path: &Path) -> Rc<Analysis> {
        self.analysed(path, Self::cached_findings)
    }

    fn analysed(&mut self, path: &Path, cached: Cached<'a>) -> Rc<Analysis> {
        if !is_toml(path) {
            return self.cached(path, Self::validate);
        }
        if let Some(project) = self.project_file(path) {
            let analysis = cached(self, &project, Self::render_project);
            if project == path || analysis.mentions(path) {
                return analysis;
            }
        }
        cached(self, path, Self::render_file)
    }

    fn cached_findings(&mut self, root: &Path, compute: Compute<'a>) -> Rc<Analysis> {
        if let Some(known) = self.analyses.get(root).or_else(|| self.partial.get(root)) {
            return Rc::clone(known);
        }
        match self.updated(root, compute) {
            Some(analysis) => {
                let analysis = Rc::new(analysis);
                self.partial.insert(root.to_owned(), Rc::clone(&analysis));
                analysis
            }
            None => self.cached(root, compute),
        }
    }

    /// The findings before the last edit, and those of what the edit can affect.
    fn updated(&mut self, root: &Path, compute: Compute<'a>) -> Option<Analysis> {
        let base = self.bases.get(root)?;
        let (file, analysis) = (base.file.clone(), Rc::clone(&base.analysis));
        let source = analysis.source(&file)?;
        let text = self.open.get(&file)?.text.as_str();
        let reduced = incremental::reduce(&analysis.sources.get(source).text, text)?;
        let text = text.to_owned();
        let known = self.bases.get_mut(root)?.part.take().filter(|(known, _)| *known == reduced.before);
        let before = known.map_or_else(|| self.part(root, compute, &file, &reduced.before), |(_, part)| part);
        let after = self.part(root, compute, &file, &reduced.after);
        let sources = &analysis.sources;
        if ![&before, &after].iter().all(|part| part.is_rendered && part.sources.has_same_names(sources)) {
            return None;
        }
        let raw = reduced.combine(source, &analysis, &before, &after)?;
        let updated = Analysis {
            found: select(raw.clone(), &after.settings),
            sources: sources.with_text(source, &text),
            settings: after.settings.clone(),
            raw,
            is_rendered: true,
            ..Analysis::default()
        };
        self.bases.get_mut(root)?.part = Some((reduced.after, after));
        Some(updated)
    }

    /// The analysis of a part of a file.
    fn part(&mut self, root: &Path, compute: Compute<'a>, file: &Path, text: &str) -> Rc<Analysis> {
        self.instead = Some((file.to_owned(), text.to_owned()));
        let part = compute(self, root);
        self.instead = None;
        Rc::new(part)
    }

    fn cached(&mut self, root: &Path, compute: Compute<'a>) -> Rc<Analysis> {
        if let Some(known) = self.analyses.get(root) {
            return Rc::clone(known);
        }
        let analysis = Rc::new(compute(self, root));
        self.analyses.insert(root.to_owned(), Rc::clone(&analysis));
        analysis
    }

    /// As `volwright validate FILE`, with the settings of the project.
    fn validate(&self, path: &Path) -> Analysis {
        let Some(text) = self.text(path).filter(|text| super::manifest::is_ours(text.as_str())) else {
            return Analysis::default();
        };
        let mut unused = Sources::new();
        let project = self.project_file(path).and_then(|file| self.read_project(&file, &mut unused).ok());
        let project = project.unwrap_or_default();
        let mut options = ValidateOptions::default();
        if !project.crds.is_empty() {
            options.definitions = Arc::new((self.definitions)(&project.crds));
        }
        match validate(vec![Input::Text(text.as_str().to_owned())], &options) {
            Ok(validation) => {
                let findings = validation.findings.into_iter().map(Raw::from).collect();
                Analysis {
                    found: select(findings, &project.settings),
                    sources: validation.sources,
                    ..Analysis::default()
                }
            }
            Err(error) => Analysis { error: Some(error.to_string()), ..Analysis::default() },
        }
    }

    /// As `volwright render` in the folder of the project file.
    fn render_project(&self, path: &Path) -> Analysis {
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
        self.render(&project.renders, project.findings, &project.settings, sources)
    }

    /// As `volwright render FILE`, if the file is a profile or an overlay.
    fn render_file(&self, path: &Path) -> Analysis {
        let is_ours = self.text(path).is_some_and(|text| super::toml::is_ours(text.as_str()));
        if !is_ours {
            return Analysis::default();
        }
        let mut unused = Sources::new();
        let project = self.project_file(path).and_then(|file| self.read_project(&file, &mut unused).ok());
        let name = path.display().to_string();
        let render = Render { profiles: vec![(name.clone(), name)], ..Render::default() };
        let settings = project.unwrap_or_default().settings;
        self.render(&[render], Vec::new(), &settings, Sources::new())
    }

    fn render(
        &self,
        renders: &[Render],
        findings: Vec<Finding>,
        settings: &Settings,
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
        let mut error = None;
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
                    (&templates, Request { profile, own_overlay, ..Request::default() })
                })
                .collect();
            match render_all(&mut sources, &requests, |_, one, _| one) {
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
        Analysis { found, raw, settings, is_rendered, sources, rendered, error, ..Analysis::default() }
    }
}
