//! Combinations that a driver or its cloud rejects.

use serde::Deserialize;

use super::condition::Condition;
use super::stage::Stage;

/// A combination that a driver or its cloud rejects.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The conditions, all of which must hold.
    pub when: Vec<Condition>,
    /// The key to point at; by default the first key that the conditions name.
    #[serde(default)]
    pub at: Option<String>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// The component that rejects it.
    pub stage: Stage,
    /// Whether sources disagree or the fact is unconfirmed: then it is advice.
    #[serde(default)]
    pub disputed: bool,
    /// Whether nothing rejects it and one of the parameters has no effect: then it is advice, too.
    #[serde(default)]
    pub without_effect: bool,
    /// The source of the fact.
    pub source: String,
}
