//! Text to tokens, with indentation and simple keys handled as in the upstream library.

use std::collections::VecDeque;

use crate::yaml::read::problem::{Outcome, Problem};
use crate::yaml::read::token::{Kind, SimpleKey, Token};
use crate::yaml::rules::SYNTAX;

/// The state of the scanner in one document. Past the end the bytes are a line break, if the text does not
/// end with one, and then zero; text that contains zero is rejected before scanning.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    /// The position of the next byte.
    pub(super) at: usize,
    /// The start of the current line.
    pub(super) line_start: usize,
    pub(super) line: usize,
    pub(super) flow_level: usize,
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) simple_key_allowed: bool,
    pub(super) simple_keys: Vec<SimpleKey>,
    pub(super) tokens: VecDeque<Token<'t>>,
    pub(super) tokens_parsed: usize,
    virtual_break: bool,
    /// Whether the first token in the queue cannot be a key any more.
    ready: bool,
    ended: bool,
    pub(super) depth_limit: usize,
}

impl<'t> Scanner<'t> {
    /// A scanner over `text[start..end]`; `end` must be a character boundary. Flow and block collections nest
    /// at most `depth_limit` deep. Byte order marks are skipped only at the very start: the upstream library
    /// intends to skip one at the start of each line, but does not.
    pub(super) fn new(text: &'t str, start: usize, end: usize, depth_limit: usize) -> Self {
        let text = text.get(..end).unwrap_or(text);
        let body = text.get(start..).unwrap_or_default();
        let marks = (body.len() - body.trim_start_matches('\u{feff}').len()).min(6);
        let at = start + marks;
        let root = SimpleKey { possible: false, required: false, token_number: 0, at, line: 0, column: 0 };
        Self {
            text,
            bytes: text.as_bytes(),
            at,
            // A second mark is skipped too, and counts as a column.
            line_start: at - usize::from(marks == 6),
            line: 0,
            flow_level: 0,
            indent: -1,
            indents: Vec::new(),
            simple_key_allowed: true,
            simple_keys: vec![root],
            tokens: VecDeque::with_capacity(8),
            tokens_parsed: 0,
            virtual_break: !text.ends_with('\n'),
            ready: false,
            ended: false,
            depth_limit,
        }
    }

