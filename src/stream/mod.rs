//! Validates any number of manifests part by part in bounded memory.
//!
//! A stream is cut where a document or an item of a List in JSON ends, and the parts are validated on all processors. What a
//! document needs of another part, such as the class of its claim, is found by key: the `register` knows the first place of
//! each, and the `store` returns that part again. What was not there yet is looked up again at the end.

mod batch;
mod input;
mod json_stream;
mod limit;
mod listing;
mod load;
mod open;
mod reader;
mod record;
mod register;
mod spool;
mod store;
mod units;
mod unresolved;

use std::collections::BTreeMap;
use std::ops::Range;

use batch::{BatchContext, BatchResult};
use limit::Limit;
use reader::Reader;
use record::BatchRecords;
use register::Register;
use spool::Spool;
use store::{Part, Store};

pub use input::{Input, ValidateOptions};

use crate::bundle::index;
use crate::bundle::key::{KeyHash, Offer};
use crate::bundle::names::Names;
use crate::document::foreign;
use crate::document::load::Loaded;
use crate::error::Error;
use crate::finding::Finding;
use crate::finding::omitted::{self, Omitted};
use crate::lines::{line_end, line_start};
use crate::output::listing::Listing;
use crate::parallel;
use crate::source::{Piece, SourceId, SourceKind, Sources, Span};
use crate::unchecked::{Named, Unchecked};
use crate::yaml::read::{read_piece, split};

/// How many bytes of what reports list may stay in memory.
const LISTED: usize = 2 << 20;

/// The result of validating an input. As a listing, it names every document if the options request names.
#[derive(Debug)]
pub struct Validation {
    /// The texts that findings refer to.
    pub sources: Sources,
    /// What was found.
    pub findings: Vec<Finding>,
    /// How many more findings there are than the options keep.
    pub omitted: Vec<Omitted>,
    /// How many documents there are, unreadable ones included.
    pub count: usize,
    /// What was not checked: how much, and the first names.
    pub unchecked: Unchecked,
    /// The keys by which the only input to validate looked for objects, if the options name one.
    pub lookups: Vec<KeyHash>,
    batches: Vec<BatchRecords>,
    spool: Spool,
    /// Where the parts of the input are among the sources.
    moved: BTreeMap<SourceId, Moved>,
    store: Store,
}

impl Validation {
    /// Hands on the input as it is, piece by piece, with a separator between one file and the next.
    ///
    /// # Errors
    ///
    /// Where some of it cannot be read again, and what `out` says.
    pub fn texts(&self, out: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
        let mut last: Option<(usize, bool)> = None;
        for at in 0..self.store.len() {
            let id = SourceId::new(at);
            let (part, text) = (self.store.part(id), self.store.text(id)?);
            if part.is_cut {
                let name = self.store.name(part.input);
                let message = format!("{name} has a document that is too large to be echoed");
                return Err(Error::usage(message, "validate it without `--echo`, or split the document"));
            }
            if let Some((_, ended)) = last.filter(|(input, _)| *input != part.input) {
                out(if ended { "---\n" } else { "\n---\n" })?;
            }
            out(&text)?;
            last = Some((part.input, text.ends_with('\n')));
        }
        Ok(())
    }
}

/// Validates inputs in order.
///
/// # Errors
///
/// If one cannot be read or is not text, or if the temporary file cannot be written.
pub fn validate(inputs: Vec<Input>, options: &ValidateOptions) -> Result<Validation, Error> {
    let _operation = options.progress.begin("validating", "documents", None);
    let (store, register) = (Store::new(options.kept), Register::new());
    register.enter_names(&options.known);
    let (limit, spool, lookups) = (Limit::new(options.most), Spool::new(LISTED), Spool::lenient(LISTED));
    let one_file = inputs.len() == 1;
    let context = BatchContext {
        options,
        store: &store,
        register: &register,
        limit: &limit,
        spool: &spool,
        lookups: &lookups,
        one_file,
    };
    let reader = Reader::new(inputs, &store, options.batch);
    let done = parallel::map(reader, |batch| context.validate(&batch?));
    let mut done: Vec<BatchResult> = done.into_iter().collect::<Result<_, _>>()?;
    let concerned = register.set_whole();
    let mut all = register.take_changed();
    loop {
        let again = parallel::map(done.iter_mut(), |done| match all {
            true => context.validate_again(done),
            false => context.validate_stale(done, &concerned),
        });
        again.into_iter().collect::<Result<(), _>>()?;
        all = register.take_changed();
        if !all {
            break;
        }
    }
    // Earlier batches may keep fewer findings now, and threads end in any order. What is listed depends on neither.
    for one in &mut done {
        context.settle(one)?;
    }
    drop((register, lookups));
    gather(done, store, spool, &limit, options.counts_by_document)
}

/// The keys by which the objects of a file that was found in a directory can be found, and their names.
#[must_use]
pub fn offers(text: &str, options: &ValidateOptions) -> (Vec<Offer>, Names) {
    if !foreign::may_be_manifest(text) {
        return Default::default();
    }
    let (mut loaded, source) = (Loaded::default(), SourceId::new(0));
    for piece in split(text) {
        if let Some(reading) = read_piece(source, text, &piece) {
            loaded.add_found(source, reading, options.version);
        }
    }
    (index::offers(&loaded.documents), Names::new(&loaded.documents))
}

