//! `volwright lsp`: the language server on standard input and output.

use lsp_server::Connection;

use crate::app::outcome::Outcome;
use crate::app::{input, report};
use crate::error::Error;
use crate::lsp;
use crate::output::writer::terminal;
use crate::tree::FileTree;

pub(super) fn run() -> Result<Outcome, Error> {
    let (connection, threads) = Connection::stdio();
    let ended = lsp::run(&connection, &|paths| input::definitions(FileTree::Disk, paths).unwrap_or_default());
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
