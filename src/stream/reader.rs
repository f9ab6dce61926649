//! Inputs read in order and cut into batches of whole documents.

use std::sync::Arc;

use super::input::Input;
use super::json_stream::JsonStream;
use super::open::Open;
use super::store::{Part, Store};
use crate::error::Error;
use crate::source::SourceId;
use crate::yaml::read::Tokens;

/// Some parts, to be validated together.
pub(super) type Batch = Vec<PartText>;

/// A part that is in memory.
#[derive(Debug)]
pub(super) struct PartText {
    pub(super) id: SourceId,
    pub(super) text: Arc<str>,
    /// The tokens of its items; empty if they are not known.
    pub(super) tokens: Tokens,
}

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
            let Some(part) = self.part()? else { break };
            bytes += part.text.len();
            batch.push(part);
        }
        Ok((!batch.is_empty()).then_some(batch))
    }

    fn part(&mut self) -> Result<Option<PartText>, Error> {
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
                Some((part, text)) => {
                    let tokens = std::mem::take(&mut open.0.tokens);
                    return Ok(Some(PartText { id: self.store.add(part, &text)?, text, tokens }));
                }
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
