//! Collects the findings of one document: rules name a rule and a path, never an offset.

use super::Document;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::yaml::node::Node;
use crate::yaml::path::Path;

/// Whether a path names a value that could not be decoded, or something in one.
pub(crate) fn is_misfit(document: &Document<'_>, path: &str) -> bool {
    document.misfits.iter().any(|misfit| {
        path.strip_prefix(misfit.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

/// Takes the findings of one document: rules name a rule and a path, never an offset.
#[derive(Debug)]
pub struct Reporter<'a> {
    document: &'a Document<'a>,
    list: &'a mut Vec<Finding>,
}

impl<'a> Reporter<'a> {
    /// A sink for `document` that appends to `list`.
    #[must_use]
    pub fn new(document: &'a Document<'a>, list: &'a mut Vec<Finding>) -> Self {
        Self { document, list }
    }

    /// How many findings there are so far: a check that wants to know whether another found anything compares.
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

    /// The node that `path` names, if the text has it.
    #[must_use]
    pub fn node(&self, path: &Path<'_>) -> Option<&'a Node<'a>> {
        let found = self.document.root.find(path);
        (!found.missing).then_some(found.node)
    }

    /// Reports `message` at the value that `path` names, or at the nearest parent that exists.
    pub fn report(
        &mut self,
        rule: &'static Rule,
        path: &Path<'_>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let span = self.document.root.find(path).span();
        self.add(Finding::new(rule, span, message), path)
    }

    /// Reports `message` for `path` as the server names it, and points at `place`.
    pub fn report_within(
        &mut self,
        rule: &'static Rule,
        path: &Path<'_>,
        place: &Path<'_>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let span = self.document.root.find(place).span();
        // The server's name for the field may hide that its value could not be decoded.
        let misfit = !self.document.misfits.is_empty() && is_misfit(self.document, &place.to_string());
        self.add(Finding::new(rule, span, message), if misfit { place } else { path })
    }

    /// Reports `message` at the key that `path` ends with.
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

    fn add(&mut self, mut finding: Finding, path: &Path<'_>) -> &mut Finding {
        finding.document = Some(self.document.index);
        finding.path = Some(path.to_string());
        self.list.push(finding);
        let last = self.list.len() - 1;
        &mut self.list[last]
    }
}
