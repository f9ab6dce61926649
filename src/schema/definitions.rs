//! The definitions that a run knows: the user's, those in the input, and the built-in ones.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::definition::Definition;
use crate::parallel;
use crate::source::SourceId;
use crate::yaml::node::{Node, Value};
use crate::yaml::read::{read_piece, split};

/// Where a document of the input is: its text and its first byte there.
type Place = (SourceId, u32);

/// Definitions by group and kind.
#[derive(Debug, Default)]
pub struct Definitions {
    list: Vec<Arc<Definition>>,
    /// Those of the input, by the place of their documents, compiled once.
    of_input: Mutex<HashMap<Place, Option<Arc<Definition>>>>,
}

impl Definitions {
    /// The definitions in some texts; of several for one kind, the first counts.
    #[must_use]
    pub fn read(texts: &[&str]) -> Self {
        let found = parallel::map(texts.iter(), |text| definitions(text));
        let mut list: Vec<Arc<Definition>> = found.into_iter().flatten().map(Arc::new).collect();
        // A stable sort: the first of equals stays the first.
        list.sort_by(|one, other| key(one).cmp(&key(other)));
        list.dedup_by(|one, other| key(one) == key(other));
        Self { list, of_input: Mutex::default() }
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
            Self::read(&[include_str!("../catalog/definitions/snapshot.storage.k8s.io.yaml")])
        })
    }

    /// How many kinds are defined.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The definition of a kind: the user's, else the built-in one.
    #[must_use]
    pub fn find(&self, group: &str, kind: &str) -> Option<Arc<Definition>> {
        let find = |list: &[Arc<Definition>]| {
            let found = list.binary_search_by(|definition| key(definition).cmp(&(group, kind)));
            found.ok().map(|at| Arc::clone(&list[at]))
        };
        find(&self.list).or_else(|| if group == BUILT_IN_GROUP { find(&Self::built_in().list) } else { None })
    }

    /// The definition of a kind of this name, whatever its group; the first of several.
    #[must_use]
    pub fn find_kind(&self, kind: &str) -> Option<Arc<Definition>> {
        let mut all = self.list.iter().chain(&Self::built_in().list);
        all.find(|definition| &*definition.kind == kind).cloned()
    }

    /// The definition that a document of the input at this place is; none if it lacks what identifies the kind.
    #[must_use]
    pub fn of_document(&self, place: Place, root: &Node<'_>) -> Option<Arc<Definition>> {
        let mut known = self.of_input.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(place).or_insert_with(|| Definition::of(root).map(Arc::new)).clone()
    }
}

fn key(definition: &Definition) -> (&str, &str) {
    (&definition.group, &definition.kind)
}

/// The definitions in one text, those in lists included.
fn definitions(text: &str) -> Vec<Definition> {
    fn add(root: &Node<'_>, found: &mut Vec<Definition>) {
        let is = |key: &str, wanted: &str| root.get(key).and_then(Node::as_str) == Some(wanted);
        if let Some(Value::Sequence(items)) = root.get("items").map(|items| &items.value) {
            items.iter().for_each(|item| add(item, found));
        } else if is("kind", "CustomResourceDefinition") {
            found.extend(Definition::of(root));
        }
    }
    let mut found = Vec::new();
    for piece in split(text) {
        // Most of a folder may be something else.
        if memchr::memmem::find(text[piece.range.clone()].as_bytes(), b"CustomResourceDefinition").is_none() {
            continue;
        }
        if let Some(root) = read_piece(SourceId::new(0), text, &piece).and_then(|reading| reading.root) {
            add(&root, &mut found);
        }
    }
    found
}

/// The group of the built-in definitions.
const BUILT_IN_GROUP: &str = "snapshot.storage.k8s.io";
