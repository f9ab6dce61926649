//! The manifests of the workspace: which of them a change affects, and what they define.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::index::{self, Dependencies, Index};
use super::manifest;
use super::text::Text;
use super::workspace::{Workspace, is_toml};
use crate::bundle::key::KeyHash;
use crate::bundle::names::Names;

impl Workspace<'_> {
    /// The open manifests.
    fn open_manifests(&self) -> impl Iterator<Item = (&Path, &Text)> {
        self.open.iter().filter(|(path, _)| !is_toml(path)).map(|(path, open)| (path.as_path(), &open.text))
    }

    /// Enters the new text of a manifest, and drops what depends on it.
    pub(super) fn manifest_changed(&mut self, path: &Path) {
        self.analyses.remove(path);
        let Some(index) = &mut self.index else { return };
        let is_open = self.open.contains_key(path);
        if !index.contains(path) && path.exists() {
            // It is new, or it is not a manifest for the other commands.
            self.is_listing_stale |= !is_open;
            return;
        }
        let text = if is_open { None } else { index::read(path) };
        let text = self.open.get(path).map(|open| open.text.as_str()).or(text.as_deref());
        let keys = index.set(path, text.filter(|_| self.folders.iter().any(|one| path.starts_with(one))));
        self.keys_changed(path, &keys);
    }

    /// Drops the analyses of manifests that depend on a file, or on these keys.
    fn keys_changed(&mut self, path: &Path, keys: &BTreeSet<KeyHash>) {
        let affected: Vec<PathBuf> = self
            .analyses
            .iter()
            .filter(|(_, analysis)| analysis.dependencies.are_affected_by(path, keys))
            .map(|(path, _)| path.clone())
            .collect();
        for path in affected {
            self.analyses.remove(&path);
            self.stale.insert(path);
        }
    }

    /// Declares the kinds of a file's project. If they have changed, the claims and pods in manifests have, too.
    pub(super) fn follow_kinds(&mut self, path: &Path) {
        let kinds = self.project_of(path).0.kinds;
        if self.kinds != kinds {
            self.kinds = kinds;
            self.index = None;
            self.is_listing_stale = true;
            self.analyses.retain(|root, _| is_toml(root));
        }
    }

    /// Reads the manifests of the folders that are not known yet.
    pub(super) fn refresh_index(&mut self) {
        if !std::mem::take(&mut self.is_listing_stale) {
            return;
        }
        let paths = self.folders.iter().flat_map(|folder| self.reader.manifests(folder)).collect();
        let index = self.index.get_or_insert_default();
        let mut keys = index.list(paths);
        for (path, open) in &self.open {
            let is_new = !is_toml(path)
                && !path.exists()
                && self.folders.iter().any(|folder| path.starts_with(folder));
            if index.contains(path) || is_new {
                keys.append(&mut index.set(path, Some(open.text.as_str())));
            }
        }
        self.keys_changed(Path::new(""), &keys);
    }

    /// A file was saved, or changed on disk.
    pub(super) fn saved(&mut self, path: &Path) {
        let is_read = self.shared.borrow().values().any(|shared| shared.has_read(path));
        let is_manifest = path.extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json");
        let decides = path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| {
            ["kustomization", "chart"].iter().any(|name| stem.eq_ignore_ascii_case(name))
        });
        self.is_listing_stale |= decides;
        if is_read || !is_manifest {
            self.forget();
        }
        if is_manifest && !self.open.contains_key(path) {
            self.manifest_changed(path);
        }
    }

    /// The names of the objects of a kind in the manifests of the workspace to which an object of a namespace can refer.
    pub(super) fn names(&mut self, kind: &str, namespace: Option<&str>) -> BTreeSet<String> {
        self.refresh_index();
        let is_it = |name: &manifest::Name| name.is_offered(kind, namespace);
        let open = self.open_manifests().flat_map(|(_, text)| manifest::names(text.as_str()));
        let mut names: BTreeSet<String> = open.filter(is_it).map(|name| name.name.into()).collect();
        names.extend(self.index.iter().flat_map(|index| index.names(kind, namespace)).map(str::to_owned));
        names
    }

    /// The manifests of the workspace that define or mention an object, with their texts.
    pub(super) fn mentioning(&mut self, name: &manifest::Name) -> Vec<(PathBuf, Text)> {
        self.refresh_index();
        let known = self.index.iter().flat_map(|index| index.mentioning(name));
        let known = known.map(|path| path.to_path_buf());
        let open = self.open_manifests().map(|(path, _)| path.to_owned());
        let files: BTreeSet<PathBuf> = known.chain(open).collect();
        let text = |path: PathBuf| self.read_manifest(&path).map(|text| (path, Text::new(text)));
        files.into_iter().filter_map(text).collect()
    }

    /// The text of a manifest, as far as it is open or small.
    pub(super) fn read_manifest(&self, path: &Path) -> Option<String> {
        self.text(path).map(|text| text.as_str().to_owned()).or_else(|| index::read(path))
    }

    /// The manifests that one depended on when it was validated last.
    pub(super) fn related(&self, path: &Path) -> BTreeSet<Rc<Path>> {
        let Some(index) = self.index.as_ref().filter(|index| index.contains(path)) else {
            return BTreeSet::new();
        };
        let related = self.related.get(path).into_iter().flatten();
        related.filter(|file| index.contains(file)).cloned().collect()
    }

    /// The names of the classes and claims that a manifest is validated with.
    pub(super) fn known(&self, path: &Path) -> Arc<Names> {
        let index = self.index.as_ref().filter(|index| index.contains(path));
        index.map(Index::known).unwrap_or_default()
    }

    /// The manifests that decide what one depends on.
    pub(super) fn deciding(&self, dependencies: &Dependencies, path: &Path) -> BTreeSet<Rc<Path>> {
        let index = self.index.as_ref().filter(|index| index.contains(path));
        index.map(|index| index.deciding(&dependencies.keys, &dependencies.files, path)).unwrap_or_default()
    }
}
