//! Simple keys: only the `:` after them shows that they are keys.

use std::borrow::Cow;

use crate::yaml::read::problem::{Outcome, Problem};
use crate::yaml::read::scanner::Scanner;
use crate::yaml::read::token::{Kind, SimpleKey};
use crate::yaml::rules::SYNTAX;

/// The maximum distance between the start of a simple key and its `:`, in characters.
const LONGEST_KEY: usize = 1024;

impl Scanner<'_> {
    /// The index of the possible simple key that starts at the first token of the queue. Token numbers grow
    /// with the flow level.
    pub(super) fn key_at_front(&self) -> Option<usize> {
        let number = self.tokens_parsed;
        if let [only] = self.simple_keys.as_slice() {
            return (only.possible && only.token_number == number).then_some(0);
        }
        let index = self.simple_keys.partition_point(|key| key.token_number < number);
        let mut keys = self.simple_keys.get(index..)?.iter().take_while(|key| key.token_number == number);
        keys.position(|key| key.possible).map(|offset| index + offset)
    }

    /// Whether the possible key is still on the same line and close enough.
    pub(super) fn is_valid_key(&mut self, index: usize) -> Outcome<bool> {
        let Some(key) = self.simple_keys.get(index).copied().filter(|key| key.possible) else {
            return Ok(false);
        };
        let far = || self.at - key.at > LONGEST_KEY && self.characters(key.at) > LONGEST_KEY;
        if key.line < self.line || far() {
            if key.required {
                return Err(self.no_colon(key));
            }
            self.simple_keys[index].possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    fn characters(&self, from: usize) -> usize {
        let bytes = self.bytes.get(from..self.at.min(self.bytes.len())).unwrap_or_default();
        bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
    }

    pub(super) fn save_key(&mut self) -> Outcome {
        if !self.simple_key_allowed {
            return Ok(());
        }
        self.remove_key()?;
        let column = self.column();
        let key = SimpleKey {
            possible: true,
            required: self.flow_level == 0 && self.indent == column,
            token_number: self.tokens_parsed + self.tokens.len(),
            at: self.at,
            line: self.line,
            column,
        };
        if let Some(last) = self.simple_keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    /// Scans the most common key, plain text of one word directly followed by its `:`, with all of its tokens; returns
    /// whether there is one here. Other keys are recognised only when their `:` is found.
    pub(super) fn plain_key(&mut self) -> Outcome<bool> {
        let start = self.at;
        self.skip_plain_run();
        let end = self.at;
        self.at = start;
        if end - start > LONGEST_KEY || self.byte(end) != b':' || !self.is_blank_or_end(end + 1) {
            return Ok(false);
        }
        self.remove_key()?;
        self.roll(self.column(), None, Kind::BlockMappingStart, start)?;
        self.push_to(Kind::Key, start, start);
        self.push_to(Kind::Scalar(Cow::Borrowed(self.slice(start, end)), true), start, end);
        self.at = end + 1;
        self.push(Kind::Value, end);
        self.simple_key_allowed = false;
        Ok(true)
    }

    pub(super) fn remove_key(&mut self) -> Outcome {
        let Some(key) = self.simple_keys.last_mut().filter(|key| key.possible) else { return Ok(()) };
        let removed = *key;
        key.possible = false;
        if removed.required { Err(self.no_colon(removed)) } else { Ok(()) }
    }

    fn line_end(&self, mut at: usize) -> usize {
        while !self.is_break_or_end(at) {
            at += 1;
        }
        at
    }

    fn no_colon(&self, key: SimpleKey) -> Box<Problem> {
        let message = "expected a key here, but no `:` follows";
        let help = "write `key: value`, or indent the line further if it continues the text above";
        Problem::new(&SYNTAX, key.at, self.line_end(key.at), message, help)
    }
}
