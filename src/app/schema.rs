//! `volwright schema`: the JSON Schema of profiles, or of project files.

use crate::app::{Outcome, report};
use crate::cli::{Schema, SchemaArgs};
use crate::error::Error;
use crate::profile::schema;
use crate::project;

pub(super) fn run(args: &SchemaArgs) -> Result<Outcome, Error> {
    let schema = match args.of {
        Schema::Profile => schema::json(),
        Schema::Project => project::schema(),
    };
    report::out(&format!("{schema:#}\n"))?;
    Ok(Outcome::Clean)
}
