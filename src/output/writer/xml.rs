//! Text and attributes of XML 1.0.

use super::OLD_COMMAND;
use crate::source::is_deceptive;

/// Text for an element or an attribute in double quotes. XML cannot represent most control characters, so that these
/// become U+FFFD; deceptive characters become references, which a reader of the source sees.
#[must_use]
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '[' if text[..at].ends_with(&OLD_COMMAND[..2]) => out.push_str("&#91;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter if letter.is_control() => out.push('\u{fffd}'),
            letter if is_deceptive(letter) => out.push_str(&format!("&#{};", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out
}
