//! What stops a run altogether: usage, unreadable input, failed output. Everything wrong *inside* the user's
//! files is a finding, never an error.

use std::io;
use std::path::{Path, PathBuf};

/// A run that could not be carried out: exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file as the user named it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file or folder could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file as the user named it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The command line asks for something that cannot be done.
    #[error("{message}")]
    Usage {
        /// What is wrong, without a full stop.
        message: String,
        /// What to do instead.
        help: Option<String>,
    },
    /// A signal asked the program to stop.
    #[error("interrupted: nothing is written")]
    Interrupted {
        /// The signal's number.
        signal: i32,
    },
    /// Standard output or standard error could not be written.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
}

impl Error {
    /// A usage error: what is wrong, and what to do instead.
    #[must_use]
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: Some(help.into()) }
    }

    /// A file whose byte at `offset` is not UTF-8.
    #[must_use]
    pub fn not_text(path: &Path, offset: u64) -> Self {
        Self::Usage {
            message: format!("{} is not text: byte {} is not UTF-8", path.display(), offset + 1),
            help: Some(match offset {
                // A mark of UTF-16 is no UTF-8 at the first byte.
                0 => {
                    "manifests and profiles are UTF-8; what Windows calls Unicode is UTF-16: save it as UTF-8"
                        .to_owned()
                }
                _ => "manifests and profiles are UTF-8".to_owned(),
            }),
        }
    }

    /// A file that is larger than any that is read as a whole.
    #[must_use]
    pub fn too_large(path: &Path) -> Self {
        Self::Usage { message: format!("{} is larger than 2 GiB", path.display()), help: None }
    }
}
