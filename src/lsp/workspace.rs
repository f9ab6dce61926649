//! Open texts, and what is known about them: analyses are computed when they are needed and dropped when a text changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::text::{Encoding, Text};
use crate::finding::{Finding, Report, Selection};
use crate::profile::layer::normal;
use crate::project::{self, Project, Render, Settings};
use crate::render::{Rendered, Request, render_all};
use crate::rule::Severity;
use crate::schema::definitions::Definitions;
use crate::source::Sources;
use crate::stream::{Input, ValidateOptions, validate};
use crate::template::Templates;

/// Reads the definitions of custom resources in some files and directories.
pub type ReadDefinitions<'a> = &'a dyn Fn(&[PathBuf]) -> Definitions;

/// An open file.
#[derive(Debug)]
struct Open {
    text: Text,
    version: Value,
}

/// A finding, and the profiles that have it if others do not need to.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) finding: Finding,
    /// The profiles of the project that have it; empty if there is only one.
    pub(super) profiles: BTreeSet<String>,
}

/// What is known about a project, a profile or a manifest.
#[derive(Debug, Default)]
pub(super) struct Analysis {
    /// The texts that the findings are about.
    pub(super) sources: Sources,
    pub(super) found: Vec<Found>,
    /// Every rendered profile and its name.
    pub(super) rendered: Vec<(String, Rendered)>,
    /// Why the analysis failed.
    pub(super) error: Option<String>,
}

/// The texts of a client.
pub(super) struct Workspace<'a> {
    pub(super) encoding: Encoding,
    folders: Vec<PathBuf>,
    definitions: ReadDefinitions<'a>,
    open: BTreeMap<PathBuf, Open>,
    /// By project file, profile or manifest.
    analyses: BTreeMap<PathBuf, Rc<Analysis>>,
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
            stale: BTreeSet::new(),
        }
    }

    pub(super) fn open(&mut self, path: PathBuf, document: &Value) {
        let text = Text::new(document["text"].as_str().unwrap_or_default());
        self.open.insert(path.clone(), Open { text, version: document["version"].clone() });
        self.changed(&path);
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
        }
    }

    /// Drops every analysis.
    pub(super) fn forget(&mut self) {
        self.analyses.clear();
        self.stale.extend(self.open.keys().cloned());
    }

    fn changed(&mut self, path: &Path) {
        if is_toml(path) {
            self.analyses.retain(|root, _| !is_toml(root));
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
            None => project::read(path, sources).map_err(|error| error.to_string()),
        }
    }

    /// What is known about an open file: as a part of its project, otherwise by itself.
    pub(super) fn analysis(&mut self, path: &Path) -> Rc<Analysis> {
        if !is_toml(path) {
            return self.cached(path, Self::validate);
        }
        if let Some(project) = self.project_file(path) {
            let analysis = self.cached(&project, Self::render_project);
            if project == path || analysis.mentions(path) {
                return analysis;
            }
        }
        self.cached(path, Self::render_file)
    }

    fn cached(&mut self, root: &Path, compute: fn(&Self, &Path) -> Analysis) -> Rc<Analysis> {
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
                let findings = validation.findings.into_iter().map(|finding| (finding, None)).collect();
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
            let findings = project.findings.into_iter().map(|finding| (finding, None)).collect();
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
        let files: Vec<(PathBuf, String)> =
            open.map(|(path, open)| (path.clone(), open.text.as_str().to_owned())).collect();
        let mut findings: Vec<_> = findings.into_iter().map(|finding| (finding, None)).collect();
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
            findings.extend(templates.findings.iter().map(|finding| (finding.clone(), None)));
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
                        findings.extend(one.findings.iter().map(|finding| (finding.clone(), name.clone())));
                        one.select(&render.filter);
                        rendered.push((label.clone(), one));
                    }
                }
                Err(wrong) => error = Some(wrong.to_string()),
            }
        }
        Analysis { found: select(findings, settings), sources, rendered, error }
    }
}

/// The findings that the settings select, in order. The same finding for several profiles is one, with their names.
fn select(findings: Vec<(Finding, Option<String>)>, settings: &Settings) -> Vec<Found> {
    type Key = (&'static str, crate::source::Span, String);
    let key =
        |finding: &Finding| -> Key { (finding.rule.code, finding.primary.span, finding.message.clone()) };
    let mut profiles: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    let raised = Selection { select: settings.errors.clone(), ignore: Vec::new() };
    let mut list = Vec::new();
    for (mut finding, profile) in findings {
        if !settings.errors.is_empty() && raised.takes(finding.rule) {
            finding.severity = Severity::Error;
        }
        let known = profiles.entry(key(&finding)).or_default();
        let is_new = known.is_empty();
        known.extend(profile);
        if is_new {
            list.push(finding);
        }
    }
    let selection = Selection { select: settings.select.clone(), ignore: settings.ignore.clone() };
    let mut seen = BTreeSet::new();
    let found =
        Report::new(list, &selection).findings.into_iter().filter(|finding| seen.insert(key(finding)));
    found
        .map(|finding| Found { profiles: profiles.remove(&key(&finding)).unwrap_or_default(), finding })
        .collect()
}

impl Analysis {
    /// The file of a source; texts of other kinds have none.
    pub(super) fn path(&self, id: crate::source::SourceId) -> Option<PathBuf> {
        let path = Path::new(&self.sources.get(id).name);
        path.is_absolute().then(|| normal(path))
    }

    /// The layers: every profile and overlay, and its file unless it is built in.
    pub(super) fn layers(&self) -> impl Iterator<Item = (Option<PathBuf>, &crate::source::Source)> {
        let ids = (0..self.sources.len()).map(crate::source::SourceId::new);
        ids.map(|id| (self.path(id), self.sources.get(id)))
            .filter(|(_, source)| source.kind == crate::source::SourceKind::Profile)
    }

    /// Whether a file is among the layers.
    fn mentions(&self, path: &Path) -> bool {
        self.layers().any(|(layer, _)| layer.as_deref() == Some(path))
    }
}
