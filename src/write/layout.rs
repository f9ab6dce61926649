//! Which files rendered objects become: plain ones, a kustomize base, or the templates of a Helm chart.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

use clap::ValueEnum;

use crate::document::Document;
use crate::error::Error;
use crate::write::header::{HEADER, is_ours};
use crate::yaml::node::Node;
use crate::yaml::write;

/// How a folder of manifests is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Layout {
    /// One file per object
    #[default]
    Flat,
    /// The same, and a kustomization.yaml that lists them
    Kustomize,
    /// Templates of a Helm chart, which give back every text as it is
    Helm,
}

/// The files that one profile is rendered to: name and text.
#[derive(Clone, Debug, Default)]
pub struct Manifests(Vec<(String, String)>);

impl Manifests {
    /// One file per object, `<kind>-<name>.yaml`, and what the layout has besides. `asked` is the profile as it was asked
    /// for.
    #[must_use]
    pub fn new(documents: &[Document<'_>], asked: &str, layout: Layout) -> Self {
        let header = header(asked);
        let text = |body: &str| {
            let text = format!("{header}; do not edit.\n{body}");
            if layout == Layout::Helm { escaped(&text) } else { text }
        };
        let object = |document: &Document<'_>| {
            let name = format!("{}-{}.yaml", document.kind.to_ascii_lowercase(), document.name);
            (name, text(&write::write(&document.root)))
        };
        let mut files: Vec<_> = documents.iter().map(object).collect();
        if layout == Layout::Kustomize {
            let references = references(documents);
            let list = kustomization(&files, references.is_some());
            files.push(("kustomization.yaml".to_owned(), text(&list)));
            files.extend(references.map(|references| (REFERENCES.to_owned(), text(&references))));
        }
        Self(files)
    }
}

/// The files that a run writes, or compares.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The folders that hold them, each with the name and the text of its files: what else of ours lies there is stale.
    folders: BTreeMap<PathBuf, BTreeMap<String, String>>,
    /// The folders that were asked for.
    roots: BTreeSet<PathBuf>,
}

impl Files {
    /// The folders that were asked for.
    pub(super) fn roots(&self) -> impl Iterator<Item = &Path> {
        self.roots.iter().map(PathBuf::as_path)
    }

