//! `volwright profiles`: the built-in profiles, and the text of one.

use std::fmt::Write;

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::cli::ProfilesArgs;
use crate::error::Error;
use crate::profile::builtin;

pub(super) fn run(args: &ProfilesArgs) -> Result<Outcome, Error> {
    let text = match &args.name {
        Some(name) => builtin::text(name).ok_or_else(|| unknown(name))?.to_owned(),
        None => list(),
    };
    report::out(&text)?;
    Ok(Outcome::Clean)
}

fn list() -> String {
    let width = builtin::names().map(str::len).max().unwrap_or_default();
    let mut out = String::new();
    for name in builtin::names() {
        let _ = writeln!(out, "{name:width$}  {}", builtin::summary(name));
    }
    out
}

fn unknown(name: &str) -> Error {
    Error::usage(format!("there is no built-in profile `{name}`"), builtin::choices(name))
}
