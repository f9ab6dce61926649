//! Text for terminals and logs.

use std::borrow::Cow;
use std::fmt::Display;
use std::path::Path;

use super::{OLD_COMMAND, is_unsafe, visible};

/// Replaces [`OLD_COMMAND`] without changing any column: U+2045 is a bracket with a quill.
pub(super) const NEUTRAL_OLD_COMMAND: &str = "##\u{2045}";
/// The newer form of workflow commands begins a line, after any blanks (`TryParseV2` in the same file).
const COMMAND: &str = "::";
const NEUTRAL_COMMAND: &str = ":\u{a789}";

/// Untrusted text on one line: control characters as pictures of themselves, deceptive ones as U+FFFD.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control()) || !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|letter| if is_unsafe(letter) { visible(letter) } else { letter }).collect())
}

/// A path on one line.
#[must_use]
pub fn path(path: &Path) -> String {
    line(&path.to_string_lossy()).into_owned()
}

/// A whole text that is about to be printed, so that no line of it is a workflow command and no character steers the
/// terminal; `styled` text keeps its ANSI escape sequences.
#[must_use]
pub fn neutral(text: String, styled: bool) -> String {
    let steers = |letter: char| is_unsafe(letter) && letter != '\n' && !(styled && letter == '\u{1b}');
    let mut text = text;
    if text.contains(steers) {
        text = text.chars().map(|letter| if steers(letter) { visible(letter) } else { letter }).collect();
    }
    if text.contains(OLD_COMMAND) {
        text = text.replace(OLD_COMMAND, NEUTRAL_OLD_COMMAND);
    }
    if text.lines().any(|line| line.trim_start().starts_with(COMMAND)) {
        let neutral = |line: &str| match line.trim_start().strip_prefix(COMMAND) {
            Some(rest) => {
                let indent = &line[..line.len() - line.trim_start().len()];
                format!("{indent}{NEUTRAL_COMMAND}{rest}")
            }
            None => line.to_owned(),
        };
        text = text.split_inclusive('\n').map(neutral).collect();
    }
    text
}

/// Builds a text for a terminal.
#[derive(Clone, Debug, Default)]
pub struct Terminal(String);

impl Terminal {
    /// The program's own words.
    pub fn literal(&mut self, text: &'static str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    /// Untrusted text, on one line.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&line(text));
        self
    }

    /// A number.
    pub fn number(&mut self, number: impl Display) -> &mut Self {
        self.text(&number.to_string())
    }

    /// The whole text.
    #[must_use]
    pub fn finish(self) -> String {
        neutral(self.0, false)
    }
}
