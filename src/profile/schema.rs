//! The schema of profiles: the tables that checks, the JSON Schema and the documentation read.

use std::sync::OnceLock;

use crate::catalog::kind;
use crate::lookup::Lookup;

/// The values that a key accepts.
#[derive(Debug)]
pub enum Kind {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A quantity such as `10Gi`, as text or as a whole number.
    Quantity,
    /// A Kubernetes version such as `1.36`.
    Version,
    /// Text, or a number or a boolean that is rendered as text.
    Scalar,
    /// A vendor of accelerators, from the catalogue.
    Vendor,
    /// One of these texts.
    Enum(&'static [&'static str]),
    /// Text, usually one of these.
    Suggested(fn() -> Vec<&'static str>),
    /// The key of an object in this section.
    Reference(&'static str),
    /// A list of these.
    List(&'static Self),
    /// A list of these, in which the value of this field names an item. A table changes items by name.
    Named(&'static str, &'static Self),
    /// A table with keys of the user's own.
    Map(&'static Self),
    /// A table with known keys.
    Table(&'static Table),
    /// Either of these: the second if the value is a table, otherwise the first.
    Either(&'static Self, &'static Self),
    /// A table that mirrors the API, validated once it is rendered.
    Api,
}

/// A table with known keys.
#[derive(Debug)]
pub struct Table {
    /// What it describes, such as `a claim`.
    pub name: &'static str,
    /// Its keys.
    pub groups: Groups,
    /// Groups of keys: at most one of each group may be set.
    pub exclusive: &'static [&'static [&'static str]],
    /// One key of each group must be set.
    pub one: bool,
    /// The key that a value in place of the table is the value of: `gpus = 8` is `gpus = { count = 8 }`.
    pub shorthand: Option<&'static str>,
    /// Whether other keys are accepted: fields of the API, which are validated once they are rendered.
    pub extra: bool,
    /// Where the keys are, if there are many; made when a key is looked up.
    pub lookup: OnceLock<(Lookup, Vec<&'static Key>)>,
}

/// Keys in groups that tables share.
#[derive(Debug)]
pub enum Groups {
    /// These.
    Fixed(&'static [&'static [Key]]),
    /// Those of the objects of a kind. They are made when they are first needed: a run needs few kinds.
    OfKind {
        /// The kind.
        kind: &'static kind::Kind,
        /// Makes them.
        make: fn(&'static kind::Kind) -> &'static [&'static [Key]],
        /// What was made.
        made: OnceLock<&'static [&'static [Key]]>,
    },
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// The values that it accepts.
    pub kind: Kind,
    /// Whether an object must have it.
    pub required: bool,
    /// Dotted paths in the same table that replace it if it is required and missing.
    pub instead: &'static [&'static str],
    /// It has no meaning unless one of these keys is set, too; empty if it does not depend on others.
    pub beside: &'static [&'static str],
    /// What it means.
    pub about: &'static str,
}

/// A section of objects of one kind.
#[derive(Debug)]
pub struct Section {
    /// The section's key.
    pub name: &'static str,
    /// The kind of its objects.
    pub kind: &'static kind::Kind,
    /// The keys of an object.
    pub table: &'static Table,
}

/// A key that may be missing.
pub(crate) const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, required: false, instead: &[], beside: &[], about }
}

/// A key that an object must have.
pub(crate) const fn required(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, required: true, instead: &[], beside: &[], about }
}

/// A table whose keys do not exclude each other.
pub(crate) const fn open(name: &'static str, groups: &'static [&'static [Key]]) -> Table {
    of(name, Groups::Fixed(groups))
}

/// A table whose keys do not exclude each other.
pub(super) const fn of(name: &'static str, groups: Groups) -> Table {
    Table { name, groups, exclusive: &[], one: false, shorthand: None, extra: false, lookup: OnceLock::new() }
}

impl Key {
    /// The key, which may be missing if one of these dotted paths is set.
    #[must_use]
    pub(super) const fn or(mut self, instead: &'static [&'static str]) -> Self {
        self.instead = instead;
        self
    }

    /// The key, which has no meaning without one of these.
    #[must_use]
    pub(crate) const fn with(mut self, beside: &'static [&'static str]) -> Self {
        self.beside = beside;
        self
    }
}

impl Table {
    /// Its keys, in groups that tables share.
    #[must_use]
    pub fn groups(&self) -> &'static [&'static [Key]] {
        match &self.groups {
            Groups::Fixed(groups) => groups,
            Groups::OfKind { kind, make, made } => made.get_or_init(|| make(kind)),
        }
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.groups().iter().flat_map(|group| group.iter())
    }

    /// The key of this name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        /// So few keys are compared one by one.
        const FEW: usize = 8;
        if self.groups().iter().map(|group| group.len()).sum::<usize>() <= FEW {
            return self.keys().find(|key| key.name == name);
        }
        let (lookup, keys) = self.lookup.get_or_init(|| {
            let keys: Vec<_> = self.keys().collect();
            (Lookup::new(keys.iter().map(|key| key.name)), keys)
        });
        lookup.find(name, |at| keys[at].name).map(|at| keys[at])
    }
}

impl Section {
    /// Whether its objects are classes: cluster-scoped descriptions of storage that other objects refer to.
    #[must_use]
    pub fn is_class(&self) -> bool {
        self.kind.name.ends_with("Class")
    }
}
