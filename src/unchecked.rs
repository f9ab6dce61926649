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
    /// It is not an object of Kubernetes.
    NotManifest,
    /// It names a driver that volwright has no facts about.
    Driver,
    /// It names a class that is not in the input.
    Class,
    /// It names a claim that is not in the input.
    Claim,
}

/// Something that was not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// Position of the document in the whole input, from 0.
    pub document: usize,
    /// Why.
    pub reason: Reason,
    /// The kind and name of the document, or the name of the driver, class or claim; none once enough are listed.
    pub name: Option<Box<str>>,
}

impl Unchecked {
    /// The reason as a sentence without a full stop.
    #[must_use]
    pub fn why(&self) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        match self.reason {
            Reason::Kind => "volwright does not validate this kind".to_owned(),
            Reason::CustomKind => {
                "the definition of this kind is unknown: pass its CustomResourceDefinition with --crds"
                    .to_owned()
            }
            Reason::NotManifest => "the document has neither `apiVersion` nor `kind`".to_owned(),
            Reason::Driver => format!("volwright has no facts about driver `{name}`"),
            Reason::Class => format!("class `{name}` is not in the input"),
            Reason::Claim => format!("claim `{name}` is not in the input"),
        }
    }

    /// Whether nothing of the document was checked.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self.reason, Reason::Kind | Reason::CustomKind | Reason::NotManifest)
    }
}

/// `, 2 not checked: PyTorchJob llm/ft, VolumeSnapshot s`, and what documents refer to outside the input; empty if
/// everything was checked.
#[must_use]
pub fn summary(unchecked: &[Unchecked]) -> String {
    let mut text = String::new();
    let count = unchecked.iter().filter(|one| one.is_whole()).count();
    if count > 0 {
        let _ = write!(text, ", {count} not checked{}", names(unchecked, Unchecked::is_whole));
    }
    if unchecked.iter().any(|one| one.reason == Reason::CustomKind) {
        text.push_str(" (`--crds PATH` names the definitions of custom resources)");
    }
    for (reason, what) in [
        (Reason::Driver, "unknown drivers"),
        (Reason::Class, "classes not in the input"),
        (Reason::Claim, "claims not in the input"),
    ] {
        let of_reason = |one: &Unchecked| one.reason == reason;
        if unchecked.iter().any(of_reason) {
            let _ = write!(text, "; {what}{}", names(unchecked, of_reason));
        }
    }
    text
}

/// The names of some, each once, in the order of the input.
fn names(unchecked: &[Unchecked], wanted: impl Fn(&Unchecked) -> bool) -> String {
    let mut seen = BTreeSet::new();
    let mut listed: Vec<&str> = Vec::new();
    let mut unnamed = 0;
    for one in unchecked.iter().filter(|one| wanted(one)) {
        match one.name.as_deref() {
            Some(name) if seen.insert(name) => listed.push(name.get(..LONGEST).unwrap_or(name)),
            Some(_) => {}
            None => unnamed += 1,
        }
    }
    let more = listed.len().saturating_sub(LISTED) + unnamed;
    listed.truncate(LISTED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!(": {}{more}", listed.join(", "))
}
