//! Folders that kustomize builds: which of their files are not manifests.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use crate::app::file::read_small;
use crate::error::Error;
use crate::source::{SourceKind, Sources};
use crate::tree::FileTree;
use crate::yaml::node::Node;
use crate::yaml::read::read;

/// What kustomize's file is called (kustomize v5.8.1, api/konfig/general.go, `RecognizedKustomizationFileNames`).
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The most bytes of a kustomization that are read; a larger one is not a kustomization.
const LARGEST: u64 = 1 << 20;

/// The fields of a kustomization that name files, as paths of keys (kustomize v5.8.1, api/types/kustomization.go and the types
/// that it contains). A list counts as each of its items.
const FILES: [&[&str]; 19] = [
    &["replacements", "path"],
    &["configurations"],
    &["crds"],
    &["generators"],
    &["transformers"],
    &["validators"],
    &["openapi", "path"],
    &["configMapGenerator", "files"],
    &["configMapGenerator", "envs"],
    &["configMapGenerator", "env"],
    &["secretGenerator", "files"],
    &["secretGenerator", "envs"],
    &["secretGenerator", "env"],
    &["helmCharts", "valuesFile"],
    &["helmCharts", "additionalValuesFiles"],
    &["helmChartInflationGenerator", "values"],
    &["resources"],
    &["bases"],
    &["components"],
];

/// The fields whose files are patches of objects. A patch may also be written in the kustomization itself.
const PATCHES: [&[&str]; 3] =
    [&["patches", "path"], &["patchesStrategicMerge"], &["patchesJson6902", "path"]];

/// The fields whose texts are patches, which may be file names too if they are on one line.
const INLINE_PATCHES: [&[&str]; 3] =
    [&["patches", "patch"], &["patchesStrategicMerge"], &["patchesJson6902", "patch"]];

/// The fields whose files are manifests.
const RESOURCES: [&str; 3] = ["resources", "bases", "components"];

/// The files that kustomizations name.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Manifests, whatever else another kustomization uses them for.
    resources: HashSet<PathBuf>,
    /// Files for kustomize itself.
    others: HashSet<PathBuf>,
    /// Parts of manifests.
    patches: HashSet<PathBuf>,
}

impl Named {
    /// Whether kustomize reads a file for itself, so that it is not a manifest.
    pub(super) fn is_for_kustomize(&self, path: &Path) -> bool {
        let path = plain(path);
        self.others.contains(&path) && !self.resources.contains(&path) || self.is_patch(&path)
    }

    /// Whether a file is a patch or contains some, and is not a manifest.
    pub(super) fn is_patch(&self, path: &Path) -> bool {
        let path = plain(path);
        self.patches.contains(&path) && !self.resources.contains(&path)
    }

    /// Adds the kustomization of `folder`, if it has one, and the files that it names.
    ///
    /// # Errors
    ///
    /// If the kustomization cannot be read.
    pub(super) fn add(&mut self, tree: FileTree<'_>, folder: &Path) -> Result<(), Error> {
        for name in NAMES {
            let path = folder.join(name);
            if !tree.is_file(&path) {
                continue;
            }
            let mut sources = Sources::new();
            let text = read_small(tree, &path, LARGEST, "1 MiB, the limit of a kustomization")?;
            let id = sources.add(name, text, SourceKind::Manifest);
            for root in read(id, &sources.get(id).text).iter().filter_map(|reading| reading.root.as_ref()) {
                for keys in FILES {
                    let is_resource = keys.first().is_some_and(|first| RESOURCES.contains(first));
                    let found = if is_resource { &mut self.resources } else { &mut self.others };
                    files(root, keys, folder, found);
                }
                for keys in PATCHES {
                    files(root, keys, folder, &mut self.patches);
                }
                if INLINE_PATCHES.iter().any(|keys| has_text(root, keys)) {
                    self.patches.insert(plain(&path));
                }
            }
            self.others.insert(plain(&path));
        }
        Ok(())
    }
}

/// Whether a text at a path of keys below `node` is a patch itself, and not the name of a file.
fn has_text(node: &Node<'_>, keys: &[&str]) -> bool {
    match keys.split_first() {
        _ if node.items().iter().any(|item| has_text(item, keys)) => true,
        Some((first, rest)) => node.get(first).is_some_and(|value| has_text(value, rest)),
        None => node.as_str().is_some_and(|text| text.contains('\n')),
    }
}

/// The texts at a path of keys below `node`, as paths from `folder`.
fn files(node: &Node<'_>, keys: &[&str], folder: &Path, found: &mut HashSet<PathBuf>) {
    node.items().iter().for_each(|item| files(item, keys, folder, found));
    if let Some((first, rest)) = keys.split_first() {
        if let Some(value) = node.get(first) {
            files(value, rest, folder, found);
        }
    } else if let Some(text) = node.as_str() {
        // A generator writes `KEY=FILE` if the key is not the file's name.
        let text = text.split_once('=').map_or(text, |(_, file)| file);
        if !text.is_empty() && !text.contains('\n') {
            found.insert(plain(&folder.join(text)));
        }
    }
}

/// The path without `.`, and without `..` as far as the path itself shows what it means.
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
