//! A fast hash of short texts and small values, for tables in memory.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// A table whose keys are hashed fast.
pub type FastMap<Key, Value> = HashMap<Key, Value, BuildHasherDefault<FastHasher>>;
/// A set whose keys are hashed fast.
pub type FastSet<Key> = HashSet<Key, BuildHasherDefault<FastHasher>>;

/// The hash of a value, the same in every run.
pub fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = FastHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A hasher of short texts: multiplies eight bytes at a time, and folds the product. The result is the same in every run.
#[derive(Clone, Copy, Debug)]
pub struct FastHasher(u64);

impl Default for FastHasher {
    fn default() -> Self {
        Self(Self::FACTOR)
    }
}

impl FastHasher {
    /// The fraction of the golden ratio, an odd number with an even mix of bits.
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

    fn add(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(Self::FACTOR);
        // A word that is equal to the state must not erase it.
        self.0 = (product as u64 ^ (product >> 64) as u64).wrapping_add(word.rotate_left(32));
    }
}

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        // The length tells texts apart that end in zeros.
        let rest = rest.iter().fold(rest.len() as u64, |word, byte| word << 8 | u64::from(*byte));
        self.add(rest);
    }

    fn write_u8(&mut self, byte: u8) {
        self.add(u64::from(byte));
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    fn write_u64(&mut self, number: u64) {
        self.add(number);
    }

    fn write_isize(&mut self, number: isize) {
        self.add(number as u64);
    }

    fn finish(&self) -> u64 {
        let product = u128::from(self.0) * u128::from(Self::FACTOR);
        product as u64 ^ (product >> 64) as u64
    }
}
