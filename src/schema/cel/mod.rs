//! CEL as the API server evaluates it: the standard definitions and the libraries that Kubernetes adds.
//!
//! Expressions are not type-checked: the server has checked every rule of a definition that it accepts. What cannot be
//! parsed or evaluated here is an `Error::Unsupported`, never a verdict.

mod access;
mod arithmetic;
mod call;
mod convert;
mod equality;
pub(super) mod error;
pub(super) mod evaluate;
mod expression;
mod function;
mod list;
mod named_format;
mod network;
mod parse;
pub(super) mod program;
mod resolve;
mod semver;
mod text;
mod token;
pub(super) mod value;
