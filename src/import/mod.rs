//! Manifests into a profile that renders the same objects.
//!
//! ```text
//! documents ─▶ objects ─▶ plan ─▶ toml ─▶ render in memory ─▶ compare
//!                          ▲                                    │
//!                          └── an object that differs moves one step down
//! ```
//!
//! A step is short keys, keys that mirror the API, `spec`, and last the object as it is. Nothing is written before the
//! comparison, so that what is written renders exactly the objects that were read.

mod base;
mod comments;
pub mod compare;
mod defaults;
mod keys;
mod names;
mod object;
mod plan;
mod prove;
mod step;
mod strip;
mod toml;
mod tree;
mod verbatim;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use object::{LeftOut, Object, objects};
pub use plan::Shares;
pub use prove::{Proof, Prover};
pub use step::Step;

use base::Base;
use comments::Comments;
use plan::plan;

use crate::document::Document;
use crate::error::Error;
use crate::source::{SourceId, Sources};

/// The path of the profile while it is in memory.
const PROFILE: &str = "imported.toml";

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

/// Imports documents.
///
/// # Errors
///
/// If a layer cannot be read.
pub fn import(request: &Request<'_>, prover: &Prover) -> Result<Imported, Error> {
    let mut imported = Imported::default();
    let (mut objects, left_out) = objects(request.documents, request.sources, &mut imported.removed);
    imported.left_out = left_out;
    let mut comments = Comments::default();
    for document in request.documents {
        comments.add(&document.root, request.sources);
    }
    comments.add_ends(request.ids, request.sources);
    let mut steps: Vec<Step> = objects.iter().map(plan::first_step).collect();
    let path = Path::new(PROFILE);
    let base = request.extends.map(Base::read).transpose()?;
    let mut unset: Vec<String> = Vec::new();
    while !objects.is_empty() {
        let plan = plan(&objects, &mut steps, request.hint, base.as_ref(), &unset);
        let mut own_comments = comments.clone();
        let written = toml::write(&plan.root, &mut own_comments);
        let files = [(PathBuf::from(path), written.text.clone())];
        let proof = prover.render(path, &[], &files)?;
        let mut wrong: Vec<usize> = Vec::new();
        for (at, (object, (section, key))) in objects.iter().zip(&plan.names.places).enumerate() {
            let place = format!("{section}.{key}");
            let mut rendered = proof.objects.iter().filter(|(key, _)| *key == place);
            let is_same = rendered.next().is_some_and(|(_, root)| root.has_same_value(&object.root));
            if !is_same || rendered.next().is_some() {
                wrong.push(at);
            }
        }
        // Objects of the base that something here refers to, or that are its example.
        let is_own = |place: &String| {
            plan.names.places.iter().any(|(section, key)| *place == format!("{section}.{key}"))
        };
        let added = proof.objects.iter().filter(|(place, _)| !is_own(place));
        let added: Vec<String> =
            added.map(|(place, _)| unset_path(place)).filter(|path| !unset.contains(path)).collect();
        if !added.is_empty() {
            unset.extend(added);
            continue;
        }
        if wrong.is_empty() {
            imported.objects = objects.len();
            imported.shares = plan.shares;
            let verbatim = objects.iter().zip(&steps).filter(|(_, step)| **step == Step::Verbatim);
            imported.verbatim = verbatim.map(|(object, _)| object.shown()).collect();
            imported.comments = (written.comments, comments.total());
            imported.errors = proof.errors.into_iter().map(|(_, message)| message).collect();
            imported.text = written.text;
            return Ok(imported);
        }
        // A mistake in one table keeps the whole profile from being rendered.
        if proof.objects.is_empty() {
            let places = proof.errors.iter().filter_map(|(place, _)| written.object_at((*place)?));
            let named: Vec<_> = places.collect();
            let blamed = |at: &usize| {
                let (section, key) = &plan.names.places[*at];
                named.contains(&(*section, key.as_str()))
            };
            if wrong.iter().any(blamed) {
                wrong.retain(blamed);
            } else if wrong.iter().any(|at| steps[*at] < Step::Verbatim) {
                wrong.retain(|at| steps[*at] < Step::Verbatim);
            }
        }
        let reason = proof.errors.first().map(|(_, message)| message.clone());
        for at in wrong.into_iter().rev() {
            match steps[at].down() {
                Some(step) => steps[at] = step,
                None => {
                    let object = objects.remove(at);
                    steps.remove(at);
                    let why = reason.clone().unwrap_or_else(|| {
                        "a profile renders it with other values: text where the manifest has a number?"
                            .to_owned()
                    });
                    let what = format!("{} ({})", object.shown(), object.place);
                    imported.left_out.push(LeftOut { what, why });
                }
            }
        }
    }
    Ok(imported)
}

/// The path of `unset` for an object at `section.key`.
fn unset_path(place: &str) -> String {
    let (section, key) = place.split_once('.').unwrap_or((place, ""));
    format!("{section}.{}", strip::part(key))
}
