//! What a profile may hold, as the tables that checking, the JSON Schema and the documentation all read.

/// What a key takes.
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
    /// The key of an object in this section.
    Reference(&'static str),
    /// A list of these.
    List(&'static Self),
    /// A table with keys of the user's own.
    Map(&'static Self),
    /// A table with known keys.
    Table(&'static Table),
    /// Either of these: the first fits what is no table, the second what is one.
    Either(&'static Self, &'static Self),
    /// A table that mirrors the API, judged once it is rendered.
    Api,
}

/// A table with known keys.
#[derive(Debug)]
pub struct Table {
    /// What it describes, such as `a claim`.
    pub name: &'static str,
    /// Its keys, in groups that tables share.
    pub groups: &'static [&'static [Key]],
    /// Of these keys at most one may stand.
    pub exclusive: &'static [&'static str],
    /// One of the exclusive keys must stand.
    pub one: bool,
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether an object must have it.
    pub required: bool,
    /// Dotted paths in the same table that make up for it where it is required and missing.
    pub instead: &'static [&'static str],
    /// It means nothing unless one of these keys stands beside it; empty where it stands alone.
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
    pub kind: &'static str,
    /// Whether the kind has namespaces.
    pub namespaced: bool,
    /// The keys of an object.
    pub table: &'static Table,
}

impl Key {
    /// The key, which may be missing where one of these dotted paths is there.
    #[must_use]
    pub(super) const fn or(mut self, instead: &'static [&'static str]) -> Self {
        self.instead = instead;
        self
    }

    /// The key, which means nothing without one of these.
    #[must_use]
    pub(super) const fn with(mut self, beside: &'static [&'static str]) -> Self {
        self.beside = beside;
        self
    }
}

impl Table {
    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.groups.iter().flat_map(|group| group.iter())
    }

    /// The key of this name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }
}
