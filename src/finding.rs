//! Findings about the user's files, and the report that sorts and counts them.

pub mod fix;

use std::collections::HashSet;

use crate::finding::fix::{Fix, Place};
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
}

/// The findings of a run, in reading order.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Sorted by source, position and code.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The selected findings, sorted and deduplicated.
    #[must_use]
    pub fn new(mut findings: Vec<Finding>, selection: &Selection) -> Self {
        findings.retain(|finding| selection.takes(finding.rule));
        findings.sort_by(|a, b| {
            let key = |finding: &Finding| {
                let span = finding.primary.span;
                (span.source, span.start, span.end, finding.rule.code, finding.document)
            };
            key(a).cmp(&key(b)).then_with(|| a.path.cmp(&b.path)).then_with(|| a.message.cmp(&b.message))
        });
        findings.dedup_by(|a, b| {
            a.rule.code == b.rule.code
                && a.primary.span == b.primary.span
                && a.path == b.path
                && a.document == b.document
                && a.message == b.message
        });
        let mut keys = HashSet::new();
        findings.retain(|finding| {
            finding.once.as_ref().is_none_or(|key| keys.insert((finding.rule.code, key.clone())))
        });
        Self { findings }
    }

    /// Findings grouped for display: the same finding in several rendered documents is listed once, with a
    /// count.
    pub fn grouped(&self) -> impl Iterator<Item = (&Finding, usize)> {
        let alike = |a: &Finding, b: &Finding| {
            a.rule.code == b.rule.code
                && a.primary.span == b.primary.span
                && a.path == b.path
                && a.message == b.message
        };
        self.findings.iter().enumerate().filter_map(move |(index, finding)| {
            let here = |other: &&Finding| {
                other.primary.span == finding.primary.span && other.rule.code == finding.rule.code
            };
            let (before, after) = self.findings.split_at(index);
            let is_first = !before.iter().rev().take_while(here).any(|other| alike(other, finding));
            let count = after.iter().take_while(here).filter(|other| alike(other, finding)).count();
            is_first.then_some((finding, count))
        })
    }

    /// The number of findings with this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Whether any finding is at or above `threshold`; without a threshold no finding fails a run.
    #[must_use]
    pub fn fails(&self, threshold: Option<Severity>) -> bool {
        threshold.is_some_and(|threshold| self.findings.iter().any(|finding| finding.severity >= threshold))
    }
}
