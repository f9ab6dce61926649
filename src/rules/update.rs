//! Rules C: what the API server refuses to change in place.

use super::Rule;

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[];
