//! A file of the user, read as text.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::Error;

/// A text larger than this is not read, in bytes: offsets into it would not fit.
pub(super) const LARGEST: u64 = 2 << 30;

/// The text of a file of at most 2 GiB.
///
/// # Errors
///
/// If it cannot be read, is too large, or is not UTF-8.
pub(super) fn read_text(path: &Path) -> Result<String, Error> {
    read_small(path, LARGEST, "2 GiB")
}

/// The text of a file of at most `limit` bytes; `shown` is the limit with its unit.
///
/// # Errors
///
/// If it cannot be read, is too large, or is not UTF-8.
pub(super) fn read_small(path: &Path, limit: u64, shown: &'static str) -> Result<String, Error> {
    let mut file = File::open(path).map_err(Error::read(path))?;
    let size = file.metadata().map_err(Error::read(path))?.len();
    let too_large = || Error::TooLarge { path: path.to_owned(), limit: shown };
    if size > limit {
        return Err(too_large());
    }
    // The size of a device or a pipe is not known in advance.
    let mut bytes = Vec::with_capacity(size as usize);
    file.by_ref().take(limit + 1).read_to_end(&mut bytes).map_err(Error::read(path))?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    text_of(bytes, path)
}

/// The bytes as text, which must be UTF-8.
pub(super) fn text_of(bytes: Vec<u8>, path: &Path) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|error| Error::NotUtf8 {
        path: path.to_owned(),
        offset: error.utf8_error().valid_up_to() as u64,
    })
}
