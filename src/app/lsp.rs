//! `volwright lsp`: the language server on standard input and output.

use std::io;

use lsp_server::Connection;

use crate::app::input;
use crate::app::outcome::Outcome;
use crate::error::Error;
use crate::lsp;

pub(super) fn run() -> Result<Outcome, Error> {
    let (connection, threads) = Connection::stdio();
    let ended = lsp::run(&connection, &|paths| input::definitions(paths).unwrap_or_default());
    // The thread that writes ends when nothing can be sent any more.
    drop(connection);
    match ended {
        Ok(()) => threads.join().map(|()| Outcome::Clean).map_err(Error::Output),
        Err(error) => Err(Error::Output(io::Error::other(error))),
    }
}
