//! Rules A: accepted by all, but it will hurt.

use super::{Findings, Rule, Scene};
use crate::document::Document;

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[];

/// Judges one document.
pub fn check(_document: &Document<'_>, _scene: &Scene<'_>, _out: &mut Findings<'_>) {}