    /// These, and the folders in them that may hold files of ours.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.keys().map(PathBuf::as_path)
    }

    /// Adds the files of some profiles; several get a folder each. Each entry is the profile as it was asked for, and what
    /// it was rendered to.
    ///
    /// # Errors
    ///
    /// Where two files would be one, or a name is none for a file.
    pub fn add(&mut self, folder: &Path, rendered: Vec<(&str, Manifests)>) -> Result<(), Error> {
        let several = rendered.len() > 1;
        if several {
            // A profile that is no longer rendered leaves its folder behind.
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    self.folders.entry(entry.path()).or_default();
                }
            }
        }
        self.folders.entry(folder.to_owned()).or_default();
        self.roots.insert(folder.to_owned());
        for (asked, manifests) in rendered {
            let folder = if several { folder.join(part(stem(asked))?) } else { folder.to_owned() };
            let files = self.folders.entry(folder.clone()).or_default();
            for (name, text) in manifests.0 {
                part(&name)?;
                match files.entry(name) {
                    Entry::Vacant(place) => {
                        place.insert(text);
                    }
                    Entry::Occupied(place) => {
                        return Err(Error::usage(
                            format!("two objects would be written to {}", folder.join(place.key()).display()),
                            "write them into two folders, or give them two names",
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    /// Every file and its text, by folder and name.
    #[must_use]
    pub fn list(&self) -> Vec<(PathBuf, &str)> {
        let mut list = Vec::new();
        for (folder, files) in &self.folders {
            list.extend(files.iter().map(|(name, text)| (folder.join(name), text.as_str())));
        }
        list
    }

    /// The files of ours beside these that nothing renders any more.
    ///
    /// # Errors
    ///
    /// Where a folder or a file of it cannot be read.
    pub fn stale(&self) -> Result<Vec<PathBuf>, Error> {
        let mut stale = Vec::new();
        for (folder, files) in &self.folders {
            let entries = match std::fs::read_dir(folder) {
                Ok(entries) => entries,
                // What stands in the way is said when it is written to.
                Err(error)
                    if matches!(
                        error.kind(),
                        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
                    ) =>
                {
                    continue;
                }
                Err(source) => return Err(Error::Read { path: folder.clone(), source }),
            };
            for entry in entries {
                let path = entry.map_err(|source| Error::Read { path: folder.clone(), source })?.path();
                let name = path.file_name().and_then(|name| name.to_str());
                let listed = name.is_some_and(|name| files.contains_key(name));
                let yaml = path.extension().is_some_and(|end| end == "yaml");
                if yaml && !listed && is_ours(&path)? {
                    stale.push(path);
                }
            }
        }
        stale.sort();
        Ok(stale)
    }
}

/// The file that tells kustomize of references that it does not know of itself.
const REFERENCES: &str = "kustomizeconfig.yaml";
const NAME_REFERENCES: &str = include_str!("kustomizeconfig.yaml");
/// The names of claims that others are copied from.
const CLONES: &str = include_str!("kustomizeclones.yaml");

/// What kustomize must be told, where these objects refer to each other by fields that it does not know.
fn references(documents: &[Document<'_>]) -> Option<String> {
    let mut needed = false;
    let mut sources = Vec::new();
    for document in documents {
        find(&document.root, &mut |key, value| match key {
            "volumeAttributesClassName" | "ephemeral" => needed = true,
            "dataSource" | "dataSourceRef" => sources.extend(value.get("kind").and_then(Node::as_str)),
            _ => {}
        });
    }
    // kustomize does not look at the kind: beside a snapshot of a claim's name it would rename the wrong one.
    let clones = !sources.is_empty() && sources.iter().all(|kind| *kind == "PersistentVolumeClaim");
    (needed || clones).then(|| format!("{NAME_REFERENCES}{}", if clones { CLONES } else { "" }))
}

/// Calls `seen` for every key below `node`.
fn find<'n>(node: &'n Node<'_>, seen: &mut impl FnMut(&str, &'n Node<'_>)) {
    for entry in node.entries() {
        seen(&entry.key.value, &entry.value);
        find(&entry.value, seen);
    }
    node.items().iter().for_each(|item| find(item, seen));
}

fn kustomization(files: &[(String, String)], references: bool) -> String {
    let mut out = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n".to_owned();
    for (name, _) in files {
        let _ = writeln!(out, "  - {name}");
    }
    if references {
        let _ = write!(out, "configurations:\n  - {REFERENCES}\n");
    }
    out
}

/// The text as a Helm template that gives it back: only `{{` means anything to Helm's engine.
fn escaped(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// Where a file is from: the profile by its path, the same from whatever folder it is asked for, without the folders of
/// this machine.
fn header(asked: &str) -> String {
    let path = Path::new(asked);
    let here = std::env::current_dir().unwrap_or_default();
    let path = match path.strip_prefix(&here) {
        Ok(below) => below,
        Err(_) if path.is_absolute() => Path::new(path.file_name().unwrap_or_default()),
        Err(_) => path,
    };
    let parts: Vec<_> = path
        .components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    let shown = parts.join("/");
    let shown: String = shown.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect();
    format!("{HEADER}{shown}")
}

/// `mine` of `profiles/mine.toml`.
fn stem(asked: &str) -> &str {
    Path::new(asked).file_stem().and_then(|stem| stem.to_str()).unwrap_or(asked)
}

/// One plain part of a path: nothing that leads elsewhere.
fn part(name: &str) -> Result<&str, Error> {
    let plain = !name.is_empty()
        && !name.starts_with('.')
        && !name.contains(['/', '\\', ':'])
        && !name.chars().any(char::is_control);
    if plain && name.len() <= 255 {
        return Ok(name);
    }
    Err(Error::usage(
        format!("`{name}` cannot be the name of a file"),
        "give the object a shorter, plainer name",
    ))
}