    /// The next token, which stays in the queue.
    #[inline]
    pub(super) fn peek(&mut self) -> Outcome<&Token<'t>> {
        if !self.ready {
            self.fill()?;
            self.ready = true;
        }
        static END: Token<'static> = Token { kind: Kind::StreamEnd, start: 0, end: 0 };
        Ok(self.tokens.front().unwrap_or(&END))
    }

    /// Removes and returns the peeked token.
    pub(super) fn take(&mut self) -> Token<'t> {
        self.ready = false;
        self.tokens_parsed += 1;
        let end = self.bytes.len();
        self.tokens.pop_front().unwrap_or(Token { kind: Kind::StreamEnd, start: end, end })
    }

    #[inline]
    pub(super) fn byte(&self, at: usize) -> u8 {
        match self.bytes.get(at) {
            Some(byte) => *byte,
            None if at == self.bytes.len() && self.virtual_break => b'\n',
            None => 0,
        }
    }

    /// The length of the line break at `at`, or 0. kubectl splits lines before it parses YAML, and so drops
    /// one carriage return before each line feed.
    #[inline]
    pub(super) fn break_length(&self, at: usize) -> usize {
        match self.byte(at) {
            b'\n' => 1,
            b'\r' if self.byte(at + 1) == b'\n' => 2,
            b'\r' if self.byte(at + 1) == b'\r' && self.byte(at + 2) == b'\n' => 3,
            b'\r' => 1,
            0xc2 if self.byte(at + 1) == 0x85 => 2,
            0xe2 if self.byte(at + 1) == 0x80 && matches!(self.byte(at + 2), 0xa8 | 0xa9) => 3,
            _ => 0,
        }
    }

    #[inline]
    pub(super) fn is_break_or_end(&self, at: usize) -> bool {
        match self.byte(at) {
            0 => true,
            b'\n' | b'\r' | 0xc2 | 0xe2 => self.break_length(at) > 0,
            _ => false,
        }
    }

    #[inline]
    pub(super) fn is_blank(&self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\t')
    }

    #[inline]
    pub(super) fn is_blank_or_end(&self, at: usize) -> bool {
        self.is_blank(at) || self.is_break_or_end(at)
    }

    pub(super) fn column(&self) -> isize {
        self.at as isize - self.line_start as isize
    }

    /// Skips a line break of `length` bytes.
    #[inline]
    pub(super) fn skip_break(&mut self, length: usize) {
        self.at += length;
        self.line_start = self.at;
        self.line += 1;
    }

    pub(super) fn skip_comment(&mut self) {
        if self.byte(self.at) == b'#' {
            while !self.is_break_or_end(self.at) {
                self.at += 1;
            }
        }
    }

    /// Whether there is a `---` or `...` at the start of a line here.
    #[inline]
    pub(super) fn is_document_indicator(&self) -> bool {
        self.at == self.line_start
            && matches!(self.byte(self.at), b'-' | b'.')
            && self.byte(self.at) == self.byte(self.at + 1)
            && self.byte(self.at) == self.byte(self.at + 2)
            && self.is_blank_or_end(self.at + 3)
    }

    pub(super) fn push(&mut self, kind: Kind<'t>, start: usize) {
        self.tokens.push_back(Token { kind, start, end: self.at });
    }

    pub(super) fn push_to(&mut self, kind: Kind<'t>, start: usize, end: usize) {
        self.tokens.push_back(Token { kind, start, end });
    }

    /// Scans until the first token in the queue cannot be a key any more.
    fn fill(&mut self) -> Outcome {
        while !self.ended {
            if !self.tokens.is_empty() {
                match self.key_at_front() {
                    Some(index) if self.is_valid_key(index)? => {}
                    _ => return Ok(()),
                }
            }
            self.fetch()?;
        }
        Ok(())
    }

    fn fetch(&mut self) -> Outcome {
        self.skip_to_token();
        self.unroll(self.column());
        let start = self.at;
        let byte = self.byte(start);
        if byte == 0 {
            return self.fetch_end();
        }
        if start == self.line_start {
            if byte == b'%' {
                self.reset()?;
                return self.directive();
            }
            if self.is_document_indicator() {
                self.reset()?;
                self.at += 3;
                self.push(if byte == b'-' { Kind::DocumentStart } else { Kind::DocumentEnd }, start);
                return Ok(());
            }
        }
        let flow = self.flow_level > 0;
        match byte {
            b'[' => self.flow_start(Kind::FlowSequenceStart),
            b'{' => self.flow_start(Kind::FlowMappingStart),
            b']' => self.flow_end(Kind::FlowSequenceEnd),
            b'}' => self.flow_end(Kind::FlowMappingEnd),
            b',' => {
                self.remove_key()?;
                self.simple_key_allowed = true;
                self.indicator(Kind::FlowEntry)
            }
            b'-' if self.is_blank_or_end(start + 1) => self.block_entry(),
            b'?' if flow || self.is_blank_or_end(start + 1) => self.explicit_key(),
            b':' if flow || self.is_blank_or_end(start + 1) => self.value(),
            b'*' | b'&' => {
                self.save_key()?;
                self.simple_key_allowed = false;
                self.anchor()
            }
            b'!' => {
                self.save_key()?;
                self.simple_key_allowed = false;
                self.tag()
            }
            b'|' | b'>' if !flow => {
                self.remove_key()?;
                self.simple_key_allowed = true;
                self.block_scalar()
            }
            b'\'' | b'"' => {
                self.save_key()?;
                self.simple_key_allowed = false;
                self.quoted_scalar()
            }
            b'\t' => Err(self.tab(start)),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => Err(self.cannot_start(start)),
            _ => {
                if !flow && self.simple_key_allowed && self.plain_key()? {
                    return Ok(());
                }
                self.save_key()?;
                self.simple_key_allowed = false;
                self.plain_scalar()
            }
        }
    }

    fn skip_to_token(&mut self) {
        loop {
            let tabs = self.flow_level > 0 || !self.simple_key_allowed;
            while self.byte(self.at) == b' ' || (tabs && self.byte(self.at) == b'\t') {
                self.at += 1;
            }
            match self.byte(self.at) {
                b'#' => self.skip_comment(),
                b'\n' | b'\r' | 0xc2 | 0xe2 => {}
                _ => return,
            }
            match self.break_length(self.at) {
                0 => return,
                length => self.skip_break(length),
            }
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    /// Ends the blocks that are indented more than `column`.
    fn unroll(&mut self, column: isize) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            self.push(Kind::BlockEnd, self.at);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Starts a block at `column`, with its token before token `number`, if it is indented more than the
    /// current one.
    pub(super) fn roll(
        &mut self,
        column: isize,
        number: Option<usize>,
        kind: Kind<'t>,
        start: usize,
    ) -> Outcome {
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > self.depth_limit {
            return Err(self.too_deep(start));
        }
        let token = Token { kind, start, end: start };
        match number {
            Some(number) => self.insert(number, token),
            None => self.tokens.push_back(token),
        }
        Ok(())
    }

    fn insert(&mut self, number: usize, token: Token<'t>) {
        match number.checked_sub(self.tokens_parsed) {
            Some(index) if index <= self.tokens.len() => self.tokens.insert(index, token),
            _ => self.tokens.push_back(token),
        }
    }

    /// Closes blocks and keys before a directive or the start or end of a document.
    fn reset(&mut self) -> Outcome {
        self.unroll(-1);
        self.remove_key()?;
        self.simple_key_allowed = false;
        Ok(())
    }

    fn fetch_end(&mut self) -> Outcome {
        self.reset()?;
        self.ended = true;
        self.push(Kind::StreamEnd, self.at);
        Ok(())
    }

    fn indicator(&mut self, kind: Kind<'t>) -> Outcome {
        let start = self.at;
        self.at += 1;
        self.push(kind, start);
        Ok(())
    }

    fn flow_start(&mut self, kind: Kind<'t>) -> Outcome {
        self.save_key()?;
        self.flow_level += 1;
        if self.flow_level > self.depth_limit {
            return Err(self.too_deep(self.at));
        }
        let token_number = self.tokens_parsed + self.tokens.len();
        self.simple_keys.push(SimpleKey {
            possible: false,
            required: false,
            token_number,
            at: self.at,
            line: self.line,
            column: 0,
        });
        self.simple_key_allowed = true;
        self.indicator(kind)
    }

    fn flow_end(&mut self, kind: Kind<'t>) -> Outcome {
        self.remove_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.simple_keys.pop();
        }
        self.simple_key_allowed = false;
        self.indicator(kind)
    }

    fn block_entry(&mut self) -> Outcome {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(Problem::new(
                    &SYNTAX,
                    self.at,
                    self.at + 1,
                    "a list item cannot start here",
                    "put each `- ` on its own line, in the same column as the other items",
                ));
            }
            self.roll(self.column(), None, Kind::BlockSequenceStart, self.at)?;
        }
        self.remove_key()?;
        self.simple_key_allowed = true;
        self.indicator(Kind::BlockEntry)
    }

    fn explicit_key(&mut self) -> Outcome {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.not_here("`?`"));
            }
            self.roll(self.column(), None, Kind::BlockMappingStart, self.at)?;
        }
        self.remove_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.indicator(Kind::Key)
    }

    fn value(&mut self) -> Outcome {
        let index = self.simple_keys.len().saturating_sub(1);
        if self.is_valid_key(index)? {
            let key = self.simple_keys[index];
            self.insert(key.token_number, Token { kind: Kind::Key, start: key.at, end: key.at });
            self.roll(key.column, Some(key.token_number), Kind::BlockMappingStart, key.at)?;
            self.simple_keys[index].possible = false;
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return Err(self.not_here("`:`"));
                }
                self.roll(self.column(), None, Kind::BlockMappingStart, self.at)?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.indicator(Kind::Value)
    }
}
