//! Tables that were checked, kept for the next time that the same table is checked.

use std::hash::{Hash, Hasher};

use super::schema::Table;
use crate::hash::FastHasher;
use crate::recent::Recent;
use crate::yaml::node::Node;

/// How many tables are kept: some 0.5 MB.
const MOST: usize = 10_000;

/// Tables without findings, by their values.
#[derive(Debug)]
pub struct Memo(Recent<()>);

impl Default for Memo {
    fn default() -> Self {
        Self(Recent::new(MOST))
    }
}

/// The key of a tree that is checked against a table.
pub(super) fn key(node: &Node<'_>, table: &'static Table, partial: bool) -> u64 {
    let mut hasher = FastHasher::default();
    std::ptr::from_ref(table).hash(&mut hasher);
    hasher.write_u8(u8::from(partial));
    node.hash_value(&mut hasher);
    hasher.finish()
}

impl Memo {
    pub(super) fn has(&self, key: u64) -> bool {
        self.0.find(key).is_some()
    }

    pub(super) fn keep(&self, key: u64) {
        self.0.keep(key, (), 1);
    }
}
