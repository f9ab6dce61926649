//! `volwright schema`: the JSON Schema of profiles, or of project files.

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::cli::{Schema, SchemaArgs};
use crate::error::Error;
use crate::profile::json_schema;
use crate::project;

pub(super) fn run(args: &SchemaArgs) -> Result<Outcome, Error> {
    let schema = match args.of {
        Schema::Profile => json_schema::json(),
        Schema::Project => project::schema(),
    };
    report::out(&format!("{schema:#}\n"))?;
    Ok(Outcome::Clean)
}
