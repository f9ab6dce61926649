//! The ladder: an object whose rendered form differs moves one step down, until all are the same.

use std::collections::{HashMap, HashSet};

use super::base::Base;
use super::comments::Comments;
use super::object::{LeftOut, Object, objects};
use super::plan::{Plan, plan};
use super::prove::{Proof, Prover};
use super::request::{Imported, Request};
use super::step::Step;
use super::strip::part;
use super::toml::{Written, write};
use crate::error::Error;
use crate::yaml::node::Node;

/// The path of the profile while it is in memory.
const PROFILE: &str = "imported.toml";

/// An import with the tree of its profile.
#[derive(Debug, Default)]
pub(super) struct Solved {
    pub(super) imported: Imported,
    /// The tree, unless there are no objects.
    pub(super) root: Option<Node<'static>>,
    /// The objects with their places in the profile, such as `claims.data`.
    pub(super) objects: Vec<(String, Object)>,
    pub(super) comments: Comments,
    /// The profile below.
    pub(super) base: Option<Base>,
}

/// Imports documents.
///
/// # Errors
///
/// If a layer cannot be read.
pub(super) fn solve(request: &Request<'_>, prover: &Prover) -> Result<Solved, Error> {
    let mut imported = Imported::default();
    let (mut objects, left_out) = objects(request.documents, request.sources, &mut imported.removed);
    imported.left_out = left_out;
    let mut comments = Comments::default();
    for document in request.documents {
        comments.add(&document.root, request.sources);
    }
    comments.add_ends(request.ids, request.sources);
    let mut steps: Vec<Step> = objects.iter().map(super::plan::first_step).collect();
    let base = request.extends.map(|name| Base::read(name, request.folder)).transpose()?;
    let mut unset: Vec<String> = Vec::new();
    let path = request.folder.join(PROFILE);
    while !objects.is_empty() {
        let plan = plan(&objects, &mut steps, request.hint, base.as_ref(), &unset);
        let written = write(&plan.root, &mut comments.clone());
        let proof = prover.render(&path, &[], &[(path.clone(), written.text.clone())])?;
        let places: Vec<String> =
            plan.names.places.iter().map(|(section, key)| format!("{section}.{key}")).collect();
        let added = added(&proof, &places, &unset);
        if !added.is_empty() {
            unset.extend(added);
            continue;
        }
        let mut wrong = different(&proof, &places, objects.iter());
        if wrong.is_empty() {
            imported.objects = objects.len();
            imported.shares = plan.shares;
            let verbatim = objects.iter().zip(&steps).filter(|(_, step)| **step == Step::Verbatim);
            imported.verbatim = verbatim.map(|(object, _)| object.shown()).collect();
            imported.comments = (written.comments, comments.total());
            imported.errors = proof.errors.into_iter().map(|(_, message)| message).collect();
            imported.text = base.as_ref().map_or(written.text.clone(), |base| base.shown_in(&written.text));
            let objects = places.into_iter().zip(objects).collect();
            return Ok(Solved { imported, root: Some(plan.root), objects, comments, base });
        }
        if proof.objects.is_empty() {
            blame(&mut wrong, &proof, &plan, &written, &steps);
        }
        let reason = proof.errors.first().map(|(_, message)| message.clone());
        for at in wrong.into_iter().rev() {
            match steps[at].down() {
                Some(step) => steps[at] = step,
                None => {
                    let object = objects.remove(at);
                    steps.remove(at);
                    let why = reason.clone().unwrap_or_else(|| {
                        "a profile renders other values, such as text for a number".to_owned()
                    });
                    let what = format!("{} ({})", object.shown(), object.place);
                    imported.left_out.push(LeftOut { what, why });
                }
            }
        }
    }
    Ok(Solved { imported, ..Solved::default() })
}

/// The positions of the objects that are not rendered, or differ, by their places in the profile.
pub(super) fn different<'o>(
    proof: &Proof,
    places: &[String],
    objects: impl Iterator<Item = &'o Object>,
) -> Vec<usize> {
    let mut rendered: HashMap<&str, Vec<&Node<'static>>> = HashMap::new();
    for (place, root) in &proof.objects {
        rendered.entry(place).or_default().push(root);
    }
    let is_same = |place: &str, object: &Object| match rendered.get(place).map(Vec::as_slice) {
        Some([root]) => root.has_same_value(&object.root),
        _ => false,
    };
    let places = places.iter().zip(objects).enumerate();
    places.filter(|(_, (place, object))| !is_same(place, object)).map(|(at, _)| at).collect()
}

/// The paths of objects that only the profile below has: its example, or classes that something here refers to.
fn added(proof: &Proof, places: &[String], unset: &[String]) -> Vec<String> {
    let own: HashSet<&str> = places.iter().map(String::as_str).collect();
    let added = proof.objects.iter().filter(|(place, _)| !own.contains(place.as_str()));
    let path = |place: &str| {
        let (section, key) = place.split_once('.').unwrap_or((place, ""));
        format!("{section}.{}", part(key))
    };
    added.map(|(place, _)| path(place)).filter(|path| !unset.contains(path)).collect()
}

/// Keeps the objects to blame if a mistake in one table keeps the whole profile from being rendered.
fn blame(wrong: &mut Vec<usize>, proof: &Proof, plan: &Plan, written: &Written, steps: &[Step]) {
    let places = proof.errors.iter().filter_map(|(place, _)| written.object_at((*place)?));
    let named: HashSet<(&str, &str)> = places.collect();
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
