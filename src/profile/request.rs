//! Which layers make up a profile.

use std::path::PathBuf;

use crate::yaml::node::Node;

/// What makes up a profile: a base and what is laid over it, last wins.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// The name of a built-in profile, or the path of a TOML file; empty where `values` are all there is.
    pub profile: &'a str,
    /// The overlays in order.
    pub overlays: &'a [PathBuf],
    /// Values that stand in another text, such as a project file; laid over the overlays.
    pub values: Option<&'a Node<'static>>,
    /// The `--set` arguments in order, each `path.to.key=VALUE`.
    pub sets: &'a [String],
}
