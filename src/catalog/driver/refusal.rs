//! Combinations that a driver or its cloud rejects.

use super::condition::Condition;
use super::stage::Stage;

/// A combination that a driver or its cloud rejects.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The conditions, all of which must hold.
    pub when: &'static [Condition],
    /// The key to point at; by default the first key that the conditions name.
    pub at: Option<&'static str>,
    /// What is wrong, one sentence without a full stop.
    pub message: &'static str,
    /// What to write instead.
    pub help: &'static str,
    /// The component that rejects it.
    pub stage: Stage,
    /// Whether sources disagree or the fact is unconfirmed: then it is advice.
    pub disputed: bool,
    /// Whether nothing rejects it and one of the parameters has no effect: then it is advice, too.
    pub without_effect: bool,
    /// The source of the fact.
    pub source: &'static str,
}
