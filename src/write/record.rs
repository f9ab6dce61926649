//! The record of the folders that a project's renders wrote, so that a folder that is no longer rendered is found.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::write::header::HEADER;

/// The file next to the project file; it is committed with what is rendered.
pub const NAME: &str = "volwright.outputs";

/// The folders that earlier renders wrote, relative to the project's folder.
pub(super) fn read(project: &Path) -> Result<Vec<PathBuf>, Error> {
    let path = project.join(NAME);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::read(&path)(error)),
    };
    let folders = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(PathBuf::from);
    // An absolute path is of another machine.
    Ok(folders.filter(|folder| folder.is_relative()).collect())
}

/// The record's path and text.
pub(super) fn written<'p>(project: &Path, folders: impl Iterator<Item = &'p Path>) -> (PathBuf, String) {
    let mut lines: Vec<String> = folders
        .filter_map(|folder| folder.strip_prefix(project).unwrap_or(folder).to_str())
        .map(|folder| folder.replace('\\', "/"))
        .filter(|folder| !folder.is_empty() && !folder.contains(char::is_control) && !folder.starts_with('#'))
        .collect();
    lines.sort();
    lines.dedup();
    let text = lines.iter().map(|line| format!("{line}\n"));
    let about = "volwright.toml; do not edit. These folders have been rendered; commit this file with them.";
    (project.join(NAME), format!("{HEADER}{about}\n{}", text.collect::<String>()))
}
