//! The definitions that a run knows: the user's, those in the input, and the built-in ones.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use super::definition::Definition;
use crate::source::SourceId;
use crate::sync;
use crate::yaml::node::{Node, Value};
use crate::yaml::read::{read_piece, split};

/// Where a document of the input is: its text and its first byte there.
type Place = (SourceId, u32);

/// Definitions by kind; of each, those by group, none where the texts have none.
type Found = HashMap<Box<str>, Vec<(Box<str>, Option<Arc<Definition>>)>>;

/// Definitions by group and kind. A folder may hold hundreds, and a run needs a few: each is read when an object of its
/// kind is checked.
#[derive(Debug, Default)]
pub struct Definitions {
    /// The user's texts; of several definitions of one kind, the first counts.
    texts: Vec<Box<str>>,
    found: RwLock<Found>,
    /// Those of the input, by the place of their documents, compiled once.
    of_input: Mutex<HashMap<Place, Option<Arc<Definition>>>>,
}

impl Definitions {
    /// The definitions in some texts.
    #[must_use]
    pub fn read(texts: Vec<String>) -> Self {
        Self { texts: texts.into_iter().map(String::into_boxed_str).collect(), ..Self::default() }
    }

    /// No definitions but the built-in ones.
    #[must_use]
    pub fn none() -> &'static Self {
        static NONE: OnceLock<Definitions> = OnceLock::new();
        NONE.get_or_init(Self::default)
    }

    /// The definitions that need not be given: those of volume snapshots.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static READ: OnceLock<Definitions> = OnceLock::new();
        READ.get_or_init(|| {
            Self::read(vec![include_str!("../catalog/definitions/snapshot.storage.k8s.io.yaml").to_owned()])
        })
    }

    /// The definition of a kind: the user's, else the built-in one.
    #[must_use]
    pub fn find(&self, group: &str, kind: &str) -> Option<Arc<Definition>> {
        self.own(Some(group), kind)
            .or_else(|| if group == BUILT_IN_GROUP { Self::built_in().own(Some(group), kind) } else { None })
    }

    /// The definition of a kind of this name, whatever its group; the first of several.
    #[must_use]
    pub fn find_kind(&self, kind: &str) -> Option<Arc<Definition>> {
        self.own(None, kind).or_else(|| Self::built_in().own(None, kind))
    }

    /// The definition in the texts.
    fn own(&self, group: Option<&str>, kind: &str) -> Option<Arc<Definition>> {
        if self.texts.is_empty() {
            return None;
        }
        // No group has an empty name.
        let key = group.unwrap_or_default();
        let known = sync::read(&self.found);
        let known_one = known.get(kind).and_then(|list| list.iter().find(|(known, _)| **known == *key));
        if let Some((_, found)) = known_one {
            return found.clone();
        }
        drop(known);
        let read = self.texts.iter().find_map(|text| definition(text, group, kind)).map(Arc::new);
        let mut known = sync::write(&self.found);
        let list = known.entry(kind.into()).or_default();
        if let Some((_, found)) = list.iter().find(|(known, _)| **known == *key) {
            return found.clone();
        }
        list.push((key.into(), read.clone()));
        read
    }

    /// The definition that a document of the input at this place is; none if it lacks what identifies the kind.
    #[must_use]
    pub fn of_document(&self, place: Place, root: &Node<'_>) -> Option<Arc<Definition>> {
        let mut known = sync::lock(&self.of_input);
        known.entry(place).or_insert_with(|| Definition::of(root).map(Arc::new)).clone()
    }
}

/// The first definition of a kind in one text, those in lists included.
fn definition(text: &str, group: Option<&str>, kind: &str) -> Option<Definition> {
    fn find(root: &Node<'_>, group: Option<&str>, kind: &str) -> Option<Definition> {
        let is = |key: &str, wanted: &str| root.get(key).and_then(Node::as_str) == Some(wanted);
        if let Some(Value::Sequence(items)) = root.get("items").map(|items| &items.value) {
            return items.iter().find_map(|item| find(item, group, kind));
        }
        let is_wanted = is("kind", "CustomResourceDefinition")
            && Definition::names(root).is_some_and(|(its_group, its_kind)| {
                its_kind == kind && group.is_none_or(|group| group == its_group)
            });
        if is_wanted { Definition::of(root) } else { None }
    }
    // Most of a folder is about other kinds.
    let names = |text: &str| {
        let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
        has(kind) && group.is_none_or(has) && has("CustomResourceDefinition")
    };
    if !names(text) {
        return None;
    }
    split(text).filter(|piece| names(&text[piece.range.clone()])).find_map(|piece| {
        let root = read_piece(SourceId::new(0), text, &piece)?.root?;
        find(&root, group, kind)
    })
}

/// The group of the built-in definitions.
const BUILT_IN_GROUP: &str = "snapshot.storage.k8s.io";
