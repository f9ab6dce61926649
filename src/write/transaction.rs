//! Replaces many files: each is finished next to its place, and then all take their places, or none.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::parallel;

/// Temporary names are hidden, and have an extension that no reader of manifests accepts: process, count, and which of the
/// two it is.
const TEMPORARY: &str = ".volwright-";
const FINISHED: &str = ".tmp";
const KEPT: &str = ".old";
/// The most folders that are locked: a process may open few files.
const MOST_LOCKS: usize = 64;

/// A file on its way: finished next to its place, with the file that it replaces kept until all are there.
#[derive(Debug)]
struct Move {
    beside: PathBuf,
    path: PathBuf,
    /// The place of the file that it replaces, until all are there.
    kept: Option<PathBuf>,
    done: bool,
}

/// Finished files next to their places; everything is undone unless it is committed.
#[derive(Debug, Default)]
pub struct Transaction {
    moves: Vec<Move>,
    folders: Vec<PathBuf>,
    /// How many temporary names are used.
    names: usize,
    /// The folders, opened: closing them releases the locks.
    locks: Vec<File>,
    /// Whether no other run can be writing to the folders.
    alone: bool,
}

impl Transaction {
    /// Creates the folders, and waits until no other run is writing to them, if the system supports such locks.
    pub(super) fn begin<'p>(
        roots: impl Iterator<Item = &'p Path>,
        waiting: impl Fn(&Path),
    ) -> Result<Self, Error> {
        let mut transaction = Self::default();
        let mut folders = BTreeSet::new();
        for root in roots {
            transaction.make(root)?;
            // One order for all, and each folder once, however it is named.
            folders.extend(fs::canonicalize(if root.as_os_str().is_empty() { Path::new(".") } else { root }));
        }
        for folder in folders.iter().take(MOST_LOCKS) {
            transaction.lock(folder, &waiting)?;
        }
        transaction.alone = transaction.locks.len() == folders.len();
        Ok(transaction)
    }

    fn lock(&mut self, folder: &Path, waiting: &impl Fn(&Path)) -> Result<(), Error> {
        loop {
            let Ok(file) = File::open(folder) else { return Ok(()) };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    waiting(folder);
                    if file.lock().is_err() {
                        return Ok(());
                    }
                }
                Err(TryLockError::Error(_)) => return Ok(()),
            }
            if is_still(folder, &file) {
                self.locks.push(file);
                return Ok(());
            }
            // The previous run deleted its folder again.
            self.make(folder)?;
        }
    }

    /// Deletes what a killed run has left in the folders.
    pub(super) fn clear_leftovers<'p>(&self, folders: impl Iterator<Item = &'p Path>) {
        if !self.alone {
            return;
        }
        let folders: Vec<_> = folders.collect();
        parallel::map_small(&folders, |folder| {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.file_name().to_str().is_some_and(is_temporary) {
                    let _ = fs::remove_file(entry.path());
                }
            }
        });
    }

    /// Writes a file next to its place.
    pub(super) fn add(&mut self, path: &Path, text: &str, replaces: bool) -> Result<(), Error> {
        let failed = |source| Error::Write { path: path.to_owned(), source };
        let folder = path.parent().unwrap_or(Path::new("."));
        self.make(folder)?;
        let (mut file, beside, kept) = loop {
            self.names += 1;
            // A name may have 255 bytes, so the temporary ones do not contain it.
            let name =
                |end: &str| folder.join(format!("{TEMPORARY}{}-{}{end}", std::process::id(), self.names));
            let (beside, kept) = (name(FINISHED), name(KEPT));
            match File::create_new(&beside) {
                Ok(file) => break (file, beside, replaces.then_some(kept)),
                // A run with the same process number left it, perhaps in another container.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(failed(source)),
            }
        };
        self.moves.push(Move { beside, path: path.to_owned(), kept, done: false });
        // A rename is atomic whether or not the bytes have reached the disk. After a power failure `render --check`
        // reports what to render again; waiting for the disk would take longer than everything else.
        file.write_all(text.as_bytes()).map_err(failed)
    }

    /// Sets the permissions of the file that was added last.
    pub(super) fn permit(&self, permissions: fs::Permissions) -> io::Result<()> {
        self.moves.last().map_or(Ok(()), |last| fs::set_permissions(&last.beside, permissions))
    }

    /// Creates a folder, and remembers each level that was missing.
    fn make(&mut self, folder: &Path) -> Result<(), Error> {
        if folder.as_os_str().is_empty() || folder.is_dir() {
            return Ok(());
        }
        if folder.symlink_metadata().is_ok() {
            return Err(Error::usage(
                format!("{} is not a folder", folder.display()),
                "name a folder; it is created if it is missing",
            ));
        }
        if let Some(parent) = folder.parent() {
            self.make(parent)?;
        }
        match fs::create_dir(folder) {
            Ok(()) => self.folders.push(folder.to_owned()),
            // Another run was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(source) => return Err(Error::Write { path: folder.to_owned(), source }),
        }
        Ok(())
    }

    /// New files at their places, all of them or none. They are deleted again unless [`keep`](Self::keep) follows.
    ///
    /// # Errors
    ///
    /// If the system fails: then nothing has changed.
    pub fn create(files: &[(PathBuf, String)]) -> Result<Self, Error> {
        let mut transaction = Self::default();
        for (path, text) in files {
            transaction.add(path, text, false)?;
        }
        transaction.place()?;
        Ok(transaction)
    }

    /// Moves the files to their places for good.
    pub(super) fn commit(&mut self) -> Result<(), Error> {
        self.place()?;
        self.keep();
        Ok(())
    }

    /// Moves the files to their places; dropping the transaction undoes it.
    fn place(&mut self) -> Result<(), Error> {
        for one in &mut self.moves {
            let failed = |source| Error::Write { path: one.path.clone(), source };
            if let Some(kept) = &one.kept {
                // Copying onto a second name of the same file would empty it.
                let _ = fs::remove_file(kept);
                // A second name for the same file; some file systems do not support it.
                fs::hard_link(&one.path, kept)
                    .or_else(|_| fs::copy(&one.path, kept).map(|_| ()))
                    .map_err(failed)?;
            }
            fs::rename(&one.beside, &one.path).map_err(failed)?;
            one.done = true;
        }
        Ok(())
    }

    /// Keeps what was written.
    pub fn keep(&mut self) {
        for one in self.moves.drain(..) {
            if let Some(kept) = one.kept {
                let _ = fs::remove_file(kept);
            }
        }
        self.folders.clear();
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        for one in self.moves.iter().rev() {
            let _ = match (&one.kept, one.done) {
                (Some(kept), true) => fs::rename(kept, &one.path),
                (None, true) => fs::remove_file(&one.path),
                (kept, false) => {
                    if let Some(kept) = kept {
                        let _ = fs::remove_file(kept);
                    }
                    fs::remove_file(&one.beside)
                }
            };
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Whether a name is that of a temporary file.
fn is_temporary(name: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.strip_prefix(TEMPORARY)
        .and_then(|rest| rest.strip_suffix(FINISHED).or_else(|| rest.strip_suffix(KEPT)))
        .and_then(|numbers| numbers.split_once('-'))
        .is_some_and(|(process, count)| number(process) && number(count))
}

/// Whether a path still leads to the folder that was opened.
#[cfg(unix)]
fn is_still(folder: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;

    let (Ok(now), Ok(then)) = (fs::metadata(folder), file.metadata()) else { return false };
    (now.dev(), now.ino()) == (then.dev(), then.ino())
}

#[cfg(not(unix))]
fn is_still(_: &Path, _: &File) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Transaction;

    #[test]
    fn a_failed_change_is_taken_back_whole() {
        let folder = std::env::temp_dir().join(format!("volwright-transaction-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let (old, new, last) = (folder.join("old"), folder.join("new"), folder.join("sub/last"));
        fs::write(&old, "before").expect("written");
        let mut transaction = Transaction::default();
        transaction.add(&old, "after", true).expect("added");
        transaction.add(&new, "after", false).expect("added");
        transaction.add(&last, "after", false).expect("added");
        // A folder gets in the way after everything was checked.
        fs::create_dir_all(last.join("in the way")).expect("a folder");
        assert!(transaction.commit().is_err());
        drop(transaction);
        assert_eq!(fs::read_to_string(&old).expect("there"), "before");
        assert!(!new.exists());
        fs::remove_dir_all(folder.join("sub")).expect("there");
        let left: Vec<_> =
            fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
        assert_eq!(left, [old]);
        fs::remove_dir_all(&folder).expect("removed");
    }
}
