//! Decoded objects, kept for the next time that the same object is decoded.

use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

use super::object::Object;
use super::rename::Renaming;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::hash::{FastHasher, FastMap};
use crate::recent::Recent;
use crate::sync;
use crate::yaml::node::Node;

/// How many objects are kept: some 3 MB.
const MOST: usize = 1_000;

/// Objects without findings, by their values.
#[derive(Debug)]
pub struct Memo {
    decoded: Recent<Object>,
    renamed: Mutex<Renamed>,
    /// How many profiles had their objects renamed.
    turns: AtomicUsize,
}

/// The objects of the last change of a profile's name, which several profiles may share.
#[derive(Debug, Default)]
struct Renamed {
    before: String,
    after: String,
    /// By where the object was before the change; it is kept, so that no other is there.
    objects: FastMap<usize, (Object, Object)>,
}

impl Renamed {
    fn is_of(&self, renaming: &Renaming<'_>) -> bool {
        (self.before.as_str(), self.after.as_str()) == (renaming.before, renaming.after)
    }
}

impl Default for Memo {
    fn default() -> Self {
        Self { decoded: Recent::new(MOST), renamed: Mutex::default(), turns: AtomicUsize::new(0) }
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
        self.decoded.find(key)
    }

    /// Keeps an object, and returns the one that all documents of this value share.
    pub(super) fn keep(&self, key: u64, object: Object) -> Object {
        self.decoded.keep_first(key, object, 1)
    }

    /// Renames some objects before they are needed. Of several profiles whose objects are renamed at the same time, each second
    /// one begins at the end, so that they do not rename the same ones.
    pub fn rename<'o>(
        &self,
        objects: impl DoubleEndedIterator<Item = (&'o Object, usize)>,
        (before, after): (&str, &str),
    ) {
        let rename = |(object, count): (&Object, usize)| {
            // Whoever needs the object finds it.
            let _ = self.renamed(object, &Renaming { before, after, count });
        };
        match self.turns.fetch_add(1, Ordering::Relaxed) % 2 {
            0 => objects.for_each(rename),
            _ => objects.rev().for_each(rename),
        }
    }

    /// An object under its new name, if all its texts that begin with the old one are known to be changed.
    pub(super) fn renamed(&self, object: &Object, renaming: &Renaming<'_>) -> Option<Object> {
        let address = object.address()?;
        {
            let mut renamed = self.last_renamed();
            if !renamed.is_of(renaming) || renamed.objects.len() >= MOST {
                let (before, after) = (renaming.before.to_owned(), renaming.after.to_owned());
                *renamed = Renamed { before, after, objects: FastMap::default() };
            }
            if let Some((_, known)) = renamed.objects.get(&address) {
                return Some(known.clone());
            }
        }
        let new = renaming.object(object)?;
        // Another thread may have renamed it meanwhile: those that share the old one share the new one, too.
        let mut renamed = self.last_renamed();
        if !renamed.is_of(renaming) {
            return Some(new);
        }
        let (_, shared) = renamed.objects.entry(address).or_insert_with(|| (object.clone(), new));
        Some(shared.clone())
    }

    /// Forgets the objects of the last change of a name.
    pub fn forget_renamed(&self) {
        *self.last_renamed() = Renamed::default();
    }

    fn last_renamed(&self) -> MutexGuard<'_, Renamed> {
        sync::lock(&self.renamed)
    }
}
