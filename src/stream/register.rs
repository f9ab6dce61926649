//! The first position of each object key in the whole input.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};

use crate::bundle::index::ByKey;
use crate::bundle::key::KeyHash;
use crate::bundle::names::{Names, UnresolvedName};
use crate::document::Document;
use crate::source::SourceId;
use crate::sync::lock;

/// The position of a document: its part and its first byte in that part, in input order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u64);

impl Place {
    pub(super) fn new((part, start): (SourceId, u32)) -> Self {
        Self((part.position() as u64) << 32 | u64::from(start))
    }

    /// The document's first byte in its part.
    pub(super) fn start(self) -> usize {
        self.0 as u32 as usize
    }

    pub(super) fn part(self) -> SourceId {
        SourceId::new((self.0 >> 32) as usize)
    }
}

/// How many tables there are: enough that no thread waits, and that none is large when it grows.
const TABLES: usize = 64;

/// Some of the keys.
#[derive(Debug, Default)]
struct Table {
    first: ByKey<Place>,
    /// Those whose objects stand in more than one file.
    several: ByKey<()>,
}

/// The most unresolved names that are compared with the names of the input before documents are validated again. If there are
/// more, every document is that has such a name, if the input has names of its kind.
const MOST_UNRESOLVED: usize = 4096;

/// The first place of every key, entered from all threads.
#[derive(Debug)]
pub(super) struct Register {
    tables: Vec<Mutex<Table>>,
    /// Whether every part has been entered once.
    whole: AtomicBool,
    changed: AtomicBool,
    /// The names that are entered so far.
    entered: Mutex<Names>,
    /// All of them.
    names: OnceLock<Names>,
    unresolved: Mutex<ByKey<UnresolvedName>>,
}

/// References that the names of the input concern, or may concern.
#[derive(Debug)]
pub(super) struct Concerned<'a> {
    names: &'a Names,
    /// Their keys; none if there are too many references to compare them with the names.
    keys: Option<HashSet<KeyHash>>,
}

impl Concerned<'_> {
    /// Whether the reference with this key may be one.
    pub(super) fn has(&self, key: KeyHash) -> bool {
        self.names.may_concern(key) && self.keys.as_ref().is_none_or(|keys| keys.contains(&key))
    }
}

impl Register {
    pub(super) fn new() -> Self {
        Self {
            tables: std::iter::repeat_with(Mutex::default).take(TABLES).collect(),
            whole: AtomicBool::new(false),
            changed: AtomicBool::new(false),
            entered: Mutex::default(),
            names: OnceLock::new(),
            unresolved: Mutex::default(),
        }
    }

    fn with<Answer>(&self, key: KeyHash, then: impl FnOnce(&mut Table) -> Answer) -> Answer {
        // The tables go by the low bits, and what is in them by the high ones.
        let table = &self.tables[key as usize % TABLES];
        then(&mut lock(table))
    }

    /// Enters an object and tells whether it is now the first of this key. `are_one_file` tells whether two parts are
    /// of one file.
    pub(super) fn enter(
        &self,
        key: KeyHash,
        place: Place,
        are_one_file: impl FnOnce(SourceId, SourceId) -> bool,
    ) -> bool {
        self.with(key, |table| {
            let first = table.first.entry(key).or_insert_with(|| {
                self.changed.fetch_or(self.whole.load(Ordering::Relaxed), Ordering::Relaxed);
                place
            });
            if first.part() != place.part()
                && !table.several.contains_key(&key)
                && !are_one_file(first.part(), place.part())
            {
                table.several.insert(key, ());
            }
            if place < *first {
                *first = place;
                self.changed.store(true, Ordering::Relaxed);
            }
            *first == place
        })
    }

    /// The position of the first object with this key.
    pub(super) fn first(&self, key: KeyHash) -> Option<Place> {
        self.with(key, |table| table.first.get(&key).copied())
    }

    /// Whether objects of this key stand in more than one file, of those that are entered.
    pub(super) fn is_in_several(&self, key: KeyHash) -> bool {
        self.with(key, |table| table.several.contains_key(&key))
    }

    /// Says that every part has been entered: what is new from now on, others may have missed. Returns the references that are
    /// not resolved, and that the names of the input concern.
    pub(super) fn set_whole(&self) -> Concerned<'_> {
        self.whole.store(true, Ordering::Relaxed);
        let names = self.names.get_or_init(|| std::mem::take(&mut *lock(&self.entered)));
        let unresolved = lock(&self.unresolved);
        let is_compared = unresolved.len() <= MOST_UNRESOLVED;
        let keys = unresolved.iter().filter(|(_, one)| names.concern(one));
        let keys = is_compared.then(|| keys.map(|(key, _)| *key).collect());
        Concerned { names, keys }
    }

    /// Enters the names of classes and claims outside the input.
    pub(super) fn enter_names(&self, names: &Names) {
        lock(&self.entered).merge(names);
    }

    /// Enters the names of the classes and claims among `documents`.
    pub(super) fn enter_names_of(&self, documents: &[Document<'_>]) {
        lock(&self.entered).add(documents);
    }

    /// The names of all classes and claims, once every part has been entered.
    pub(super) fn names(&self) -> Option<&Names> {
        self.names.get()
    }

    /// Enters a reference that is not resolved.
    pub(super) fn enter_unresolved(&self, name: UnresolvedName) {
        let mut unresolved = lock(&self.unresolved);
        if unresolved.len() <= MOST_UNRESOLVED {
            unresolved.insert(name.key(), name);
        }
    }

    /// Whether the first object of some key is another one since the last call: what was validated in the meantime may have seen
    /// the wrong one.
    pub(super) fn take_changed(&self) -> bool {
        self.changed.swap(false, Ordering::Relaxed)
    }
}
