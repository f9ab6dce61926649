//! Rules Y: what is wrong with a manifest as YAML.

use super::Rule;

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[];
