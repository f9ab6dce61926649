//! The `volwright` command.

use std::process::ExitCode;

use volwright::app;

fn main() -> ExitCode {
    app::main(&app::parse())
}
