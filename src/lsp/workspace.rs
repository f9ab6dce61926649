//! Open texts, and what is known about them: analyses are computed when they are needed and dropped when a text changes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::analysis::{Analysis, Raw, select};
use super::blank;
use super::incremental;
use super::index::Index;
use super::shared::{Reader, Shared};
use super::text::{Encoding, Text};
use crate::catalog::custom_kind::{self, CustomKind};
use crate::choose::prices::Prices;
use crate::project::{self, Project};
use crate::render::Memo;
use crate::render::last::PastRenders;
use crate::source::Sources;
use crate::tree::FileTree;

/// Computes an analysis.
type Compute<'a> = fn(&Workspace<'a>, &Path) -> Analysis;

/// Computes an analysis unless it is known.
type Cached<'a> = fn(&mut Workspace<'a>, &Path, Compute<'a>) -> Rc<Analysis>;

/// An open file.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) text: Text,
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
    pub(super) folders: Vec<PathBuf>,
    pub(super) reader: &'a dyn Reader,
    /// By project file.
    pub(super) shared: RefCell<BTreeMap<PathBuf, Rc<Shared>>>,
    pub(super) open: BTreeMap<PathBuf, Open>,
    /// The manifests of the folders; read when a manifest is opened.
    pub(super) index: Option<Index>,
    /// The kinds of the user's own that the index was made with.
    pub(super) kinds: Vec<CustomKind>,
    /// Whether files may have been added or removed.
    pub(super) is_listing_stale: bool,
    /// What each manifest depended on when it was validated last.
    pub(super) related: BTreeMap<PathBuf, BTreeSet<Rc<Path>>>,
    /// What was rendered before.
    pub(super) memo: Memo,
    /// The last render of each profile.
    pub(super) last: PastRenders,
    /// By project file, profile or manifest.
    pub(super) analyses: BTreeMap<PathBuf, Rc<Analysis>>,
    /// Analyses that are no longer needed. To drop them takes time, and is left until the diagnostics are sent.
    outdated: Vec<Rc<Analysis>>,
    /// Analyses without rendered objects, by project file or profile: all findings, but only those that the last edit could
    /// affect were computed.
    partial: BTreeMap<PathBuf, Rc<Analysis>>,
    /// By project file or profile.
    bases: BTreeMap<PathBuf, Base>,
    /// A file and what is rendered in place of its text.
    pub(super) instead: Option<(PathBuf, String)>,
    /// Files that the client has opened or changed since diagnostics were sent.
    edited: BTreeSet<PathBuf>,
    /// Files whose diagnostics are out of date.
    pub(super) stale: BTreeSet<PathBuf>,
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
    pub(super) fn new(encoding: Encoding, folders: Vec<PathBuf>, reader: &'a dyn Reader) -> Self {
        Self {
            encoding,
            folders,
            reader,
            shared: RefCell::default(),
            open: BTreeMap::new(),
            index: None,
            kinds: Vec::new(),
            is_listing_stale: true,
            related: BTreeMap::new(),
            memo: Memo::default(),
            last: PastRenders::default(),
            analyses: BTreeMap::new(),
            outdated: Vec::new(),
            partial: BTreeMap::new(),
            bases: BTreeMap::new(),
            instead: None,
            edited: BTreeSet::new(),
            stale: BTreeSet::new(),
        }
    }

    pub(super) fn open(&mut self, path: PathBuf, document: &Value) {
        let text = Text::new(document["text"].as_str().unwrap_or_default());
        self.open.insert(path.clone(), Open { text, version: document["version"].clone() });
        // It may have been added since.
        self.is_listing_stale |=
            !is_toml(&path) && !self.index.as_ref().is_some_and(|index| index.contains(&path));
        self.edited.insert(path.clone());
        self.changed(&path);
        // A file that is opened is validated completely.
        self.bases.clear();
        self.last.clear();
    }

    pub(super) fn change(&mut self, path: &Path, parameters: &Value) {
        let encoding = self.encoding;
        // A change of a file that is not open is a mistake of the client.
        let Some(open) = self.open.get_mut(path) else { return };
        for change in parameters["contentChanges"].as_array().map(Vec::as_slice).unwrap_or_default() {
            open.text.apply(change, encoding);
        }
        open.version = parameters["textDocument"]["version"].clone();
        self.edited.insert(path.to_owned());
        self.changed(path);
    }

    pub(super) fn close(&mut self, path: &Path) {
        self.open.remove(path);
        self.related.remove(path);
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

    /// Drops everything that is known, after a bug: some of it may be incomplete.
    pub(super) fn reset(&mut self) {
        self.index = None;
        self.is_listing_stale = true;
        self.forget();
    }

    /// Drops every analysis, and what was read for it.
    pub(super) fn forget(&mut self) {
        self.shared.borrow_mut().clear();
        self.analyses.clear();
        self.partial.clear();
        self.bases.clear();
        self.last.clear();
        self.instead = None;
        self.stale.extend(self.open.keys().cloned());
    }

    fn changed(&mut self, path: &Path) {
        if is_toml(path) {
            self.keep_bases(path);
            self.give_back();
            self.analyses.retain(|root, _| !is_toml(root));
            self.partial.clear();
            self.stale.extend(self.open.keys().filter(|open| is_toml(open)).cloned());
            if path.file_name().is_some_and(|name| name == project::NAME) {
                self.forget();
            }
        } else {
            self.manifest_changed(path);
        }
        if self.open.contains_key(path) {
            self.stale.insert(path.to_owned());
        }
    }

    /// Leaves the objects that were rendered to the next render: findings before an edit are all that is needed of them.
    fn give_back(&self) {
        for analysis in self.analyses.values() {
            for (_, rendered) in analysis.rendered.take() {
                rendered.leave();
            }
        }
    }

    /// Keeps what is known before a file changes.
    fn keep_bases(&mut self, path: &Path) {
        let dropped = self.bases.values().map(|base| &base.analysis);
        self.outdated.extend(dropped.chain(self.analyses.values()).chain(self.partial.values()).cloned());
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

    /// The open files whose diagnostics are out of date, and whether the client has changed no file but these.
    pub(super) fn take_stale(&mut self) -> (BTreeSet<PathBuf>, bool) {
        let (stale, edited) = (std::mem::take(&mut self.stale), std::mem::take(&mut self.edited));
        let is_own = stale.is_subset(&edited);
        (stale, is_own)
    }

    /// The client has opened and closed folders.
    pub(super) fn change_folders(&mut self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(added);
        self.reset();
    }

    /// Removes the analyses that newer ones have replaced.
    pub(super) fn clean(&mut self) {
        self.outdated.clear();
        self.memo.end();
    }

    pub(super) fn is_open(&self, path: &Path) -> bool {
        self.open.contains_key(path)
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

    /// A path as messages show it: relative to the folder of the client.
    pub(super) fn shorten(&self, message: &str) -> String {
        self.folders.iter().fold(message.to_owned(), |message, folder| {
            message.replace(&format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR), "")
        })
    }

    /// The project file of a file: in its folder or above, within the repository.
    pub(super) fn project_file(&self, path: &Path) -> Option<PathBuf> {
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

    pub(super) fn read_project(&self, path: &Path, sources: &mut Sources) -> Result<Project, String> {
        match self.text(path) {
            Some(text) => Ok(project::parse(path, text.as_str(), sources)),
            None => project::read(FileTree::Disk, path, sources).map_err(|error| error.to_string()),
        }
    }

    /// The project of a file, and what its files share; defaults without one.
    pub(super) fn project_of(&self, path: &Path) -> (Project, Rc<Shared>) {
        let mut unused = Sources::new();
        let found = self.project_file(path);
        let found = found.and_then(|file| Some((self.read_project(&file, &mut unused).ok()?, file)));
        let Some((project, file)) = found else {
            custom_kind::declare(&[]);
            return Default::default();
        };
        let shared = self.shared(&file, &project);
        (project, shared)
    }

    /// What the files of a project share. Its kinds are declared, in place of those of another project.
    pub(super) fn shared(&self, file: &Path, project: &Project) -> Rc<Shared> {
        custom_kind::declare(&project.kinds);
        let known = self.shared.borrow().get(file).cloned();
        known.unwrap_or_else(|| {
            let read = Rc::new(Shared::read(project, self.reader));
            self.shared.borrow_mut().insert(file.to_owned(), Rc::clone(&read));
            read
        })
    }

    /// The prices that apply to a file.
    pub(super) fn prices(&self, path: &Path) -> Arc<Prices> {
        Arc::clone(&self.project_of(path).1.prices)
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
            self.follow_kinds(path);
            self.refresh_index();
            let analysis = self.cached(path, Self::validate);
            self.related.insert(path.to_owned(), analysis.dependencies.files.clone());
            return analysis;
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
        let text = text.to_owned();
        let before = &analysis.sources.get(source).text;
        if let Some(shift) = blank::edited(before, &text) {
            let moved = |raw: &Raw| shift.moved(source, raw);
            let raw: Vec<Raw> = analysis.raw.iter().map(moved).collect::<Option<_>>()?;
            return Some(Analysis {
                found: select(raw.clone(), &analysis.settings),
                sources: analysis.sources.with_text(source, &text),
                settings: analysis.settings.clone(),
                raw,
                is_rendered: true,
                ..Analysis::default()
            });
        }
        let reduced = incremental::reduce(before, &text)?;
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
}
