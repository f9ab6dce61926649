//! Files on disk compared with what a render would write: changed, missing and stale files, and a unified diff.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use similar::TextDiff;

use super::github;
use super::writer::github::Commands;
use super::writer::markdown::Markdown;
use super::writer::terminal::{self, Terminal};
use crate::error::Error;
use crate::output::repo_root::Base;
use crate::parallel;

/// Lines around a change, as in git.
const CONTEXT: usize = 3;

/// A file that differs from what a render would write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The file.
    pub path: PathBuf,
    /// How it differs.
    pub kind: Kind,
    /// The unified diff from the file to what a render would write.
    pub diff: String,
}

/// How a file differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its text differs.
    Changed,
    /// It does not exist.
    Missing,
    /// volwright wrote it, and no render writes it any more.
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
                "changed: `volwright render` would write another text here; run it and commit the result"
            }
            Self::Missing => {
                "missing: `volwright render` would write this file; run it and commit the result"
            }
            Self::Stale => "stale: this file is no longer rendered; `volwright render --prune` deletes it",
        }
    }
}

/// Compares bytes and changes nothing.
///
/// # Errors
///
/// If a file cannot be read.
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

/// The files for the JSON report.
#[must_use]
pub fn json(found: &[Drift]) -> Value {
    found
        .iter()
        .map(|one| json!({"file": one.path.display().to_string(), "change": one.kind.as_str()}))
        .collect()
}

/// The files as workflow commands, which GitHub shows next to the changed lines.
#[must_use]
pub fn annotations(found: &[Drift], base: &Base) -> String {
    let mut commands = Commands::default();
    for one in found {
        github::error(&mut commands, &one.path.display().to_string(), base, "drift", one.kind.about());
    }
    commands.finish()
}

/// The files as a list, for a comment on a pull request.
#[must_use]
pub fn markdown(found: &[Drift]) -> String {
    let mut out = Markdown::default();
    for one in found {
        out.literal("- **").literal(one.kind.as_str()).literal("** ");
        out.code(&one.path.display().to_string()).literal("\n");
    }
    out.finish()
}

/// The files for people.
#[must_use]
pub fn text(found: &[Drift]) -> String {
    let mut out = Terminal::default();
    for one in found {
        out.literal(one.kind.as_str()).literal(": ").text(&one.path.display().to_string()).literal("\n");
    }
    out.finish()
}

/// `25 files differ: 17 missing, 8 stale`, and what to do; or that all of `total` files are up to date.
#[must_use]
pub fn summary(found: &[Drift], total: usize) -> String {
    let count = |kind: Kind| found.iter().filter(|one| one.kind == kind).count();
    let parts: Vec<String> = [Kind::Changed, Kind::Missing, Kind::Stale]
        .into_iter()
        .filter(|kind| count(*kind) > 0)
        .map(|kind| format!("{} {}", count(kind), kind.as_str()))
        .collect();
    let files = match found.len() {
        0 if total == 1 => return "1 file is up to date".to_owned(),
        0 => return format!("{total} files are up to date"),
        1 => "1 file differs".to_owned(),
        many => format!("{many} files differ"),
    };
    let how = if count(Kind::Stale) > 0 { "render with `--prune`" } else { "render" };
    format!("{files}: {}; {how} to update them", parts.join(", "))
}

/// The unified diffs of all files, ready to print. A diff is meant to be applied, so that only what steers a terminal is
/// replaced.
#[must_use]
pub fn diffs(found: &[Drift]) -> String {
    terminal::neutral(found.iter().map(|one| one.diff.as_str()).collect(), false)
}

/// The change of the text of a file.
#[must_use]
pub fn change(path: &Path, old: &str, new: &str) -> Drift {
    drift(path, Kind::Changed, old, new)
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
    let name =
        terminal::line(&path.display().to_string()).replace('\\', "/").trim_start_matches('/').to_owned();
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
