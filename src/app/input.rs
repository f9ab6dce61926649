//! Manifests from files, folders and standard input.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use super::kustomization;
use crate::error::Error;
use crate::source::{SourceId, SourceKind, Sources};

/// A text larger than this is not read, in bytes: offsets into it would not fit.
const LARGEST: u64 = 2 << 30;

/// Reads every input, in order; folders give their manifests by name.
///
/// # Errors
///
/// Where one cannot be read, is no text, or is standard input for the second time.
pub(super) fn read_all(inputs: &[PathBuf], sources: &mut Sources) -> Result<Vec<SourceId>, Error> {
    if inputs.iter().filter(|input| input.as_os_str() == "-").count() > 1 {
        return Err(Error::Usage {
            message: "standard input can be read only once".to_owned(),
            help: Some("name `-` once".to_owned()),
        });
    }
    let mut ids = Vec::new();
    for input in inputs {
        if input.as_os_str() == "-" {
            ids.push(read_stdin(sources)?);
        } else {
            for file in files(input)? {
                let text = read_text(&file)?;
                ids.push(sources.add(file.display().to_string(), text, SourceKind::Manifest));
            }
        }
    }
    Ok(ids)
}

fn read_stdin(sources: &mut Sources) -> Result<SourceId, Error> {
    if io::stdin().is_terminal() {
        return Err(Error::Usage {
            message: "there is nothing on standard input".to_owned(),
            help: Some("pipe manifests in, or name files and folders: volwright validate deploy/".to_owned()),
        });
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|source| Error::Read { path: "-".into(), source })?;
    Ok(sources.add("-", text_of(bytes, Path::new("-"))?, SourceKind::Manifest))
}

/// The text of a file.
///
/// # Errors
///
/// Where it cannot be read, is larger than 2 GiB, or is not UTF-8.
pub(super) fn read_text(path: &Path) -> Result<String, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    if size > LARGEST {
        return Err(too_large(path));
    }
    // A device or a pipe does not tell its size.
    let mut bytes = Vec::with_capacity(size as usize);
    file.by_ref().take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    text_of(bytes, path)
}

fn text_of(bytes: Vec<u8>, path: &Path) -> Result<String, Error> {
    if bytes.len() as u64 > LARGEST {
        return Err(too_large(path));
    }
    String::from_utf8(bytes).map_err(|error| Error::Usage {
        message: format!(
            "{} is not text: byte {} is not UTF-8",
            path.display(),
            error.utf8_error().valid_up_to() + 1
        ),
        help: Some("manifests and profiles are UTF-8".to_owned()),
    })
}

fn too_large(path: &Path) -> Error {
    Error::Usage { message: format!("{} is larger than 2 GiB", path.display()), help: None }
}

/// A file itself, or the manifests of a folder and the folders in it, by name; what a kustomization reads for itself is
/// no manifest.
fn files(input: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::Read { path: input.to_owned(), source };
    let mut found = Vec::new();
    let mut others = HashSet::new();
    if std::fs::metadata(input).map_err(failed)?.is_dir() {
        walk(input, &mut found, &mut others)?;
    } else {
        found.push(input.to_owned());
        kustomization::others(input.parent().unwrap_or(Path::new("")), &mut others)?;
    }
    if !others.is_empty() {
        found.retain(|path| !others.contains(&kustomization::plain(path)));
    }
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>, others: &mut HashSet<PathBuf>) -> Result<(), Error> {
    kustomization::others(folder, others)?;
    let failed = |source| Error::Read { path: folder.to_owned(), source };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        entries.push(entry.map_err(failed)?);
    }
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let kind = entry.file_type().map_err(|source| Error::Read { path: path.clone(), source })?;
        if kind.is_dir() {
            walk(&path, found, others)?;
        } else if is_manifest(&path) && (kind.is_file() || path.is_file()) {
            // A link to a file is followed; a link to a folder is not, so there are no circles.
            found.push(path);
        }
    }
    Ok(())
}

fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json")
}
