//! The objects of one side of an environment: first their outlines, then those that the comparison needs.

use std::collections::HashSet;

use super::side::{Input, Part};
use super::texts::{self, Needed, Places, Scan, Seen, Texts};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::diff::{Outliner, Outlines};
use crate::document::Document;
use crate::error::Error;
use crate::finding::Finding;
use crate::output::DocumentName;
use crate::rule::Severity;
use crate::source::{SourceId, Sources, Span};

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

    /// Whether some of the objects are in memory.
    pub(super) fn is_rendered(&self) -> bool {
        self.parts.iter().any(|(origin, _)| matches!(origin, Origin::Rendered(_)))
    }

    /// The objects that are needed, with their texts: complete ones for those of `whole`. Adds to `names`.
    ///
    /// # Errors
    ///
    /// If a file cannot be read any more, or has changed.
    pub(super) fn needed(
        self,
        needed: &[bool],
        whole: &HashSet<SourceId>,
        outliner: &Outliner,
        sources: &mut Sources,
        names: &mut Vec<DocumentName>,
    ) -> Result<NeededObjects, Error> {
        let Self { outlines, names: mut own, parts } = self;
        let (mut found, mut first) = (Vec::new(), 0);
        for (origin, count) in parts {
            let is_needed = |at: &usize| needed[first + at];
            found.push(match origin {
                Origin::Texts(mut texts, places) => {
                    let objects = (0..count).filter(is_needed);
                    let mut objects: Vec<Needed> =
                        objects.map(|at| places.needed(at, outlines.place(first + at))).collect();
                    let reduced = texts.restore(&mut objects, whole, outliner, sources)?;
                    move_names(own.get_mut(first..first + count).unwrap_or_default(), &objects, &reduced);
                    NeededPart::Texts { first, objects }
                }
                Origin::Rendered(documents) => {
                    let documents = documents.into_iter().enumerate().filter(|(at, _)| is_needed(at));
                    let shifted = documents.map(|(at, mut document)| {
                        document.shift(outlines.place(first + at).0 - document.index);
                        document
                    });
                    NeededPart::Rendered(shifted.collect())
                }
            });
            first += count;
        }
        names.append(&mut own);
        Ok(NeededObjects(found))
    }
}

/// Moves the names of objects with their texts; what is not needed has no place any more.
fn move_names(names: &mut [DocumentName], needed: &[Needed], reduced: &HashSet<SourceId>) {
    for (at, name) in names.iter_mut().enumerate() {
        let Some(span) = name.span.filter(|span| reduced.contains(&span.source)) else { continue };
        let found = needed.binary_search_by_key(&at, |one| one.at).ok();
        name.span = found.map(|found| needed[found].moved_by()).map(|by| Span {
            start: span.start - by,
            end: span.end - by,
            ..span
        });
    }
}

/// The objects of one side that the comparison needs.
pub(super) struct NeededObjects(Vec<NeededPart>);

/// Those of one part.
enum NeededPart {
    Texts {
        /// The position of the part's first object among those of the side.
        first: usize,
        objects: Vec<Needed>,
    },
    Rendered(Vec<Document<'static>>),
}

impl NeededObjects {
    /// Decodes the objects at some positions of the side, which are sorted. What was rendered is taken as a whole.
    pub(super) fn decode<'s>(
        &mut self,
        wanted: &[usize],
        sources: &'s Sources,
        version: KubernetesVersion,
    ) -> Vec<Document<'s>> {
        let mut found = Vec::with_capacity(wanted.len());
        for part in &mut self.0 {
            match part {
                NeededPart::Texts { first, objects } => {
                    let is_wanted = |one: &&Needed| wanted.binary_search(&(*first + one.at)).is_ok();
                    let objects: Vec<&Needed> = objects.iter().filter(is_wanted).collect();
                    texts::decode(&objects, sources, version, &mut found);
                }
                NeededPart::Rendered(documents) => found.extend(std::mem::take(documents)),
            }
        }
        found
    }
}
