//! `volwright lsp`: the language server on standard input and output.

use std::path::{Path, PathBuf};

use lsp_server::Connection;

use crate::app::outcome::Outcome;
use crate::app::{input, prices, report};
use crate::choose::prices::Prices;
use crate::cli::PriceArgs;
use crate::error::Error;
use crate::lsp;
use crate::output::writer::terminal;
use crate::project::Project;
use crate::schema::definitions::Definitions;
use crate::source::Sources;
use crate::tree::FileTree;

/// The most files and folders of a workspace that are visited.
const MOST: usize = 100_000;

/// Reads files of the disk.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl lsp::Reader for Disk {
    fn definitions(&self, paths: &[PathBuf]) -> Result<Definitions, String> {
        input::definitions(FileTree::Disk, paths).map_err(|error| error.to_string())
    }

    fn prices(&self, project: &Project) -> Result<Prices, String> {
        prices::prices(&PriceArgs::default(), Some(project), &mut Sources::new())
            .map_err(|error| error.to_string())
    }

    fn manifests(&self, folder: &Path) -> Vec<PathBuf> {
        input::listed(folder, MOST)
    }
}

pub(super) fn run() -> Result<Outcome, Error> {
    let (connection, threads) = Connection::stdio();
    let ended = lsp::run(&connection, &Disk);
    // The thread that writes ends when nothing can be sent any more; what it has not written yet is lost otherwise.
    drop(connection);
    let written = threads.join();
    match ended {
        Ok(()) => written.map(|()| Outcome::Clean).map_err(Error::Output),
        // The protocol requires exit code 1.
        Err(error) => {
            report::note(&format!("error: {}\n", terminal::line(&error)));
            Ok(Outcome::Found)
        }
    }
}
