//! A git repository, by the `git` program: revisions, and the commits that they name.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::commit::Commit;
use super::object::Objects;
use crate::error::Error;

/// The repository around the working directory.
#[derive(Debug)]
pub struct Repository {
    /// The working directory from the root: empty, or with a `/` at the end.
    prefix: String,
    /// The root of the files on disk; none in a bare repository.
    top: Option<PathBuf>,
    /// Whether history is missing.
    is_shallow: bool,
}

impl Repository {
    /// Opens the repository around the working directory.
    ///
    /// # Errors
    ///
    /// If `git` cannot be run, or finds no repository.
    pub fn open() -> Result<Self, Error> {
        let done = run(&[
            "rev-parse",
            "--is-shallow-repository",
            "--is-bare-repository",
            "--is-inside-work-tree",
            "--show-prefix",
        ])?;
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let mut lines = said.lines();
        let mut next = || lines.next().unwrap_or_default();
        if !done.status.success() {
            return Err(not_opened(&String::from_utf8_lossy(&done.stderr)));
        }
        let (is_shallow, _, has_files, prefix) = (next() == "true", next(), next() == "true", next());
        let prefix = prefix.to_owned();
        let here = std::env::current_dir().unwrap_or_default();
        let depth = Path::new(&prefix).components().count();
        let top = here.ancestors().nth(depth).filter(|_| has_files).map(Path::to_owned);
        Ok(Self { prefix, top, is_shallow })
    }

    /// Whether there are files on disk, so that they can be compared with a commit.
    #[must_use]
    pub fn has_files(&self) -> bool {
        self.top.is_some()
    }

    /// The ID of the commit that a revision names.
    ///
    /// # Errors
    ///
    /// If it names nothing, or something else.
    pub fn commit(&self, revision: &str) -> Result<String, Error> {
        if revision.is_empty() || revision.starts_with('-') || revision.contains("..") {
            return Err(Error::usage(
                format!("`{revision}` is not a revision"),
                "name one branch, tag or commit, such as `--base origin/main`",
            ));
        }
        if let Some(id) = resolve(revision)? {
            return Ok(id);
        }
        let remote = format!("origin/{revision}");
        let help = if resolve(&remote)?.is_some() {
            format!("did you mean `{remote}`?")
        } else if self.is_shallow {
            format!(
                "this clone is shallow: run `git fetch --depth=1 origin {revision}` and name `FETCH_HEAD`, or {DEEPER}"
            )
        } else {
            "`git branch --all` and `git tag` list revisions, and `git fetch` updates them".to_owned()
        };
        Err(Error::usage(format!("unknown revision `{revision}`"), help))
    }

    /// The last common ancestor of two commits by their IDs; none if their histories are unrelated.
    ///
    /// # Errors
    ///
    /// If the clone lacks the history that would tell.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<Option<String>, Error> {
        let done = run(&["merge-base", "--end-of-options", one, other])?;
        let id = String::from_utf8_lossy(&done.stdout).lines().next().map(str::to_owned);
        match id.filter(|_| done.status.success()) {
            Some(id) => Ok(Some(id)),
            None if self.is_shallow => Err(Error::usage(
                "this clone is shallow: it lacks the commit at which both histories part",
                format!("fetch more of them with `git fetch --deepen=100`, or {DEEPER}"),
            )),
            None => Ok(None),
        }
    }

    /// The files of a commit by its ID; reports show them as files of `revision`.
    ///
    /// # Errors
    ///
    /// If `git` cannot be run.
    pub fn files(&self, id: &str, revision: &str) -> Result<Commit, Error> {
        let objects = Objects::start(git()).map_err(|error| not_started(&error))?;
        let done = run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{id}^{{tree}}")])?;
        let root = String::from_utf8_lossy(&done.stdout).trim().to_owned();
        Ok(Commit::new(objects, root, &self.prefix, self.top.clone(), revision))
    }
}

/// How to get the whole history.
const DEEPER: &str =
    "fetch all with `git fetch --unshallow`; in a workflow, set `fetch-depth: 0` for `actions/checkout`";

/// The ID of the commit that a revision names.
fn resolve(revision: &str) -> Result<Option<String>, Error> {
    let wanted = format!("{revision}^{{commit}}");
    let done = run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
    let id = String::from_utf8_lossy(&done.stdout).trim().to_owned();
    Ok((done.status.success() && !id.is_empty()).then_some(id))
}

/// `git`, which asks nothing, writes nothing and starts no pager.
fn git() -> Command {
    let mut git = Command::new("git");
    git.args(["--no-pager", "--no-optional-locks"])
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "")
        .env("SSH_ASKPASS", "")
        .env("LC_ALL", "C")
        .env_remove("GIT_TRACE")
        .stdin(Stdio::null());
    git
}

fn run(arguments: &[&str]) -> Result<Output, Error> {
    git().args(arguments).output().map_err(|error| not_started(&error))
}

fn not_started(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => Error::usage(
            "the program `git` is not installed, or not in PATH",
            "`--base` reads commits through it; without it, compare two directories: volwright diff OLD NEW",
        ),
        _ => Error::usage(format!("cannot run git: {error}"), "`--base` reads commits through it"),
    }
}

/// What git said when it found no repository, or refused to open one.
fn not_opened(said: &str) -> Error {
    let why = said.lines().next().unwrap_or_default();
    let why = why.strip_prefix("fatal: ").unwrap_or(why);
    if why.starts_with("not a git repository") {
        return Error::usage(
            "the working directory is not in a git repository",
            "run volwright in the repository, or compare two directories: volwright diff OLD NEW",
        );
    }
    let ownership = why.contains("dubious ownership");
    let help = match ownership {
        true => "if you trust it, run `git config --global --add safe.directory DIR`",
        false => "run `git status` there: it reports the same",
    };
    Error::usage(format!("git cannot open the repository: {why}"), help)
}
