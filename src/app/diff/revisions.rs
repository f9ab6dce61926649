//! `--base`: the commits that are compared.

use crate::app::report;
use crate::cli::DiffArgs;
use crate::error::Error;
use crate::output::writer::terminal;
use crate::tree::{Commit, FileTree, Repository};

/// The files of the base, and those of `--head`.
pub(super) struct Revisions {
    base: Commit,
    head: Option<Commit>,
    /// What the user calls the base.
    name: String,
}

impl Revisions {
    /// Opens the repository. The base is the commit at which the histories part, as in a pull request: what others have
    /// merged since is not part of the change. If the histories are unrelated, it is the revision itself.
    ///
    /// # Errors
    ///
    /// If the working directory is outside of a repository, or a revision is unknown in it.
    pub(super) fn open(revision: &str, args: &DiffArgs) -> Result<Self, Error> {
        let repository = Repository::open()?;
        if args.head.is_none() && !repository.has_files() {
            return Err(Error::usage(
                "the repository has no files here that could be compared with the base",
                "name the commit to compare, such as `--head feature`",
            ));
        }
        let base = repository.commit(revision)?;
        let head = repository.commit(args.head.as_deref().unwrap_or("HEAD"))?;
        let common = repository.merge_base(&base, &head)?.unwrap_or_else(|| base.clone());
        if common != base && !args.report.quiet {
            let short: String = common.chars().take(12).collect();
            let name = terminal::line(revision);
            report::note(&format!(
                "note: the base is {short}, the last commit that `{name}` contains as well\n"
            ));
        }
        let files = |id: &str, name: &str| repository.files(id, name);
        Ok(Self {
            base: files(&common, revision)?,
            head: args.head.as_deref().map(|name| files(&head, name)).transpose()?,
            name: revision.to_owned(),
        })
    }

    pub(super) fn before(&self) -> FileTree<'_> {
        FileTree::Commit(&self.base)
    }

    pub(super) fn after(&self) -> FileTree<'_> {
        self.head.as_ref().map_or(FileTree::Disk, FileTree::Commit)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}
