//! Reading the command line, also as a plugin of kubectl; `volwright completions` and `volwright man`: the command line as
//! shells and manual readers want it.

use std::ffi::OsStr;
use std::io;
use std::process::ExitCode;

use clap::{Command, CommandFactory, FromArgMatches};

use crate::app::outcome::Outcome;
use crate::app::plugin::{AS_PLUGIN, is_plugin};
use crate::app::report;
use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::error::Error;
use crate::nearest::nearest;
use crate::output::writer::terminal;

/// Reads the command line.
///
/// # Errors
///
/// The exit code, once the message or the requested help is printed: 2 if the command line is wrong, or if standard output
/// cannot be written.
pub fn parse() -> Result<Cli, ExitCode> {
    let mut command = Cli::command();
    if is_plugin() {
        command = command.bin_name(AS_PLUGIN);
        // The examples are part of what is built on demand.
        command.build();
        let names: Vec<String> =
            command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
        command = names
            .into_iter()
            .fold(command, |command, name| command.mut_subcommand(name, with_examples_of_a_plugin));
    }
    let parsed = command.try_get_matches_from_mut(std::env::args_os());
    parsed.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|error| {
        if error.use_stderr() {
            // clap quotes the arguments as they are, so that they are read again in a form that can be printed.
            let arguments: Vec<String> = std::env::args_os().map(|argument| printable(&argument)).collect();
            let _ = command.try_get_matches_from(arguments).err().unwrap_or(error).print();
            return ExitCode::from(2);
        }
        match error.print() {
            Err(failed) if failed.kind() != io::ErrorKind::BrokenPipe => {
                report::error(&Error::Output(failed));
                ExitCode::from(2)
            }
            _ => ExitCode::SUCCESS,
        }
    })
}

/// An argument on one line.
fn printable(argument: &OsStr) -> String {
    terminal::neutral(terminal::line(&argument.to_string_lossy()).into_owned(), false)
}

fn with_examples_of_a_plugin(command: Command) -> Command {
    let Some(examples) = command.get_after_help().map(|help| help.to_string()) else { return command };
    command.after_help(examples.replace("volwright ", &format!("{AS_PLUGIN} ")))
}

pub(super) fn completions(args: &CompletionsArgs) -> Result<Outcome, Error> {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    report::out(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}

pub(super) fn man(args: &ManArgs) -> Result<Outcome, Error> {
    let mut command = Cli::command();
    command.build();
    let about = match &args.command {
        None => command,
        Some(name) => command.find_subcommand(name).cloned().ok_or_else(|| unknown(name, &command))?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(about)
        .source(concat!("volwright ", env!("CARGO_PKG_VERSION")))
        .render(&mut page)
        .map_err(Error::Output)?;
    report::out(&String::from_utf8_lossy(&page))?;
    Ok(Outcome::Clean)
}

fn unknown(name: &str, command: &Command) -> Error {
    let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let help = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the commands are {}", names.join(", ")),
    };
    Error::usage(format!("unknown command `{name}`"), help)
}
