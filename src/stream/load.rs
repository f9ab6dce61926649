//! Reads parts of an input into documents: whole batches, some units of a batch, and what these refer to.

use std::collections::BTreeSet;
use std::path::Path;

use super::input::ValidateOptions;
use super::reader::{Batch, PartText};
use super::register::Place;
use super::store::Store;
use super::units::Units;
use crate::document::Document;
use crate::document::foreign;
use crate::document::load::Loaded;
use crate::error::Error;
use crate::source::SourceId;
use crate::yaml::read::{ParsedDocument, Start, Tokens, read_part, read_some};

/// Reads parts of an input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loader<'a> {
    pub(super) options: &'a ValidateOptions,
    pub(super) store: &'a Store,
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

/// The position of documents that are not of the batch: none of its own has it.
const ELSEWHERE: usize = u32::MAX as usize;

impl Loader<'_> {
    /// All documents of a batch, counted by unit.
    pub(super) fn all<'t>(&self, batch: &'t Batch) -> (Loaded<'t>, Units) {
        let (mut loaded, mut units) = (Loaded::default(), Units::default());
        for PartText { id, text, tokens } in batch {
            let start = self.store.part(*id).start;
            units.begin(*id, start);
            let origin = self.origin(*id, text, start);
            for reading in read_part(*id, text, start, tokens) {
                units.push(reading.span.start as usize);
                self.add(&mut loaded, *id, reading, origin);
            }
        }
        (loaded, units)
    }

    /// The documents of some units. `wanted` are sorted, and `batch` has the parts that they are in.
    pub(super) fn some<'t>(&self, batch: &'t Batch, units: &Units, wanted: &[u32]) -> Loaded<'t> {
        let mut loaded = Loaded::default();
        for ((id, wanted), PartText { text, .. }) in units.by_part(wanted).zip(batch) {
            let start = self.store.part(id).start;
            let origin = self.origin(id, text, start);
            let starts = wanted.iter().map(|unit| units.start(*unit));
            for (unit, reading) in wanted.iter().zip(read_some(id, text, start, starts)) {
                loaded.count = *unit as usize;
                self.add(&mut loaded, id, reading, origin);
            }
        }
        loaded
    }

    /// The documents at some places.
    ///
    /// # Errors
    ///
    /// If a part cannot be read again.
    pub(super) fn at(&self, places: &BTreeSet<Place>) -> Result<Vec<Document<'static>>, Error> {
        let places: Vec<Place> = places.iter().copied().collect();
        let mut found = Vec::new();
        for places in places.chunk_by(|one, other| one.part() == other.part()) {
            let id = places[0].part();
            let text = self.store.text(id)?;
            let mut loaded = Loaded { count: ELSEWHERE, ..Loaded::default() };
            let starts = places.iter().map(|place| place.start());
            for reading in read_some(id, &text, self.store.part(id).start, starts) {
                self.add(&mut loaded, id, reading, PartOrigin::Manifest);
            }
            let is_wanted =
                |document: &Document<'_>| places.binary_search(&Place::new(document.position())).is_ok();
            found.extend(loaded.documents.into_iter().filter(is_wanted).map(Document::into_owned));
        }
        Ok(found)
    }

    fn add<'t>(
        &self,
        loaded: &mut Loaded<'t>,
        id: SourceId,
        reading: ParsedDocument<'t>,
        origin: PartOrigin,
    ) {
        match origin {
            PartOrigin::Foreign => loaded.add_foreign(id),
            PartOrigin::Found => loaded.add_found(id, reading, self.options.version),
            PartOrigin::Manifest => loaded.add(id, reading, self.options.version),
        }
    }

    fn origin(&self, id: SourceId, text: &str, start: Start) -> PartOrigin {
        if matches!(start, Start::List | Start::Items) || !self.is_found(id) {
            PartOrigin::Manifest
        } else if foreign::may_be_manifest(text) && !self.is_patch(id) {
            PartOrigin::Found
        } else {
            PartOrigin::Foreign
        }
    }

    /// Whether the file of a part was found in a directory.
    pub(super) fn is_found(&self, part: SourceId) -> bool {
        let found = &self.options.found;
        !found.is_empty() && found.contains(Path::new(&self.store.name(self.store.part(part).input)))
    }

    /// Whether the file of a part is a patch of a kustomization.
    pub(super) fn is_patch(&self, part: SourceId) -> bool {
        let patches = &self.options.patches;
        !patches.is_empty() && patches.contains(Path::new(&self.store.name(self.store.part(part).input)))
    }
}

/// The texts of some parts.
///
/// # Errors
///
/// If one cannot be read again.
pub(super) fn texts(parts: impl Iterator<Item = SourceId>, store: &Store) -> Result<Batch, Error> {
    parts.map(|id| Ok(PartText { id, text: store.text(id)?, tokens: Tokens::default() })).collect()
}
