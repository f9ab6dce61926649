//! What was not checked: kinds, drivers, classes and claims that volwright has nothing about.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// How many names a summary lists.
const LISTED: usize = 10;
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
    /// It names a driver that volwright has no facts about.
    Driver,
    /// It names a class that is not in the input.
    Class,
    /// It names a claim that is not in the input.
    Claim,
}

/// Everything that was not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unchecked {
    /// Those that have a name, in the order of the input.
    pub named: Vec<Named>,
    /// How many more documents were not checked, without their names: a text report lists only a few.
    pub more_documents: usize,
    /// How many more documents are not manifests.
    pub more_foreign: usize,
    /// How many more drivers, classes and claims are not known, and how many more documents are checked in part, without
    /// their names.
    pub more_references: [usize; 4],
}

/// Something that was not checked, by name: a document, a file that is not a manifest, or a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Position of the document in the whole input, from 0.
    pub document: usize,
    /// Why.
    pub reason: Reason,
    /// The kind and name of the document, or the name of the driver, class or claim.
    pub name: Box<str>,
}

impl Unchecked {
    /// Counts one without its name.
    pub fn count(&mut self, reason: Reason) {
        match reason.reference() {
            Some(at) => self.more_references[at] += 1,
            None if reason == Reason::NotManifest => self.more_foreign += 1,
            None => self.more_documents += 1,
        }
    }

    /// Whether everything was checked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
            && self.more_documents + self.more_foreign == 0
            && self.more_references == [0; 4]
    }

    /// How many documents were not checked at all.
    #[must_use]
    pub fn documents(&self) -> usize {
        self.named.iter().filter(|one| one.reason.is_whole()).count()
            + self.more_documents
            + self.more_foreign
    }
}

impl Reason {
    /// Whether nothing of the document was checked.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.reference().is_none()
    }

    /// The position among the parts of documents that are not checked; none for a whole document.
    fn reference(self) -> Option<usize> {
        match self {
            Self::Kind | Self::CustomKind | Self::NotManifest => None,
            Self::Driver => Some(0),
            Self::Class => Some(1),
            Self::Claim => Some(2),
            Self::CustomFields => Some(3),
        }
    }
}

impl Named {
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
            Reason::Driver => format!("volwright has no facts about driver `{name}`"),
            Reason::Class => format!("class `{name}` is not in the input"),
            Reason::Claim => format!("claim `{name}` is not in the input"),
        }
    }
}

/// `, 2 not checked: PyTorchJob llm/ft, VolumeSnapshot s`, and what documents refer to outside the input; empty if
/// everything was checked.
#[must_use]
pub fn summary(unchecked: &Unchecked) -> String {
    let mut text = String::new();
    let is_object = |reason: Reason| reason.is_whole() && reason != Reason::NotManifest;
    let objects = unchecked.named.iter().filter(|one| is_object(one.reason)).count();
    let count = objects + unchecked.more_documents;
    if count > 0 {
        let names = names(&unchecked.named, is_object, unchecked.more_documents);
        let _ = write!(text, ", {count} not checked{names}");
    }
    let hint = |text: &mut String, reason: Reason| {
        if unchecked.named.iter().any(|one| one.reason == reason) {
            text.push_str(" (`--crds PATH` names the definitions of custom resources)");
        }
    };
    hint(&mut text, Reason::CustomKind);
    let foreign = names(&unchecked.named, |reason| reason == Reason::NotManifest, unchecked.more_foreign);
    if !foreign.is_empty() {
        let _ = write!(text, "; not manifests{foreign}");
    }
    let parts = [
        "unknown drivers",
        "classes not in the input",
        "claims not in the input",
        "only the pods and claims are checked",
    ];
    for (at, what) in parts.iter().enumerate() {
        let names =
            names(&unchecked.named, |reason| reason.reference() == Some(at), unchecked.more_references[at]);
        if !names.is_empty() {
            let _ = write!(text, "; {what}{names}");
        }
    }
    hint(&mut text, Reason::CustomFields);
    text
}

/// `: a, b and 3 more`: the names of some, each once, in the order of the input; empty if there are none.
fn names(unchecked: &[Named], wanted: impl Fn(Reason) -> bool, more: usize) -> String {
    let mut seen = BTreeSet::new();
    let mut listed: Vec<&str> = unchecked
        .iter()
        .filter(|one| wanted(one.reason) && seen.insert(&one.name))
        .map(|one| one.name.get(..LONGEST).unwrap_or(&one.name))
        .collect();
    if listed.is_empty() {
        return String::new();
    }
    let more = listed.len().saturating_sub(LISTED) + more;
    listed.truncate(LISTED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!(": {}{more}", listed.join(", "))
}
