//! Inputs read in order and cut into batches of whole documents.

use std::sync::Arc;

use super::input::Input;
use super::json_stream::JsonStream;
use super::open::Open;
use super::store::{Part, Store};
use crate::error::Error;
use crate::source::SourceId;

/// Some parts, to be validated together.
pub(super) type Batch = Vec<(SourceId, Arc<str>)>;

/// Reads inputs in order.
pub(super) struct Reader<'s> {
    inputs: std::vec::IntoIter<Input>,
    open: Option<(Open, Option<JsonStream>)>,
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
                    Some(input) => {
                        let mut open = Open::new(input, self.store)?;
                        open.fill(self.size)?;
                        let json = open.begins_as_json().then(JsonStream::default);
                        self.open.insert((open, json))
                    }
                    None => return Ok(None),
                },
            };
            match next(open, self.size)? {
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

/// The next part of an input; none at its end.
fn next(
    (open, json): &mut (Open, Option<JsonStream>),
    size: usize,
) -> Result<Option<(Part, Arc<str>)>, Error> {
    if let Some(stream) = json {
        if let Some(part) = stream.next(open, size)? {
            return Ok(Some(part));
        }
        // What follows is not JSON.
        *json = None;
    }
    open.next(size)
}
