//! The folders and files that a run writes or compares, however their paths are spelled.

use std::collections::HashMap;
use std::collections::btree_map::{BTreeMap, Entry};
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::error::Error;
use crate::write::header::is_ours;
use crate::write::layout::{Manifests, part, stem};
use crate::write::record;

/// One folder.
#[derive(Clone, Debug)]
struct Folder {
    /// Its path as it was first spelled.
    shown: PathBuf,
    /// The name and the text of each file: every other file of volwright's in it is stale.
    files: BTreeMap<String, String>,
    /// Whether the user named the folder, instead of a folder in it.
    is_root: bool,
}

/// The files that a run writes or compares.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// By identity: `d`, `./d` and a link to `d` are one folder.
    folders: BTreeMap<PathBuf, Folder>,
    identities: Identities,
    /// The project's folder, if a project file is rendered.
    project: Option<PathBuf>,
}

impl Files {
    /// The folders that the user named.
    pub(super) fn roots(&self) -> impl Iterator<Item = &Path> {
        self.folders.values().filter(|folder| folder.is_root).map(|folder| folder.shown.as_path())
    }

    /// These, and the folders in them that may contain files of volwright's.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.values().map(|folder| folder.shown.as_path())
    }

    fn folder(&mut self, path: &Path) -> &mut Folder {
        let folder = || Folder { shown: path.to_owned(), files: BTreeMap::new(), is_root: false };
        self.folders.entry(self.identities.of(path)).or_insert_with(folder)
    }

    /// Adds the files of some profiles; several profiles get a folder each. An entry is the profile as the user named it,
    /// and what it renders to.
    ///
    /// # Errors
    ///
    /// If two files would be one, or a name is not valid for a file.
    pub fn add(&mut self, folder: &Path, rendered: Vec<(&str, Manifests)>) -> Result<(), Error> {
        let several = rendered.len() > 1;
        if several {
            // The folder of a profile that is no longer rendered.
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    self.folder(&entry.path());
                }
            }
        }
        self.folder(folder).is_root = true;
        for (asked, manifests) in rendered {
            let folder = if several { folder.join(part(stem(asked))?) } else { folder.to_owned() };
            let files = &mut self.folder(&folder).files;
            for (name, text) in manifests.files() {
                part(&name)?;
                match files.entry(name) {
                    Entry::Vacant(place) => {
                        place.insert(text);
                    }
                    Entry::Occupied(place) => {
                        return Err(Error::NameClash { path: folder.join(place.key()) });
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds the folders that earlier renders of a project wrote: files of volwright's in one that is no longer rendered are
    /// stale.
    ///
    /// # Errors
    ///
    /// If the record of them cannot be read.
    pub fn remember(&mut self, project: &Path) -> Result<(), Error> {
        for folder in record::read(project)? {
            self.folder(&project.join(folder));
        }
        self.project = Some(project.to_owned());
        Ok(())
    }

    /// Every file and its text, by folder and name.
    #[must_use]
    pub fn list(&self) -> Vec<(PathBuf, &str)> {
        let mut list = Vec::new();
        for folder in self.folders.values() {
            list.extend(folder.files.iter().map(|(name, text)| (folder.shown.join(name), text.as_str())));
        }
        list
    }

    /// The record of the folders, if a project is rendered: its path and text. A folder stays in it as long as it contains
    /// one of the `stale` files.
    pub(super) fn record(&self, stale: &[PathBuf]) -> Option<(PathBuf, String)> {
        let project = self.project.as_deref()?;
        let is_used = |folder: &&Folder| {
            !folder.files.is_empty() || stale.iter().any(|file| file.parent() == Some(&folder.shown))
        };
        let folders = self.folders.values().filter(is_used).map(|folder| folder.shown.as_path());
        Some(record::written(project, folders))
    }

    /// The files that volwright wrote into these folders and no render writes any more.
    ///
    /// # Errors
    ///
    /// If a folder or a file in it cannot be read.
    pub fn stale(&self) -> Result<Vec<PathBuf>, Error> {
        let mut stale = Vec::new();
        for folder in self.folders.values() {
            let failed = Error::read(&folder.shown);
            let entries = match std::fs::read_dir(&folder.shown) {
                Ok(entries) => entries,
                // Writing to it reports what is in the way.
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
                {
                    continue;
                }
                Err(error) => return Err(failed(error)),
            };
            for entry in entries {
                let path = folder.shown.join(entry.map_err(&failed)?.file_name());
                let name = path.file_name().and_then(|name| name.to_str());
                let listed = name.is_some_and(|name| folder.files.contains_key(name));
                let yaml = path.extension().is_some_and(|end| end == "yaml");
                if yaml && !listed && is_ours(&path)? {
                    stale.push(path);
                }
            }
        }
        stale.sort();
        Ok(stale)
    }
}

/// The one path of each folder, by its path as it was spelled, whether or not it exists: links are followed and `..` is
/// resolved as the system does. Thousands of folders have the same parents, and the system looks at every level of each.
#[derive(Clone, Debug, Default)]
struct Identities(HashMap<PathBuf, PathBuf>);

impl Identities {
    fn of(&mut self, path: &Path) -> PathBuf {
        if let Some(known) = self.0.get(path) {
            return known.clone();
        }
        let mut parts = path.components();
        let Some(last) = parts.next_back() else { return self.here() };
        let found = enter(self.parent(parts.as_path()), last);
        self.0.insert(path.to_owned(), found.clone());
        found
    }

    fn parent(&mut self, path: &Path) -> PathBuf {
        if let Some(known) = self.0.get(path) {
            return known.clone();
        }
        let found = path.components().fold(self.here(), enter);
        self.0.insert(path.to_owned(), found.clone());
        found
    }

    /// The folder that relative paths begin in.
    fn here(&mut self) -> PathBuf {
        let here = || {
            let here = std::env::current_dir().unwrap_or_default();
            here.canonicalize().unwrap_or(here)
        };
        self.0.entry(PathBuf::new()).or_insert_with(here).clone()
    }
}

/// The path of what a part of a path names in a folder.
fn enter(mut folder: PathBuf, part: Component<'_>) -> PathBuf {
    match part {
        Component::CurDir => folder,
        Component::ParentDir => {
            folder.pop();
            folder
        }
        part => {
            folder.push(part);
            folder.canonicalize().unwrap_or(folder)
        }
    }
}
