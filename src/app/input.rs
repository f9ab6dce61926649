//! Manifests from files, folders and standard input.

use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use crate::app::file::{LARGEST, read_text, text_of};
use crate::app::kustomization::Named;
use crate::app::report;
use crate::error::Error;
use crate::output;
use crate::schema::definitions::Definitions;
use crate::source::{SourceId, SourceKind, Sources};

/// Reads every input, in order; folders give their manifests by name.
///
/// # Errors
///
/// If one cannot be read, is not text, or is standard input for the second time.
pub(super) fn read_all(inputs: &[PathBuf], sources: &mut Sources) -> Result<Vec<SourceId>, Error> {
    let mut ids = Vec::new();
    for file in files(inputs)? {
        let text = if file.as_os_str() == "-" { read_stdin()? } else { read_text(&file)? };
        ids.push(sources.add(file.display().to_string(), text, SourceKind::Manifest));
    }
    Ok(ids)
}

/// The files to read, in order: of folders their manifests by name; `-` is standard input. What a kustomization reads
/// for itself is not a manifest, nor is a Helm chart.
///
/// # Errors
///
/// Where a folder cannot be read, and where standard input has nothing or is asked for twice.
pub(super) fn files(inputs: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let is_stdin = |input: &&PathBuf| input.as_os_str() == "-";
    let usage = |message: &str, help: &str| Err(Error::usage(message, help));
    match inputs.iter().filter(is_stdin).count() {
        0 => {}
        1 if io::stdin().is_terminal() => {
            return usage(
                "there is nothing on standard input",
                "pipe manifests in, or name files and folders: volwright validate deploy/",
            );
        }
        1 => {}
        _ => return usage("standard input can be read only once", "name `-` once"),
    }
    let mut files = Vec::new();
    for input in inputs {
        if is_stdin(&input) {
            files.push(input.clone());
            continue;
        }
        let failed = |source| Error::Read { path: input.clone(), source };
        let (mut found, mut named) = (Vec::new(), Named::default());
        if std::fs::metadata(input).map_err(failed)?.is_dir() {
            walk(input, &mut found, &mut named)?;
            found.retain(|path| !named.is_for_kustomize(path));
        } else {
            // A file that the user names is validated, whoever else reads it.
            found.push(input.clone());
        }
        files.append(&mut found);
    }
    Ok(files)
}

/// The definitions of custom resources in some files and directories.
///
/// # Errors
///
/// If one cannot be read, or holds no definition.
pub(super) fn definitions(paths: &[PathBuf]) -> Result<Definitions, Error> {
    let mut texts = Vec::new();
    for path in paths {
        let failed = |source| Error::Read { path: path.clone(), source };
        let mut files = vec![path.clone()];
        if std::fs::metadata(path).map_err(failed)?.is_dir() {
            files.clear();
            walk(path, &mut files, &mut Named::default())?;
        }
        let before = texts.len();
        for file in files {
            texts.push(read_text(&file)?);
        }
        if !texts[before..].iter().any(|text| text.contains("CustomResourceDefinition")) {
            return Err(Error::Usage {
                message: format!("`{}` contains no CustomResourceDefinition", path.display()),
                help: Some("`--crds` expects files or directories of definitions in YAML or JSON".to_owned()),
            });
        }
    }
    Ok(Definitions::read(&texts.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// The text on standard input.
pub(super) fn read_stdin() -> Result<String, Error> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(Error::read(Path::new("-")))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Error::TooLarge { path: "-".into(), limit: "2 GiB" });
    }
    text_of(bytes, Path::new("-"))
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>, named: &mut Named) -> Result<(), Error> {
    if folder.join("Chart.yaml").is_file() {
        // Its templates are no manifests before Helm has rendered them.
        report::note(&format!(
            "note: {0} is a Helm chart and is skipped: helm template {0} | volwright validate -\n",
            output::writer::terminal::line(&folder.display().to_string())
        ));
        return Ok(());
    }
    named.add(folder)?;
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
            walk(&path, found, named)?;
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
