//! One writer per output format: the only way for text from the user's files to get into a report.
//!
//! A name, key, value or path can contain anything: line ends, terminal escape sequences, Markdown, HTML, workflow
//! commands. Each writer accepts the program's own words as literals (`&'static str`, so that the compiler rejects
//! anything that was read) and escapes everything else for its format.

pub mod dot;
pub mod github;
pub mod html;
pub mod json;
pub mod markdown;
pub mod mermaid;
pub mod terminal;
pub mod xml;

use crate::source::is_deceptive;

/// Whether a character must not reach a report as it is.
fn is_unsafe(character: char) -> bool {
    character.is_control() || is_deceptive(character)
}

/// A visible replacement for a character that must not be printed: the control pictures of Unicode, or U+FFFD.
fn visible(character: char) -> char {
    match character {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + character as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ => '\u{fffd}',
    }
}

/// The prefix of the older form of GitHub's workflow commands. The runner looks for it anywhere in a line of a log
/// (actions/runner, src/Runner.Common/ActionCommand.cs, `TryParse`).
const OLD_COMMAND: &str = "##[";
