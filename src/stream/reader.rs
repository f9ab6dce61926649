//! Inputs read piece by piece and cut into parts of whole documents.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::input::Input;
use super::store::{Origin, Part, Store};
use crate::error::Error;
use crate::source::SourceId;
use crate::yaml::read;
use crate::yaml::read::{LARGEST_DOCUMENT, Start, Syntax};

/// A text that is read as a whole because it begins as JSON, in bytes: offsets into it must fit.
const LARGEST_JSON: usize = 2 << 30;

/// Some parts, to be validated together.
pub(super) type Batch = Vec<(SourceId, Arc<str>)>;

/// Reads inputs in order.
pub(super) struct Reader<'s> {
    inputs: std::vec::IntoIter<Input>,
    open: Option<Unresolved>,
    store: &'s Store,
    /// About how many bytes a batch has.
    size: usize,
    failed: bool,
}

impl<'s> Reader<'s> {
    /// A reader of inputs in order.
    pub(super) fn new(inputs: Vec<Input>, store: &'s Store, size: usize) -> Self {
        Self { inputs: inputs.into_iter(), open: None, store, size, failed: false }
    }

    fn batch(&mut self) -> Result<Option<Batch>, Error> {
        let mut batch = Batch::new();
        let mut bytes = 0;
        while bytes < self.size {
            let Some((id, text)) = self.part()? else { break };
            bytes += text.len();
            batch.push((id, text));
        }
        Ok((!batch.is_empty()).then_some(batch))
    }

    fn part(&mut self) -> Result<Option<(SourceId, Arc<str>)>, Error> {
        loop {
            let open = match &mut self.open {
                Some(open) => open,
                None => match self.inputs.next() {
                    Some(input) => self.open.insert(Unresolved::new(input, self.store)?),
                    None => return Ok(None),
                },
            };
            match open.next(self.size)? {
                Some((part, text)) => return Ok(Some((self.store.add(part, &text)?, text))),
                None => self.open = None,
            }
        }
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Batch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.batch().transpose();
        self.failed = matches!(next, Some(Err(_)));
        next
    }
}

/// An input that is being read.
struct Unresolved {
    path: PathBuf,
    from: Box<dyn Read + Send>,
    input: usize,
    /// What was read and is in no part yet.
    buffer: Vec<u8>,
    ended: bool,
    /// Where the buffer begins in the input, in bytes, and the number of its first line.
    offset: u64,
    line: usize,
    /// Whether nothing was taken yet.
    fresh: bool,
    /// The parts of a text that began as JSON.
    cut: VecDeque<(Part, Arc<str>)>,
}

