//! Some parts of an input, validated with what they need of the others.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use super::input::ValidateOptions;
use super::limit::{self, Counted, Limit};
use super::load::{self, Loader};
use super::reader::Batch;
use super::record::{self, Name};
use super::register::{Concerned, Place, Register};
use super::spool::{Slice, Spool, unreadable};
use super::store::Store;
use super::units::Units;
use super::unresolved::{Keys, Unresolved};
use crate::bundle::Bundle;
use crate::bundle::index::Index;
use crate::bundle::key::KeyHash;
use crate::bundle::names::Names;
use crate::bundle::partition::PartitionedInput;
use crate::document::Document;
use crate::error::Error;
use crate::finding::Finding;
use crate::rules::placeholder;
use crate::source::SourceId;
use crate::suppression::Suppressions;
use crate::unchecked::Reason;
use crate::yaml::read::Start;
use crate::yaml::room;
use crate::{fix, rules};

/// What the validation of a batch needs.
#[derive(Clone, Copy)]
pub(super) struct BatchContext<'a> {
    pub(super) options: &'a ValidateOptions,
    pub(super) store: &'a Store,
    pub(super) register: &'a Register,
    pub(super) limit: &'a Limit,
    /// Holds what reports list of every document.
    pub(super) spool: &'a Spool,
    /// Holds the lookups of every document that may have another result.
    pub(super) lookups: &'a Spool,
    /// Whether the input is one file only.
    pub(super) one_file: bool,
}

/// How many findings of a batch may accumulate before those that are not kept are dropped.
const ACCUMULATED: usize = 4096;

/// A validated batch. Its documents are counted by unit; spans refer to its parts.
#[derive(Debug, Default)]
pub(super) struct BatchResult {
    /// What it consists of.
    pub(super) units: Units,
    pub(super) findings: Vec<Finding>,
    /// Findings beyond the limit.
    pub(super) counted: Vec<Counted>,
    /// The names of documents, and how many there are.
    pub(super) names: Slice,
    pub(super) named: usize,
    /// What was not checked.
    pub(super) unchecked: Slice,
    /// Whether the first document is a List that began in the batch before.
    pub(super) is_continued: bool,
    /// The lookups that may have another result once the whole input is known.
    pub(super) open: Slice,
    /// Every key that was looked up, if the options name the only input to validate.
    pub(super) lookups: Vec<KeyHash>,
}

impl BatchResult {
    /// The first part, which every batch has.
    fn first(&self) -> SourceId {
        self.units.parts().next().unwrap_or(SourceId::new(0))
    }
}

/// What checking some documents of a batch results in.
struct CheckResult {
    findings: Vec<Finding>,
    counted: Vec<Counted>,
    /// The records of what was not checked.
    unchecked: Vec<u8>,
    /// The references that were not found.
    open: Unresolved,
    /// Every key that was looked up, if the options name the only input to validate.
    lookups: Vec<KeyHash>,
}

/// The documents to check, and what is known of them.
struct Checked<'d, 't> {
    /// The first part of their batch.
    first: SourceId,
    batch: &'d Batch,
    documents: &'d [Document<'t>],
    /// The positions among the documents of those to check.
    wanted: Vec<usize>,
    /// Where objects are that they refer to, and that are not among the documents.
    known: BTreeSet<Place>,
    /// The findings of the reader.
    findings: Vec<Finding>,
}

impl PartitionedInput for BatchContext<'_> {
    fn is_one_file(&self) -> bool {
        self.one_file
    }

    fn file(&self, part: SourceId) -> usize {
        // Every lookup asks, and the store is shared by all threads.
        if self.one_file { 0 } else { self.store.part(part).input }
    }

    fn directory(&self, part: SourceId) -> usize {
        self.store.directory(part)
    }

    fn is_in_several(&self, key: KeyHash) -> bool {
        self.register.is_in_several(key)
    }

    fn records_all(&self) -> bool {
        self.options.only.is_some()
    }

    fn names(&self) -> Option<&Names> {
        self.register.names()
    }
}

