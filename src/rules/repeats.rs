//! Which items of a list repeat an earlier one, in linear time however long the list is.

use std::collections::HashSet;
use std::hash::Hash;

/// Up to this many items comparing is faster than hashing, and nothing is allocated.
const FEW: usize = 16;

/// A list whose items are asked about in order.
pub(crate) struct Repeats<'a, T, K, F> {
    items: &'a [T],
    key: F,
    seen: HashSet<K>,
    /// How many items `seen` has.
    counted: usize,
}

impl<'a, T, K: Eq + Hash, F: Fn(&'a T) -> K> Repeats<'a, T, K, F> {
    /// The items are equal if their keys are.
    pub(crate) fn new(items: &'a [T], key: F) -> Self {
        Self { items, key, seen: HashSet::new(), counted: 0 }
    }

    /// Whether an item before `index` has the key of the one at `index`; indexes must not decrease from call to call.
    pub(crate) fn earlier(&mut self, index: usize) -> bool {
        let Some(item) = self.items.get(index) else { return false };
        let key = (self.key)(item);
        if self.items.len() <= FEW {
            return self.items.iter().take(index).any(|other| (self.key)(other) == key);
        }
        for other in self.items.iter().take(index).skip(self.counted) {
            self.seen.insert((self.key)(other));
        }
        self.counted = index;
        self.seen.contains(&key)
    }
}