/// The batches as one input, with the texts that findings speak of.
fn gather(
    done: Vec<BatchResult>,
    store: Store,
    spool: Spool,
    limit: &Limit,
    counts_by_document: bool,
) -> Result<Validation, Error> {
    // Of the findings of each document; else there are a few for each batch.
    let counted = if counts_by_document { done.iter().map(|one| one.counted.len()).sum() } else { 0 };
    let mut validation = Validation {
        sources: Sources::new(),
        findings: Vec::new(),
        omitted: Vec::with_capacity(counted),
        count: 0,
        unchecked: Unchecked::default(),
        lookups: Vec::new(),
        batches: Vec::with_capacity(done.len()),
        spool,
        moved: BTreeMap::new(),
        store,
    };
    for mut one in done {
        validation.count -= usize::from(one.is_continued);
        for finding in &mut one.findings {
            finding.document = finding.document.map(|unit| one.units.document(unit) + validation.count);
        }
        validation.findings.append(&mut one.findings);
        validation.lookups.append(&mut one.lookups);
        for counted in one.counted {
            let document =
                counted.document().map(|unit| one.units.document(unit as usize) + validation.count);
            let (findings, (rule, severity)) = (counted.findings as usize, limit.kind(counted));
            validation.omitted.push(Omitted {
                rule,
                severity,
                document: document.filter(|_| counts_by_document),
                findings,
                groups: findings,
            });
        }
        if !counts_by_document {
            validation.omitted = omitted::by_rule(&validation.omitted);
        }
        let count = one.units.documents();
        validation.batches.push(BatchRecords {
            names: one.names,
            named: one.named,
            unchecked: one.unchecked,
            first: validation.count,
            positions: one.units.into_positions(),
            is_continued: one.is_continued,
        });
        validation.count += count;
    }
    let mut unchecked = Unchecked::default();
    let add = |one: &Named<'_>| {
        unchecked.add(one.reason, one.name);
        Ok(())
    };
    validation.unchecked(&mut { add }).map_err(spool::unreadable)?;
    validation.unchecked = unchecked;
    let mut labelled: BTreeMap<SourceId, (u32, u32)> = BTreeMap::new();
    for span in validation.findings.iter_mut().flat_map(Finding::spans_mut) {
        let (start, end) = labelled.entry(span.source).or_insert((span.start, span.end));
        (*start, *end) = ((*start).min(span.start), (*end).max(span.end));
    }
    let moved = texts(&labelled, &validation.store, &mut validation.sources)?;
    for span in validation.findings.iter_mut().flat_map(Finding::spans_mut) {
        if let Some(place) = moved.get(&span.source) {
            *span = place.of(*span);
        }
    }
    validation.moved = moved;
    Ok(validation)
}

/// The position of a part's text among the sources of a report.
#[derive(Clone, Copy, Debug)]
struct Moved {
    source: SourceId,
    /// What is added to its offsets, in bytes.
    by: i64,
}

impl Moved {
    fn of(self, span: Span) -> Span {
        let at = |offset: u32| usize::try_from(i64::from(offset) + self.by).unwrap_or_default();
        Span::new(self.source, at(span.start), at(span.end))
    }
}

/// Adds the texts that `labelled` names, by part the first and the last byte: whole inputs while these are in memory,
/// else the lines in between.
fn texts(
    labelled: &BTreeMap<SourceId, (u32, u32)>,
    store: &Store,
    sources: &mut Sources,
) -> Result<BTreeMap<SourceId, Moved>, Error> {
    let mut moved = BTreeMap::new();
    let Some(all) = store.all() else {
        for (id, (start, end)) in labelled {
            let (part, text) = (store.part(*id), store.text(*id)?);
            let (range, piece) = shown(&part, &text, (*start as usize, *end as usize));
            let start = range.start;
            let text = text.get(range).unwrap_or_default();
            let source = sources.add_piece(store.name(part.input), text, SourceKind::Manifest, piece);
            moved.insert(*id, Moved { source, by: -(start as i64) });
        }
        return Ok(moved);
    };
    let mut whole: BTreeMap<usize, String> =
        labelled.keys().map(|id| (store.part(*id).input, String::new())).collect();
    for (at, text) in all.iter().enumerate() {
        if let Some(whole) = whole.get_mut(&store.part(SourceId::new(at)).input) {
            whole.push_str(text);
        }
    }
    let sources: BTreeMap<usize, SourceId> = whole
        .into_iter()
        .map(|(input, text)| (input, sources.add(store.name(input), text, SourceKind::Manifest)))
        .collect();
    for id in labelled.keys() {
        let part = store.part(*id);
        moved.insert(*id, Moved { source: sources[&part.input], by: part.offset as i64 });
    }
    Ok(moved)
}

/// How much of a long line is kept on either side of what a report shows of it, in bytes: more than it shows.
const AROUND: usize = 8 << 10;

/// The lines of a part that contain the bytes from `start` to `end`, without the ends of very long ones.
fn shown(part: &Part, text: &str, (start, end): (usize, usize)) -> (Range<usize>, Piece) {
    let bytes = text.as_bytes();
    let (start, end) = (start.min(bytes.len()), end.min(bytes.len()));
    let (line, line_end) = (line_start(text, start), line_end(text, end));
    let on_boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let from = on_boundary(start.saturating_sub(AROUND)).max(line);
    let to = on_boundary((end + AROUND).min(line_end));
    let characters = text.get(line..from).unwrap_or_default().chars().count();
    let piece = Piece {
        line: part.first_line + memchr::memchr_iter(b'\n', &bytes[..line]).count(),
        offset: part.offset as usize + from,
        characters: characters + if line == 0 { part.characters } else { 0 },
    };
    (from..to, piece)
}
