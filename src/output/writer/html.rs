//! HTML, and the SVG inside it. The markup is also well-formed XML: every element is closed, every attribute is in double
//! quotes.

use std::fmt::Display;

use super::terminal;

/// Builds HTML or SVG.
#[derive(Clone, Debug, Default)]
pub struct Html(String);

impl Html {
    /// The program's own markup.
    pub fn literal(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Untrusted text on one line, as the text of an element or the value of an attribute in double quotes.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for letter in terminal::line(text).chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                letter if is_noncharacter(letter) => self.0.push('\u{fffd}'),
                letter => self.0.push(letter),
            }
        }
        self
    }

    /// Untrusted text of several lines, for an element that keeps line ends, such as `pre`.
    pub fn lines(&mut self, text: &str) -> &mut Self {
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                self.0.push('\n');
            }
            self.text(line);
        }
        self
    }

    /// A name, a path or a value as code.
    pub fn code(&mut self, text: &str) -> &mut Self {
        self.literal("<code>").text(text).literal("</code>")
    }

    /// A sentence that quotes names between backticks: these become code.
    pub fn sentence(&mut self, text: &str) -> &mut Self {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('`') {
            let Some((quoted, after)) = after.split_once('`') else { break };
            self.text(before);
            if !quoted.is_empty() {
                self.code(quoted);
            }
            rest = after;
        }
        self.text(rest)
    }

    /// A number.
    pub fn number(&mut self, number: impl Display) -> &mut Self {
        self.text(&number.to_string())
    }

    /// Markup that was built apart.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    /// The whole markup.
    #[must_use]
    pub fn finish(self) -> String {
        terminal::neutral(self.0, false)
    }
}

/// Whether Unicode reserves a code point for internal use; XML or HTML parsers reject these.
fn is_noncharacter(letter: char) -> bool {
    let code = u32::from(letter);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}
