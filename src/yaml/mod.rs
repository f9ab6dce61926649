//! A YAML library: text to spanned nodes as kubectl reads it, and nodes back to text.

pub mod deserialize;
pub mod node;
pub mod path;
pub mod read;
pub mod room;
pub mod rules;
pub mod write;
