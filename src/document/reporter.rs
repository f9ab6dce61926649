//! Collects the findings of one document: checks name a rule and a path, never an offset.

use super::Document;
use crate::finding::Finding;
use crate::finding::fix::Applicability;
use crate::rule::{Rule, Severity};
use crate::yaml::node::Node;
use crate::yaml::path::Path;

/// Whether `path` is a value that could not be decoded, or is inside one.
pub(crate) fn is_misfit(document: &Document<'_>, path: &str) -> bool {
    document.misfits.iter().any(|misfit| {
        path.strip_prefix(misfit.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

/// Collects the findings of one document: checks name a rule and a path, never an offset.
#[derive(Debug)]
pub struct Reporter<'a> {
    document: &'a Document<'a>,
    list: &'a mut Vec<Finding>,
    /// The path of a list whose items the server counts from another number, and that number.
    renumbered: Option<(String, usize)>,
}

impl<'a> Reporter<'a> {
    /// A reporter for `document` that appends to `list`.
    #[must_use]
    pub fn new(document: &'a Document<'a>, list: &'a mut Vec<Finding>) -> Self {
        Self { document, list, renumbered: None }
    }

    /// The number of findings so far; compare before and after to see whether another check reported anything.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &'a Document<'a> {
        self.document
    }

    /// The kind of the document.
    #[must_use]
    pub fn kind(&self) -> &'a str {
        &self.document.kind
    }

    /// Whether a change of the pod can be applied in place: a workload replaces its pods, a Pod or a Job does not.
    #[must_use]
    pub fn of_pod_change(&self) -> Applicability {
        match &*self.document.kind {
            "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob" => Applicability::Safe,
            _ => Applicability::Unsafe,
        }
    }

    /// The node at `path`, if the text has it.
    #[must_use]
    pub fn node(&self, path: &Path<'_>) -> Option<&'a Node<'a>> {
        let found = self.document.root.find(path);
        (!found.missing).then_some(found.node)
    }

    /// Whether the typed object lacks the value at `path`: it did not fit its field, or the server drops it.
    #[must_use]
    pub fn is_undecoded(&self, path: &Path<'_>) -> bool {
        !self.document.misfits.is_empty() && is_misfit(self.document, &path.to_string())
    }

    /// Reports `message` at the value at `path`, or at its closest existing parent.
    pub fn report(
        &mut self,
        rule: &'static Rule,
        path: &Path<'_>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let span = self.document.root.find(path).span();
        self.add(Finding::new(rule, span, message), path)
    }

    /// Reports `message` for `path`, the path that the server reports, and points at `place`.
    pub fn report_within(
        &mut self,
        rule: &'static Rule,
        path: &Path<'_>,
        place: &Path<'_>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let span = self.document.root.find(place).span();
        // The path that the server reports may hide that the value could not be decoded.
        let misfit = self.is_undecoded(place);
        self.add(Finding::new(rule, span, message), if misfit { place } else { path })
    }

    /// Reports `message` at the last key of `path`.
    pub fn report_at_key(
        &mut self,
        rule: &'static Rule,
        path: &Path<'_>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let found = self.document.root.find(path);
        let span = found.key.unwrap_or_else(|| found.span());
        self.add(Finding::new(rule, span, message), path)
    }

    /// Counts the items of `list` from `first` in the paths of the findings to come, as the server does if it puts other
    /// items before them.
    pub fn renumber(&mut self, list: &Path<'_>, first: usize) {
        self.renumbered = (first > 0).then(|| (list.to_string(), first));
    }

    /// Turns the findings since the first `before` into warnings, for a reason that is added to their help.
    pub fn soften(&mut self, before: usize, reason: &str) {
        for finding in self.list.iter_mut().skip(before) {
            finding.severity = Severity::Warning;
            finding.help = Some(match finding.help.take() {
                Some(help) => format!("{help}; {reason}"),
                None => reason.to_owned(),
            });
        }
    }

    fn server_path(&self, path: &Path<'_>) -> String {
        let path = path.to_string();
        let Some((list, first)) = &self.renumbered else { return path };
        let item = path.strip_prefix(list.as_str()).and_then(|rest| rest.strip_prefix('[')?.split_once(']'));
        match item.and_then(|(index, rest)| Some((index.parse::<usize>().ok()?, rest))) {
            Some((index, rest)) => format!("{list}[{}]{rest}", index + first),
            None => path,
        }
    }

    fn add(&mut self, mut finding: Finding, path: &Path<'_>) -> &mut Finding {
        finding.document = Some(self.document.index);
        finding.path = Some(self.server_path(path));
        self.list.push(finding);
        let last = self.list.len() - 1;
        &mut self.list[last]
    }
}
