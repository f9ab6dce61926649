//! What to import, and what an import gives.

use std::collections::BTreeMap;
use std::path::Path;

use super::object::LeftOut;
use super::plan::Shares;
use crate::document::Document;
use crate::source::{SourceId, Sources};

/// What to import, and how.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The documents of the input.
    pub documents: &'a [Document<'a>],
    /// Their texts, in order.
    pub ids: &'a [SourceId],
    /// The store of the texts.
    pub sources: &'a Sources,
    /// The name of the profile if the objects have none in common.
    pub hint: &'a str,
    /// The profile to extend: a built-in one, or a file.
    pub extends: Option<&'a str>,
    /// The folder of the profile, from which it names the file that it extends.
    pub folder: &'a Path,
}

/// A profile that renders the objects of the input.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The profile; empty if nothing could be imported.
    pub text: String,
    /// How many objects it renders.
    pub objects: usize,
    /// The objects that are written in verbatim form.
    pub verbatim: Vec<String>,
    /// How many values are in `spec` or in verbatim form.
    pub shares: Shares,
    /// The fields that were removed, with the number of objects.
    pub removed: BTreeMap<String, usize>,
    /// What was not imported.
    pub left_out: Vec<LeftOut>,
    /// How many comments were carried over, and how many the manifests have.
    pub comments: (usize, usize),
    /// The errors of the profile, which `volwright render` reports.
    pub errors: Vec<String>,
}
