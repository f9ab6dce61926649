//! Writes manifests into folders: all of them or none, and never over a file that volwright did not write.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::parallel;
use crate::progress::Progress;
use crate::write::folders::Files;
use crate::write::header::{Existing, existing, existing_marked};
use crate::write::interrupt::Interrupt;
use crate::write::transaction::Transaction;

/// What a run did to its folders.
#[derive(Clone, Debug)]
pub struct Written {
    /// How many files are new or changed.
    pub written: usize,
    /// How many files are rendered.
    pub total: usize,
    /// The files that are no longer rendered and were left in place.
    pub stale: Vec<PathBuf>,
}

/// Replaces existing files of the user, all of them or none, and keeps their permissions. A link is followed.
///
/// # Errors
///
/// If the system fails or the user interrupts: then nothing has changed.
pub fn replace(files: &[(PathBuf, String)]) -> Result<(), Error> {
    if files.is_empty() {
        return Ok(());
    }
    let mut transaction = Transaction::default();
    let interrupt = Interrupt::watch();
    for (path, text) in files {
        interrupt.check()?;
        let failed = |source| Error::Write { path: path.clone(), source };
        let real = fs::canonicalize(path).map_err(failed)?;
        let permissions = fs::metadata(&real).map_err(failed)?.permissions();
        transaction.add(&real, text, true)?;
        transaction.permit(permissions).map_err(failed)?;
    }
    interrupt.check()?;
    transaction.commit()
}

/// Writes a report or a picture, whose first line marks it as volwright's. A file that is up to date is not touched.
///
/// # Errors
///
/// If there is another file, the system fails or the user interrupts: then nothing has changed.
pub fn write_one(path: &Path, text: &str) -> Result<bool, Error> {
    let mark = text.split_inclusive('\n').next().unwrap_or_default();
    let now = existing_marked(path, text, mark)?;
    if now == Existing::Identical {
        return Ok(false);
    }
    reject_link(path)?;
    let mut transaction = Transaction::default();
    let interrupt = Interrupt::watch();
    transaction.add(path, text, now == Existing::Different)?;
    interrupt.check()?;
    transaction.commit()?;
    Ok(true)
}

fn reject_link(path: &Path) -> Result<(), Error> {
    if !path.is_symlink() {
        return Ok(());
    }
    Err(Error::usage(
        format!("{} is a link", path.display()),
        "write to the folder that it points to, or delete it: volwright replaces only files that it wrote",
    ))
}

/// Writes files of the user, all of them or none: those that exist are replaced, others are created.
///
/// # Errors
///
/// If the system fails or the user interrupts: then nothing has changed.
pub fn put(files: &[(PathBuf, String)]) -> Result<(), Error> {
    let (old, new): (Vec<_>, Vec<_>) = files.iter().cloned().partition(|(path, _)| path.exists());
    let mut created = Transaction::create(&new)?;
    replace(&old)?;
    created.keep();
    Ok(())
}

/// Writes the files, and with `prune` deletes those that volwright wrote and no render writes any more. A file that is
/// already up to date is not touched. If another run is writing to the same folders, this one calls `waiting` and waits.
///
/// # Errors
///
/// If a file is not volwright's, the system fails or the user interrupts: then nothing has changed, except for stale files
/// if one of them cannot be deleted.
pub fn write(
    files: &Files,
    prune: bool,
    waiting: impl Fn(&Path),
    progress: &Progress,
) -> Result<Written, Error> {
    let mut transaction = Transaction::begin(files.roots(), waiting)?;
    transaction.clear_leftovers(files.folders());
    let mut stale = files.stale()?;
    let record = files.record(if prune { &[] } else { &stale });
    let mut texts = files.list();
    let total = texts.len();
    texts.extend(record.iter().map(|(path, text)| (path.clone(), text.as_str())));
    let changed = parallel::map_small(&texts, |(path, text)| {
        let now = existing(path, text)?;
        if now != Existing::Identical {
            reject_link(path)?;
        }
        Ok((now != Existing::Identical).then_some((path, *text, now == Existing::Different)))
    });
    let changed = changed.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>, Error>>()?;
    // The record of the folders is not a file that the user asked for.
    let is_record = |path: &Path| record.as_ref().is_some_and(|(record, _)| record == path);
    let written = changed.iter().filter(|(path, _, _)| !is_record(path)).count();
    if !changed.is_empty() {
        let _operation = progress.begin("writing", "files", Some(changed.len()));
        let interrupt = Interrupt::watch();
        for (path, text, replaces) in changed {
            interrupt.check()?;
            transaction.add(path, text, replaces)?;
            progress.advance(1);
        }
        interrupt.check()?;
        transaction.commit()?;
    }
    if !prune {
        return Ok(Written { written, total, stale });
    }
    for path in stale.drain(..) {
        match fs::remove_file(&path) {
            // Another run was faster.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done.map_err(|source| Error::Write { path: path.clone(), source })?,
        }
        // The folder of a removed profile is deleted with its last file.
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            let _ = fs::remove_dir(folder);
        }
    }
    Ok(Written { written, total, stale })
}
