//! Strings of the DOT language of Graphviz.

use super::{OLD_COMMAND, terminal};

/// Untrusted text on one line, for a string in double quotes. A backslash is doubled: Graphviz replaces sequences such as `\N`.
#[must_use]
pub fn string(text: &str) -> String {
    let text = terminal::line(text).replace(OLD_COMMAND, terminal::NEUTRAL_OLD_COMMAND);
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;")
}
