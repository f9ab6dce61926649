//! Tables that were checked, and texts that were read, kept for the next time.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::reread::reread;
use super::schema::Table;
use crate::hash::{FastHasher, hash_of};
use crate::recent::Recent;
use crate::source::SourceId;
use crate::yaml::node::Node;

/// How many tables are kept: some 0.5 MB.
const MOST: usize = 10_000;

/// How many texts are kept.
const MOST_TEXTS: usize = 16;

/// Tables without findings, by their values, and texts without findings, by their names.
#[derive(Debug)]
pub struct Memo {
    checked: Recent<()>,
    texts: Recent<Text>,
}

/// A text that was read.
#[derive(Clone, Debug)]
struct Text {
    source: SourceId,
    text: Arc<str>,
    tree: Arc<Node<'static>>,
}

impl Default for Memo {
    fn default() -> Self {
        Self { checked: Recent::new(MOST), texts: Recent::new(MOST_TEXTS) }
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

    /// The tree of a text that has no mistakes, if it differs in one table at most from what was read last under this name and for
    /// this source.
    pub(super) fn tree(&self, name: &str, source: SourceId, text: &Arc<str>) -> Option<Arc<Node<'static>>> {
        let known = self.texts.find(hash_of(&name)).filter(|known| known.source == source)?;
        if *known.text == **text {
            return Some(known.tree);
        }
        let tree = reread(source, &known.text, &known.tree, text)?;
        let tree = Arc::new(tree);
        self.keep_tree(name, source, text, &tree);
        Some(tree)
    }

    pub(super) fn keep_tree(&self, name: &str, source: SourceId, text: &Arc<str>, tree: &Arc<Node<'static>>) {
        let (text, tree) = (Arc::clone(text), Arc::clone(tree));
        self.texts.keep(hash_of(&name), Text { source, text, tree }, 1);
    }
}
