//! The rules C: what the API server rejects on update. Each text is in the page next to this file.

use crate::embedded::pages;
use crate::rule::Rule;

/// The rules of this family, sorted by code.
pub static RULES: &[&Rule] = &[
    &IMMUTABLE_CLASS,
    &IMMUTABLE_CLAIM,
    &CLAIM_SHRINKS,
    &CLAIM_CANNOT_GROW,
    &IMMUTABLE_VOLUME,
    &GROWTH_REJECTED,
    &IMMUTABLE_POD,
    &POD_CONTAINERS,
    &POD_DEADLINE,
    &POD_TOLERATION,
    &POD_SCHEDULING_GATES,
    &POD_NODE_AFFINITY,
    &IMMUTABLE_SELECTOR,
    &IMMUTABLE_STATEFUL_SET,
    &IMMUTABLE_JOB,
    &STRATEGY_CONFLICT,
    &BROKEN_TRANSITION_RULE,
    &IMMUTABLE_CUSTOM_FIELD,
];

pub(crate) static IMMUTABLE_CLASS: Rule = Rule::error(&pages::C001);
pub(crate) static IMMUTABLE_CLAIM: Rule = Rule::error(&pages::C101);
pub(crate) static CLAIM_SHRINKS: Rule = Rule::error(&pages::C102);
pub(crate) static CLAIM_CANNOT_GROW: Rule = Rule::error(&pages::C103);
pub(crate) static IMMUTABLE_VOLUME: Rule = Rule::error(&pages::C104);
// The API server accepts it; what rejects it does so later.
pub(crate) static GROWTH_REJECTED: Rule = Rule::warning(&pages::C105);
pub(crate) static IMMUTABLE_POD: Rule = Rule::error(&pages::C201);
pub(crate) static POD_CONTAINERS: Rule = Rule::error(&pages::C202);
pub(crate) static POD_DEADLINE: Rule = Rule::error(&pages::C203);
pub(crate) static POD_TOLERATION: Rule = Rule::error(&pages::C204);
pub(crate) static POD_SCHEDULING_GATES: Rule = Rule::error(&pages::C205);
pub(crate) static POD_NODE_AFFINITY: Rule = Rule::error(&pages::C206);
pub(crate) static IMMUTABLE_SELECTOR: Rule = Rule::error(&pages::C301);
pub(crate) static IMMUTABLE_STATEFUL_SET: Rule = Rule::error(&pages::C302);
pub(crate) static IMMUTABLE_JOB: Rule = Rule::error(&pages::C303);
pub(crate) static BROKEN_TRANSITION_RULE: Rule = Rule::error(&pages::C401);
pub(crate) static IMMUTABLE_CUSTOM_FIELD: Rule = Rule::warning(&pages::C402);
pub(crate) static STRATEGY_CONFLICT: Rule = Rule::error(&pages::C304);
