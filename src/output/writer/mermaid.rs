//! Labels of Mermaid diagrams, which Mermaid reads as Markdown and HTML.

use super::terminal;

/// Untrusted text on one line, for a label in double quotes: only letters, digits and harmless punctuation stay as they are;
/// everything else becomes a numeric entity, which Mermaid shows as the character.
#[must_use]
pub fn label(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in terminal::line(text).chars() {
        let is_plain = letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '.' | ',' | '/' | '=');
        if is_plain {
            out.push(letter);
        } else {
            out.push_str(&format!("#{};", u32::from(letter)));
        }
    }
    out
}
