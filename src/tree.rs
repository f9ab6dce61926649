//! The files that a run reads: those on disk, or those of a commit.

mod commit;
mod entry;
mod git;
mod object;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub use commit::Commit;
pub use entry::EntryKind;
pub use git::Repository;

/// Where files are read from. Paths are relative to the working directory in either case.
#[derive(Clone, Copy, Debug, Default)]
pub enum FileTree<'a> {
    /// The disk.
    #[default]
    Disk,
    /// A commit; files outside of its repository are read from the disk.
    Commit(&'a Commit),
}

impl<'a> FileTree<'a> {
    /// The commit, unless the path is outside of the repository.
    fn commit(self, path: &Path) -> Option<&'a Commit> {
        match self {
            Self::Disk => None,
            Self::Commit(commit) => commit.contains(path).then_some(commit),
        }
    }

    /// What the path leads to, links followed.
    ///
    /// # Errors
    ///
    /// If it leads nowhere, or cannot be followed.
    pub fn kind(self, path: &Path) -> io::Result<EntryKind> {
        match self.commit(path) {
            Some(commit) => commit.kind(path),
            None => std::fs::metadata(path).map(|found| EntryKind::of(found.file_type())),
        }
    }

    /// Whether the path leads to anything.
    #[must_use]
    pub fn exists(self, path: &Path) -> bool {
        self.kind(path).is_ok()
    }

    /// Whether the path leads to a file.
    #[must_use]
    pub fn is_file(self, path: &Path) -> bool {
        self.kind(path).is_ok_and(|kind| kind == EntryKind::File)
    }

    /// Whether the path leads to a directory.
    #[must_use]
    pub fn is_folder(self, path: &Path) -> bool {
        self.kind(path).is_ok_and(|kind| kind == EntryKind::Folder)
    }

    /// The bytes of a file, but at most `most` and one more.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn read(self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        if let Some(commit) = self.commit(path) {
            return commit.read(path, most.saturating_add(1));
        }
        let file = File::open(path)?;
        // The size of a device or a pipe is not known in advance.
        let size = file.metadata()?.len().min(most);
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The names in a directory, sorted, and what each is; links are not followed.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is not a directory.
    pub fn list(self, folder: &Path) -> io::Result<Vec<(OsString, EntryKind)>> {
        if let Some(commit) = self.commit(folder) {
            return commit.list(folder);
        }
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(here)? {
            let entry = entry?;
            entries.push((entry.file_name(), EntryKind::of(entry.file_type()?)));
        }
        entries.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(entries)
    }

    /// The one path of a file or directory, links followed.
    ///
    /// # Errors
    ///
    /// If it leads nowhere.
    pub fn canonical(self, path: &Path) -> io::Result<PathBuf> {
        match self.commit(path) {
            Some(commit) => commit.canonical(path),
            None => path.canonicalize(),
        }
    }

    /// Whether a directory is the root of a repository, above which no project file is looked for.
    #[must_use]
    pub fn is_root(self, folder: &Path) -> bool {
        match self {
            Self::Disk => folder.join(".git").exists(),
            Self::Commit(commit) => commit.is_root(folder),
        }
    }

    /// The path as reports show it: a file of a commit as git writes it, such as `origin/main:profiles/x.toml`.
    #[must_use]
    pub fn shown(self, path: &Path) -> String {
        match self.commit(path) {
            Some(commit) => commit.shown(path),
            None => path.display().to_string(),
        }
    }
}
