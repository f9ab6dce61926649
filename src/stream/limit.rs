//! A limit on the findings of each rule that stay in memory: the first ones in the order of the input, whichever thread
//! finds them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard};

use crate::finding::{self, Finding};
use crate::rule::{Rule, Severity};
use crate::source::SourceId;
use crate::sync;

/// The position of the rule and the severity of a finding among the kinds of the limit.
type Kind = u16;

/// Findings of one document that are counted only: 12 bytes, because there may be one for every document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    /// The unit, or [`NOWHERE`].
    document: u32,
    pub(super) findings: u32,
    kind: Kind,
}

/// The document of a finding that is in none.
const NOWHERE: u32 = u32::MAX;

impl Counted {
    /// The unit of the batch, if the findings are in one.
    pub(super) fn document(self) -> Option<u32> {
        Some(self.document).filter(|document| *document != NOWHERE)
    }
}

/// How many findings of each kind every batch keeps.
#[derive(Debug)]
pub(super) struct Limit {
    most: Option<usize>,
    kinds: Mutex<Vec<Kept>>,
}

/// The findings of one kind that stay in memory.
#[derive(Debug)]
struct Kept {
    rule: &'static Rule,
    severity: Severity,
    /// How many a batch keeps, by its first part.
    counts: BTreeMap<SourceId, usize>,
}

impl Limit {
    /// A limit for each kind; none keeps all findings.
    pub(super) fn new(most: Option<usize>) -> Self {
        Self { most, kinds: Mutex::default() }
    }

    fn kinds(&self) -> MutexGuard<'_, Vec<Kept>> {
        sync::lock(&self.kinds)
    }

    /// The rule and the severity of findings that are counted only.
    pub(super) fn kind(&self, counted: Counted) -> (&'static Rule, Severity) {
        let kind = &self.kinds()[usize::from(counted.kind)];
        (kind.rule, kind.severity)
    }

    fn kind_of(&self, finding: &Finding) -> Kind {
        let mut kinds = self.kinds();
        let is_it = |kind: &Kept| std::ptr::eq(kind.rule, finding.rule) && kind.severity == finding.severity;
        let at = kinds.iter().position(is_it).unwrap_or_else(|| {
            kinds.push(Kept { rule: finding.rule, severity: finding.severity, counts: BTreeMap::new() });
            kinds.len() - 1
        });
        at as Kind
    }

    /// How many findings of a kind a batch may keep, after those of the batches before it.
    fn left(&self, kind: Kind, batch: SourceId) -> usize {
        let kinds = self.kinds();
        let before = kinds[usize::from(kind)].counts.range(..batch).map(|(_, count)| count).sum();
        self.most.map_or(usize::MAX, |most| most.saturating_sub(before))
    }

    /// Keeps the first findings of each kind, and counts the others. A finding that is reported once for the whole input is
    /// kept: there are few of these.
    pub(super) fn trim(&self, batch: SourceId, findings: &mut Vec<Finding>, counted: &mut Vec<Counted>) {
        if self.most.is_none() {
            return;
        }
        finding::sort(findings);
        let mut left: HashMap<Kind, usize> = HashMap::new();
        findings.retain(|finding| {
            let kind = self.kind_of(finding);
            let left = left.entry(kind).or_insert_with(|| self.left(kind, batch));
            if finding.once.is_some() || *left > 0 {
                *left = left.saturating_sub(1);
                return true;
            }
            count(counted, finding, kind);
            false
        });
        findings.shrink_to_fit();
    }

    /// Trims the findings of a batch that is validated, and enters how many it keeps.
    pub(super) fn enter(&self, batch: SourceId, findings: &mut Vec<Finding>, counted: &mut Vec<Counted>) {
        if self.most.is_none() {
            return;
        }
        self.trim(batch, findings, counted);
        counted.shrink_to_fit();
        let mut counts: HashMap<Kind, usize> = HashMap::new();
        for finding in findings.iter() {
            *counts.entry(self.kind_of(finding)).or_default() += 1;
        }
        let mut kinds = self.kinds();
        kinds.iter_mut().for_each(|kind| {
            kind.counts.remove(&batch);
        });
        for (kind, count) in counts {
            kinds[usize::from(kind)].counts.insert(batch, count);
        }
    }

    /// Whether a batch counted findings that it may keep, because batches before it have fewer now.
    pub(super) fn lacks(&self, batch: SourceId, findings: &[Finding], counted: &[Counted]) -> bool {
        let mut counts: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
        for one in counted {
            counts.entry(one.kind).or_default().0 += one.findings as usize;
        }
        for finding in findings {
            if let Some(count) = counts.get_mut(&self.kind_of(finding)) {
                count.1 += 1;
            }
        }
        counts.iter().any(|(kind, (counted, kept))| *kept < self.left(*kind, batch).min(kept + counted))
    }
}

/// Counts a finding instead of keeping it.
fn count(counted: &mut Vec<Counted>, finding: &Finding, kind: Kind) {
    let document = finding.document.map_or(NOWHERE, |index| index as u32);
    match counted.last_mut() {
        Some(last) if last.document == document && last.kind == kind => last.findings += 1,
        _ => counted.push(Counted { document, findings: 1, kind }),
    }
}

/// Adds up the counts of documents that need not be distinguished.
pub(super) fn merge(counted: &mut Vec<Counted>, is_distinct: impl Fn(u32) -> bool) {
    let mut sums: BTreeMap<(Kind, u32), u32> = BTreeMap::new();
    for one in counted.drain(..) {
        let document = one.document().filter(|document| is_distinct(*document)).unwrap_or(NOWHERE);
        *sums.entry((one.kind, document)).or_default() += one.findings;
    }
    counted.extend(sums.into_iter().map(|((kind, document), findings)| Counted { document, findings, kind }));
}
