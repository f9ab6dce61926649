//! A table of bounded size, for programs that compute the same things again and again: it keeps what was used recently.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard};

use crate::sync;

/// A hasher of keys that are hashes already.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Values by the hash of what they were computed from. Once those that were used since the last time weigh too much, the
/// others are dropped.
pub struct Recent<Value> {
    most: usize,
    inner: Mutex<Generations<Value>>,
}

/// Values and their weights by key.
type Table<Value> = HashMap<u64, (Value, usize), BuildHasherDefault<Hashed>>;

struct Generations<Value> {
    recent: Table<Value>,
    /// Those that were recent before; they become recent when they are used.
    older: Table<Value>,
    /// The weight of the recent ones.
    weight: usize,
}

impl<Value> fmt::Debug for Recent<Value> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recent").field("most", &self.most).finish_non_exhaustive()
    }
}

impl<Value: Clone> Recent<Value> {
    /// An empty table that holds at most twice this weight.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let inner = Generations { recent: Table::default(), older: Table::default(), weight: 0 };
        Self { most, inner: Mutex::new(inner) }
    }

    /// The value of a key.
    #[must_use]
    pub fn find(&self, key: u64) -> Option<Value> {
        let mut inner = self.inner();
        if let Some((found, _)) = inner.recent.get(&key) {
            return Some(found.clone());
        }
        let (found, weight) = inner.older.remove(&key)?;
        inner.keep(key, found.clone(), weight, self.most);
        Some(found)
    }

    /// Keeps a value.
    pub fn keep(&self, key: u64, value: Value, weight: usize) {
        self.inner().keep(key, value, weight, self.most);
    }

    /// Keeps a value, unless another thread has kept one for this key since it was looked for. Returns the one that is kept.
    pub fn keep_first(&self, key: u64, value: Value, weight: usize) -> Value {
        let mut inner = self.inner();
        if let Some((first, _)) = inner.recent.get(&key) {
            return first.clone();
        }
        inner.keep(key, value.clone(), weight, self.most);
        value
    }

    /// Drops all values.
    pub fn clear(&self) {
        let mut inner = self.inner();
        inner.recent.clear();
        inner.older.clear();
        inner.weight = 0;
    }

    fn inner(&self) -> MutexGuard<'_, Generations<Value>> {
        sync::lock(&self.inner)
    }
}

impl<Value> Generations<Value> {
    fn keep(&mut self, key: u64, value: Value, weight: usize, most: usize) {
        self.older.remove(&key);
        if let Some((_, replaced)) = self.recent.remove(&key) {
            self.weight -= replaced;
        }
        self.weight += weight;
        if self.weight > most {
            self.older = std::mem::take(&mut self.recent);
            self.weight = weight;
        }
        self.recent.insert(key, (value, weight));
    }
}
