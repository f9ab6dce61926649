//! The names of the classes and claims of an input, to suggest one for a name that is not among them.

use std::collections::BTreeSet;

use crate::bundle::key::KeyHash;
use crate::document::Document;
use crate::document::object::Object;
use crate::grammar::dns_subdomain;
use crate::hash::{FastSet, hash_of};
use crate::nearest::misspelled;

/// What a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameOf {
    /// A StorageClass.
    StorageClass,
    /// A VolumeAttributesClass.
    VolumeAttributesClass,
    /// A PersistentVolumeClaim.
    Claim,
}

/// The bits of the key of a reference that are what it refers to.
const KINDS: KeyHash = 0b11;

/// A reference that the input does not resolve.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnresolvedName {
    /// What it refers to.
    pub of: NameOf,
    /// The namespace of a claim, if it has one.
    pub namespace: Option<Box<str>>,
    /// The name.
    pub name: Box<str>,
    /// Whether claims of any other name matter as well.
    pub any: bool,
}

impl NameOf {
    /// The key of every file that has objects of this kind.
    #[must_use]
    pub fn key(self) -> KeyHash {
        hash_of(&("names", self))
    }

    fn of(document: &Document<'_>) -> Option<Self> {
        match &document.object {
            Object::StorageClass(_) => Some(Self::StorageClass),
            Object::VolumeAttributesClass(_) => Some(Self::VolumeAttributesClass),
            Object::PersistentVolumeClaim(_) => Some(Self::Claim),
            _ => None,
        }
    }
}

impl UnresolvedName {
    /// Its key among all of them, which contains what it refers to; see [`Names::may_concern`].
    #[must_use]
    pub fn key(&self) -> KeyHash {
        hash_of(self) & !KINDS | self.of as KeyHash
    }
}

/// The names of the classes and claims of an input, which do not depend on how the input is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    classes: List,
    attributes_classes: List,
    claims: List,
}

/// The names of one kind, each with its namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct List {
    names: BTreeSet<(Option<Box<str>>, Box<str>)>,
    is_too_long: bool,
}

impl List {
    /// The most names that are compared: more would make misspelled names slow to find.
    const MOST: usize = 256;

    fn add<'n>(&mut self, names: impl Iterator<Item = (Option<&'n str>, &'n str)>) {
        // Nothing is copied before it is known that the list is short enough.
        let mut found = FastSet::default();
        for name in names {
            if self.is_too_long {
                break;
            }
            // The API server rejects the object of any other name, so the name is not worth a suggestion.
            if dns_subdomain(name.1).is_none() {
                found.insert(name);
                self.is_too_long = found.len() > Self::MOST;
            }
        }
        if !self.is_too_long {
            let found = found.into_iter().map(|(namespace, name)| (namespace.map(Box::from), name.into()));
            self.names.extend(found);
        }
        self.limit();
    }

    fn merge(&mut self, other: &Self) {
        self.is_too_long |= other.is_too_long;
        if !self.is_too_long {
            self.names.extend(other.names.iter().cloned());
        }
        self.limit();
    }

    fn limit(&mut self) {
        self.is_too_long |= self.names.len() > Self::MOST;
        if self.is_too_long {
            self.names.clear();
        }
    }
}

impl Names {
    /// The names of the classes and claims among `documents`.
    #[must_use]
    pub fn new(documents: &[Document<'_>]) -> Self {
        let mut names = Self::default();
        names.add(documents);
        names
    }

    /// Adds those of some more documents.
    pub fn add(&mut self, documents: &[Document<'_>]) {
        for (of, list) in [
            (NameOf::StorageClass, &mut self.classes),
            (NameOf::VolumeAttributesClass, &mut self.attributes_classes),
            (NameOf::Claim, &mut self.claims),
        ] {
            let documents = documents.iter().filter(|document| NameOf::of(document) == Some(of));
            list.add(documents.map(|document| {
                let namespace = document.namespace.as_deref().filter(|_| of == NameOf::Claim);
                (namespace, &*document.name)
            }));
        }
    }

    /// Adds the names of another input.
    pub fn merge(&mut self, other: &Self) {
        self.classes.merge(&other.classes);
        self.attributes_classes.merge(&other.attributes_classes);
        self.claims.merge(&other.claims);
    }

    /// The kinds of the objects among `documents` that have names here.
    pub fn kinds(documents: &[Document<'_>]) -> impl Iterator<Item = NameOf> {
        documents.iter().filter_map(NameOf::of)
    }

    fn list(&self, of: NameOf) -> &List {
        match of {
            NameOf::StorageClass => &self.classes,
            NameOf::VolumeAttributesClass => &self.attributes_classes,
            NameOf::Claim => &self.claims,
        }
    }

    /// The names of a kind in a namespace, sorted; none if there are too many to compare.
    pub(super) fn in_namespace(&self, of: NameOf, namespace: Option<&str>) -> impl Iterator<Item = &str> {
        let names = self.list(of).names.iter();
        names.filter(move |(other, _)| other.as_deref() == namespace).map(|(_, name)| &**name)
    }

    /// The name that `name` most likely misspells.
    pub(super) fn near(&self, of: NameOf, namespace: Option<&str>, name: &str) -> Option<&str> {
        // Several files may have an object of this name, so that the reference to it is not resolved.
        let is_known = self.in_namespace(of, namespace).any(|known| known == name);
        (!is_known).then(|| misspelled(name, self.in_namespace(of, namespace)))?
    }

    /// The other namespaces with a claim of this name, sorted.
    pub(super) fn namespaces_with(&self, claim: &str, namespace: &str) -> impl Iterator<Item = &str> {
        let claims = self.claims.names.iter().filter(move |(_, name)| **name == *claim);
        claims.filter_map(|(other, _)| other.as_deref()).filter(move |other| *other != namespace)
    }

    /// Whether there are names of what a reference with this key refers to.
    #[must_use]
    pub fn may_concern(&self, key: KeyHash) -> bool {
        let all = [NameOf::StorageClass, NameOf::VolumeAttributesClass, NameOf::Claim];
        let mut kinds = all.into_iter().filter(|of| *of as KeyHash == key & KINDS);
        kinds.any(|of| !self.list(of).names.is_empty())
    }

    /// Whether the names say anything about a reference that the input does not resolve.
    #[must_use]
    pub fn concern(&self, unresolved: &UnresolvedName) -> bool {
        let UnresolvedName { of, namespace, name, any } = unresolved;
        (*any && !self.list(*of).names.is_empty()) || self.near(*of, namespace.as_deref(), name).is_some()
    }
}
