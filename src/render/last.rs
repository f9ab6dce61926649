//! What is kept of renders, so that the next one after an edit makes only the objects again that the edit can change.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use crate::document::Document;
use crate::document::object::Object;
use crate::hash::{FastMap, hash_of};
use crate::profile::{self, PastMerge, Same};
use crate::recent::Recent;
use crate::suppression;
use crate::sync;

/// How many renders are kept.
const MOST: usize = 8;

/// How many documents after the expected one are compared.
const NEAR: usize = 8;

/// The last render of each request, for programs that render again after each edit.
#[derive(Debug)]
pub struct PastRenders(Recent<Shared>);

/// What is kept of a render, until the next one takes it.
type Shared = Arc<Mutex<Option<PastRender>>>;

/// What is kept of a render.
#[derive(Debug)]
pub(super) struct PastRender {
    pub(super) profile: PastMerge,
    pub(super) documents: Documents,
}

/// The documents of a render, in order, until they are taken.
#[derive(Debug, Default)]
pub(super) struct Documents {
    list: Vec<Option<PastDocument>>,
    /// Where the next one is expected.
    next: usize,
    /// Their positions by key, once one is not where it is expected.
    positions: Option<FastMap<String, usize>>,
}

/// A document, and what is known about it.
#[derive(Debug)]
pub(super) struct PastDocument {
    /// The place of its object in the profile.
    key: String,
    pub(super) document: Document<'static>,
    pub(super) facts: Facts,
}

/// What is known about a document that depends on nothing else that changes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// Whether it refers to objects that are rendered only if something does.
    pub(super) refers: bool,
    /// Whether something was found in it.
    pub(super) is_reported: bool,
}

/// Where the documents of a render are left when they are no longer needed.
#[derive(Clone, Debug)]
pub(super) struct Ticket(Shared);

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

impl Default for PastRenders {
    fn default() -> Self {
        Self(Recent::new(MOST))
    }
}

impl PastRenders {
    /// Takes what is kept of the last render of a request.
    pub(super) fn take(&self, key: u64) -> Option<PastRender> {
        sync::lock(&*self.0.find(key)?).take()
    }

    /// Keeps the merged profile of a render.
    pub(super) fn keep(&self, key: u64, profile: PastMerge) -> Ticket {
        let render = PastRender { profile, documents: Documents::default() };
        let shared = Arc::new(Mutex::new(Some(render)));
        self.0.keep(key, Arc::clone(&shared), 1);
        Ticket(shared)
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.0.clear();
    }
}

impl Ticket {
    /// Takes the documents of the render, each with the place of its object, except those that the next render cannot take.
    pub(super) fn give_back(
        self,
        documents: impl Iterator<Item = (Document<'static>, String, Facts)>,
        misshapen: &HashSet<usize>,
    ) {
        if let Some(render) = &mut *sync::lock(&self.0) {
            let mut list: Vec<Option<PastDocument>> = Vec::with_capacity(documents.size_hint().0);
            let mut before: Option<String> = None;
            for (document, key, facts) in documents {
                // Of an object with several documents none is kept.
                let is_next = before.as_ref() == Some(&key);
                if is_next {
                    list.pop_if(|last| last.as_ref().is_some_and(|last| last.key == key));
                }
                if !is_next && !misshapen.contains(&document.index) && is_simple(&document) {
                    list.push(Some(PastDocument { key: key.clone(), document, facts }));
                }
                before = Some(key);
            }
            render.documents = Documents { list, ..Documents::default() };
        }
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
    Document(Document<'static>, Facts),
    /// A document whose tree has the new name of the profile, which so many of its texts begin with.
    Renamed(Document<'static>, usize, Facts),
}

impl Documents {
    /// Takes the document of an object, at the places of the edited text.
    pub(super) fn take(&mut self, same: &Same, section: &str, key: &str) -> Option<Taken> {
        if !same.has(section, key) {
            return None;
        }
        let PastDocument { mut document, mut facts, .. } = self.find(section, key)?;
        same.shift(&mut document.root);
        if same.is_of_same_name() {
            return Some(Taken::Document(document, facts));
        }
        let count = same.rename(&mut document.root)?;
        facts.refers |= !same.has_same_references();
        Some(Taken::Renamed(document, count, facts))
    }

    /// Takes the document of an object, which most likely follows the last one.
    fn find(&mut self, section: &str, key: &str) -> Option<PastDocument> {
        let is_it = |one: &Option<PastDocument>| {
            let rest = one.as_ref().and_then(|one| one.key.strip_prefix(section)?.strip_prefix('.'));
            rest == Some(key)
        };
        let near = self.list.iter().skip(self.next).take(NEAR).position(is_it).map(|at| self.next + at);
        let at = near.or_else(|| {
            let positions = self.positions.get_or_insert_with(|| {
                let keys = self.list.iter().enumerate();
                keys.filter_map(|(at, one)| Some((one.as_ref()?.key.clone(), at))).collect()
            });
            positions.get(&format!("{section}.{key}")).copied()
        })?;
        self.next = at + 1;
        self.list[at].take()
    }
}
