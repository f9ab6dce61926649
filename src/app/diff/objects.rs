//! The objects of one side of an environment: first their outlines, then those that the comparison needs.

use std::collections::HashSet;

use super::side::{Input, Part};
use super::texts::{Places, Scan, Seen, Texts};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::diff::{Outliner, Outlines};
use crate::document::Document;
use crate::error::Error;
use crate::finding::Finding;
use crate::output::DocumentName;
use crate::rule::Severity;
use crate::source::{SourceId, Sources};

/// The objects of one side.
pub(super) struct Objects<'t> {
    pub(super) outlines: Outlines,
    /// How the report names the documents, if it lists them.
    pub(super) names: Vec<DocumentName>,
    /// Each with the number of its objects.
    parts: Vec<(Origin<'t>, usize)>,
}

/// Where objects come from.
enum Origin<'t> {
    Texts(Texts<'t>, Places),
    Rendered(Vec<Document<'static>>),
}

impl<'t> Objects<'t> {
    /// Reads the parts of a side, and adds what is wrong with the shape of the objects; of a profile, what prevents writing them.
    /// `count` numbers the documents of the run.
    ///
    /// # Errors
    ///
    /// If a file cannot be read or is not text.
    pub(super) fn read(
        parts: Vec<Part<'t>>,
        scan: &Scan<'_>,
        sources: &mut Sources,
        count: &mut usize,
        findings: &mut Vec<Finding>,
    ) -> Result<Self, Error> {
        let mut all = Seen::default();
        all.count = *count;
        let mut origins = Vec::new();
        for part in parts {
            let (seen, origin) = match part.input {
                Input::Texts(mut texts) => {
                    let mut seen = texts.outline(scan, sources)?;
                    let places = seen.take_places();
                    (seen, Origin::Texts(texts, places))
                }
                Input::Rendered(mut rendered) => {
                    rendered.findings.retain(|finding| finding.severity == Severity::Error);
                    let documents = rendered.documents;
                    let seen = Seen::of_documents(&documents, rendered.findings, rendered.count, scan);
                    (seen, Origin::Rendered(documents))
                }
            };
            origins.push((origin, seen.outlines.len()));
            all.append(seen);
        }
        *count = all.count;
        findings.append(&mut all.findings);
        for (at, name) in all.names.iter_mut().enumerate() {
            name.file.clone_from(&sources.get(all.outlines.place(at).1).name);
        }
        Ok(Self { outlines: all.outlines, names: all.names, parts: origins })
    }

    /// The texts of the objects that are needed.
    pub(super) fn sources_of(&self, needed: &[bool]) -> impl Iterator<Item = SourceId> {
        let needed = (0..needed.len()).filter(|at| needed[*at]);
        needed.map(|at| self.outlines.place(at).1)
    }

    /// Reads texts again that were released.
    ///
    /// # Errors
    ///
    /// If a file cannot be read any more, or has changed.
    pub(super) fn restore(
        &mut self,
        needed: &HashSet<SourceId>,
        outliner: &Outliner,
        sources: &mut Sources,
    ) -> Result<(), Error> {
        self.parts.iter_mut().try_for_each(|(origin, _)| match origin {
            Origin::Texts(texts, _) => texts.restore(needed, outliner, sources),
            Origin::Rendered(_) => Ok(()),
        })
    }

    /// The objects that are needed.
    pub(super) fn load<'s>(
        self,
        needed: &[bool],
        sources: &'s Sources,
        version: KubernetesVersion,
    ) -> Vec<Document<'s>> {
        let (mut found, mut first) = (Vec::new(), 0);
        for (origin, count) in self.parts {
            let needed = needed.get(first..first + count).unwrap_or_default();
            match origin {
                Origin::Texts(_, places) => {
                    let wanted: Vec<usize> = (0..count).filter(|at| needed[*at]).collect();
                    found.append(&mut places.load(&wanted, (&self.outlines, first), sources, version));
                }
                Origin::Rendered(documents) => {
                    for (at, mut document) in documents.into_iter().enumerate().filter(|(at, _)| needed[*at])
                    {
                        document.shift(self.outlines.place(first + at).0 - document.index);
                        found.push(document);
                    }
                }
            }
            first += count;
        }
        found
    }
}
