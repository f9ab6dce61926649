//! Rendered files on disk: all of them are replaced, or none.

pub mod files;
pub mod header;
pub mod interrupt;
pub mod layout;
mod transaction;
