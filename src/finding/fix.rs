//! Fixes: how to change the user's file so that a finding disappears.
//!
//! A rule names a path and an intent; offsets are computed only when a report or `--fix` needs them.

use crate::source::Span;

/// Whether a fix may be applied without review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// The fix keeps the meaning, or the object could never have been accepted without it.
    Safe,
    /// The fix is a guess, or it changes something that cannot be changed in place once the object is applied.
    Unsafe,
    /// The fix is shown and never applied.
    Display,
}

impl Applicability {
    /// That of a correction of the spelling: a guess, unless only the case is wrong.
    #[must_use]
    pub fn of_spelling(given: &str, meant: &str) -> Self {
        if given.eq_ignore_ascii_case(meant) { Self::Safe } else { Self::Unsafe }
    }

    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Display => "display",
        }
    }
}

/// A proposed change of the user's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does: an imperative sentence without a full stop.
    pub title: String,
    /// Whether it may be applied without review.
    pub applicability: Applicability,
    /// The changes; all of them are applied, or none.
    pub changes: Vec<Change>,
}

impl Fix {
    /// A fix without changes.
    #[must_use]
    pub fn new(title: impl Into<String>, applicability: Applicability) -> Self {
        Self { title: title.into(), applicability, changes: Vec::new() }
    }

    /// Replaces the scalar at `path`.
    #[must_use]
    pub fn replace(path: impl Into<Steps>, new: impl Into<NewValue>, applicability: Applicability) -> Self {
        let new = new.into();
        Self::new(format!("replace it with `{}`", new.summary()), applicability)
            .change(path, Intent::Replace(new))
    }

    /// Renames the last key of `path`.
    #[must_use]
    pub fn rename(path: impl Into<Steps>, name: &str, applicability: Applicability) -> Self {
        Self::new(format!("rename it to `{name}`"), applicability)
            .change(path, Intent::Rename(name.to_owned()))
    }

    /// Adds a value at `path`.
    #[must_use]
    pub fn insert(path: impl Into<Steps>, new: impl Into<NewValue>, applicability: Applicability) -> Self {
        let (path, new) = (path.into(), new.into());
        let key = match path.0.last() {
            Some(Step::Key(key)) => key.as_str(),
            _ => "",
        };
        Self::new(format!("add `{key}: {}`", new.summary()), applicability).change(path, Intent::Insert(new))
    }

    /// Sets a value that may be given already.
    #[must_use]
    pub fn set(
        path: impl Into<Steps>,
        is_given: bool,
        new: impl Into<NewValue>,
        applicability: Applicability,
    ) -> Self {
        match is_given {
            true => Self::replace(path, new, applicability),
            false => Self::insert(path, new, applicability),
        }
    }

    /// Removes the value at `path` with its key.
    #[must_use]
    pub fn remove(path: impl Into<Steps>, applicability: Applicability) -> Self {
        let path = path.into();
        let key = match path.0.last() {
            Some(Step::Key(key)) => key.as_str(),
            _ => "",
        };
        Self::new(format!("remove `{key}`"), applicability).change(path, Intent::Remove)
    }

    /// Quotes the scalar at `path`, which the API accepts only as text.
    #[must_use]
    pub fn quote(path: impl Into<Steps>) -> Self {
        Self::new("quote it", Applicability::Safe).change(path, Intent::Quote)
    }

    /// Adds a change of the value at `path`.
    #[must_use]
    pub fn change(mut self, path: impl Into<Steps>, intent: Intent) -> Self {
        self.add(Change { path: path.into(), intent, place: None });
        self
    }

    /// Adds a change at a place of a text.
    #[must_use]
    pub fn at(mut self, place: Place, intent: Intent) -> Self {
        self.add(Change { path: Steps::default(), intent, place: Some(place) });
        self
    }

    /// Most fixes are one change, and a report may keep ten thousand of them.
    fn add(&mut self, change: Change) {
        self.changes.reserve_exact(1);
        self.changes.push(change);
    }
}

/// One change of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path of the value, from the root of the object.
    pub path: Steps,
    /// What to do there.
    pub intent: Intent,
    /// Where that is in the user's files; known once the document has been checked.
    pub place: Option<Place>,
}

/// A path that a fix owns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps(pub Vec<Step>);

/// One step of an owned path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key of a mapping.
    Key(String),
    /// A position in a sequence.
    Index(usize),
}

/// What to do with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Rename its key.
    Rename(String),
    /// Replace the scalar.
    Replace(NewValue),
    /// Quote the scalar, which must be text.
    Quote,
    /// Add it; missing parents are added, too.
    Insert(NewValue),
    /// Add an item in front of those of the sequence.
    Prepend(NewValue),
    /// Remove it with its key.
    Remove,
}

/// A value that a fix writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// Text.
    Text(String),
    /// An integer.
    Integer(i64),
    /// A boolean.
    Bool(bool),
    /// A mapping.
    Table(Vec<(String, Self)>),
    /// A sequence.
    List(Vec<Self>),
}

impl NewValue {
    /// The value in a few words.
    fn summary(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Table(entries) => {
                let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
                format!("{{{}}}", keys.join(", "))
            }
            Self::List(_) => "[…]".to_owned(),
        }
    }
}

impl From<bool> for NewValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for NewValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for NewValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for NewValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// The place of a change in the user's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The key of the value.
    pub key: Option<Span>,
    /// The value; of a new value, the mapping or the sequence around it.
    pub value: Option<Span>,
    /// The keys and values of the mapping around it, or the items of the sequence that gets a new one.
    pub siblings: Vec<(Span, Span)>,
    /// The keys that a new value needs below the mapping around it.
    pub missing: Vec<String>,
    /// In a profile, the keys that lead to the mapping around a new value.
    pub parents: Vec<String>,
}

impl Place {
    /// All of its spans.
    pub fn spans_mut(&mut self) -> impl Iterator<Item = &mut Span> {
        let siblings = self.siblings.iter_mut().flat_map(|(key, value)| [key, value]);
        self.key.iter_mut().chain(&mut self.value).chain(siblings)
    }
}

/// The replacement of a byte range of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// The new text.
    pub text: String,
}
