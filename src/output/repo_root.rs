//! Makes paths relative to the repository root, as code scanning and annotations require.

use std::path::{Component, Path, PathBuf};

/// The folder that volwright runs in, and the root of the repository around it.
#[derive(Clone, Debug)]
pub struct Base {
    folder: PathBuf,
    root: PathBuf,
}

/// A file path relative to a [`Base`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Below the root, with `/` between the parts.
    Inside(String),
    /// Elsewhere: the whole path.
    Outside(PathBuf),
}

impl Base {
    /// Paths are relative to `root`; the input was relative to `folder`.
    #[must_use]
    pub fn new(folder: &Path, root: &Path) -> Self {
        Self { folder: folder.to_owned(), root: root.to_owned() }
    }

    /// The base of `folder`: the nearest folder upwards that holds `.git`, or `folder` itself.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let root = folder.ancestors().find(|ancestor| ancestor.join(".git").exists());
        Self::new(folder, root.unwrap_or(folder))
    }

    /// The place of a file by the path that was given for it. Links are not followed.
    #[must_use]
    pub fn place(&self, path: &str) -> Place {
        let mut whole = PathBuf::new();
        for part in self.folder.join(path).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    whole.pop();
                }
                part => whole.push(part),
            }
        }
        match whole.strip_prefix(&self.root) {
            Ok(inside) => {
                let parts: Vec<_> =
                    inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                Place::Inside(parts.join("/"))
            }
            Err(_) => Place::Outside(whole),
        }
    }
}
