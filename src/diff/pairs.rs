//! Which object of the old input is which of the new one.

use std::collections::HashMap;
use std::hash::Hash;

/// What an object is matched by: its key, and the directory of its text.
pub(super) type Identity<'f, Key> = (Key, Option<&'f String>);

/// The objects of both inputs that belong together.
#[derive(Debug)]
pub(super) struct Pairs {
    /// The place of the old object of each new one.
    pub(super) of_new: Vec<Option<usize>>,
    /// The places of the old objects without a new one.
    pub(super) removed: Vec<usize>,
}

impl Pairs {
    /// Matches objects with the same key in their order. Directories may be for several clusters, so a match in the same
    /// directory is preferred.
    pub(super) fn new<'f, Key: Copy + Eq + Hash>(
        old: &[Identity<'f, Key>],
        new: &[Identity<'f, Key>],
    ) -> Self {
        let mut of_new = vec![None; new.len()];
        let mut is_matched = vec![false; old.len()];
        // The next object with the same identity; the number of objects behind the last one.
        let mut next = vec![old.len(); old.len()];
        for same_folder in [true, false] {
            let identity = |(key, folder): &Identity<'f, Key>| (*key, folder.filter(|_| same_folder));
            let mut first = HashMap::new();
            for (at, one) in old.iter().enumerate().rev().filter(|(at, _)| !is_matched[*at]) {
                next[at] = first.insert(identity(one), at).unwrap_or(old.len());
            }
            for (one, pair) in new.iter().zip(&mut of_new).filter(|(_, pair)| pair.is_none()) {
                if let Some(at) = first.get_mut(&identity(one)).filter(|at| **at < old.len()) {
                    is_matched[*at] = true;
                    *pair = Some(*at);
                    *at = next[*at];
                }
            }
        }
        let removed = (0..old.len()).filter(|at| !is_matched[*at]).collect();
        Self { of_new, removed }
    }
}
