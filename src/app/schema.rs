//! `volwright schema`: the JSON Schema of profiles.

use super::{Outcome, show};
use crate::error::Error;
use crate::profile::schema;

pub(super) fn run() -> Result<Outcome, Error> {
    show::out(&format!("{:#}\n", schema::json()))?;
    Ok(Outcome::Clean)
}
