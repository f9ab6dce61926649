//! Lookups that may have another result once all of the input is registered.

use super::record;
use super::register::{Concerned, Place, Register};
use crate::bundle::key::KeyHash;

/// Keys, each with the unit of the batch that looked it up.
#[derive(Debug, Default)]
pub(super) struct Keys {
    keys: Vec<KeyHash>,
    units: Vec<u32>,
}

impl Keys {
    pub(super) fn push(&mut self, key: KeyHash, unit: u32) {
        self.keys.push(key);
        self.units.push(unit);
    }

    pub(super) fn extend(&mut self, keys: impl IntoIterator<Item = KeyHash>, unit: u32) {
        keys.into_iter().for_each(|key| self.push(key, unit));
    }

    fn iter(&self) -> impl Iterator<Item = (KeyHash, u32)> {
        self.keys.iter().copied().zip(self.units.iter().copied())
    }

    /// The same without repetitions, and without space for more.
    fn packed(self) -> Self {
        let mut all: Vec<(u32, KeyHash)> = self.iter().map(|(key, unit)| (unit, key)).collect();
        all.sort_unstable();
        all.dedup();
        let (units, keys) = all.into_iter().unzip();
        Self { keys, units }
    }

    fn write(&self, out: &mut Vec<u8>) {
        record::write_numbers(out, &self.units);
        self.keys.iter().for_each(|key| out.extend_from_slice(&key.to_le_bytes()));
    }
}

/// The lookups of a batch whose results may change.
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
    pub(super) fn new(missed: Keys, cross_file: Keys, names: Keys) -> Self {
        Self { missed: missed.packed(), cross_file: cross_file.packed(), names: names.packed() }
    }

    /// The record of the lookups of a batch; nothing if there are none.
    pub(super) fn record(&self) -> Vec<u8> {
        let mut record = Vec::new();
        let lists = [&self.missed, &self.cross_file, &self.names];
        if lists.iter().any(|keys| !keys.units.is_empty()) {
            lists.iter().for_each(|keys| keys.write(&mut record));
        }
        record
    }

    /// The lookups of a record.
    pub(super) fn of_record(record: &[u8]) -> Self {
        let mut reader = record::Reader::new(record);
        let mut keys = || {
            let units = reader.numbers().unwrap_or_default();
            let keys = units.iter().map_while(|_| reader.long_number()).collect();
            Keys { keys, units }
        };
        Self { missed: keys(), cross_file: keys(), names: keys() }
    }

    /// The units whose findings may change, some of them more than once.
    pub(super) fn units(&self) -> impl Iterator<Item = u32> {
        [&self.missed, &self.cross_file, &self.names].into_iter().flat_map(|keys| keys.units.iter().copied())
    }

    /// The units whose lookups have another result now, sorted: something is there that they missed, a second file has what
    /// they found in another one, or the names of the input concern them.
    pub(super) fn stale(&self, register: &Register, concerned: &Concerned<'_>) -> Vec<u32> {
        let units = |keys: &Keys, is_stale: &dyn Fn(KeyHash) -> bool| -> Vec<u32> {
            keys.iter().filter(|(key, _)| is_stale(*key)).map(|(_, unit)| unit).collect()
        };
        let mut stale = units(&self.missed, &|key| register.first(key).is_some());
        stale.extend(units(&self.cross_file, &|key| register.is_in_several(key)));
        stale.extend(units(&self.names, &|key| concerned.has(key)));
        stale.sort_unstable();
        stale.dedup();
        stale
    }

    /// Where the objects are that some units missed. `units` are sorted.
    pub(super) fn known<'a>(
        &'a self,
        register: &'a Register,
        units: &'a [u32],
    ) -> impl Iterator<Item = Place> + 'a {
        let of_units = self.missed.iter().filter(|(_, unit)| units.binary_search(unit).is_ok());
        of_units.filter_map(|(key, _)| register.first(key))
    }
}
