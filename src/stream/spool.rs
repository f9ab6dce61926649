//! Bytes that are written once and read again: in memory while they are few, else in a temporary file without a name.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, MutexGuard};

use crate::error::Error;
use crate::sync;

/// The bytes of all threads, in the order of writing.
#[derive(Debug)]
pub(super) struct Spool {
    inner: Mutex<Inner>,
    /// Whether all bytes stay in memory where no temporary file can be created.
    is_lenient: bool,
}

#[derive(Debug)]
struct Inner {
    /// How many bytes may stay in memory.
    budget: usize,
    /// All bytes, until there are too many.
    memory: Vec<u8>,
    file: Option<File>,
    length: u64,
}

/// Where bytes are in a spool.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slice {
    /// Position of the first byte.
    pub(super) start: u64,
    /// How many bytes.
    pub(super) length: usize,
}

impl Spool {
    /// A spool that keeps up to `budget` bytes in memory.
    pub(super) fn new(budget: usize) -> Self {
        let inner = Inner { budget, memory: Vec::new(), file: None, length: 0 };
        Self { inner: Mutex::new(inner), is_lenient: false }
    }

    /// The same, but without a temporary file all bytes stay in memory.
    pub(super) fn lenient(budget: usize) -> Self {
        Self { is_lenient: true, ..Self::new(budget) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        sync::lock(&self.inner)
    }

    /// Appends bytes.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be written.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<Slice, Error> {
        if bytes.is_empty() {
            return Ok(Slice::default());
        }
        let mut inner = self.inner();
        let written = inner.append(bytes, self.is_lenient);
        written.map_err(|source| Error::Write { path: std::env::temp_dir(), source })
    }

    /// Reads bytes again.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read.
    pub(super) fn read(&self, slice: Slice) -> io::Result<Vec<u8>> {
        let mut inner = self.inner();
        let mut bytes = vec![0; slice.length];
        if let Some(file) = &mut inner.file {
            file.seek(SeekFrom::Start(slice.start))?;
            file.read_exact(&mut bytes)?;
            file.seek(SeekFrom::End(0))?;
        } else {
            let mut memory = inner.memory.get(slice.start as usize..).unwrap_or_default();
            memory.read_exact(&mut bytes)?;
        }
        Ok(bytes)
    }
}

/// Why the run cannot proceed if a temporary file cannot be read.
pub(super) fn unreadable(source: io::Error) -> Error {
    Error::Read { path: std::env::temp_dir(), source }
}

impl Inner {
    fn append(&mut self, bytes: &[u8], is_lenient: bool) -> io::Result<Slice> {
        let slice = Slice { start: self.length, length: bytes.len() };
        self.length += bytes.len() as u64;
        if let Some(file) = &mut self.file {
            file.write_all(bytes)?;
            return Ok(slice);
        }
        self.memory.extend_from_slice(bytes);
        if self.memory.len() > self.budget {
            match tempfile::tempfile() {
                Ok(mut file) => {
                    file.write_all(&std::mem::take(&mut self.memory))?;
                    self.file = Some(file);
                }
                // Where none can be created now, none can be later.
                Err(_) if is_lenient => self.budget = usize::MAX,
                Err(error) => return Err(error),
            }
        }
        Ok(slice)
    }
}
