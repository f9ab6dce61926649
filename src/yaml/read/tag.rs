//! Anchors, aliases, tags and directives.

use std::borrow::Cow;

use crate::yaml::read::problem::{Outcome, Problem};
use crate::yaml::read::scanner::Scanner;
use crate::yaml::read::token::Kind;
use crate::yaml::rules::SYNTAX;

impl<'t> Scanner<'t> {
    /// `&name` or `*name`.
    pub(super) fn anchor(&mut self) -> Outcome {
        let start = self.at;
        self.at += 1;
        let name = self.word();
        let ends = matches!(self.byte(self.at), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !(ends || self.is_blank_or_end(self.at)) {
            let message = "a name of letters, digits, `-` and `_` must follow `&` and `*`";
            let help = "quote the text if it is not meant as an anchor or an alias";
            return Err(Problem::new(&SYNTAX, start, self.at + 1, message, help));
        }
        let kind = if self.byte(start) == b'&' { Kind::Anchor(name) } else { Kind::Alias(name) };
        self.push(kind, start);
        Ok(())
    }

    /// `!`, `!name`, `!!name`, `!handle!name` or `!<name>`.
    pub(super) fn tag(&mut self) -> Outcome {
        let start = self.at;
        let (handle, suffix) = if self.byte(start + 1) == b'<' {
            self.at += 2;
            let name = self.uri(start, "", false)?;
            if self.byte(self.at) != b'>' {
                return Err(self.bad_tag(start));
            }
            self.at += 1;
            ("", name)
        } else {
            let handle = self.handle();
            if handle.len() > 1 && handle.ends_with('!') {
                (handle, self.uri(start, "", false)?)
            } else {
                match self.uri(start, handle.get(1..).unwrap_or_default(), true)? {
                    suffix if suffix.is_empty() => ("", Cow::Borrowed("!")),
                    suffix => ("!", suffix),
                }
            }
        };
        if !self.is_blank_or_end(self.at) {
            return Err(self.bad_tag(start));
        }
        self.push(Kind::Tag(handle, suffix), start);
        Ok(())
    }

    /// `%YAML 1.1` or `%TAG handle prefix`, with the rest of its line.
    pub(super) fn directive(&mut self) -> Outcome {
        let start = self.at;
        self.at += 1;
        let kind = match self.word() {
            "YAML" if self.is_blank_or_end(self.at) => {
                self.skip_blanks();
                let version = self.at;
                let major = self.digits();
                let dot = self.byte(self.at) == b'.';
                self.at += 1;
                let minor = self.digits();
                if !(1..=2).contains(&major) || !dot || !(1..=2).contains(&minor) {
                    self.at = version;
                    return Err(self.bad_directive(start));
                }
                Kind::VersionDirective(matches!(
                    self.slice(version, self.at),
                    "1.1" | "01.1" | "1.01" | "01.01"
                ))
            }
            "TAG" if self.is_blank_or_end(self.at) => {
                self.skip_blanks();
                let handle = self.handle();
                let sound = handle == "!" || (handle.len() > 1 && handle.ends_with('!'));
                if !sound || !self.is_blank(self.at) {
                    return Err(self.bad_directive(start));
                }
                self.skip_blanks();
                let prefix = self.uri(start, "", false)?;
                if !self.is_blank_or_end(self.at) {
                    return Err(self.bad_directive(start));
                }
                Kind::TagDirective(Box::new((handle, prefix)))
            }
            _ => return Err(self.bad_directive(start)),
        };
        let end = self.at;
        self.skip_blanks();
        self.skip_comment();
        if !self.is_break_or_end(self.at) {
            return Err(self.bad_directive(start));
        }
        let length = self.break_length(self.at);
        if length > 0 {
            self.skip_break(length);
        }
        self.push_to(kind, start, end);
        Ok(())
    }

    fn skip_blanks(&mut self) {
        while self.is_blank(self.at) {
            self.at += 1;
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.byte(self.at).is_ascii_digit() {
            self.at += 1;
        }
        self.at - start
    }

    fn word(&mut self) -> &'t str {
        let start = self.at;
        while is_word(self.byte(self.at)) {
            self.at += 1;
        }
        self.slice(start, self.at)
    }

    /// `!`, and the letters and closing `!` after it, if any.
    fn handle(&mut self) -> &'t str {
        let start = self.at;
        if self.byte(start) == b'!' {
            self.at += 1;
            self.word();
            if self.byte(self.at) == b'!' {
                self.at += 1;
            }
        }
        self.slice(start, self.at)
    }

    /// The rest of a tag after `head`; `may_be_empty` if a handle precedes it.
    fn uri(&mut self, start: usize, head: &'t str, may_be_empty: bool) -> Outcome<Cow<'t, str>> {
        let from = self.at;
        while is_uri(self.byte(self.at)) {
            self.at += 1;
        }
        let rest = self.slice(from, self.at);
        if rest.is_empty() && !may_be_empty {
            return Err(self.bad_tag(start));
        }
        if !rest.contains('%') {
            return Ok(Cow::Borrowed(self.slice(from - head.len(), self.at)));
        }
        match unescape(rest) {
            Some(rest) => Ok(Cow::Owned(format!("{head}{rest}"))),
            None => Err(self.bad_tag(start)),
        }
    }

    fn bad_tag(&self, start: usize) -> Box<Problem> {
        let help =
            "write a tag as `!!str` or `!name`, followed by a space; quote the text if it is not a tag";
        Problem::new(&SYNTAX, start, self.at.max(start + 1), "invalid tag", help)
    }

    fn bad_directive(&self, start: usize) -> Box<Problem> {
        let help = "kubectl supports only `%YAML 1.1` and `%TAG`; remove the line, or quote the text";
        Problem::new(&SYNTAX, start, self.at.max(start + 1), "unknown directive", help)
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_uri(byte: u8) -> bool {
    is_word(byte) || b";/?:@&=+$,.!~*'()[]%".contains(&byte)
}

/// The text with percent-encoding decoded, or nothing if the result is not UTF-8.
fn unescape(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == b'%' {
            let (digits, tail) = tail.split_at_checked(2)?;
            rest = tail;
            let digit = |at: usize| char::from(digits[at]).to_digit(16);
            out.push((digit(0)? << 4 | digit(1)?) as u8);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}
