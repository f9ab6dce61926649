//! Findings about the user's files, and the report that sorts and counts them.

pub mod fix;
pub mod omitted;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use crate::finding::fix::{Fix, Place};
use crate::finding::omitted::Omitted;
use crate::rule::{Rule, Severity};
use crate::source::Span;

/// A source span with an optional label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words under the excerpt; may be empty for the primary place.
    pub text: String,
}

/// A defect in the user's files.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The severity, from the rule unless overridden.
    pub severity: Severity,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Where the user can fix it.
    pub primary: Label,
    /// Why it matters and what to write instead.
    pub help: Option<String>,
    /// Related places.
    pub related: Vec<Label>,
    /// Position of the document in the whole input, from 0.
    pub document: Option<usize>,
    /// The field in the notation of the API server, such as `spec.containers[0].image`; empty for the whole
    /// object.
    pub path: Option<String>,
    /// Findings with the same key are reported once, at the first place.
    pub once: Option<Box<str>>,
    /// How to change the user's file.
    pub fix: Option<Box<Fix>>,
}

impl Finding {
    /// A finding of `rule` at `span`, with the rule's own severity.
    #[must_use]
    pub fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            message: message.into(),
            primary: Label { span, text: String::new() },
            help: None,
            related: Vec::new(),
            document: None,
            path: None,
            once: None,
            fix: None,
        }
    }

    /// Sets the help text: why it matters and what to write instead.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Reports the finding only once among those with the same key.
    pub fn once(&mut self, key: impl Into<Box<str>>) -> &mut Self {
        self.once = Some(key.into());
        self
    }

    /// Sets the label under the excerpt.
    pub fn label(&mut self, text: impl Into<String>) -> &mut Self {
        self.primary.text = text.into();
        self
    }

    /// All of its spans.
    pub fn spans_mut(&mut self) -> impl Iterator<Item = &mut Span> {
        let related = self.related.iter_mut().map(|label| &mut label.span);
        let changes = self.fix.iter_mut().flat_map(|fix| &mut fix.changes);
        let places = changes.filter_map(|change| change.place.as_mut()).flat_map(Place::spans_mut);
        std::iter::once(&mut self.primary.span).chain(related).chain(places)
    }

    /// Proposes a change of the user's file, if there is one.
    pub fn with_fix(&mut self, fix: Option<Box<Fix>>) -> &mut Self {
        self.fix = fix;
        self
    }

    /// Proposes a change of the user's file.
    pub fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fix = Some(Box::new(fix));
        self
    }

    /// Adds a related place.
    pub fn related(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.related.push(Label { span, text: text.into() });
        self
    }
}

/// Which rules to report, by code, code prefix or name.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these, unless empty.
    pub select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
}

impl Selection {
    /// Whether a rule is selected.
    #[must_use]
    pub fn takes(&self, rule: &Rule) -> bool {
        let names = |list: &[String]| list.iter().any(|text| rule.is_selected(text));
        (self.select.is_empty() || names(&self.select)) && !names(&self.ignore)
    }

    /// Whether a rule is selected by name or code: an empty selection has none.
    #[must_use]
    pub fn names(&self, rule: &Rule) -> bool {
        !self.select.is_empty() && self.takes(rule)
    }
}

/// The findings of a run, in reading order.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Sorted by source, position and code.
    pub findings: Vec<Finding>,
    /// Findings that are only counted.
    pub omitted: Vec<Omitted>,
}

/// The order in which a report lists findings.
fn order(a: &Finding, b: &Finding) -> Ordering {
    let key = |finding: &Finding| {
        let span = finding.primary.span;
        (span.source, span.start, span.end, finding.rule.code, finding.document)
    };
    key(a).cmp(&key(b)).then_with(|| a.path.cmp(&b.path)).then_with(|| a.message.cmp(&b.message))
}

/// Sorts findings in reading order, and keeps one of several equal ones.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(order);
    findings.dedup_by(|a, b| order(a, b) == Ordering::Equal);
}

impl Report {
    /// The selected findings, sorted and deduplicated.
    #[must_use]
    pub fn new(mut findings: Vec<Finding>, selection: &Selection) -> Self {
        findings.retain(|finding| selection.takes(finding.rule));
        sort(&mut findings);
        let mut keys = HashSet::new();
        findings.retain(|finding| {
            finding.once.as_ref().is_none_or(|key| keys.insert((finding.rule.code, key.clone())))
        });
        Self { findings, omitted: Vec::new() }
    }

    /// Lists at most so many findings of each rule and severity, the first ones; the others are only counted.
    pub fn limit(&mut self, most: usize) {
        if self.findings.len() <= most {
            return;
        }
        let firsts = self.firsts();
        let mut counts: HashMap<(&str, Severity), usize> = HashMap::new();
        let mut listed = vec![false; firsts.len()];
        let mut at = 0;
        let Self { findings, omitted } = self;
        findings.retain(|finding| {
            let is_first = firsts[at] == at;
            if is_first {
                let count = counts.entry((finding.rule.code, finding.severity)).or_default();
                *count += 1;
                listed[at] = *count <= most;
            }
            let is_listed = listed[firsts[at]];
            if !is_listed {
                omitted.push(Omitted {
                    rule: finding.rule,
                    severity: finding.severity,
                    document: finding.document,
                    findings: 1,
                    groups: usize::from(is_first),
                });
            }
            at += 1;
            is_listed
        });
    }

    /// Findings grouped for display: the same finding in several rendered documents is listed once, with a
    /// count.
    pub fn grouped(&self) -> impl Iterator<Item = (&Finding, usize)> {
        let firsts = self.firsts();
        let mut counts = vec![0; firsts.len()];
        firsts.iter().for_each(|first| counts[*first] += 1);
        self.findings.iter().zip(counts).filter(|(_, count)| *count > 0)
    }

    /// For each finding the position of the first one that differs from it only in its document.
    fn firsts(&self) -> Vec<usize> {
        let mut firsts = Vec::with_capacity(self.findings.len());
        let has_same_place =
            |a: &Finding, b: &Finding| a.rule.code == b.rule.code && a.primary.span == b.primary.span;
        for run in self.findings.chunk_by(has_same_place) {
            let start = firsts.len();
            let mut seen = HashMap::new();
            for (at, finding) in run.iter().enumerate() {
                firsts.push(*seen.entry((&finding.path, &finding.message)).or_insert(start + at));
            }
        }
        firsts
    }

    /// The number of findings with this severity, listed or not.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let omitted = self.omitted.iter().filter(|one| one.severity == severity);
        self.findings.iter().filter(|finding| finding.severity == severity).count()
            + omitted.map(|one| one.findings).sum::<usize>()
    }

    /// Whether any finding is at or above `threshold`; without a threshold no finding fails a run.
    #[must_use]
    pub fn fails(&self, threshold: Option<Severity>) -> bool {
        let mut severities = self.findings.iter().map(|finding| finding.severity);
        let mut omitted = self.omitted.iter().map(|one| one.severity);
        threshold.is_some_and(|threshold| {
            severities.any(|severity| severity >= threshold) || omitted.any(|severity| severity >= threshold)
        })
    }
}
