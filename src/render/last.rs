//! What is kept of renders, so that the next one after an edit makes only the objects again that the edit can change.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::document::Document;
use crate::document::object::Object;
use crate::hash::{FastMap, hash_of};
use crate::profile::{self, Same};
use crate::suppression;
use crate::yaml::node::Node;

/// Documents by the place of their objects in the profile.
pub(super) type Documents = FastMap<String, Document<'static>>;

/// The most renders that are kept.
const MOST: usize = 16;

/// The last renders, for programs that render again after each edit.
#[derive(Debug, Default)]
pub struct Last {
    renders: Mutex<HashMap<u64, Kept>>,
    numbers: AtomicU64,
}

/// What is kept of a render.
#[derive(Debug)]
pub(super) struct Kept {
    /// Tells it apart from earlier renders of the same profile.
    number: u64,
    pub(super) profile: profile::Last,
    pub(super) documents: Documents,
}

/// Which render a result is of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket {
    key: u64,
    number: u64,
}

/// The key of a request.
pub(super) fn key(request: &profile::Request<'_>) -> u64 {
    let values = request.values.map(|values| values.span);
    hash_of(&(
        request.profile,
        request.overlays,
        request.sets,
        request.text_sets,
        request.all_classes,
        values,
    ))
}

impl Last {
    /// Takes what is kept of the last render of a request.
    pub(super) fn take(&self, key: u64) -> Option<Kept> {
        self.renders().remove(&key)
    }

    /// Keeps the merged profile of a render.
    pub(super) fn keep(&self, key: u64, profile: profile::Last) -> Ticket {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let mut renders = self.renders();
        if renders.len() >= MOST {
            renders.clear();
        }
        renders.insert(key, Kept { number, profile, documents: Documents::default() });
        Ticket { key, number }
    }

    /// Takes the documents of a render, each with the place of its object, except those with findings about their shape.
    pub(super) fn give_back(
        &self,
        ticket: Ticket,
        documents: impl Iterator<Item = (Document<'static>, String)>,
        misshapen: &HashSet<usize>,
    ) {
        let mut renders = self.renders();
        let kept = renders.get_mut(&ticket.key).filter(|kept| kept.number == ticket.number);
        let Some(kept) = kept else { return };
        let mut several = BTreeSet::new();
        for (document, key) in documents {
            let is_whole = !misshapen.contains(&document.index) && is_simple(&document);
            if !is_whole || kept.documents.contains_key(&key) {
                several.insert(key);
            } else {
                kept.documents.insert(key, document);
            }
        }
        kept.documents.retain(|key, _| !several.contains(key));
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.renders().clear();
    }

    fn renders(&self) -> MutexGuard<'_, HashMap<u64, Kept>> {
        self.renders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a document depends on nothing but its object.
fn is_simple(document: &Document<'_>) -> bool {
    !matches!(document.object, Object::Other)
        && document.misfits.is_empty()
        && document.derived.is_empty()
        && !suppression::is_in(document)
}

/// What a template would render again.
pub(super) enum Taken {
    /// The whole document.
    Document(Document<'static>),
    /// An object with another name, which is to be decoded.
    Object(Node<'static>),
}

/// Takes the document of an object, at the places of the edited text.
pub(super) fn take(documents: &mut Documents, same: &Same, section: &str, key: &str) -> Option<Taken> {
    let mut document = documents.remove(&format!("{section}.{key}")).filter(|_| same.has(section, key))?;
    same.shift(&mut document.root);
    if same.is_of_same_name() {
        return Some(Taken::Document(document));
    }
    same.rename(&mut document.root).then_some(Taken::Object(document.root))
}
