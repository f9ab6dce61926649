//! One input, read piece by piece and cut into parts.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::input::Input;
use super::store::{Origin, Part, Store};
use crate::error::Error;
use crate::yaml::read;
use crate::yaml::read::{LARGEST_DOCUMENT, Start, Tokens, last_separator};

/// Most files are shorter, in bytes.
const SHORT: usize = 8 << 10;

/// How much of a long standard input is read ahead, in bytes: while this program and the one that writes wait for each other,
/// neither works.
const AHEAD: usize = 1 << 20;

/// An input that is being read.
pub(super) struct Open {
    path: PathBuf,
    from: Box<dyn Read + Send>,
    /// Whether this is standard input, and not known to be long.
    is_stdin: bool,
    input: usize,
    /// What was read ends at `read`, and as much as was wanted at `end`. The bytes before `taken` are in a part already.
    buffer: Vec<u8>,
    read: usize,
    end: usize,
    taken: usize,
    pub(super) ended: bool,
    /// Where the buffer begins in the input, in bytes, the number of its first line, and how many characters precede it on that
    /// line.
    offset: u64,
    line: usize,
    characters: usize,
    /// How the next part begins.
    pub(super) start: Start,
    /// The tokens of the part before; empty if they are not known.
    pub(super) tokens: Tokens,
}

impl Open {
    pub(super) fn new(input: Input, store: &Store) -> Result<Self, Error> {
        let is_stdin = matches!(&input, Input::Path(path) if path.as_os_str() == "-");
        let (path, from, again): (_, Box<dyn Read + Send>, _) = match input {
            Input::Text(text) => ("-".into(), Box::new(Cursor::new(text)), None),
            Input::File(path, text) => (path, Box::new(Cursor::new(text)), None),
            Input::Path(path) if is_stdin => (path, Box::new(std::io::stdin()), None),
            Input::Path(path) => {
                let failed = |source| Error::Read { path: path.clone(), source };
                let file = File::open(&path).map_err(failed)?;
                let again = file.metadata().map_err(failed)?.is_file().then(|| path.clone());
                (path, Box::new(file), again)
            }
        };
        let input = store.begin(Origin { name: path.display().to_string(), path: again });
        Ok(Self {
            path,
            from,
            is_stdin,
            input,
            buffer: vec![0; SHORT],
            read: 0,
            end: 0,
            taken: 0,
            ended: false,
            offset: 0,
            line: 1,
            characters: 0,
            start: Start::Beginning,
            tokens: Tokens::default(),
        })
    }

