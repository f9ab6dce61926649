//! The documents of a validated input, and what was not checked of them, read again batch by batch.

use std::io;
use std::ops::Range;

use super::Validation;
use super::record::{self, BatchRecords, Name};
use crate::output::DocumentName;
use crate::output::listing::Listing;
use crate::unchecked::Named;

impl Listing for Validation {
    fn count(&self) -> usize {
        self.batches.iter().map(|batch| batch.named).sum()
    }

    fn documents(
        &self,
        range: Range<usize>,
        each: &mut dyn FnMut(DocumentName) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut end = 0;
        for batch in &self.batches {
            let start = end;
            end += batch.named;
            if end <= range.start {
                continue;
            }
            if start >= range.end {
                break;
            }
            let records = self.spool.read(batch.names)?;
            let mut names = record::names(&records);
            for at in start..end.min(range.end) {
                let name = names.next().ok_or(io::ErrorKind::InvalidData)?;
                if at >= range.start {
                    each(self.name(batch, name))?;
                }
            }
        }
        Ok(())
    }

    fn unchecked(&self, each: &mut dyn FnMut(&Named<'_>) -> io::Result<()>) -> io::Result<()> {
        // The items of a List share one position, and may be cut into many batches.
        for group in self.batches.chunk_by(|_, next| next.is_continued) {
            let records: Vec<Vec<u8>> =
                group.iter().map(|batch| self.spool.read(batch.unchecked)).collect::<io::Result<_>>()?;
            let of = |(batch, records)| {
                let batch: &BatchRecords = batch;
                let position = |unit| batch.positions.document(unit) + batch.first;
                record::unchecked(records)
                    .map(move |named| Named { document: position(named.document), ..named })
            };
            let mut all: Vec<Named<'_>> =
                group.iter().zip(records.iter().map(Vec::as_slice)).flat_map(of).collect();
            all.sort_unstable();
            all.iter().try_for_each(&mut *each)?;
        }
        Ok(())
    }
}

impl Validation {
    fn name(&self, batch: &BatchRecords, name: Name<'_>) -> DocumentName {
        DocumentName {
            index: name.index + batch.first,
            file: self.store.name(self.store.part(name.span.source).input),
            api_version: name.api_version.to_owned(),
            kind: name.kind.to_owned(),
            name: name.name.to_owned(),
            namespace: name.namespace.map(str::to_owned),
            span: self.moved.get(&name.span.source).map(|place| place.of(name.span)),
        }
    }
}
