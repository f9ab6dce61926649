//! Why a run could not be carried out: usage, unreadable input, failed output. Everything wrong *inside* the user's files
//! is a finding, never an error.

use std::io;
use std::path::{Path, PathBuf};

/// A run that failed: exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or directory could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The path as the user wrote it.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A file or directory could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The path as the user wrote it.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A file is not text.
    #[error("{} is not text: byte {} is not UTF-8", path.display(), offset + 1)]
    NotUtf8 {
        /// The path as the user wrote it.
        path: PathBuf,
        /// The first byte that is not UTF-8, from 0.
        offset: u64,
    },
    /// A file is larger than what is read of its kind.
    #[error("{} is larger than {limit}", path.display())]
    TooLarge {
        /// The path as the user wrote it.
        path: PathBuf,
        /// The limit with its unit, such as `2 GiB`.
        limit: &'static str,
    },
    /// A file that would be replaced does not begin with volwright's header.
    #[error("{} was not written by volwright", path.display())]
    ForeignFile {
        /// The path as the user wrote it.
        path: PathBuf,
    },
    /// Two objects would be written to one file.
    #[error("two objects would be written to {}", path.display())]
    NameClash {
        /// The file.
        path: PathBuf,
    },
    /// The input has no bytes.
    #[error("{} is empty", if path.as_os_str() == "-" { "standard input".into() } else { path.display().to_string() })]
    EmptyInput {
        /// The path as the user wrote it; `-` is standard input.
        path: PathBuf,
    },
    /// The command line requests something that cannot be done.
    #[error("{message}")]
    Usage {
        /// What is wrong, without a full stop.
        message: String,
        /// What to do instead.
        help: Option<String>,
    },
    /// A signal told the program to stop.
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
    /// A usage error: what is wrong, without a full stop, and what to do instead.
    #[must_use]
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: Some(help.into()) }
    }

    /// Turns a system's error about reading `path` into an error.
    pub fn read(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Read { path: path.to_owned(), source }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Usage { help, .. } => return help.clone(),
            // The byte order mark of UTF-16 is not UTF-8 at the first byte.
            Self::NotUtf8 { offset: 0, .. } => {
                "manifests and profiles are UTF-8; the file looks like UTF-16: save it as UTF-8"
            }
            Self::NotUtf8 { .. } => "manifests and profiles are UTF-8",
            Self::ForeignFile { .. } => {
                "move it away, or choose another folder: only files that begin with volwright's header are replaced"
            }
            Self::NameClash { .. } => "write them into two folders, or give them two names",
            Self::EmptyInput { .. } => {
                "did the program before it in the pipeline fail? `--allow-empty` accepts an empty input"
            }
            Self::Read { .. }
            | Self::Write { .. }
            | Self::TooLarge { .. }
            | Self::Interrupted { .. }
            | Self::Output(_) => return None,
        };
        Some(help.to_owned())
    }
}
