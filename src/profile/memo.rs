//! Tables that were checked, and texts that were read, kept for the next time.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::schema::Table;
use crate::hash::FastHasher;
use crate::recent::Recent;
use crate::source::SourceId;
use crate::yaml::node::Node;

/// How many tables are kept: some 0.5 MB.
const MOST: usize = 10_000;

/// How many texts are kept.
const MOST_TEXTS: usize = 32;

/// Tables without findings, by their values, and texts without findings, by their names.
#[derive(Debug)]
pub struct Memo {
    checked: Recent<()>,
    texts: Mutex<HashMap<String, Text>>,
}

/// A text that was read.
#[derive(Debug)]
struct Text {
    source: SourceId,
    text: Arc<str>,
    tree: Arc<Node<'static>>,
}

impl Default for Memo {
    fn default() -> Self {
        Self { checked: Recent::new(MOST), texts: Mutex::default() }
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
        self.checked.find(key).is_some()
    }

    pub(super) fn keep(&self, key: u64) {
        self.checked.keep(key, (), 1);
    }

    /// The tree of a text, if it is what was read last under this name and for this source.
    pub(super) fn tree(&self, name: &str, source: SourceId, text: &str) -> Option<Arc<Node<'static>>> {
        let texts = self.texts();
        let known = texts.get(name).filter(|known| known.source == source && *known.text == *text)?;
        Some(Arc::clone(&known.tree))
    }

    pub(super) fn keep_tree(&self, name: &str, source: SourceId, text: &Arc<str>, tree: &Arc<Node<'static>>) {
        let mut texts = self.texts();
        if texts.len() >= MOST_TEXTS && !texts.contains_key(name) {
            texts.clear();
        }
        let (text, tree) = (Arc::clone(text), Arc::clone(tree));
        texts.insert(name.to_owned(), Text { source, text, tree });
    }

    fn texts(&self) -> MutexGuard<'_, HashMap<String, Text>> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
