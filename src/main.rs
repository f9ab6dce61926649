//! The `volwright` command.

use std::process::ExitCode;

use clap::Parser;

use volwright::app;
use volwright::cli::Cli;

fn main() -> ExitCode {
    app::main(&Cli::parse())
}
