//! volwright compiles one TOML profile per cloud into validated StorageClass, PersistentVolumeClaim and Pod
//! manifests, without contacting a cluster.
//!
//! The straight line, each stage a module of that name that returns a value to the next:
//!
//! ```text
//! sources ─▶ profile ─▶ context ─▶ template ─▶ document ─▶ rules ─▶ report ─▶ output
//! ```
//!
//! `render` runs the whole line, `validate` enters at `document`, `explain` reads the rule table only.

pub mod app;
pub mod bundle;
pub mod catalog;
pub mod choose;
pub mod cli;
pub mod compare;
pub mod context;
pub mod diff;
pub mod document;
pub mod embedded;
pub mod encoding;
pub mod error;
pub mod finding;
pub mod fix;
pub mod grammar;
pub mod graph;
pub mod hash;
pub mod import;
pub mod lines;
pub mod lookup;
pub mod lsp;
pub mod nearest;
pub mod output;
pub mod parallel;
pub mod profile;
pub mod progress;
pub mod project;
pub mod quantity;
pub mod recent;
pub mod registry;
pub mod render;
pub mod rule;
pub mod rules;
pub mod schema;
pub mod source;
pub mod stream;
pub mod suppression;
pub mod sync;
pub mod template;
pub mod time;
pub mod tree;
pub mod unchecked;
pub mod write;
pub mod yaml;
