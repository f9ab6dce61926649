//! Mount options: how an entry is read, and which options a driver knows.

use super::keys::{KeyCase, UnknownKeys};
use super::map::Map;
use super::parameter::Parameter;
use super::pattern::Pattern;
use super::refusal::Refusal;
use super::stage::Stage;

/// The mount options of a driver.
#[derive(Clone, Debug)]
pub struct MountOptions {
    /// How names are compared.
    pub keys: KeyCase,
    /// What becomes of an option that is not in the list.
    pub unknown: UnknownKeys,
    /// The component that rejects an unknown option.
    pub stage: Stage,
    /// What an unknown option may look like that a later version of the program knows: it is advice.
    pub unfamiliar: Option<&'static Pattern>,
    /// How an entry is read.
    pub syntax: Syntax,
    /// The options, by name.
    pub list: Map<Parameter>,
    /// Combinations that are rejected.
    pub refusals: &'static [Refusal],
    /// Why the same option with two values is rejected, if it is.
    pub conflicting: Option<&'static str>,
    /// The source of the facts.
    pub source: &'static str,
}

/// How an entry is split into a name and a value.
#[derive(Clone, Debug)]
pub struct Syntax {
    /// The characters of which the first one splits.
    pub separators: &'static str,
    /// A beginning that is removed from the name.
    pub prefix: &'static str,
    /// Whether a colon before any separator splits at the last colon: the style of a configuration file.
    pub colons: bool,
    /// Whether surrounding blanks are removed.
    pub trim: bool,
    /// Whether one entry may contain several options between commas.
    pub commas: bool,
}

impl MountOptions {
    /// The option that a name means, and its proper name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(&'static str, &'static Parameter)> {
        self.list.iter().find(|(known, row)| {
            let case = row.case.unwrap_or(self.keys);
            case.same(known, name) || row.aliases.iter().any(|alias| case.same(alias, name))
        })
    }
}

impl Syntax {
    /// The options of one entry: name, and value if there is one.
    pub fn read<'a>(&self, entry: &'a str) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        let parts = if self.commas { entry.split(',').collect() } else { vec![entry] };
        parts.into_iter().map(|part| self.split(part)).collect::<Vec<_>>().into_iter()
    }

    fn split<'a>(&self, entry: &'a str) -> (&'a str, Option<&'a str>) {
        let entry = if self.trim { entry.trim() } else { entry };
        let entry = entry.strip_prefix(self.prefix).unwrap_or(entry);
        let split = entry.find(|letter| self.separators.contains(letter));
        let colon = entry.find(':').filter(|colon| self.colons && split.is_none_or(|split| *colon < split));
        match (colon.and_then(|_| entry.rfind(':')), split) {
            (Some(at), _) | (None, Some(at)) => {
                let value = &entry[at + 1..];
                (&entry[..at], Some(if self.trim { value.trim() } else { value }))
            }
            (None, None) => (entry, None),
        }
    }
}