impl BatchContext<'_> {
    /// Validates a batch for the first time.
    pub(super) fn validate(&self, batch: &Batch) -> Result<BatchResult, Error> {
        let loader = self.loader();
        let (loaded, mut units) = loader.all(batch);
        units.shrink();
        let mut done = BatchResult {
            is_continued: batch.first().is_some_and(|part| self.store.part(part.id).start == Start::Items),
            ..BatchResult::default()
        };
        if self.options.names {
            let mut names: Vec<Name<'_>> = loaded.documents.iter().map(Name::new).collect();
            names.extend(loaded.foreign.iter().map(|(index, source)| Name::foreign(*index, *source)));
            names.sort_by_key(|name| name.index);
            let mut records = Vec::new();
            for name in &mut names {
                name.index = units.document(name.index);
                name.write(&mut records);
            }
            (done.names, done.named) = (self.spool.write(&records)?, names.len());
        }
        self.register.enter_names_of(&loaded.documents);
        let is_wanted = |part: SourceId| match &self.options.only {
            Some(only) => Path::new(&self.store.name(self.store.part(part).input)) == only,
            None => true,
        };
        let wanted = (0..loaded.documents.len()).filter(|at| is_wanted(loaded.documents[*at].source));
        let mut checked = self.check(Checked {
            first: units.parts().next().unwrap_or(SourceId::new(0)),
            batch,
            documents: &loaded.documents,
            wanted: wanted.collect(),
            known: BTreeSet::new(),
            findings: loaded.findings,
        })?;
        if self.options.only.is_some() {
            checked.findings.retain(|finding| is_wanted(finding.primary.span.source));
            done.lookups = checked.lookups;
        }
        self.add_foreign(&loaded.foreign, &mut checked.unchecked);
        (done.findings, done.counted) = (checked.findings, checked.counted);
        done.unchecked = self.spool.write(&checked.unchecked)?;
        done.open = self.lookups.write(&checked.open.record())?;
        self.options.progress.advance(units.len());
        done.units = units;
        let open: HashSet<u32> = checked.open.units().collect();
        self.enter(&mut done, |unit| open.contains(&unit));
        recycle(loaded.documents);
        Ok(done)
    }

    /// Validates again the documents of a batch that missed an object which exists, or a name that is almost the right one.
    pub(super) fn validate_stale(
        &self,
        done: &mut BatchResult,
        concerned: &Concerned<'_>,
    ) -> Result<(), Error> {
        let record = self.lookups.read(done.open).map_err(unreadable)?;
        let open = Unresolved::of_record(&record);
        let stale = open.stale(self.register, concerned);
        if stale.is_empty() {
            return Ok(());
        }
        let parts = done.units.by_part(&stale).map(|(part, _)| part);
        let batch = load::texts(parts, self.store)?;
        let loaded = self.loader().some(&batch, &done.units, &stale);
        let is_own = |place: &Place| {
            loaded.documents.binary_search_by_key(place, |document| Place::new(document.position())).is_ok()
        };
        let known = open.known(self.register, &stale).filter(|place| !is_own(place)).collect();
        let checked = self.check(Checked {
            first: done.first(),
            batch: &batch,
            documents: &loaded.documents,
            wanted: (0..loaded.documents.len()).collect(),
            known,
            findings: loaded.findings,
        })?;
        self.replace(done, checked, &|unit| {
            unit.is_some_and(|unit| stale.binary_search(&(unit as u32)).is_ok())
        })
    }

    /// Validates a batch again as a whole.
    pub(super) fn validate_again(&self, done: &mut BatchResult) -> Result<(), Error> {
        let batch = load::texts(done.units.parts(), self.store)?;
        let (loaded, _) = self.loader().all(&batch);
        let mut checked = self.check(Checked {
            first: done.first(),
            batch: &batch,
            documents: &loaded.documents,
            wanted: (0..loaded.documents.len()).collect(),
            known: BTreeSet::new(),
            findings: loaded.findings,
        })?;
        self.add_foreign(&loaded.foreign, &mut checked.unchecked);
        self.replace(done, checked, &|_| true)
    }

    /// Replaces what was found in the units that are checked again.
    fn replace(
        &self,
        done: &mut BatchResult,
        mut checked: CheckResult,
        is_again: &dyn Fn(Option<usize>) -> bool,
    ) -> Result<(), Error> {
        done.findings.retain(|finding| !is_again(finding.document));
        done.findings.append(&mut checked.findings);
        done.counted.retain(|one| !is_again(one.document().map(|unit| unit as usize)));
        done.counted.append(&mut checked.counted);
        let before = self.spool.read(done.unchecked).map_err(unreadable)?;
        for one in record::unchecked(&before).filter(|one| !is_again(Some(one.document))) {
            record::write_unchecked(&mut checked.unchecked, one.document, one.reason, one.name);
        }
        done.unchecked = self.spool.write(&checked.unchecked)?;
        self.enter(done, |_| false);
        Ok(())
    }

    /// Applies the limit on findings to a batch, in the order of the input: batches before it may keep fewer findings now.
    pub(super) fn settle(&self, done: &mut BatchResult) -> Result<(), Error> {
        if self.limit.lacks(done.first(), &done.findings, &done.counted) {
            return self.validate_again(done);
        }
        self.enter(done, |_| false);
        Ok(())
    }

    /// Enters what a batch keeps. `is_open` tells of a unit whether it may be validated again without the others of the batch:
    /// only those must be distinguished in the counts.
    fn enter(&self, done: &mut BatchResult, is_open: impl Fn(u32) -> bool) {
        if !self.options.counts_by_document && !done.counted.is_empty() {
            limit::merge(&mut done.counted, is_open);
        }
        self.limit.enter(done.first(), &mut done.findings, &mut done.counted);
    }

    fn loader(&self) -> Loader<'_> {
        Loader { options: self.options, store: self.store }
    }

    fn add_foreign(&self, foreign: &[(usize, SourceId)], unchecked: &mut Vec<u8>) {
        for (index, source) in foreign {
            let file = self.store.name(self.store.part(*source).input);
            let reason = if self.loader().is_patch(*source) { Reason::Patch } else { Reason::NotManifest };
            record::write_unchecked(unchecked, *index, reason, &file);
        }
    }

    /// Checks documents, and appends to the findings of the reader. A document is checked again until every object that it
    /// refers to, and that exists elsewhere in the input, is loaded.
    fn check(&self, checked: Checked<'_, '_>) -> Result<CheckResult, Error> {
        let Checked { first, batch, documents, mut wanted, known, mut findings } = checked;
        let loader = self.loader();
        let (mut unchecked, mut counted) = (Vec::new(), Vec::new());
        let mut suppressions = Suppressions::of(documents);
        suppressions.remove(&mut findings);
        let mut accumulated = findings.len() + ACCUMULATED;
        let mut looked_up = Vec::new();
        let (mut missed, mut cross_file, mut names) = (Keys::default(), Keys::default(), Keys::default());
        let are_one_file = |one: SourceId, other: SourceId| self.file(one) == self.file(other);
        let mut elsewhere: Vec<Document<'static>> = loader.at(&known)?;
        let mut fetched = known;
        loop {
            let mut index = Index::part_of(self);
            index.reserve(documents.len());
            for document in documents {
                let place = Place::new(document.position());
                index.add(document, &mut |key| self.register.enter(key, place, are_one_file));
            }
            for document in &elsewhere {
                let place = Place::new(document.position());
                index.add(document, &mut |key| self.register.first(key) == Some(place));
            }
            let options = self.options;
            let bundle = Bundle::with_index(
                documents,
                index,
                options.version,
                options.pod_security,
                &options.definitions,
            );
            let (mut again, mut missing) = (Vec::new(), BTreeSet::new());
            for at in wanted {
                let before = (findings.len(), unchecked.len());
                let document = &documents[at];
                rules::check(document, &bundle, &mut findings);
                rules::unchecked::check(document, &bundle, &mut |reason, name| {
                    record::write_unchecked(&mut unchecked, document.index, reason, name);
                });
                let unit = document.index as u32;
                let lookups = bundle.index.take_lookups();
                if options.only.is_some() {
                    looked_up.extend(lookups.missed.iter().chain(&lookups.found));
                }
                let mut is_complete = true;
                for key in lookups.missed {
                    match self.register.first(key) {
                        Some(place) if !fetched.contains(&place) => {
                            missing.insert(place);
                            is_complete = false;
                        }
                        Some(_) => {}
                        None => missed.push(key, unit),
                    }
                }
                cross_file.extend(lookups.cross_file, unit);
                for name in lookups.unresolved {
                    if options.only.is_some() {
                        looked_up.push(name.of.key());
                    }
                    names.push(name.key(), unit);
                    self.register.enter_unresolved(name);
                }
                if !is_complete {
                    findings.truncate(before.0);
                    unchecked.truncate(before.1);
                    again.push(at);
                    continue;
                }
                let mut own = findings.split_off(before.0);
                suppressions.remove(&mut own);
                findings.append(&mut own);
                if findings.len() > accumulated {
                    self.limit.trim(first, &mut findings, &mut counted);
                    accumulated = findings.len() + ACCUMULATED;
                }
            }
            if again.is_empty() {
                let texts: BTreeMap<SourceId, &str> =
                    batch.iter().map(|part| (part.id, &*part.text)).collect();
                let text_of = |part| texts.get(&part).copied();
                placeholder::merge(&mut findings, text_of, &|part| loader.is_found(part), false);
                suppressions.remove(&mut findings);
                findings.extend(suppressions.after_check(options.pod_security.is_some()));
                self.limit.trim(first, &mut findings, &mut counted);
                fix::locate(documents, &mut findings);
                let open = Unresolved::new(missed, cross_file, names);
                return Ok(CheckResult { findings, counted, unchecked, open, lookups: looked_up });
            }
            elsewhere.extend(loader.at(&missing)?);
            fetched.extend(missing);
            wanted = again;
        }
    }
}

/// Leaves the memory of trees and of texts to the next batch.
fn recycle(documents: Vec<Document<'_>>) {
    for document in documents {
        document.object.recycle();
        room::recycle(document.root);
    }
}