    /// As much as was wanted of what is in no part yet.
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.taken..self.end).unwrap_or_default()
    }

    /// The next part of whole YAML documents, of about `size` bytes; none at the end.
    pub(super) fn next(&mut self, size: usize) -> Result<Option<(Part, Arc<str>)>, Error> {
        let mut wanted = size;
        loop {
            self.fill(wanted)?;
            if self.ended {
                let length = self.rest().len();
                return if length == 0 { Ok(None) } else { self.take(length).map(Some) };
            }
            if let Some(at) = last_separator(self.rest()) {
                return self.take(at).map(Some);
            }
            if self.rest().len() > LARGEST_DOCUMENT {
                return self.too_large().map(Some);
            }
            wanted = self.rest().len() * 2;
        }
    }

    /// Reads until the rest has `wanted` bytes or the input ends.
    pub(super) fn fill(&mut self, wanted: usize) -> Result<(), Error> {
        if self.ended || self.rest().len() >= wanted {
            return Ok(());
        }
        // Moved rarely enough that every byte is moved a few times at most.
        if self.taken > self.read / 2 {
            self.buffer.copy_within(self.taken..self.read, 0);
            self.read -= std::mem::take(&mut self.taken);
        }
        let end = self.taken + wanted;
        // Where a part has been taken, the input is long.
        if self.offset > 0 && std::mem::take(&mut self.is_stdin) {
            widen_pipe();
            self.buffer.resize(self.buffer.len().max(AHEAD), 0);
        }
        while self.read < end {
            if self.read == self.buffer.len() {
                self.buffer.resize((self.read * 2).max(64 << 10).min(end), 0);
            }
            match self.from.read(&mut self.buffer[self.read..]) {
                Ok(0) => break,
                Ok(count) => self.read += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(source) => return Err(Error::Read { path: self.path.clone(), source }),
            }
        }
        self.end = end.min(self.read);
        self.ended = self.end < end;
        Ok(())
    }

    /// Whether what was read, which is the beginning of the input, begins as JSON.
    pub(super) fn begins_as_json(&self) -> bool {
        let valid = match std::str::from_utf8(self.rest()) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&self.rest()[..error.valid_up_to()]).unwrap_or_default(),
        };
        read::begins_as_json(valid)
    }

    /// The first bytes of the rest as a part. The next one begins with a separator, unless the caller says otherwise.
    pub(super) fn take(&mut self, length: usize) -> Result<(Part, Arc<str>), Error> {
        let bytes = self.buffer.get(self.taken..self.taken + length).unwrap_or_default();
        let text: Arc<str> = match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(error) => {
                let offset = self.offset + error.valid_up_to() as u64;
                return Err(Error::NotUtf8 { path: self.path.clone(), offset });
            }
        };
        let start = std::mem::replace(&mut self.start, Start::Separator);
        let mut part = Part::new(self.input, self.offset, text.len(), start);
        (part.first_line, part.characters) = (self.line, self.characters);
        self.skip(length);
        Ok((part, text))
    }

    /// A document that is larger than any that is read: as much of it as shows this, and past the rest of it.
    fn too_large(&mut self) -> Result<(Part, Arc<str>), Error> {
        let mut part = self.take(self.boundary(LARGEST_DOCUMENT + 1))?;
        part.0.is_cut = true;
        self.skip_to(&["---"])?;
        Ok(part)
    }

    /// The first boundary of a character at or after a byte of the rest.
    pub(super) fn boundary(&self, mut at: usize) -> usize {
        at = at.min(self.rest().len());
        while self.rest().get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
            at += 1;
        }
        at
    }

    /// Removes all that precedes the next line that begins with one of `prefixes`, or all that is left.
    pub(super) fn skip_to(&mut self, prefixes: &[&str]) -> Result<(), Error> {
        loop {
            if let Some(at) = line_that_begins(self.rest(), 0, prefixes) {
                self.skip(at);
                return Ok(());
            }
            // A line may begin at the end of what was read.
            let length = self.rest().len();
            self.skip(if self.ended { length } else { length.saturating_sub(4) });
            if self.ended {
                return Ok(());
            }
            self.fill(self.rest().len() + (1 << 20))?;
        }
    }

    /// Moves the place at which the rest begins behind some bytes.
    pub(super) fn skip(&mut self, length: usize) {
        let bytes = self.buffer.get(self.taken..self.taken + length).unwrap_or_default();
        let line = match memchr::memrchr(b'\n', bytes) {
            Some(end) => {
                self.line += memchr::memchr_iter(b'\n', bytes).count();
                self.characters = 0;
                &bytes[end + 1..]
            }
            None => bytes,
        };
        // A continuation byte of UTF-8 is not a character of its own.
        self.characters += line.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        self.offset += length as u64;
        self.taken += length;
    }
}

/// Gives a pipe on standard input room for as much; it has 64 KiB by default. What is not a pipe, or must not grow, stays as it is.
#[cfg(target_os = "linux")]
fn widen_pipe() {
    let _ = rustix::pipe::fcntl_setpipe_size(std::io::stdin(), AHEAD);
}

#[cfg(not(target_os = "linux"))]
fn widen_pipe() {}

/// The start of the first line behind `from` that begins with one of `prefixes`.
pub(super) fn line_that_begins(bytes: &[u8], from: usize, prefixes: &[&str]) -> Option<usize> {
    let rest = bytes.get(from..).unwrap_or_default();
    memchr::memchr_iter(b'\n', rest)
        .map(|end| from + end + 1)
        .find(|start| prefixes.iter().any(|prefix| bytes[*start..].starts_with(prefix.as_bytes())))
}
