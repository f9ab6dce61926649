//! The files of a commit: its trees are read as they are needed, and links are followed as a file system does.

use std::collections::{HashMap, VecDeque};
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::entry::EntryKind;
use super::object::Objects;
use crate::sync;

/// The most links on one path, as in Linux (its manual page "path resolution").
const MOST_LINKS: usize = 40;

/// The most bytes of a path in a link, and of a directory.
const LONGEST_LINK: u64 = 4096;
const LARGEST_FOLDER: u64 = 256 << 20;

/// The files of a commit.
#[derive(Debug)]
pub struct Commit {
    store: Mutex<Store>,
    root: Entry,
    /// The working directory from the root of the repository.
    prefix: Vec<String>,
    /// The root of the repository on disk.
    top: Option<PathBuf>,
    revision: String,
}

/// The objects, and the directories that were read, by ID.
#[derive(Debug)]
struct Store {
    objects: Objects,
    folders: HashMap<String, Arc<Vec<Entry>>>,
}

/// A name in a directory.
#[derive(Clone, Debug)]
struct Entry {
    name: String,
    kind: EntryKind,
    id: String,
}

impl Commit {
    pub(super) fn new(
        objects: Objects,
        root: String,
        prefix: &str,
        top: Option<PathBuf>,
        revision: &str,
    ) -> Self {
        Self {
            store: Mutex::new(Store { objects, folders: HashMap::new() }),
            root: Entry { name: String::new(), kind: EntryKind::Folder, id: root },
            prefix: parts(Path::new(prefix)),
            top,
            revision: revision.to_owned(),
        }
    }

    /// Whether a path is inside the repository.
    pub(super) fn contains(&self, path: &Path) -> bool {
        self.parts_from_root(path).is_some()
    }

    pub(super) fn is_root(&self, folder: &Path) -> bool {
        self.parts_from_root(folder).is_none_or(|parts| parts.is_empty())
    }

    /// The path as git writes it.
    pub(super) fn shown(&self, path: &Path) -> String {
        format!("{}:{}", self.revision, self.parts_from_root(path).unwrap_or_default().join("/"))
    }

    pub(super) fn kind(&self, path: &Path) -> io::Result<EntryKind> {
        self.find(path).map(|(_, entry)| entry.kind)
    }

    pub(super) fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let (_, entry) = self.find(path)?;
        match entry.kind {
            EntryKind::File => self.object(&entry.id, most),
            EntryKind::Folder => Err(io::ErrorKind::IsADirectory.into()),
            EntryKind::Link | EntryKind::Other => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    pub(super) fn list(&self, folder: &Path) -> io::Result<Vec<(OsString, EntryKind)>> {
        let (_, entry) = self.find(folder)?;
        let entries = self.folder(&entry)?;
        let mut list: Vec<_> =
            entries.iter().map(|entry| (OsString::from(&entry.name), entry.kind)).collect();
        list.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(list)
    }

    pub(super) fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(self.find(path)?.0.iter().collect())
    }

    /// The parts of a path from the root; none if it leads out of the repository.
    fn parts_from_root(&self, path: &Path) -> Option<Vec<String>> {
        let mut found = if path.is_absolute() { Vec::new() } else { self.prefix.clone() };
        let real;
        let below = match (path.is_absolute(), &self.top) {
            (true, Some(top)) => match path.strip_prefix(top) {
                Ok(below) => below,
                Err(_) => {
                    real = path.canonicalize().ok()?;
                    real.strip_prefix(top).ok()?
                }
            },
            (true, None) => return None,
            (false, _) => path,
        };
        for part in below.components() {
            match part {
                Component::ParentDir => {
                    found.pop()?;
                }
                Component::Normal(name) => found.push(name.to_string_lossy().into_owned()),
                _ => {}
            }
        }
        Some(found)
    }

    /// The entry that a path leads to, and its path from the root without links.
    fn find(&self, path: &Path) -> io::Result<(Vec<String>, Entry)> {
        let nowhere = || io::Error::new(io::ErrorKind::NotFound, "the commit has no such file");
        let mut rest: VecDeque<String> = self.parts_from_root(path).ok_or_else(nowhere)?.into();
        let mut found = vec![self.root.clone()];
        let mut links = 0;
        while let Some(name) = rest.pop_front() {
            if name == ".." {
                found.pop();
                if found.is_empty() {
                    return Err(nowhere());
                }
                continue;
            }
            let entries = self.folder(found.last().ok_or_else(nowhere)?)?;
            let entry = entries.iter().find(|entry| entry.name == name).ok_or_else(nowhere)?;
            if entry.kind != EntryKind::Link {
                found.push(entry.clone());
                continue;
            }
            links += 1;
            let target = String::from_utf8(self.object(&entry.id, LONGEST_LINK)?).map_err(|_| nowhere())?;
            // Where an absolute path leads depends on the machine.
            if links > MOST_LINKS || target.starts_with('/') {
                return Err(nowhere());
            }
            for part in parts(Path::new(&target)).into_iter().rev() {
                rest.push_front(part);
            }
        }
        let names = found.iter().skip(1).map(|entry| entry.name.clone()).collect();
        Ok((names, found.pop().ok_or_else(nowhere)?))
    }

    /// The entries of a directory.
    fn folder(&self, entry: &Entry) -> io::Result<Arc<Vec<Entry>>> {
        if entry.kind != EntryKind::Folder {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let mut store = sync::lock(&self.store);
        if let Some(known) = store.folders.get(&entry.id) {
            return Ok(Arc::clone(known));
        }
        let bytes = store.objects.read(&entry.id, LARGEST_FOLDER)?;
        let entries = Arc::new(entries(&bytes, entry.id.len() / 2)?);
        store.folders.insert(entry.id.clone(), Arc::clone(&entries));
        Ok(entries)
    }

    fn object(&self, id: &str, most: u64) -> io::Result<Vec<u8>> {
        sync::lock(&self.store).objects.read(id, most)
    }
}

/// The names in a path, `..` included.
fn parts(path: &Path) -> Vec<String> {
    let part = |part: Component<'_>| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        Component::ParentDir => Some("..".to_owned()),
        _ => None,
    };
    path.components().filter_map(part).collect()
}

/// The entries of a tree object: each is a mode in octal digits, a blank, a name, a zero byte, and the `length` bytes of an ID
/// (git 2.51, Documentation/gitformat-pack and tree-walk.c).
fn entries(mut bytes: &[u8], length: usize) -> io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let broken = || io::Error::other("the repository has a damaged tree");
        let blank = bytes.iter().position(|byte| *byte == b' ').ok_or_else(broken)?;
        let zero = bytes.iter().position(|byte| *byte == 0).ok_or_else(broken)?;
        let name = bytes.get(blank + 1..zero).ok_or_else(broken)?;
        let id = bytes.get(zero + 1..=zero + length).ok_or_else(broken)?;
        let kind = match &bytes[..blank] {
            b"40000" | b"040000" => EntryKind::Folder,
            b"120000" => EntryKind::Link,
            mode if mode.starts_with(b"100") => EntryKind::File,
            _ => EntryKind::Other,
        };
        found.push(Entry {
            name: String::from_utf8_lossy(name).into_owned(),
            kind,
            id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
        });
        bytes = &bytes[zero + 1 + length..];
    }
    Ok(found)
}
