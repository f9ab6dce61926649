//! Plain and quoted scalars.

use std::borrow::Cow;

use crate::yaml::read::problem::{Outcome, Problem};
use crate::yaml::read::scanner::Scanner;
use crate::yaml::read::token::Kind;
use crate::yaml::rules::SYNTAX;

/// Pending line breaks to be folded.
#[derive(Debug, Default)]
struct Fold {
    /// Whether a line break was read since the last text.
    broken: bool,
    /// The first break; none after an escaped one.
    first: Option<&'static str>,
    rest: String,
}

impl Fold {
    fn push(&mut self, text: &'static str) {
        if self.broken {
            self.rest.push_str(text);
        } else {
            self.first = Some(text);
            self.broken = true;
        }
    }

    /// Appends the folded breaks: a space, or all line breaks except the first.
    fn join(&mut self, out: &mut String) {
        match self.first.take() {
            Some("\n") if self.rest.is_empty() => out.push(' '),
            Some("\n") | None => out.push_str(&self.rest),
            Some(first) => {
                out.push_str(first);
                out.push_str(&self.rest);
            }
        }
        self.rest.clear();
        self.broken = false;
    }
}

impl<'t> Scanner<'t> {
    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end.min(self.text.len())).unwrap_or_default()
    }

    /// Skips a line break and returns its replacement.
    pub(super) fn read_break(&mut self) -> &'static str {
        let length = self.break_length(self.at);
        let text = match (self.byte(self.at), self.byte(self.at + 2)) {
            (0xe2, 0xa8) => "\u{2028}",
            (0xe2, _) => "\u{2029}",
            _ => "\n",
        };
        self.skip_break(length);
        text
    }

    pub(super) fn plain_scalar(&mut self) -> Outcome {
        let start = self.at;
        let mut end = start;
        let mut owned: Option<String> = None;
        let mut fold = Fold::default();
        let indent = self.indent + 1;
        loop {
            if self.is_document_indicator() || self.byte(self.at) == b'#' {
                break;
            }
            let run = self.at;
            self.skip_plain_run();
            if self.at > run {
                if fold.broken {
                    let out = owned.get_or_insert_with(|| self.slice(start, end).to_owned());
                    fold.join(out);
                    out.push_str(self.slice(run, self.at));
                } else if let Some(out) = &mut owned {
                    out.push_str(self.slice(end, self.at));
                }
                end = self.at;
            }
            let blanks = self.at;
            loop {
                match self.byte(self.at) {
                    b' ' => self.at += 1,
                    b'\n' => {
                        self.skip_break(1);
                        fold.push("\n");
                    }
                    b'\t' if fold.broken && self.column() < indent => return Err(self.tab(self.at)),
                    b'\t' => self.at += 1,
                    b'\r' | 0xc2 | 0xe2 if self.break_length(self.at) > 0 => {
                        let text = self.read_break();
                        fold.push(text);
                    }
                    _ => break,
                }
            }
            if self.at == blanks {
                break;
            }
            if self.flow_level == 0 && self.column() < indent {
                break;
            }
        }
        if fold.broken {
            self.simple_key_allowed = true;
        }
        let text = owned.map_or_else(|| Cow::Borrowed(self.slice(start, end)), Cow::Owned);
        self.push_to(Kind::Scalar(text, true), start, end);
        Ok(())
    }

    /// Skips the bytes of a plain scalar up to a blank, a line break or an indicator that ends it.
    pub(super) fn skip_plain_run(&mut self) {
        let flow = self.flow_level > 0;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(length) = rest.iter().position(|byte| PLAIN[usize::from(*byte)] != 0) else {
                self.at += rest.len();
                return;
            };
            self.at += length;
            match PLAIN[usize::from(self.byte(self.at))] {
                1 => return,
                2 if flow => return,
                3 if self.is_blank_or_end(self.at + 1) => return,
                4 if self.is_break_or_end(self.at) => return,
                _ => self.at += 1,
            }
        }
    }

    pub(super) fn quoted_scalar(&mut self) -> Outcome {
        let start = self.at;
        let quote = self.byte(start);
        self.at += 1;
        let body = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == quote {
                if quote == b'\'' && self.byte(self.at + 1) == b'\'' {
                    break;
                }
                let text = self.slice(body, self.at);
                self.at += 1;
                self.push(Kind::Scalar(Cow::Borrowed(text), false), start);
                return Ok(());
            }
            if matches!(byte, b'\n' | b'\r' | 0xc2 | 0xe2) || (byte == b'\\' && quote == b'"') {
                break;
            }
            self.at += 1;
        }
        let mut out = self.slice(body, self.at).to_owned();
        // Blanks before this position may be at the end of a line, so they are read again.
        let kept = out.trim_end_matches([' ', '\t']).len();
        self.at -= out.len() - kept;
        out.truncate(kept);
        self.quoted_rest(start, quote, &mut out)?;
        self.push(Kind::Scalar(Cow::Owned(out), false), start);
        Ok(())
    }

    fn quoted_rest(&mut self, start: usize, quote: u8, out: &mut String) -> Outcome {
        let mut fold = Fold::default();
        loop {
            if self.is_document_indicator() || self.byte(self.at) == 0 {
                let message = "the quoted text that starts here is never closed";
                let help = format!("close it with `{}`", char::from(quote));
                return Err(Problem::new(&SYNTAX, start, start + 1, message, help));
            }
            let mut run = self.at;
            while !self.is_blank_or_end(self.at) {
                let byte = self.byte(self.at);
                if byte == quote {
                    if quote == b'"' || self.byte(self.at + 1) != b'\'' {
                        break;
                    }
                    out.push_str(self.slice(run, self.at + 1));
                    self.at += 2;
                    run = self.at;
                } else if byte == b'\\' && quote == b'"' {
                    out.push_str(self.slice(run, self.at));
                    let length = self.break_length(self.at + 1);
                    if length > 0 {
                        self.at += 1;
                        self.skip_break(length);
                        fold.broken = true;
                        run = self.at;
                        break;
                    }
                    self.escape(out)?;
                    run = self.at;
                } else {
                    self.at += 1;
                }
            }
            out.push_str(self.slice(run, self.at));
            if self.byte(self.at) == quote {
                self.at += 1;
                return Ok(());
            }
            let blanks = self.at;
            let mut blanks_end = blanks;
            loop {
                if self.is_blank(self.at) {
                    self.at += 1;
                    if !fold.broken {
                        blanks_end = self.at;
                    }
                } else if self.break_length(self.at) > 0 {
                    let text = self.read_break();
                    fold.push(text);
                } else {
                    break;
                }
            }
            if fold.broken {
                fold.join(out);
            } else {
                out.push_str(self.slice(blanks, blanks_end));
            }
        }
    }

    /// Reads one escape sequence of a double-quoted scalar.
    fn escape(&mut self, out: &mut String) -> Outcome {
        let start = self.at;
        let digits = match self.byte(start + 1) {
            b'0' => return self.escaped(out, '\0'),
            b'a' => return self.escaped(out, '\x07'),
            b'b' => return self.escaped(out, '\x08'),
            b't' | b'\t' => return self.escaped(out, '\t'),
            b'n' => return self.escaped(out, '\n'),
            b'v' => return self.escaped(out, '\x0b'),
            b'f' => return self.escaped(out, '\x0c'),
            b'r' => return self.escaped(out, '\r'),
            b'e' => return self.escaped(out, '\x1b'),
            byte @ (b' ' | b'"' | b'\'' | b'\\') => return self.escaped(out, char::from(byte)),
            b'N' => return self.escaped(out, '\u{85}'),
            b'_' => return self.escaped(out, '\u{a0}'),
            b'L' => return self.escaped(out, '\u{2028}'),
            b'P' => return self.escaped(out, '\u{2029}'),
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => {
                let help = "write a backslash as `\\\\`, or put the text in single quotes";
                return Err(Problem::new(&SYNTAX, start, start + 2, "unknown escape sequence", help));
            }
        };
        let text = self.bytes.get(start + 2..start + 2 + digits).unwrap_or_default();
        let number = text
            .iter()
            .try_fold(0u32, |number, byte| Some(number.wrapping_shl(4) | char::from(*byte).to_digit(16)?))
            .filter(|_| text.len() == digits);
        let Some(char) = number.and_then(char::from_u32) else {
            let help = format!("write {digits} hexadecimal digits of a character code");
            return Err(Problem::new(&SYNTAX, start, start + 2, "the escape is not a valid character", help));
        };
        out.push(char);
        self.at += 2 + digits;
        Ok(())
    }

    fn escaped(&mut self, out: &mut String, char: char) -> Outcome {
        out.push(char);
        self.at += 2;
        Ok(())
    }
}

/// What a byte means inside a plain scalar: 1 ends it, 2 ends it inside brackets, 3 ends it before a blank,
/// 4 may begin a line break.
static PLAIN: [u8; 256] = {
    let mut table = [0; 256];
    table[b' ' as usize] = 1;
    table[b'\t' as usize] = 1;
    table[b'\n' as usize] = 1;
    table[b'\r' as usize] = 1;
    table[b',' as usize] = 2;
    table[b'?' as usize] = 2;
    table[b'[' as usize] = 2;
    table[b']' as usize] = 2;
    table[b'{' as usize] = 2;
    table[b'}' as usize] = 2;
    table[b':' as usize] = 3;
    table[0xc2] = 4;
    table[0xe2] = 4;
    table
};
