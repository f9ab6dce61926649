//! Some parts of an input, validated with what they need of the others.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::input::ValidateOptions;
use super::limit::{self, Counted, Limit};
use super::reader::Batch;
use super::record::{self, Name};
use super::register::{Place, Register};
use super::spool::{Slice, Spool};
use super::store::Store;
use crate::bundle::Bundle;
use crate::bundle::index::Index;
use crate::bundle::key::KeyHash;
use crate::bundle::names::Names;
use crate::bundle::partition::PartitionedInput;
use crate::document::Document;
use crate::document::foreign;
use crate::document::load::Loaded;
use crate::error::Error;
use crate::finding::Finding;
use crate::rules::placeholder;
use crate::source::SourceId;
use crate::suppression::Suppressions;
use crate::unchecked::Reason;
use crate::yaml::read::{DocumentSlice, Start, Syntax, read_piece, split_from};
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
    /// Whether the input is one file only.
    pub(super) one_file: bool,
}

/// How many findings of a batch may accumulate before those that are not kept are dropped.
const ACCUMULATED: usize = 4096;

/// Keys, each with the document that looked it up.
type Keys = Box<[(KeyHash, u32)]>;

/// Lookups of documents that may have another result once all of the input is registered.
#[derive(Debug, Default)]
pub(super) struct Unresolved {
    /// What nothing had yet.
    missed: Keys,
    /// What one other file had.
    cross_file: Keys,
    /// References that the names of the whole input may concern.
    names: Keys,
}

impl Unresolved {
    /// The documents whose findings may change.
    fn documents(&self) -> impl Iterator<Item = u32> {
        self.missed.iter().chain(&self.cross_file).chain(&self.names).map(|(_, document)| *document)
    }
}

/// A validated batch. Documents are counted from its first one; spans refer to its parts.
#[derive(Debug, Default)]
pub(super) struct BatchResult {
    pub(super) parts: Vec<SourceId>,
    pub(super) findings: Vec<Finding>,
    /// Findings beyond the limit.
    pub(super) counted: Vec<Counted>,
    /// The names of documents, and how many there are.
    pub(super) names: Slice,
    pub(super) named: usize,
    /// What was not checked.
    pub(super) unchecked: Slice,
    /// How many documents there are, unreadable ones included.
    pub(super) count: usize,
    /// Whether the first document is a List that began in the batch before.
    pub(super) is_continued: bool,
    pub(super) open: Unresolved,
    /// Every key that was looked up, if the options name the only input to validate.
    pub(super) lookups: Vec<KeyHash>,
}

/// What a part of the input is known to be.
#[derive(Clone, Copy)]
enum PartOrigin {
    /// The user named it, so it must hold manifests.
    Manifest,
    /// Its file was found in a directory, and may hold manifests.
    Found,
    /// Its file was found in a directory, and holds none.
    Foreign,
}

