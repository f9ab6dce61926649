//! What was not checked: kinds, drivers, classes and claims that volwright has nothing about.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many names a summary lists.
const LISTED: usize = 10;
/// How many different names of one kind are counted exactly: their hashes stay in memory.
const COUNTED: usize = 1 << 18;
/// How much of a name a summary shows, in bytes: an API server accepts no longer one.
const LONGEST: usize = 320;

/// Why a document, or a part of it, was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Its kind is not validated.
    Kind,
    /// It is a custom resource whose definition is not known.
    CustomKind,
    /// It is a custom resource whose definition is not known, but its pods and claims are checked.
    CustomFields,
    /// It belongs to a file in a directory that is not a manifest, such as a CI workflow or the values of a Helm chart.
    NotManifest,
    /// It is a patch that a kustomization names: a part of an object.
    Patch,
    /// It names a driver that volwright has no facts about.
    Driver,
    /// It names a class that is not in the input.
    Class,
    /// It names a claim that is not in the input.
    Claim,
}

/// Something that was not checked, by name: a document, a file that is not a manifest, or a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named<'a> {
    /// Position of the document in the whole input, from 0.
    pub document: usize,
    /// Why.
    pub reason: Reason,
    /// The kind and name of the document, or the name of the driver, class or claim.
    pub name: &'a str,
}

/// How much was not checked, with the first names of each kind, in bounded memory.
#[derive(Clone, Debug, Default)]
pub struct Unchecked {
    groups: [Names; Reason::GROUPS],
    /// Whether there is one for each reason.
    has: [bool; Reason::ALL.len()],
}

/// Different names, in the order of the input.
#[derive(Clone, Debug, Default)]
struct Names {
    /// How often there was a name, the same one included.
    count: usize,
    first: Vec<Box<str>>,
    /// The hashes of the different names, up to `COUNTED`.
    distinct: HashSet<u64>,
    /// Whether there are more different names than are counted.
    has_more: bool,
}

impl Unchecked {
    /// Adds one.
    pub fn add(&mut self, reason: Reason, name: &str) {
        self.has[reason as usize] = true;
        self.groups[reason.group()].add(name);
    }

    /// Whether everything was checked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.has == [false; Reason::ALL.len()]
    }

    /// How many documents were not checked at all.
    #[must_use]
    pub fn documents(&self) -> usize {
        let whole = [Reason::Kind, Reason::NotManifest, Reason::Patch];
        whole.iter().map(|reason| self.groups[reason.group()].count).sum()
    }
}

impl Names {
    fn add(&mut self, name: &str) {
        self.count += 1;
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let hash = hasher.finish();
        if self.distinct.len() >= COUNTED {
            self.has_more |= !self.distinct.contains(&hash);
        } else if self.distinct.insert(hash) && self.first.len() < LISTED {
            self.first.push(name.get(..LONGEST).unwrap_or(name).into());
        }
    }

    /// `: a, b and 3 more`: the first names, each once, in the order of the input; empty if there are none. More different
    /// names than are counted are `at least` so many.
    fn text(&self) -> String {
        if self.first.is_empty() {
            return String::new();
        }
        let least = if self.has_more { "at least " } else { "" };
        let more = match self.distinct.len() + usize::from(self.has_more) - self.first.len() {
            0 => String::new(),
            more => format!(" and {least}{more} more"),
        };
        format!(": {}{more}", self.first.join(", "))
    }
}

impl Reason {
    /// Every reason, in order.
    pub const ALL: [Self; 8] = [
        Self::Kind,
        Self::CustomKind,
        Self::CustomFields,
        Self::NotManifest,
        Self::Patch,
        Self::Driver,
        Self::Class,
        Self::Claim,
    ];
    /// How many groups a summary has.
    const GROUPS: usize = 7;

    /// The position among the groups of a summary.
    fn group(self) -> usize {
        match self {
            Self::Kind | Self::CustomKind => 0,
            Self::NotManifest => 1,
            Self::Patch => 2,
            Self::Driver => 3,
            Self::Class => 4,
            Self::Claim => 5,
            Self::CustomFields => 6,
        }
    }
}

impl Named<'_> {
    /// The reason as a sentence without a full stop.
    #[must_use]
    pub fn why(&self) -> String {
        let name = &self.name;
        match self.reason {
            Reason::Kind => "volwright does not validate this kind".to_owned(),
            Reason::CustomKind => {
                "the definition of this kind is unknown: pass its CustomResourceDefinition with --crds"
                    .to_owned()
            }
            Reason::CustomFields => {
                "only the pods and claims of this kind are checked: pass its CustomResourceDefinition with \
                 --crds to check every field"
                    .to_owned()
            }
            Reason::NotManifest => {
                "it is not a manifest: name the file to validate it all the same".to_owned()
            }
            Reason::Patch => {
                "it is a patch that a kustomization names: build the kustomization and validate the result"
                    .to_owned()
            }
            Reason::Driver => format!("volwright has no facts about driver `{name}`"),
            Reason::Class => format!("class `{name}` is not in the input"),
            Reason::Claim => format!("claim `{name}` is not in the input"),
        }
    }
}

/// What a summary says before the names of each group, but for the documents that were not checked.
const TITLES: [&str; Reason::GROUPS - 1] = [
    "not manifests",
    "patches of kustomizations",
    "unknown drivers",
    "classes not in the input",
    "claims not in the input",
    "only the pods and claims are checked",
];

/// `, 2 not checked: PyTorchJob llm/ft, VolumeSnapshot s`, and what documents refer to outside the input; empty if
/// everything was checked.
#[must_use]
pub fn summary(unchecked: &Unchecked) -> String {
    let mut text = String::new();
    let hint = |text: &mut String, reason: Reason| {
        if unchecked.has[reason as usize] {
            text.push_str(" (`--crds PATH` names the definitions of custom resources)");
        }
    };
    let [documents, others @ ..] = &unchecked.groups;
    if documents.count > 0 {
        let _ = write!(text, ", {} not checked{}", documents.count, documents.text());
    }
    hint(&mut text, Reason::CustomKind);
    for (title, names) in TITLES.iter().zip(others).filter(|(_, names)| names.count > 0) {
        let _ = write!(text, "; {title}{}", names.text());
    }
    hint(&mut text, Reason::CustomFields);
    text
}
