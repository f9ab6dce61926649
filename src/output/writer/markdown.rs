//! GitHub Flavored Markdown, for comments on pull requests.

use std::fmt::Display;

use super::{OLD_COMMAND, terminal};

/// Builds a Markdown text.
#[derive(Clone, Debug, Default)]
pub struct Markdown(String);

impl Markdown {
    /// The program's own words and Markdown.
    pub fn literal(&mut self, text: &'static str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    /// A sentence on one line that quotes names between backticks: these become code, the rest plain text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let text = line(text);
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('`') {
            let Some((quoted, after)) = after.split_once('`') else { break };
            self.plain(before);
            if !quoted.is_empty() {
                self.code(quoted);
            }
            rest = after;
        }
        self.plain(rest);
        self
    }

    /// A name, a path or a value as code, on one line. It is safe in a table's cell, too.
    pub fn code(&mut self, text: &str) -> &mut Self {
        let text = line(text);
        // Two code spans that touch would be read as one.
        if self.0.ends_with('`') {
            self.0.push(' ');
        }
        // Whether a backslash before a pipe escapes it depends on the reader.
        if text.contains("\\|") {
            return self.html_code(&text);
        }
        let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest + 1);
        let pad = if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
            " "
        } else {
            ""
        };
        self.0.push_str(&format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|")));
        self
    }

    /// The same where Markdown is not read: in the summary of `<details>`.
    pub fn html_code(&mut self, text: &str) -> &mut Self {
        self.0.push_str("<code>");
        for letter in line(text).chars() {
            if letter.is_alphanumeric() || letter == ' ' {
                self.0.push(letter);
            } else {
                self.0.push_str(&format!("&#{};", u32::from(letter)));
            }
        }
        self.0.push_str("</code>");
        self
    }

    /// A number.
    pub fn number(&mut self, number: impl Display) -> &mut Self {
        self.text(&number.to_string())
    }

    /// The whole text.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }

    /// Text without code, on one line: every character that Markdown gives a meaning to is escaped, and a word that
    /// GitHub would make a mention or a link of becomes code.
    fn plain(&mut self, text: &str) {
        for word in text.split_inclusive(' ') {
            let bare = word.trim_end_matches(' ');
            if links(bare) {
                self.code(bare);
                self.0.push_str(&word[bare.len()..]);
                continue;
            }
            let mut previous = ' ';
            let mut letters = word.chars().peekable();
            while let Some(letter) = letters.next() {
                let next = letters.peek().is_some_and(|next| next.is_alphanumeric());
                let means = match letter {
                    // Inside a word it is a letter like any other.
                    '_' => !(previous.is_alphanumeric() && next),
                    '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '$' => true,
                    _ => false,
                };
                if means {
                    self.0.push('\\');
                }
                self.0.push(letter);
                previous = letter;
            }
        }
    }
}

/// Untrusted text on one line; a report may be printed to a log, too.
fn line(text: &str) -> String {
    terminal::line(text).replace(OLD_COMMAND, terminal::NEUTRAL_OLD_COMMAND)
}

/// Whether GitHub makes a link of a word in plain text: mentions and addresses, URLs, issues and commits.
fn links(word: &str) -> bool {
    let issue = |prefix: &str| {
        word.match_indices(prefix)
            .any(|(at, _)| word[at + prefix.len()..].starts_with(|letter: char| letter.is_ascii_digit()))
    };
    let is_commit = |part: &str| part.len() >= 7 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.contains('@')
        || word.contains("://")
        || word.to_ascii_lowercase().contains("www.")
        || issue("#")
        || issue("GH-")
        || word.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_commit)
}
