//! What is kept of every document as bytes to be spooled: its name, what was not checked of it, and its open lookups.

use super::spool::Slice;
use super::units::Positions;
use crate::document::Document;
use crate::source::{SourceId, Span};
use crate::unchecked::{Named, Reason};

/// The records of a batch, and its place in the input.
#[derive(Debug, Default)]
pub(super) struct BatchRecords {
    /// The names of documents, if the options request them.
    pub(super) names: Slice,
    /// How many names there are.
    pub(super) named: usize,
    /// What was not checked, by unit.
    pub(super) unchecked: Slice,
    /// The positions of the units among the documents of the batch.
    pub(super) positions: Positions,
    /// Position of the batch's first document in the whole input.
    pub(super) first: usize,
    /// Whether that document began in the batch before.
    pub(super) is_continued: bool,
}

/// A document of a batch as its record names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    /// Position in its batch, from 0.
    pub(super) index: usize,
    pub(super) span: Span,
    pub(super) api_version: &'a str,
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) namespace: Option<&'a str>,
}

impl<'a> Name<'a> {
    pub(super) fn new(document: &'a Document<'_>) -> Self {
        Self {
            index: document.index,
            span: document.root.span,
            api_version: &document.api_version,
            kind: &document.kind,
            name: &document.name,
            namespace: document.namespace.as_deref(),
        }
    }

    /// A document that is not a manifest.
    pub(super) fn foreign(index: usize, source: SourceId) -> Self {
        Self { index, span: Span::new(source, 0, 0), api_version: "", kind: "", name: "", namespace: None }
    }

    /// Appends its record.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let span = self.span;
        for number in [self.index as u32, span.source.position() as u32, span.start, span.end] {
            put(out, number);
        }
        [self.api_version, self.kind, self.name].iter().for_each(|text| put_text(out, text));
        out.push(u8::from(self.namespace.is_some()));
        put_text(out, self.namespace.unwrap_or_default());
    }
}

/// Appends the record of something in a unit of a batch that was not checked.
pub(super) fn write_unchecked(out: &mut Vec<u8>, unit: usize, reason: Reason, name: &str) {
    put(out, unit as u32);
    out.push(reason as u8);
    put_text(out, name);
}

/// Appends some numbers, and how many there are.
pub(super) fn write_numbers(out: &mut Vec<u8>, numbers: &[u32]) {
    put(out, numbers.len() as u32);
    numbers.iter().for_each(|number| put(out, *number));
}

fn put(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}

/// Records that are read in the order of writing.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(records: &'a [u8]) -> Self {
        Self(records)
    }

    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes(1).map(|bytes| bytes[0])
    }

    fn number(&mut self) -> Option<u32> {
        self.bytes(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// The numbers of [`write_numbers`].
    pub(super) fn numbers(&mut self) -> Option<Vec<u32>> {
        let count = self.number()?;
        (0..count).map(|_| self.number()).collect()
    }

    pub(super) fn long_number(&mut self) -> Option<u64> {
        self.bytes(8)?.try_into().ok().map(u64::from_le_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.bytes(length as usize)?).ok()
    }

    fn name(&mut self) -> Option<Name<'a>> {
        let index = self.number()? as usize;
        let source = SourceId::new(self.number()? as usize);
        let span = Span::new(source, self.number()? as usize, self.number()? as usize);
        let (api_version, kind, name) = (self.text()?, self.text()?, self.text()?);
        let has_namespace = self.byte()? == 1;
        let namespace = Some(self.text()?).filter(|_| has_namespace);
        Some(Name { index, span, api_version, kind, name, namespace })
    }
}

/// The records of names.
pub(super) fn names(records: &[u8]) -> impl Iterator<Item = Name<'_>> {
    let mut reader = Reader(records);
    std::iter::from_fn(move || reader.name())
}

/// The records of `write_unchecked`, with the unit as the document.
pub(super) fn unchecked(records: &[u8]) -> impl Iterator<Item = Named<'_>> {
    let mut reader = Reader(records);
    std::iter::from_fn(move || {
        let document = reader.number()? as usize;
        let reason = *Reason::ALL.get(usize::from(reader.byte()?))?;
        Some(Named { document, reason, name: reader.text()? })
    })
}