impl Unresolved {
    fn new(input: Input, store: &Store) -> Result<Self, Error> {
        let (path, from, again): (_, Box<dyn Read + Send>, _) = match input {
            Input::Text(text) => ("-".into(), Box::new(Cursor::new(text)), None),
            Input::File(path, text) => (path, Box::new(Cursor::new(text)), None),
            Input::Path(path) if path.as_os_str() == "-" => (path, Box::new(std::io::stdin()), None),
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
            input,
            buffer: Vec::new(),
            ended: false,
            offset: 0,
            line: 1,
            fresh: true,
            cut: VecDeque::new(),
        })
    }

    /// The next part, of about `size` bytes; none at the end.
    fn next(&mut self, size: usize) -> Result<Option<(Part, Arc<str>)>, Error> {
        if let Some(part) = self.cut.pop_front() {
            return Ok(Some(part));
        }
        let mut wanted = size;
        loop {
            self.fill(wanted)?;
            if self.fresh && self.begins_as_json() {
                self.fill(LARGEST_JSON + 1)?;
                return self.json(size);
            }
            if self.ended {
                let bytes = std::mem::take(&mut self.buffer);
                return if bytes.is_empty() { Ok(None) } else { self.take(bytes).map(Some) };
            }
            if let Some(at) = last_separator(&self.buffer) {
                let rest = self.buffer.split_off(at);
                let bytes = std::mem::replace(&mut self.buffer, rest);
                return self.take(bytes).map(Some);
            }
            if self.buffer.len() > LARGEST_DOCUMENT {
                return self.too_large().map(Some);
            }
            wanted = self.buffer.len() * 2;
        }
    }

    /// Reads until the buffer holds `wanted` bytes or the input ends.
    fn fill(&mut self, wanted: usize) -> Result<(), Error> {
        let missing = wanted.saturating_sub(self.buffer.len());
        if self.ended || missing == 0 {
            return Ok(());
        }
        let read = self.from.by_ref().take(missing as u64).read_to_end(&mut self.buffer);
        let read = read.map_err(|source| Error::Read { path: self.path.clone(), source })?;
        self.ended = read < missing;
        Ok(())
    }

    fn begins_as_json(&self) -> bool {
        let valid = match std::str::from_utf8(&self.buffer) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&self.buffer[..error.valid_up_to()]).unwrap_or_default(),
        };
        read::begins_as_json(valid)
    }

    /// The bytes that the buffer began with as a part.
    fn take(&mut self, bytes: Vec<u8>) -> Result<(Part, Arc<str>), Error> {
        let text = text_of(bytes, &self.path, self.offset)?;
        let start = if self.fresh { Start::Beginning } else { Start::Separator };
        let part = Part::new(self.input, self.offset, text.len(), self.line, start);
        self.fresh = false;
        self.offset += text.len() as u64;
        self.line += lines(text.as_bytes());
        Ok((part, text.into()))
    }

    /// A document that is larger than any that is read: as much of it as shows this, and past the rest of it.
    fn too_large(&mut self) -> Result<(Part, Arc<str>), Error> {
        let mut end = LARGEST_DOCUMENT + 1;
        while self.buffer.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
            end += 1;
        }
        let rest = self.buffer.split_off(end.min(self.buffer.len()));
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let mut part = self.take(bytes)?;
        part.0.is_cut = true;
        loop {
            if let Some(at) = first_separator(&self.buffer) {
                self.pass(at);
                return Ok(part);
            }
            // A separator may begin at the end of what was read.
            let passed = if self.ended { self.buffer.len() } else { self.buffer.len().saturating_sub(4) };
            self.pass(passed);
            if self.ended {
                return Ok(part);
            }
            self.fill(self.buffer.len() + (1 << 20))?;
        }
    }

    fn pass(&mut self, bytes: usize) {
        self.line += lines(&self.buffer[..bytes]);
        self.offset += bytes as u64;
        self.buffer.drain(..bytes);
    }

    /// The parts of a text that began as JSON, which must be seen as a whole to be split as kubectl does.
    fn json(&mut self, size: usize) -> Result<Option<(Part, Arc<str>)>, Error> {
        if self.buffer.len() > LARGEST_JSON {
            return Err(Error::TooLarge { path: self.path.clone(), limit: "2 GiB" });
        }
        let text = text_of(std::mem::take(&mut self.buffer), &self.path, 0)?;
        let mut start = Start::Beginning;
        let (mut from, mut line, mut objects) = (0, 1, 0);
        let cut = |from: usize, to: usize, start, line: &mut usize| {
            let text = &text[from..to];
            let part = Part::new(self.input, from as u64, text.len(), *line, start);
            *line += lines(text.as_bytes());
            (part, text.into())
        };
        for piece in read::split(&text) {
            objects = if piece.form == Syntax::Json { objects + 1 } else { 0 };
            // Behind two objects, what follows is read as JSON whatever it is. Positions are given by line, so a part
            // begins where one ends.
            let end = piece.range.end;
            let ends_line = || text[end..].trim_start_matches([' ', '\t', '\r']).starts_with('\n');
            if objects >= 2 && end - from >= size && ends_line() {
                self.cut.push_back(cut(from, end, start, &mut line));
                (from, start) = (end, Start::Json);
            }
        }
        self.cut.push_back(cut(from, text.len(), start, &mut line));
        self.fresh = false;
        Ok(self.cut.pop_front())
    }
}

fn text_of(bytes: Vec<u8>, path: &Path, offset: u64) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|error| Error::NotUtf8 {
        path: path.to_owned(),
        offset: offset + error.utf8_error().valid_up_to() as u64,
    })
}

fn lines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

/// The start of the last line that begins with `---` and does not stand behind another such line.
fn last_separator(bytes: &[u8]) -> Option<usize> {
    let mut end = bytes.len();
    loop {
        let at = memchr::memrchr(b'\n', &bytes[..end])? + 1;
        if bytes[at..].starts_with(b"---") {
            let before = &bytes[..at - 1];
            let line = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
            if !before[line..].starts_with(b"---") {
                return Some(at);
            }
        }
        end = at - 1;
    }
}

fn first_separator(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\n---").map(|at| at + 1)
}
