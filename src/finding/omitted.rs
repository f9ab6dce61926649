//! Findings that are counted and not listed, because their rule has too many.

use std::collections::BTreeMap;

use crate::rule::{Rule, Severity};

/// Findings of one rule beyond the most that a report lists.
#[derive(Clone, Debug)]
pub struct Omitted {
    /// The rule.
    pub rule: &'static Rule,
    /// The severity that a listed finding would have.
    pub severity: Severity,
    /// Position of their document in the whole input, from 0, if the report lists documents.
    pub document: Option<usize>,
    /// How many findings.
    pub findings: usize,
    /// How many entries they would have in a report that lists the same finding of several documents once.
    pub groups: usize,
}

/// The sums for each rule and severity, by code.
#[must_use]
pub fn by_rule(omitted: &[Omitted]) -> Vec<Omitted> {
    let mut sums: BTreeMap<(&str, Severity), Omitted> = BTreeMap::new();
    for one in omitted {
        let sum = sums.entry((one.rule.code, one.severity)).or_insert(Omitted {
            document: None,
            findings: 0,
            groups: 0,
            ..one.clone()
        });
        sum.findings += one.findings;
        sum.groups += one.groups;
    }
    sums.into_values().collect()
}
