//! Rules K: what the API server refuses on create.

mod grammar;
pub mod table;

use super::{Findings, Scene};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::Document;

pub use table::RULES;

/// What the checks of one object have in common.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The API server that is to take the object.
    pub version: KubernetesVersion,
}

/// Judges one document.
pub fn check(_document: &Document<'_>, scene: &Scene<'_>, _out: &mut Findings<'_>) {
    let _context = Context { version: scene.version };
}
