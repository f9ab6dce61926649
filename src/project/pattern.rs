//! Files by pattern: a path in which `*` and `?` match within one name.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use crate::error::Error;

/// The files that a pattern matches, relative to `folder`, sorted by path. As in a shell, a wildcard does not match a
/// leading dot.
///
/// # Errors
///
/// If a folder cannot be read.
pub(super) fn files(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, Error> {
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
                names(&path)?.into_iter().filter(|name| matches(&pattern, name)).map(|name| path.join(name)),
            );
        }
        found = next;
    }
    found.retain(|path| path.is_file());
    found.sort();
    Ok(found)
}

/// The names in a folder; none if it does not exist.
fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let path = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(failed(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry.map_err(failed)?.file_name().into_string());
    }
    Ok(names)
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
