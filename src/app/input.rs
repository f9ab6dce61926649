//! Manifests from files, folders and standard input.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use crate::app::file::{LARGEST, read_text, text_of};
use crate::app::kustomization::Named;
use crate::app::report;
use crate::document::foreign;
use crate::error::Error;
use crate::output;
use crate::profile::builtin;
use crate::schema::definitions::Definitions;
use crate::source::{SourceId, SourceKind, Sources};
use crate::tree::{EntryKind, FileTree};

/// Whether a name on the command line is a profile: a TOML file, or the name of a built-in one that no tree has a file or a
/// directory of.
pub(super) fn is_profile(given: &Path, trees: &[FileTree<'_>]) -> bool {
    given.extension().is_some_and(|end| end == "toml")
        || (!exists(given, trees) && given.to_str().is_some_and(|name| builtin::text(name).is_some()))
}

/// Whether a name on the command line is standard input, or a file or a directory of one of the trees.
pub(super) fn exists(given: &Path, trees: &[FileTree<'_>]) -> bool {
    given.as_os_str() == "-" || trees.iter().any(|tree| tree.exists(given))
}

/// Reads every input, in order; folders give their manifests by name.
///
/// # Errors
///
/// If one cannot be read, is not text, or is standard input for the second time.
pub(super) fn read_all(inputs: &[PathBuf], sources: &mut Sources) -> Result<Vec<SourceId>, Error> {
    let tree = FileTree::Disk;
    let mut ids = Vec::new();
    let Files { paths, found } = files(tree, inputs)?;
    for file in paths {
        let text = read(tree, &file)?;
        if found.contains(&file) && !foreign::may_be_manifest(&text) {
            continue;
        }
        ids.push(sources.add(tree.shown(&file), text, SourceKind::Manifest));
    }
    Ok(ids)
}

/// The text of a file, or of standard input.
///
/// # Errors
///
/// If it cannot be read, is too large, or is not UTF-8.
pub(super) fn read(tree: FileTree<'_>, file: &Path) -> Result<String, Error> {
    if file.as_os_str() == "-" { read_stdin() } else { read_text(tree, file) }
}

/// The files of some inputs.
pub(super) struct Files {
    /// In the order of the inputs; `-` is standard input.
    pub(super) paths: Vec<PathBuf>,
    /// Those that the user did not name: they were found in a directory, so they need not be manifests.
    pub(super) found: HashSet<PathBuf>,
}

/// The files to read: of directories the files with the extension of manifests, sorted by name. Files that a kustomization
/// uses for itself and Helm charts are not manifests, and are skipped.
///
/// # Errors
///
/// If a directory cannot be read, and if standard input is empty or named twice.
pub(super) fn files(tree: FileTree<'_>, inputs: &[PathBuf]) -> Result<Files, Error> {
    let (mut files, patches) = files_and_patches(tree, inputs)?;
    files.paths.retain(|path| !patches.contains(path));
    files.found.retain(|path| !patches.contains(path));
    Ok(files)
}

/// The same with the patches of kustomizations, and which of the files these are.
///
/// # Errors
///
/// Those of [`files`].
pub(super) fn files_and_patches(
    tree: FileTree<'_>,
    inputs: &[PathBuf],
) -> Result<(Files, HashSet<PathBuf>), Error> {
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
    let mut files = Files { paths: Vec::new(), found: HashSet::new() };
    let mut patches = HashSet::new();
    for input in inputs {
        if is_stdin(&input) {
            files.paths.push(input.clone());
            continue;
        }
        let (mut found, mut named) = (Vec::new(), Named::default());
        let failed = |source| Error::Read { path: tree.shown(input).into(), source };
        if tree.kind(input).map_err(failed)? == EntryKind::Folder {
            walk(tree, input, &mut found, &mut named)?;
            found.retain(|path| !named.is_for_kustomize(path) || named.is_patch(path));
            patches.extend(found.iter().filter(|path| named.is_patch(path)).cloned());
            files.found.extend(found.iter().cloned());
            files.paths.append(&mut found);
        } else {
            // A file that the user names is validated, whatever else uses it.
            files.paths.push(input.clone());
        }
    }
    for input in inputs {
        files.found.remove(input);
        patches.remove(input);
    }
    Ok((files, patches))
}

/// The definitions of custom resources in some files and directories.
///
/// # Errors
///
/// If one cannot be read, or holds no definition.
pub(super) fn definitions(tree: FileTree<'_>, paths: &[PathBuf]) -> Result<Definitions, Error> {
    let mut texts = Vec::new();
    for path in paths {
        let mut files = vec![path.clone()];
        let failed = |source| Error::Read { path: tree.shown(path).into(), source };
        if tree.kind(path).map_err(failed)? == EntryKind::Folder {
            files.clear();
            walk(tree, path, &mut files, &mut Named::default())?;
        }
        let before = texts.len();
        for file in files {
            texts.push(read_text(tree, &file)?);
        }
        if !texts[before..].iter().any(|text| text.contains("CustomResourceDefinition")) {
            return Err(Error::Usage {
                message: format!("`{}` contains no CustomResourceDefinition", path.display()),
                help: Some("`--crds` expects files or directories of definitions in YAML or JSON".to_owned()),
            });
        }
    }
    Ok(Definitions::read(texts))
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

fn walk(tree: FileTree<'_>, folder: &Path, found: &mut Vec<PathBuf>, named: &mut Named) -> Result<(), Error> {
    if tree.is_file(&folder.join("Chart.yaml")) {
        // Its templates are no manifests before Helm has rendered them.
        report::note(&format!(
            "note: {0} is a Helm chart and is skipped: helm template {0} | volwright validate -\n",
            output::writer::terminal::line(&folder.display().to_string())
        ));
        return Ok(());
    }
    named.add(tree, folder)?;
    let failed = |source| Error::Read { path: tree.shown(folder).into(), source };
    for (name, kind) in tree.list(folder).map_err(failed)? {
        let path = folder.join(name);
        if kind == EntryKind::Folder {
            walk(tree, &path, found, named)?;
        } else if is_manifest(&path)
            && (kind == EntryKind::File || kind == EntryKind::Link && tree.is_file(&path))
        {
            // A link to a file is followed; a link to a folder is not, so there are no circles.
            found.push(path);
        }
    }
    Ok(())
}

/// The manifests in a folder that an editor has opened, as [`files`] finds them, but without hidden folders and those of
/// packages; what cannot be read is skipped. None if there are more than `most` files and folders.
pub(super) fn listed(folder: &Path, most: usize) -> Vec<PathBuf> {
    let mut listing = Listing { left: most, ..Listing::default() };
    listing.add(folder);
    if listing.left == 0 {
        return Vec::new();
    }
    let Listing { mut found, named, .. } = listing;
    found.retain(|path| !named.is_for_kustomize(path));
    found
}

/// The manifests of a folder that an editor has opened.
#[derive(Default)]
struct Listing {
    /// In the order of their paths.
    found: Vec<PathBuf>,
    named: Named,
    /// How many more files and folders may be visited.
    left: usize,
}

impl Listing {
    fn add(&mut self, folder: &Path) {
        if FileTree::Disk.is_file(&folder.join("Chart.yaml")) {
            return;
        }
        let _ = self.named.add(FileTree::Disk, folder);
        for (name, kind) in FileTree::Disk.list(folder).unwrap_or_default() {
            self.left = self.left.saturating_sub(1);
            if self.left == 0 {
                return;
            }
            let is_skipped = name.to_string_lossy().starts_with('.') || name == "node_modules";
            let path = folder.join(name);
            if kind == EntryKind::Folder && !is_skipped {
                self.add(&path);
            } else if kind == EntryKind::File && is_manifest(&path) {
                self.found.push(path);
            }
        }
    }
}

fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json")
}
