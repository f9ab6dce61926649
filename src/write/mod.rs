//! Rendered files on disk: all of them are replaced, or none.

pub mod files;
pub mod folders;
pub mod header;
pub mod interrupt;
pub mod layout;
pub mod record;
pub mod transaction;
