//! The parts of an input, to be read again: in memory while they are small, else from where they came.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::spool::{Slice, Spool};
use crate::error::Error;
use crate::source::SourceId;
use crate::sync;
use crate::yaml::read::Start;

/// One file, or standard input.
#[derive(Debug)]
pub(super) struct Origin {
    /// As the person named it; `-` for standard input.
    pub(super) name: String,
    /// Where it can be opened again; none for what can be read only once.
    pub(super) path: Option<PathBuf>,
}

/// One part of an input: whole documents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The position of its input among the inputs.
    pub(super) input: usize,
    /// Where it begins in its input, in bytes.
    pub(super) offset: u64,
    /// Its length, in bytes.
    pub(super) length: usize,
    /// The number of its first line in the input, from 1.
    pub(super) first_line: usize,
    /// How many characters precede it on that line.
    pub(super) characters: usize,
    /// How its first document begins.
    pub(super) start: Start,
    /// Whether the rest of its document was skipped, because it is too large.
    pub(super) is_cut: bool,
    /// Where it begins in what is read again, in bytes.
    again: u64,
}

impl Part {
    /// A part that begins at `offset` of its input.
    pub(super) fn new(input: usize, offset: u64, length: usize, start: Start) -> Self {
        Self { input, offset, length, first_line: 1, characters: 0, start, is_cut: false, again: offset }
    }
}

/// Every part that was read so far. Its position is its [`SourceId`].
#[derive(Debug)]
pub(super) struct Store {
    inner: RwLock<Inner>,
    /// What cannot be opened again, once it is too much for memory.
    spool: Spool,
    /// How many bytes may stay in memory.
    budget: usize,
}

#[derive(Debug, Default)]
struct Inner {
    inputs: Vec<Origin>,
    /// The directory of each input, by its position among the directories.
    directories: Vec<usize>,
    by_path: HashMap<PathBuf, usize>,
    parts: Vec<Part>,
    /// The texts of all parts, until they are too many.
    texts: Option<Vec<Arc<str>>>,
    total: usize,
}

impl Store {
    pub(super) fn new(budget: usize) -> Self {
        let inner = Inner { texts: Some(Vec::new()), ..Inner::default() };
        Self { inner: RwLock::new(inner), spool: Spool::new(0), budget }
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        sync::read(&self.inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        sync::write(&self.inner)
    }

    /// Begins an input and returns its position.
    pub(super) fn begin(&self, input: Origin) -> usize {
        let mut inner = self.write();
        let directory = Path::new(&input.name).parent().unwrap_or(Path::new("")).to_owned();
        let next = inner.by_path.len();
        let directory = *inner.by_path.entry(directory).or_insert(next);
        inner.directories.push(directory);
        inner.inputs.push(input);
        inner.inputs.len() - 1
    }

    /// Adds the next part.
    ///
    /// # Errors
    ///
    /// Where it would have to be kept in a file and cannot.
    pub(super) fn add(&self, part: Part, text: &Arc<str>) -> Result<SourceId, Error> {
        let mut inner = self.write();
        let id = SourceId::new(inner.parts.len());
        inner.parts.push(part);
        inner.total += text.len();
        let over = inner.total > self.budget;
        match &mut inner.texts {
            Some(texts) => {
                texts.push(Arc::clone(text));
                if over {
                    let texts = inner.texts.take().unwrap_or_default();
                    for (at, text) in texts.iter().enumerate() {
                        inner.spool(at, text, &self.spool)?;
                    }
                }
            }
            None => {
                let at = inner.parts.len() - 1;
                inner.spool(at, text, &self.spool)?;
            }
        }
        Ok(id)
    }

    pub(super) fn part(&self, id: SourceId) -> Part {
        self.read().parts[id.position()]
    }

    /// How many parts there are.
    pub(super) fn len(&self) -> usize {
        self.read().parts.len()
    }

    /// The directory of a part's input, by its position among all directories.
    pub(super) fn directory(&self, part: SourceId) -> usize {
        let inner = self.read();
        inner.directories[inner.parts[part.position()].input]
    }

    /// The name of an input.
    pub(super) fn name(&self, input: usize) -> String {
        self.read().inputs[input].name.clone()
    }

    /// The texts of all parts, where they are all in memory.
    pub(super) fn all(&self) -> Option<Vec<Arc<str>>> {
        self.read().texts.clone()
    }

    /// The text of a part.
    ///
    /// # Errors
    ///
    /// Where it cannot be read again.
    pub(super) fn text(&self, id: SourceId) -> Result<Arc<str>, Error> {
        let inner = self.read();
        if let Some(texts) = &inner.texts {
            return Ok(Arc::clone(&texts[id.position()]));
        }
        let part = inner.parts[id.position()];
        let path = inner.inputs[part.input].path.clone();
        let failed = |source| Error::Read { path: path.clone().unwrap_or_else(|| "-".into()), source };
        drop(inner);
        let bytes = match &path {
            Some(path) => {
                let mut bytes = vec![0; part.length];
                let read = |mut file: File| {
                    file.seek(SeekFrom::Start(part.again))?;
                    file.read_exact(&mut bytes)
                };
                File::open(path).and_then(read).map_err(failed)?;
                bytes
            }
            None => {
                let slice = Slice { start: part.again, length: part.length };
                self.spool.read(slice).map_err(failed)?
            }
        };
        // It was text when it was first read.
        String::from_utf8(bytes)
            .map(Arc::from)
            .map_err(|_| failed(std::io::Error::other("the file changed while it was read")))
    }
}

impl Inner {
    /// Writes a part to the spool, unless its input can be opened again.
    fn spool(&mut self, at: usize, text: &str, spool: &Spool) -> Result<(), Error> {
        if self.inputs[self.parts[at].input].path.is_none() {
            self.parts[at].again = spool.write(text.as_bytes())?.start;
        }
        Ok(())
    }
}
