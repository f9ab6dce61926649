//! Literal and folded block scalars.

use std::borrow::Cow;

use crate::yaml::read::problem::{Outcome, Problem};
use crate::yaml::read::scanner::Scanner;
use crate::yaml::read::token::Kind;
use crate::yaml::rules::SYNTAX;

/// How the final line breaks are treated.
#[derive(Clone, Copy, PartialEq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl<'t> Scanner<'t> {
    pub(super) fn block_scalar(&mut self) -> Outcome {
        let start = self.at;
        let literal = self.byte(start) == b'|';
        let (chomp, increment) = self.block_header()?;
        let mut end = self.at;
        let mut indent = match increment {
            0 => 0,
            increment => self.indent.max(0) + increment,
        };
        let mut out = String::new();
        let mut leading = "";
        let mut trailing = String::new();
        let mut was_blank = false;
        self.block_breaks(&mut indent, &mut trailing)?;
        while self.column() == indent && self.byte(self.at) != 0 {
            let is_blank = self.is_blank(self.at);
            if !literal && leading == "\n" && !was_blank && !is_blank {
                if trailing.is_empty() {
                    out.push(' ');
                }
            } else {
                out.push_str(leading);
            }
            leading = "";
            out.push_str(&trailing);
            trailing.clear();
            was_blank = is_blank;
            let line = self.at;
            while !self.is_break_or_end(self.at) {
                self.at += 1;
            }
            out.push_str(self.slice(line, self.at));
            end = self.at;
            if self.break_length(self.at) > 0 {
                leading = self.read_break();
            }
            self.block_breaks(&mut indent, &mut trailing)?;
        }
        if chomp != Chomp::Strip {
            out.push_str(leading);
        }
        if chomp == Chomp::Keep {
            out.push_str(&trailing);
        }
        self.push_to(Kind::Scalar(Cow::Owned(out), false), start, end);
        Ok(())
    }

    /// Reads `|` or `>` and the rest of its line, including the line break.
    fn block_header(&mut self) -> Outcome<(Chomp, isize)> {
        let start = self.at;
        let mut chomp = Chomp::Clip;
        let mut increment = 0;
        self.at += 1;
        // The two indicators may be in either order, each at most once.
        for _ in 0..2 {
            match self.byte(self.at) {
                b'+' if chomp == Chomp::Clip => chomp = Chomp::Keep,
                b'-' if chomp == Chomp::Clip => chomp = Chomp::Strip,
                b'0' if increment == 0 => {
                    let help = "write a digit from 1 to 9, or none";
                    let message = "the indentation of a block scalar cannot be 0";
                    return Err(Problem::new(&SYNTAX, self.at, self.at + 1, message, help));
                }
                digit @ b'1'..=b'9' if increment == 0 => increment = isize::from(digit - b'0'),
                _ => break,
            }
            self.at += 1;
        }
        while self.is_blank(self.at) {
            self.at += 1;
        }
        self.skip_comment();
        if !self.is_break_or_end(self.at) {
            let help = "start the text on the next line, or quote the value if it is not a block scalar";
            let message = "text on the line that opens a block scalar";
            return Err(Problem::new(&SYNTAX, start, self.at + 1, message, help));
        }
        let length = self.break_length(self.at);
        if length > 0 {
            self.skip_break(length);
        }
        Ok((chomp, increment))
    }

    /// Skips indentation and empty lines, and detects the indentation if it is still 0.
    fn block_breaks(&mut self, indent: &mut isize, breaks: &mut String) -> Outcome {
        let mut widest = 0;
        loop {
            while (*indent == 0 || self.column() < *indent) && self.byte(self.at) == b' ' {
                self.at += 1;
            }
            widest = widest.max(self.column());
            if (*indent == 0 || self.column() < *indent) && self.byte(self.at) == b'\t' {
                return Err(self.tab(self.at));
            }
            if self.break_length(self.at) == 0 {
                break;
            }
            let text = self.read_break();
            breaks.push_str(text);
        }
        if *indent == 0 {
            *indent = widest.max(self.indent + 1).max(1);
        }
        Ok(())
    }
}
