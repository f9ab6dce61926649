//! Manifests into a profile that renders the same objects.
//!
//! ```text
//! documents ─▶ objects ─▶ plan ─▶ toml ─▶ render in memory ─▶ compare
//!                          ▲                                    │
//!                          └── an object that differs moves one step down
//! ```
//!
//! A step is short keys, keys that mirror the API, `spec`, and last the object as it is. Nothing is written before the
//! comparison, so that what is written renders exactly the objects that were read.

mod base;
mod comments;
pub mod compare;
mod defaults;
pub mod environments;
mod keys;
mod ladder;
mod names;
mod object;
mod plan;
mod prove;
mod request;
mod step;
mod strip;
mod toml;
mod tree;
mod verbatim;

pub use object::{LeftOut, Object, objects, place};
pub use plan::Shares;
pub use prove::{Proof, Prover};
pub use request::{Imported, Request};
pub use step::Step;

use crate::error::Error;

/// Imports documents.
///
/// # Errors
///
/// If a layer cannot be read.
pub fn import(request: &Request<'_>, prover: &Prover) -> Result<Imported, Error> {
    Ok(ladder::solve(request, prover)?.imported)
}
