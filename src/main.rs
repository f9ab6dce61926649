//! The `volwright` command.

use std::process::ExitCode;

use volwright::app;

fn main() -> ExitCode {
    match app::parse() {
        Ok(cli) => app::main(&cli),
        Err(code) => code,
    }
}
