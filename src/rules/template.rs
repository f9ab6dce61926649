//! Rules T: what is wrong with a template.

use super::Rule;

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[];
