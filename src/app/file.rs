//! A file of the user, read as text.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::Error;

/// A text larger than this is not read, in bytes: offsets into it would not fit.
pub(super) const LARGEST: u64 = 2 << 30;

/// The text of a file.
///
/// # Errors
///
/// Where it cannot be read, is larger than 2 GiB, or is not UTF-8.
pub(super) fn read_text(path: &Path) -> Result<String, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    if size > LARGEST {
        return Err(Error::too_large(path));
    }
    // A device or a pipe does not tell its size.
    let mut bytes = Vec::with_capacity(size as usize);
    file.by_ref().take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    text_of(bytes, path)
}

/// The bytes as text, which must be UTF-8.
pub(super) fn text_of(bytes: Vec<u8>, path: &Path) -> Result<String, Error> {
    if bytes.len() as u64 > LARGEST {
        return Err(Error::too_large(path));
    }
    String::from_utf8(bytes).map_err(|error| Error::not_text(path, error.utf8_error().valid_up_to() as u64))
}
