//! Folders that kustomize builds: which of their files are no manifests.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use super::file::read_text;
use crate::error::Error;
use crate::source::{SourceKind, Sources};
use crate::yaml::node::Node;
use crate::yaml::read::read;

/// What kustomize's file is called (kustomize v5.8.1, api/konfig/general.go, `RecognizedKustomizationFileNames`).
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Where a kustomization names what it sends on as it is.
const RESOURCES: [&str; 3] = ["resources", "bases", "components"];

/// Adds the files that the kustomization of `folder`, if there is one, reads for itself: the kustomization, and what it
/// names as a configuration, a patch, a generator's file and so on. They are no objects, or parts of some.
///
/// # Errors
///
/// Where the kustomization cannot be read.
pub(super) fn others(folder: &Path, found: &mut HashSet<PathBuf>) -> Result<(), Error> {
    for name in NAMES {
        let path = folder.join(name);
        if !path.is_file() {
            continue;
        }
        let mut sources = Sources::new();
        let id = sources.add(name, read_text(&path)?, SourceKind::Manifest);
        for root in read(id, &sources.get(id).text).iter().filter_map(|reading| reading.root.as_ref()) {
            let (sent, own): (Vec<_>, Vec<_>) =
                root.entries().iter().partition(|entry| RESOURCES.contains(&&*entry.key.value));
            let mut resources = HashSet::new();
            sent.iter().for_each(|entry| files(&entry.value, folder, &mut resources));
            let mut named = HashSet::new();
            own.iter().for_each(|entry| files(&entry.value, folder, &mut named));
            found.extend(named.into_iter().filter(|path| !resources.contains(path)));
        }
        found.insert(plain(&path));
    }
    Ok(())
}

/// Every text below `node`, as a path from `folder`.
fn files(node: &Node<'_>, folder: &Path, found: &mut HashSet<PathBuf>) {
    if let Some(text) = node.as_str() {
        // A generator writes `KEY=FILE` where the key is not the file's name.
        let text = text.split_once('=').map_or(text, |(_, file)| file);
        if !text.is_empty() && !text.contains('\n') {
            found.insert(plain(&folder.join(text)));
        }
    }
    node.items().iter().for_each(|item| files(item, folder, found));
    node.entries().iter().for_each(|entry| files(&entry.value, folder, found));
}

/// The path without `.` and, where it can be seen, without `..`.
pub(super) fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}
