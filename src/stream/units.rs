//! What a batch consists of: documents, and the items of Lists in JSON.

use std::ops::Range;

use crate::source::SourceId;
use crate::yaml::read::Start;

/// What is read by itself: the documents of a batch, and the items of its Lists in JSON, numbered from 0. Empty documents
/// are not counted.
#[derive(Debug, Default)]
pub(super) struct Units {
    /// Where each begins in its part, in bytes.
    starts: Vec<u32>,
    /// The parts, each with the number of its first unit.
    parts: Vec<(SourceId, u32)>,
    positions: Positions,
    /// How many documents there are: a List is one.
    documents: u32,
}

/// The positions of units among the documents of their batch.
#[derive(Debug, Default)]
pub(super) struct Positions {
    /// Where Lists begin and end; empty without a List.
    runs: Vec<Run>,
}

/// Units that follow each other: the items of one List, or documents.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// The number of the first one.
    first: u32,
    /// The position of its document in the batch.
    document: u32,
    is_list: bool,
}

impl Units {
    /// Begins a part.
    pub(super) fn begin(&mut self, part: SourceId, start: Start) {
        let first = self.starts.len() as u32;
        self.parts.push((part, first));
        let is_in_list = self.positions.runs.last().is_some_and(|run| run.is_list);
        // The List itself is a document, and so is one that began in the batch before.
        let is_list = start == Start::List || (start == Start::Items && !is_in_list);
        if is_list || (is_in_list && start != Start::Items) {
            self.positions.runs.push(Run { first, document: self.documents, is_list });
            self.documents += u32::from(is_list);
        }
    }

    /// Adds what begins at `start` of the last part.
    pub(super) fn push(&mut self, start: usize) {
        self.starts.push(start as u32);
        self.documents += u32::from(!self.positions.runs.last().is_some_and(|run| run.is_list));
    }

    /// Frees what is reserved for more.
    pub(super) fn shrink(&mut self) {
        self.starts.shrink_to_fit();
        self.parts.shrink_to_fit();
        self.positions.runs.shrink_to_fit();
    }

    /// How many units there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// How many documents there are, unreadable ones included.
    pub(super) fn documents(&self) -> usize {
        self.documents as usize
    }

    /// The position in the batch of the document that a unit is, or is an item of.
    pub(super) fn document(&self, unit: usize) -> usize {
        self.positions.document(unit)
    }

    /// The positions of the units, without where they begin.
    pub(super) fn into_positions(self) -> Positions {
        self.positions
    }

    /// The parts in order.
    pub(super) fn parts(&self) -> impl Iterator<Item = SourceId> {
        self.parts.iter().map(|(part, _)| *part)
    }

    /// The parts in order, each with its units among `wanted`, which are sorted; parts without one are left out.
    pub(super) fn by_part<'u>(&self, wanted: &'u [u32]) -> impl Iterator<Item = (SourceId, &'u [u32])> {
        let mut rest = wanted;
        (0..self.parts.len()).filter_map(move |at| {
            let range = self.of_part(at);
            let (units, behind) = rest.split_at(rest.partition_point(|unit| (*unit as usize) < range.end));
            rest = behind;
            (!units.is_empty()).then_some((self.parts[at].0, units))
        })
    }

    fn of_part(&self, at: usize) -> Range<usize> {
        let end = self.parts.get(at + 1).map_or(self.starts.len(), |(_, first)| *first as usize);
        self.parts[at].1 as usize..end
    }

    /// Where a unit begins in its part, in bytes.
    pub(super) fn start(&self, unit: u32) -> usize {
        self.starts[unit as usize] as usize
    }
}

impl Positions {
    /// The position in the batch of the document that a unit is, or is an item of.
    pub(super) fn document(&self, unit: usize) -> usize {
        let behind = self.runs.partition_point(|run| run.first as usize <= unit);
        match behind.checked_sub(1).and_then(|at| self.runs.get(at)) {
            Some(run) if run.is_list => run.document as usize,
            Some(run) => run.document as usize + unit - run.first as usize,
            None => unit,
        }
    }
}
