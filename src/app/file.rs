//! A file of the user, read as text.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::tree::FileTree;

/// A text larger than this is not read, in bytes: offsets into it would not fit.
pub(super) const LARGEST: u64 = 2 << 30;

/// The text of a file of at most 2 GiB.
///
/// # Errors
///
/// If it cannot be read, is too large, or is not UTF-8.
pub(super) fn read_text(tree: FileTree<'_>, path: &Path) -> Result<String, Error> {
    read_small(tree, path, LARGEST, "2 GiB")
}

/// The text of a file of at most `limit` bytes; `shown` is the limit with its unit.
///
/// # Errors
///
/// If it cannot be read, is too large, or is not UTF-8.
pub(super) fn read_small(
    tree: FileTree<'_>,
    path: &Path,
    limit: u64,
    shown: &'static str,
) -> Result<String, Error> {
    let name = || PathBuf::from(tree.shown(path));
    let bytes = tree.read(path, limit).map_err(|source| Error::Read { path: name(), source })?;
    if bytes.len() as u64 > limit {
        return Err(Error::TooLarge { path: name(), limit: shown });
    }
    text_of(bytes, &name())
}

/// The bytes as text, which must be UTF-8.
pub(super) fn text_of(bytes: Vec<u8>, path: &Path) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|error| Error::NotUtf8 {
        path: path.to_owned(),
        offset: error.utf8_error().valid_up_to() as u64,
    })
}
