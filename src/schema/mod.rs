//! Custom resources: definitions, structural schemas and CEL rules, with the verdicts of the API server.

mod cel;
pub mod definition;
pub mod definitions;
mod email;
mod embedded;
pub mod fault;
mod format;
mod normalize;
pub mod object;
mod pattern;
pub mod rule;
mod structural;
mod time;
pub mod transition;
mod unique;
mod url;
mod validate;
mod value;
