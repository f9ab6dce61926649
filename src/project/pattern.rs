//! Files by pattern: a path in which `*` and `?` match within one name.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use crate::error::Error;
use crate::tree::FileTree;

/// The files that a pattern matches, relative to `folder`, sorted by path. As in a shell, a wildcard does not match a
/// leading dot.
///
/// # Errors
///
/// If a folder cannot be read.
pub(super) fn files(tree: FileTree<'_>, folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, Error> {
    let mut found = vec![folder.to_owned()];
    for part in Path::new(pattern).components() {
        let Component::Normal(name) = part else {
            found.iter_mut().for_each(|path| path.push(part));
            continue;
        };
        let name = name.to_string_lossy();
        if !name.contains(['*', '?']) {
            found.iter_mut().for_each(|path| path.push(&*name));
            continue;
        }
        let pattern: Vec<char> = name.chars().collect();
        let mut next = Vec::new();
        for path in found {
            next.extend(
                names(tree, &path)?
                    .into_iter()
                    .filter(|name| matches(&pattern, name))
                    .map(|name| path.join(name)),
            );
        }
        found = next;
    }
    found.retain(|path| tree.is_file(path));
    found.sort();
    Ok(found)
}

/// The names in a folder; none if it does not exist.
fn names(tree: FileTree<'_>, folder: &Path) -> Result<Vec<String>, Error> {
    match tree.list(folder) {
        Ok(entries) => Ok(entries.into_iter().filter_map(|(name, _)| name.into_string().ok()).collect()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(Vec::new())
        }
        Err(source) => Err(Error::Read { path: tree.shown(folder).into(), source }),
    }
}

/// Whether a name matches a pattern. Each `*` is tried only from the last one on, so that the time is at most the product
/// of both lengths.
fn matches(pattern: &[char], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    if name.first() == Some(&'.') && pattern.first() != Some(&'.') {
        return false;
    }
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == name[from] => {
                at += 1;
                from += 1;
            }
            _ => match star {
                Some((place, tried)) => {
                    star = Some((place, tried + 1));
                    at = place + 1;
                    from = tried + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}
