//! Rules P: what is wrong with a profile.

use super::Rule;

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[];
