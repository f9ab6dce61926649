//! What is refused together: all of some plain conditions, no language of its own.

use serde::Deserialize;

use super::Stage;

/// Something that a driver or its cloud refuses where all conditions hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The conditions, all of which must hold.
    pub when: Vec<Condition>,
    /// The key to point at; the first one of the conditions where none is named.
    #[serde(default)]
    pub at: Option<String>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// Who refuses it.
    pub stage: Stage,
    /// Whether sources disagree: then it is advice.
    #[serde(default)]
    pub disputed: bool,
    /// Whether nobody refuses it, and one of the parameters has no effect: then it is advice, too.
    #[serde(default)]
    pub without_effect: bool,
    /// Where the fact is from.
    pub source: String,
}

/// One plain condition on a class, or on a class and a claim of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Condition {
    /// The parameter that `given`, `is`, `not`, `above`, `below` are about.
    pub key: Option<String>,
    /// Whether it is given; a key in exactly this spelling where `exact_key` says so.
    pub given: Option<bool>,
    /// Only the exact spelling of the key counts.
    pub exact_key: bool,
    /// Its value is one of these.
    pub is: Vec<String>,
    /// Its value is none of these; a missing one counts as none.
    pub not: Vec<String>,
    /// It is missing or empty.
    pub not_filled: bool,
    /// Values are compared in any case.
    pub any_case: bool,
    /// Its value is a whole number above this.
    pub above: Option<i64>,
    /// Its value is a whole number below this.
    pub below: Option<i64>,
    /// Its value is a whole number above what another parameter's allows.
    pub above_each: Option<AboveEach>,
    /// It is from the claim's VolumeAttributesClass.
    pub by_attributes: bool,
    /// The disk type is one of these.
    pub types: Vec<String>,
    /// The disk type is none of these.
    pub not_types: Vec<String>,
    /// The file system is one of these.
    pub file_systems: Vec<String>,
    /// The claim's volume mode.
    pub volume_mode: Option<String>,
    /// The claim is smaller than this, in GiB.
    pub size_below: Option<i64>,
    /// The claim is this large or larger, in GiB.
    pub size_from: Option<i64>,
    /// The claim is made from a snapshot or another claim.
    pub from_source: Option<bool>,
    /// The claim is made from another claim.
    pub from_clone: Option<bool>,
    /// The claim has an access mode that only reads.
    pub read_only: Option<bool>,
    /// The claim is made from another claim, whose class gives the parameter another value: one that neither is
    /// the beginning of the other.
    pub differs_from_source: bool,
}

/// How much of one parameter another one allows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AboveEach {
    /// The other parameter.
    pub key: String,
    /// How much each of it allows.
    pub each: f64,
    /// What it counts as where it is less, or not given.
    pub least: i64,
}

impl Condition {
    /// Whether it asks about a claim, so that a class alone cannot answer.
    #[must_use]
    pub fn is_about_claim(&self) -> bool {
        self.volume_mode.is_some()
            || self.size_below.is_some()
            || self.size_from.is_some()
            || self.from_source.is_some()
            || self.from_clone.is_some()
            || self.read_only.is_some()
            || self.differs_from_source
            || self.by_attributes
    }
}