/// The first part of a batch, which always has one.
fn first(parts: &[SourceId]) -> SourceId {
    parts.first().copied().unwrap_or(SourceId::new(0))
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
        let loaded = self.load(batch);
        let mut done = BatchResult {
            parts: batch.iter().map(|(id, _)| *id).collect(),
            count: loaded.count,
            is_continued: batch.first().is_some_and(|(id, _)| self.store.part(*id).start == Start::Items),
            ..BatchResult::default()
        };
        if self.options.names {
            let mut names: Vec<Name<'_>> = loaded.documents.iter().map(Name::new).collect();
            names.extend(loaded.foreign.iter().map(|(index, source)| Name::foreign(*index, *source)));
            names.sort_by_key(|name| name.index);
            let mut records = Vec::new();
            names.iter().for_each(|name| name.write(&mut records));
            (done.names, done.named) = (self.spool.write(&records)?, names.len());
        }
        self.register.enter_names(&Names::new(&loaded.documents));
        let is_wanted = |part: SourceId| match &self.options.only {
            Some(only) => Path::new(&self.store.name(self.store.part(part).input)) == only,
            None => true,
        };
        let every =
            (0..loaded.documents.len()).filter(|at| is_wanted(loaded.documents[*at].source)).collect();
        let mut checked = self.findings(batch, &loaded.documents, every, loaded.findings)?;
        if self.options.only.is_some() {
            checked.findings.retain(|finding| is_wanted(finding.primary.span.source));
            done.lookups = checked.lookups;
        }
        self.add_foreign(&loaded.foreign, &mut checked.unchecked);
        (done.findings, done.counted) = (checked.findings, checked.counted);
        (done.unchecked, done.open) = (self.spool.write(&checked.unchecked)?, checked.open);
        self.enter(&mut done);
        self.options.progress.advance(done.count);
        Ok(done)
    }

    /// Validates again the documents of a batch that missed an object which exists, or a name that is almost the right one, or
    /// all of them.
    pub(super) fn validate_again(
        &self,
        done: &mut BatchResult,
        concerned: Option<&HashSet<KeyHash>>,
        all: bool,
    ) -> Result<(), Error> {
        let found = |(key, _): &&(KeyHash, u32)| all || self.register.first(*key).is_some();
        let doubted = |(key, _): &&(KeyHash, u32)| all || self.register.is_in_several(*key);
        let missed = done.open.missed.iter().filter(found);
        let cross_file = done.open.cross_file.iter().filter(doubted);
        let is_concerned = |(key, _): &&(KeyHash, u32)| concerned.is_none_or(|keys| keys.contains(key));
        let names = done.open.names.iter().filter(is_concerned);
        let stale: BTreeSet<usize> =
            missed.chain(cross_file).chain(names).map(|(_, index)| *index as usize).collect();
        if stale.is_empty() && !all {
            return Ok(());
        }
        let text = |id: &SourceId| Ok((*id, self.store.text(*id)?));
        let batch = done.parts.iter().map(text).collect::<Result<Batch, Error>>()?;
        let loaded = self.load(&batch);
        let is_stale = |index: Option<usize>| all || index.is_some_and(|index| stale.contains(&index));
        let again =
            (0..loaded.documents.len()).filter(|at| is_stale(Some(loaded.documents[*at].index))).collect();
        let found = loaded.findings.into_iter().filter(|finding| is_stale(finding.document)).collect();
        let mut checked = self.findings(&batch, &loaded.documents, again, found)?;
        if all {
            self.add_foreign(&loaded.foreign, &mut checked.unchecked);
        }
        let is_counted = |one: &Counted| is_stale(one.document.map(|index| index as usize));
        done.findings.retain(|finding| !is_stale(finding.document));
        done.findings.extend(checked.findings.into_iter().filter(|finding| is_stale(finding.document)));
        done.counted.retain(|one| !is_counted(one));
        done.counted.extend(checked.counted.drain(..).filter(is_counted));
        let failed = |source| Error::Read { path: std::env::temp_dir(), source };
        let before = self.spool.read(done.unchecked).map_err(failed)?;
        for one in record::unchecked(&before).filter(|one| !is_stale(Some(one.document))) {
            record::write_unchecked(&mut checked.unchecked, one.document, one.reason, one.name);
        }
        done.unchecked = self.spool.write(&checked.unchecked)?;
        self.enter(done);
        Ok(())
    }

    /// Applies the limit on findings to a batch, in the order of the input: batches before it may keep fewer findings now.
    pub(super) fn settle(&self, done: &mut BatchResult) -> Result<(), Error> {
        if self.limit.lacks(first(&done.parts), &done.findings, &done.counted) {
            return self.validate_again(done, None, true);
        }
        self.enter(done);
        Ok(())
    }

    fn enter(&self, done: &mut BatchResult) {
        if !self.options.counts_by_document && !done.counted.is_empty() {
            // Documents that are not checked again need not be distinguished.
            let open: BTreeSet<u32> = done.open.documents().collect();
            limit::merge(&mut done.counted, |document| open.contains(&document));
        }
        self.limit.enter(first(&done.parts), &mut done.findings, &mut done.counted);
    }

    fn load<'t>(&self, batch: &'t Batch) -> Loaded<'t> {
        let mut loaded = Loaded::default();
        for (id, text) in batch {
            let start = self.store.part(*id).start;
            // The List itself is a document, and so is one that began in the batch before.
            if start == Start::List || (start == Start::Items && loaded.count == 0) {
                loaded.count += 1;
            }
            let origin = if matches!(start, Start::List | Start::Items) || !self.is_found(*id) {
                PartOrigin::Manifest
            } else if foreign::may_be_manifest(text) && !self.is_patch(*id) {
                PartOrigin::Found
            } else {
                PartOrigin::Foreign
            };
            for piece in split_from(text, start) {
                self.add(&mut loaded, *id, text, &piece, origin);
            }
        }
        loaded
    }

    fn add<'t>(
        &self,
        loaded: &mut Loaded<'t>,
        id: SourceId,
        text: &'t str,
        piece: &DocumentSlice,
        origin: PartOrigin,
    ) {
        let Some(reading) = read_piece(id, text, piece) else { return };
        let version = self.options.version;
        match (piece.form, origin) {
            (Syntax::JsonItem, _) => loaded.add_item(id, reading, version),
            (_, PartOrigin::Foreign) => loaded.add_foreign(id),
            (_, PartOrigin::Found) => loaded.add_found(id, reading, version),
            (_, PartOrigin::Manifest) => loaded.add(id, reading, version),
        }
    }

    /// Whether the file of a part was found in a directory.
    fn is_found(&self, part: SourceId) -> bool {
        let found = &self.options.found;
        !found.is_empty() && found.contains(Path::new(&self.store.name(self.store.part(part).input)))
    }

    /// Whether the file of a part is a patch of a kustomization.
    fn is_patch(&self, part: SourceId) -> bool {
        let patches = &self.options.patches;
        !patches.is_empty() && patches.contains(Path::new(&self.store.name(self.store.part(part).input)))
    }

    fn add_foreign(&self, foreign: &[(usize, SourceId)], unchecked: &mut Vec<u8>) {
        for (index, source) in foreign {
            let file = self.store.name(self.store.part(*source).input);
            let reason = if self.is_patch(*source) { Reason::Patch } else { Reason::NotManifest };
            record::write_unchecked(unchecked, *index, reason, &file);
        }
    }

    /// Checks the `documents` at `wanted`, and appends to the findings of the reader. A document is checked again until
    /// every object that it refers to, and that exists elsewhere in the input, is loaded.
    fn findings(
        &self,
        batch: &Batch,
        documents: &[Document<'_>],
        mut wanted: Vec<usize>,
        mut findings: Vec<Finding>,
    ) -> Result<CheckResult, Error> {
        let first = batch.first().map_or(SourceId::new(0), |(id, _)| *id);
        let (mut unchecked, mut counted) = (Vec::new(), Vec::new());
        let mut suppressions = Suppressions::of(documents);
        suppressions.remove(&mut findings);
        let mut accumulated = findings.len() + ACCUMULATED;
        let mut looked_up = Vec::new();
        let (mut missed, mut cross_file, mut names) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let are_one_file = |one: SourceId, other: SourceId| self.file(one) == self.file(other);
        let mut fetched = BTreeSet::new();
        let mut elsewhere: Vec<Document<'static>> = Vec::new();
        loop {
            let mut index = Index::part_of(self);
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
                rules::check(&documents[at], &bundle, &mut findings);
                let document = &documents[at];
                rules::unchecked::check(document, &bundle, &mut |reason, name| {
                    record::write_unchecked(&mut unchecked, document.index, reason, name);
                });
                let mut complete = true;
                let lookups = bundle.index.take_lookups();
                if self.options.only.is_some() {
                    looked_up.extend(lookups.missed.iter().chain(&lookups.found));
                }
                cross_file
                    .extend(lookups.cross_file.into_iter().map(|key| (key, documents[at].index as u32)));
                for name in lookups.unresolved {
                    if self.options.only.is_some() {
                        looked_up.push(name.of.key());
                    }
                    names.insert((name.key(), documents[at].index as u32));
                    self.register.enter_unresolved(name);
                }
                for key in lookups.missed {
                    match self.register.first(key) {
                        Some(place) if !fetched.contains(&place) => {
                            missing.insert(place);
                            complete = false;
                        }
                        Some(_) => {}
                        None => {
                            missed.insert((key, documents[at].index as u32));
                        }
                    }
                }
                if !complete {
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
                let texts: BTreeMap<SourceId, &str> = batch.iter().map(|(id, text)| (*id, &**text)).collect();
                let text_of = |part| texts.get(&part).copied();
                placeholder::merge(&mut findings, text_of, &|part| self.is_found(part), false);
                suppressions.remove(&mut findings);
                findings.extend(suppressions.after_check(options.pod_security.is_some()));
                self.limit.trim(first, &mut findings, &mut counted);
                fix::locate(documents, &mut findings);
                let open = Unresolved {
                    missed: missed.into_iter().collect(),
                    cross_file: cross_file.into_iter().collect(),
                    names: names.into_iter().collect(),
                };
                return Ok(CheckResult { findings, counted, unchecked, open, lookups: looked_up });
            }
            elsewhere.extend(self.fetch(&missing)?);
            fetched.extend(missing);
            wanted = again;
        }
    }

    /// The documents at some places.
    fn fetch(&self, places: &BTreeSet<Place>) -> Result<Vec<Document<'static>>, Error> {
        let mut found = Vec::new();
        let mut last: Option<(SourceId, Arc<str>)> = None;
        for place in places {
            let id = place.part();
            let text = match last.take().filter(|(last, _)| *last == id) {
                Some((_, text)) => text,
                None => self.store.text(id)?,
            };
            for piece in split_from(&text, self.store.part(id).start) {
                if !piece.range.contains(&place.start()) {
                    continue;
                }
                let mut loaded = Loaded::default();
                self.add(&mut loaded, id, &text, &piece, PartOrigin::Manifest);
                let there = |document: &Document<'_>| Place::new(document.position()) == *place;
                found.extend(loaded.documents.into_iter().find(there).map(Document::into_owned));
            }
            last = Some((id, text));
        }
        Ok(found)
    }
}
