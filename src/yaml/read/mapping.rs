//! Mappings under construction: the last of two keys wins, and `<<` merges.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::source::{Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};
use crate::yaml::read::problem::{Outcome, Problem};
use crate::yaml::rules::{DUPLICATE_KEY, NOT_REPRESENTABLE_IN_JSON};

/// Mappings with more keys than this find them through an index.
const SMALL: usize = 24;

/// The maximum number of duplicate keys reported for a document.
const MOST_DUPLICATES: usize = 1_000;

/// An open mapping.
#[derive(Debug, Default)]
pub(super) struct Mapping<'t> {
    pub(super) entries: Vec<Entry<'t>>,
    /// The key whose value comes next.
    pub(super) key: Key<'t>,
    index: Option<HashMap<Cow<'t, str>, usize>>,
    /// The entries that came in by `<<`, which may be overridden.
    merged: BTreeSet<usize>,
}

/// What a mapping expects next.
#[derive(Debug, Default)]
pub(super) enum Key<'t> {
    /// The next key.
    #[default]
    Next,
    /// The value of `<<`.
    Merge(Span),
    /// The value of this key.
    Text(Spanned<Cow<'t, str>>),
}

impl<'t> Mapping<'t> {
    /// Adds the next key or value; a duplicate key is a problem that does not end parsing. `foreign` if a
    /// sequence cannot be merged: reached through an alias, or with anything but mappings in it.
    pub(super) fn value(&mut self, node: Node<'t>, foreign: bool, problems: &mut Vec<Problem>) -> Outcome {
        match std::mem::take(&mut self.key) {
            Key::Next => {}
            Key::Text(key) => {
                let Some(at) = self.find(&key.value) else {
                    self.add(Entry { key, value: node });
                    return Ok(());
                };
                if self.merged.remove(&at) {
                    // A merged entry may be overridden.
                } else if let Some(first) = self.entries.get(at)
                    && problems.len() < MOST_DUPLICATES
                {
                    problems.push(*duplicate(&key, first.key.span));
                }
                self.set(at, Entry { key, value: node });
            }
            Key::Merge(place) => match node.value {
                Value::Mapping(entries) => self.merge(entries),
                // Earlier mappings take precedence, so they are set last.
                Value::Sequence(items) if !foreign => {
                    for item in items.into_iter().rev() {
                        if let Value::Mapping(entries) = item.value {
                            self.merge(entries);
                        }
                    }
                }
                _ => return Err(bad_merge(place)),
            },
        }
        Ok(())
    }

    /// Merges another mapping into this one and overrides existing entries, as the upstream library does.
    fn merge(&mut self, entries: Vec<Entry<'t>>) {
        for entry in entries {
            if let Some(at) = self.find(&entry.key.value) {
                self.set(at, entry);
            } else {
                self.merged.insert(self.entries.len());
                self.add(entry);
            }
        }
    }

    fn find(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.entries.iter().position(|entry| entry.key.value == key),
        }
    }

    fn set(&mut self, at: usize, entry: Entry<'t>) {
        if let Some(place) = self.entries.get_mut(at) {
            *place = entry;
        }
    }

    fn add(&mut self, entry: Entry<'t>) {
        if let Some(index) = &mut self.index {
            index.insert(entry.key.value.clone(), self.entries.len());
        }
        self.entries.push(entry);
        if self.index.is_none() && self.entries.len() > SMALL {
            let keys = self.entries.iter().enumerate().map(|(at, entry)| (entry.key.value.clone(), at));
            self.index = Some(keys.collect());
        }
    }
}

/// The keys of a mapping under construction, without merges.
#[derive(Debug, Default)]
pub(super) struct KnownKeys {
    /// One of 64 marks for each key, while they are few.
    marks: u64,
    /// Many keys.
    index: Option<HashSet<String>>,
}

impl KnownKeys {
    /// Whether none of the entries so far has this key.
    #[inline]
    pub(super) fn is_new(&mut self, key: &str, entries: &[Entry<'_>]) -> bool {
        if entries.len() > SMALL {
            return self.is_new_of_many(key, entries);
        }
        // Most keys of a mapping differ in this.
        let end = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(*byte));
        let ends = end(key.as_bytes().first()) ^ end(key.as_bytes().last()) << 2;
        let mark = 1 << ((key.len() << 1 ^ ends) & 63);
        let is_marked = self.marks & mark != 0;
        self.marks |= mark;
        !is_marked || Self::is_new_of_few(key, entries)
    }

    #[inline(never)]
    fn is_new_of_few(key: &str, entries: &[Entry<'_>]) -> bool {
        !entries.iter().any(|entry| entry.key.value == key)
    }

    #[inline(never)]
    fn is_new_of_many(&mut self, key: &str, entries: &[Entry<'_>]) -> bool {
        let all = || entries.iter().map(|entry| entry.key.value.clone().into_owned()).collect();
        self.index.get_or_insert_with(all).insert(key.to_owned())
    }
}

fn duplicate(key: &Spanned<Cow<'_, str>>, first: Span) -> Box<Problem> {
    let message = format!("duplicate key `{}`", key.value);
    let help = "kubectl silently keeps the last value, and the API server may reject the object; remove one";
    let range = key.span.range();
    Problem::new(&DUPLICATE_KEY, range.start, range.end, message, help).related(
        first.start as usize,
        first.end as usize,
        "first defined here",
    )
}

fn bad_merge(place: Span) -> Box<Problem> {
    let message = "`<<` requires a mapping, an alias of one, or a list of these";
    let help = "quote `<<` if it is meant as a key";
    let range = place.range();
    Problem::new(&NOT_REPRESENTABLE_IN_JSON, range.start, range.end, message, help)
}
