//! Decoded objects, kept for the next time that the same object is decoded.

use std::hash::{Hash, Hasher};

use super::object::Object;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::hash::FastHasher;
use crate::recent::Recent;
use crate::yaml::node::Node;

/// How many objects are kept: some 5 MB.
const MOST: usize = 2_000;

/// Objects without findings, by their values.
#[derive(Debug)]
pub struct Memo(Recent<Object>);

impl Default for Memo {
    fn default() -> Self {
        Self(Recent::new(MOST))
    }
}

/// The key of a tree that is decoded as a type.
pub(super) fn key(root: &Node<'_>, kind: &str, version: KubernetesVersion) -> u64 {
    let mut hasher = FastHasher::default();
    kind.hash(&mut hasher);
    version.hash(&mut hasher);
    root.hash_value(&mut hasher);
    hasher.finish()
}

impl Memo {
    pub(super) fn find(&self, key: u64) -> Option<Object> {
        self.0.find(key)
    }

    pub(super) fn keep(&self, key: u64, object: &Object) {
        self.0.keep(key, object.clone(), 1);
    }
}
