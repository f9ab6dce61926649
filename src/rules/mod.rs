//! The checks, family by family, and how they run over documents.

pub mod advice;
pub mod driver;
pub mod kubernetes;
pub mod links;
mod operator;
pub mod placeholder;
pub(crate) mod renamed;
pub(crate) mod repeats;
pub mod security;
pub mod unchecked;
pub mod update;

use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::reporter::{Reporter, is_misfit};
use crate::finding::Finding;
use crate::parallel;

/// Checks every document and returns the findings, in the order of the documents.
#[must_use]
pub fn run(bundle: &Bundle<'_>) -> Vec<Finding> {
    /// How many documents one thread checks at a time.
    const SHARE: usize = 64;
    let shares = bundle.documents.chunks(SHARE);
    let done = parallel::map(shares, |documents: &[Document<'_>]| {
        let mut list = Vec::new();
        documents.iter().for_each(|document| check(document, bundle, &mut list));
        list
    });
    done.into_iter().flatten().collect()
}

/// Checks one document and appends its findings to `list`.
pub fn check(document: &Document<'_>, bundle: &Bundle<'_>, list: &mut Vec<Finding>) {
    if bundle.is_renamed(document) && renamed::is_same(document, bundle) {
        return;
    }
    let start = list.len();
    let mut out = Reporter::new(document, list);
    if !bundle.is_valid(document) {
        kubernetes::check(document, bundle, &mut out);
    }
    driver::check(document, bundle, &mut out);
    links::check(document, bundle, &mut out);
    security::check(document, bundle, &mut out);
    advice::check(document, bundle, &mut out);
    if !document.misfits.is_empty() {
        // What was found at a value that could not be decoded was found in the value's absence.
        let mut found = list.split_off(start);
        found.retain(|finding| !is_misfit(document, finding.path.as_deref().unwrap_or_default()));
        list.append(&mut found);
    }
    if !document.derived.is_empty() {
        operator::check(document, bundle, check, start, list);
    }
}
