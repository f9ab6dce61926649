//! The manifests of the workspace, by the keys of their objects: a file is validated with those that it depends on, and
//! the others are not read again.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::collections::btree_map::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::manifest::{self, Name};
use crate::bundle::index::ByKey;
use crate::bundle::key::{KeyHash, Offer};
use crate::bundle::names::Names;
use crate::parallel;
use crate::stream::{ValidateOptions, offers};

/// The most bytes of a file that is indexed.
const LARGEST: u64 = 4 << 20;

/// The most files that one is validated with.
const MOST_RELATED: usize = 256;

/// The files that one depends on, and the keys by which it looked for objects.
#[derive(Debug, Default)]
pub(super) struct Dependencies {
    pub(super) files: BTreeSet<Rc<Path>>,
    pub(super) keys: BTreeSet<KeyHash>,
}

impl Dependencies {
    /// Whether the change of a file with these keys, before or after it, may matter.
    pub(super) fn are_affected_by(&self, path: &Path, keys: &BTreeSet<KeyHash>) -> bool {
        self.files.contains(path) || keys.iter().any(|key| self.keys.contains(key))
    }
}

/// What is known about one file.
#[derive(Debug, Default)]
struct Entry {
    offers: Box<[Offer]>,
    names: Box<[Name]>,
    /// The names of its classes and claims.
    known: Names,
}

impl Entry {
    fn of(text: &str) -> Self {
        let (offers, known) = offers(text, &ValidateOptions::default());
        Self { offers: offers.into(), names: manifest::names(text).into_iter().collect(), known }
    }
}

/// The files with one key, in the order of the paths.
#[derive(Debug, Default)]
struct Holders {
    files: Vec<Rc<Path>>,
    /// Whether all of them matter.
    is_of_all: bool,
}

/// The manifests of the workspace.
#[derive(Debug, Default)]
pub(super) struct Index {
    files: BTreeMap<Rc<Path>, Entry>,
    holders: ByKey<Holders>,
    /// The names of all classes and claims, until a file has others.
    known: OnceCell<Arc<Names>>,
}

/// The text of a file that is small enough to be indexed.
pub(super) fn read(path: &Path) -> Option<String> {
    let is_small = std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() <= LARGEST);
    std::fs::read_to_string(path).ok().filter(|_| is_small)
}

impl Index {
    /// Adds the files that are not known yet, and removes those that are not in the list.
    pub(super) fn list(&mut self, paths: Vec<PathBuf>) -> BTreeSet<KeyHash> {
        let listed: BTreeSet<PathBuf> = paths.into_iter().collect();
        let gone: Vec<_> = self.files.keys().filter(|known| !listed.contains(&***known)).cloned().collect();
        let mut changed = BTreeSet::new();
        for path in gone {
            changed.append(&mut self.set(&path, None));
        }
        let new: Vec<PathBuf> =
            listed.into_iter().filter(|path| !self.files.contains_key(path.as_path())).collect();
        let entries = parallel::map_small(&new, |path| Entry::of(&read(path).unwrap_or_default()));
        for (path, entry) in new.iter().zip(entries) {
            changed.append(&mut self.enter(path, Some(entry)));
        }
        changed
    }

    pub(super) fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// Replaces what is known about a file; without a text it is gone. Returns the keys that it had or has.
    pub(super) fn set(&mut self, path: &Path, text: Option<&str>) -> BTreeSet<KeyHash> {
        self.enter(path, text.map(Entry::of))
    }

    fn enter(&mut self, path: &Path, entry: Option<Entry>) -> BTreeSet<KeyHash> {
        let mut keys = BTreeSet::new();
        let (path, before) = match self.files.remove_entry(path) {
            Some((path, before)) => (path, before),
            None => (Rc::from(path), Entry::default()),
        };
        if entry.as_ref().map(|entry| &entry.known) != Some(&before.known) {
            self.known.take();
        }
        let after: &[Offer] = entry.as_ref().map_or(&[], |entry| &entry.offers);
        for offer in &before.offers {
            keys.insert(offer.key);
            if after.binary_search(offer).is_err()
                && let Some(holders) = self.holders.get_mut(&offer.key)
            {
                holders.files.retain(|file| *file != path);
                if holders.files.is_empty() {
                    self.holders.remove(&offer.key);
                }
            }
        }
        for offer in after {
            keys.insert(offer.key);
            let holders = self.holders.entry(offer.key).or_default();
            holders.is_of_all |= offer.is_of_all;
            if let Err(at) = holders.files.binary_search(&path) {
                holders.files.insert(at, Rc::clone(&path));
            }
        }
        if let Some(entry) = entry {
            self.files.insert(path, entry);
        }
        keys
    }

    /// The files that decide what the keys lead to, looked for from some files: the first two with a key, and the first two
    /// in each of their directories.
    pub(super) fn deciding(
        &self,
        keys: &BTreeSet<KeyHash>,
        from: &BTreeSet<Rc<Path>>,
        file: &Path,
    ) -> BTreeSet<Rc<Path>> {
        let folders: BTreeSet<&Path> =
            from.iter().map(|path| &**path).chain([file]).filter_map(Path::parent).collect();
        let mut found = BTreeSet::new();
        for holders in keys.iter().filter_map(|key| self.holders.get(key)) {
            let files = &holders.files;
            let most = if holders.is_of_all { MOST_RELATED } else { 2 };
            found.extend(files.iter().take(most).cloned());
            for folder in &folders {
                // The files of a folder and of those below it follow each other.
                let start = files.partition_point(|path| &**path < *folder);
                let below = files[start..].iter().take_while(|path| path.starts_with(folder));
                found.extend(below.filter(|path| path.parent() == Some(*folder)).take(2).cloned());
            }
        }
        found.remove(file);
        while found.len() > MOST_RELATED {
            found.pop_last();
        }
        found
    }

    /// The names of all classes and claims.
    pub(super) fn known(&self) -> Arc<Names> {
        let all = || {
            let mut all = Names::default();
            self.files.values().for_each(|entry| all.merge(&entry.known));
            Arc::new(all)
        };
        Arc::clone(self.known.get_or_init(all))
    }

    /// The names of the objects of a kind to which an object of a namespace can refer.
    pub(super) fn names(&self, kind: &str, namespace: Option<&str>) -> BTreeSet<&str> {
        let names = self.files.values().flat_map(|entry| &entry.names);
        names.filter(|name| name.is_offered(kind, namespace)).map(|name| &*name.name).collect()
    }

    /// The files that define or mention an object.
    pub(super) fn mentioning(&self, name: &Name) -> Vec<Rc<Path>> {
        let mentions = |entry: &Entry| entry.names.iter().any(|one| one.is_of_same(name));
        let files = self.files.iter().filter(|(_, entry)| mentions(entry));
        files.map(|(path, _)| Rc::clone(path)).collect()
    }
}
