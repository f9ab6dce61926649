//! Which files rendered objects become: plain ones, a kustomize base, or the templates of a Helm chart.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

use clap::ValueEnum;

use super::files::{HEADER, is_ours};
use crate::document::node::Node;
use crate::document::{Document, write};
use crate::error::Error;

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

/// The files that a run writes, or compares.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Path and text.
    pub texts: BTreeMap<PathBuf, String>,
    /// Folders that hold them: what else of ours lies there is stale.
    folders: BTreeSet<PathBuf>,
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
        self.folders.iter().map(PathBuf::as_path)
    }

    /// Adds one file per object, `<kind>-<name>.yaml`; several profiles get a folder each. Each entry is the profile as
    /// it was asked for, and its documents.
    ///
    /// # Errors
    ///
    /// Where two files would be one, or a name is none for a file.
    pub fn add(
        &mut self,
        folder: &Path,
        rendered: &[(&str, &[Document<'_>])],
        layout: Layout,
    ) -> Result<(), Error> {
        let several = rendered.len() > 1;
        if several {
            // A profile that is no longer rendered leaves its folder behind.
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    self.folders.insert(entry.path());
                }
            }
        }
        self.folders.insert(folder.to_owned());
        self.roots.insert(folder.to_owned());
        for (asked, documents) in rendered {
            let folder = if several { folder.join(part(stem(asked))?) } else { folder.to_owned() };
            self.folders.insert(folder.clone());
            let mut names = Vec::new();
            for document in *documents {
                let name = format!("{}-{}.yaml", document.kind.to_ascii_lowercase(), document.name);
                self.put(folder.join(part(&name)?), asked, &write::write(&document.root), layout)?;
                names.push(name);
            }
            if layout == Layout::Kustomize {
                let references = references(documents);
                let text = kustomization(&names, references.is_some());
                self.put(folder.join("kustomization.yaml"), asked, &text, layout)?;
                if let Some(references) = references {
                    self.put(folder.join(REFERENCES), asked, &references, layout)?;
                }
            }
        }
        Ok(())
    }

    fn put(&mut self, path: PathBuf, asked: &str, body: &str, layout: Layout) -> Result<(), Error> {
        let text = format!("{}; do not edit.\n{body}", header(asked));
        let text = if layout == Layout::Helm { escaped(&text) } else { text };
        match self.texts.entry(path) {
            Entry::Vacant(place) => {
                place.insert(text);
                Ok(())
            }
            Entry::Occupied(place) => Err(usage(
                format!("two objects would be written to {}", place.key().display()),
                "write them into two folders, or give them two names",
            )),
        }
    }

    /// The files of ours beside these that nothing renders any more.
    ///
    /// # Errors
    ///
    /// Where a folder or a file of it cannot be read.
    pub fn stale(&self) -> Result<Vec<PathBuf>, Error> {
        let mut stale = Vec::new();
        for folder in &self.folders {
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
                let yaml = path.extension().is_some_and(|end| end == "yaml");
                if yaml && !self.texts.contains_key(&path) && is_ours(&path)? {
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

fn kustomization(names: &[String], references: bool) -> String {
    let mut out = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n".to_owned();
    for name in names {
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
    Err(usage(format!("`{name}` cannot be the name of a file"), "give the object a shorter, plainer name"))
}

fn usage(message: String, help: &str) -> Error {
    Error::Usage { message, help: Some(help.to_owned()) }
}
