//! The name under which kubectl runs volwright as a plugin.

use std::borrow::Cow;
use std::path::Path;

/// What a person types where kubectl runs volwright as its plugin: a file `kubectl-NAME` is the command `kubectl NAME`.
pub(super) const AS_PLUGIN: &str = "kubectl volwright";

/// Advice that names a command, as the person who reads it would type it.
pub(super) fn as_typed(advice: &str) -> Cow<'_, str> {
    if is_plugin() { advice.replace("`volwright ", &format!("`{AS_PLUGIN} ")).into() } else { advice.into() }
}

pub(super) fn is_plugin() -> bool {
    let called = std::env::args_os().next().unwrap_or_default();
    Path::new(&called).file_stem().is_some_and(|name| name == "kubectl-volwright")
}
