//! What a folder holds against what would be written: changed, missing and stale files, and a unified diff.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use similar::TextDiff;

use super::github;
use crate::error::Error;
use crate::output::repo_root::Base;
use crate::parallel;

/// Lines around a change, as in git.
const CONTEXT: usize = 3;

/// One file that is not as it would be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The file.
    pub path: PathBuf,
    /// How it differs.
    pub kind: Kind,
    /// The unified diff from what is there to what would be.
    pub diff: String,
}

/// How a file differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It holds something else.
    Changed,
    /// It is not there.
    Missing,
    /// It is ours, and nothing renders it any more.
    Stale,
}

impl Kind {
    /// `changed`, `missing` or `stale`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Stale => "stale",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Changed => {
                "changed: this is not what `volwright render` writes here; run it, and commit what it writes"
            }
            Self::Missing => {
                "missing: `volwright render` writes a file here; run it, and commit what it writes"
            }
            Self::Stale => {
                "stale: nothing renders this file any more; `volwright render --prune` takes it away"
            }
        }
    }
}

/// Compares bytes, and changes nothing.
///
/// # Errors
///
/// Where a file cannot be read.
pub fn compare(files: &[(PathBuf, &str)], stale: &[PathBuf]) -> Result<Vec<Drift>, Error> {
    let compared = parallel::map_small(files, |(path, text)| {
        Ok(match read(path)? {
            Some(bytes) if bytes == text.as_bytes() => None,
            Some(bytes) => Some(drift(path, Kind::Changed, &String::from_utf8_lossy(&bytes), text)),
            None => Some(drift(path, Kind::Missing, "", text)),
        })
    });
    let mut found = compared.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>, Error>>()?;
    for path in stale {
        let bytes = read(path)?.unwrap_or_default();
        found.push(drift(path, Kind::Stale, &String::from_utf8_lossy(&bytes), ""));
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// The files as JSON has them, beside a report.
#[must_use]
pub fn json(found: &[Drift]) -> Value {
    found
        .iter()
        .map(|one| json!({"file": one.path.display().to_string(), "change": one.kind.as_str()}))
        .collect()
}

/// The files as workflow commands, which GitHub shows beside the changed lines.
#[must_use]
pub fn annotations(found: &[Drift], base: &Base) -> String {
    let one = |one: &Drift| github::error(&one.path.display().to_string(), base, "drift", one.kind.about());
    found.iter().map(one).collect()
}

/// The files as a list, for a comment on a pull request.
#[must_use]
pub fn markdown(found: &[Drift]) -> String {
    found.iter().map(|one| format!("- **{}** `{}`\n", one.kind.as_str(), one.path.display())).collect()
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(source) => Err(Error::Read { path: path.to_owned(), source }),
    }
}

fn drift(path: &Path, kind: Kind, old: &str, new: &str) -> Drift {
    let name = path.display().to_string().replace('\\', "/").trim_start_matches('/').to_owned();
    let side = |there: bool, prefix: &str| match there {
        true => format!("{prefix}/{name}"),
        false => "/dev/null".to_owned(),
    };
    let diff = TextDiff::from_lines(old, new);
    let diff = diff
        .unified_diff()
        .context_radius(CONTEXT)
        .header(&side(kind != Kind::Missing, "a"), &side(kind != Kind::Stale, "b"))
        .to_string();
    Drift { path: path.to_owned(), kind, diff }
}
