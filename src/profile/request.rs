//! Which layers make up a profile.

use std::path::PathBuf;

use crate::tree::FileTree;
use crate::yaml::node::Node;

/// The layers of a profile: a base and those above it. The last one wins.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// The name of a built-in profile, or the path of a TOML file; empty if the profile is only `values`.
    pub profile: &'a str,
    /// The overlays in order.
    pub overlays: &'a [PathBuf],
    /// Values from another text, such as a project file; merged after the overlays.
    pub values: Option<&'a Node<'static>>,
    /// The `--set` arguments in order, each `path.to.key=VALUE`.
    pub sets: &'a [String],
    /// The `--set-string` arguments in order, whose values are text; merged after the others.
    pub text_sets: &'a [String],
    /// Files that are not on disk: paths and texts. They come before files of the same path.
    pub files: &'a [(PathBuf, String)],
    /// Where all other files are read from.
    pub tree: FileTree<'a>,
    /// Whether every object of a built-in profile is rendered, used or not.
    pub all_classes: bool,
    /// Whether values that only the user knows are replaced by examples where they are not set.
    pub examples: bool,
}
