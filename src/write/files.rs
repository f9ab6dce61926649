//! Manifests into a folder: all of them or none, and never over a file that somebody else wrote.

use std::fs::{self};
use std::io::{self};
use std::path::Path;

use crate::error::Error;
use crate::parallel;
use crate::write::header::{Existing, existing};
use crate::write::interrupt::Interrupt;
use crate::write::layout::Files;
use crate::write::transaction::Change;

/// Writes the files, and with `prune` takes away those of ours that nothing renders any more. A file that holds the same
/// text already is not touched. Another run that writes to the same folders is waited for, after `waiting` is called.
///
/// # Errors
///
/// Where a file is not volwright's, the system refuses or the person interrupts: then nothing is changed, short of a stale
/// file that cannot be taken away.
pub fn write(files: &Files, prune: bool, waiting: impl Fn(&Path)) -> Result<(), Error> {
    let mut change = Change::begin(files.roots(), waiting)?;
    change.clear_leftovers(files.folders());
    let texts = files.list();
    let now = parallel::map_small(&texts, |(path, text)| {
        let found = existing(path, text)?;
        if found != Existing::Identical && path.is_symlink() {
            return Err(Error::usage(
                format!("{} is a link", path.display()),
                "write to the folder that it leads to, or take it away: volwright replaces only files that it wrote",
            ));
        }
        Ok((found != Existing::Identical).then_some((path, *text, found == Existing::Different)))
    });
    let changed = now.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>, Error>>()?;
    let stale = if prune { files.stale()? } else { Vec::new() };
    if !changed.is_empty() {
        let interrupt = Interrupt::watch();
        for (path, text, replaces) in changed {
            interrupt.check()?;
            change.add(path, text, replaces)?;
        }
        interrupt.check()?;
        change.commit()?;
    }
    for path in &stale {
        match fs::remove_file(path) {
            // Somebody else was faster.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done.map_err(|source| Error::Write { path: path.clone(), source })?,
        }
        // A folder of a profile that is gone is taken away with its last file.
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            let _ = fs::remove_dir(folder);
        }
    }
    Ok(())
}
