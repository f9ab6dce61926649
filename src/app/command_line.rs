//! `volwright completions` and `volwright man`: the command line as shells and manual readers want it.

use clap::CommandFactory;

use super::{Outcome, show};
use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::error::Error;
use crate::nearest::nearest;

pub(super) fn completions(args: &CompletionsArgs) -> Result<Outcome, Error> {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    show::out(&String::from_utf8_lossy(&script))?;
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
    show::out(&String::from_utf8_lossy(&page))?;
    Ok(Outcome::Clean)
}

fn unknown(name: &str, command: &clap::Command) -> Error {
    let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let help = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the commands are {}", names.join(", ")),
    };
    Error::Usage { message: format!("there is no command `{name}`"), help: Some(help) }
}
