//! A profile from objects, each on its step of the ladder.

use std::collections::BTreeMap;

use super::base::Base;
use super::defaults::hoist;
use super::names::Names;
use super::object::Object;
use super::step::Step;
use super::tree::{Table, scalars, text, texts};
use super::{keys, verbatim};
use crate::profile::sections::{OBJECTS, sections};
use crate::source::{SourceId, Span};
use crate::yaml::node::Node;

/// How many values are in the fields of each step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// All values of the objects.
    pub values: usize,
    /// Those under `spec`, `podSpec` and `containerSpec`.
    pub spec: usize,
    /// Those of objects in verbatim form.
    pub verbatim: usize,
}

/// A profile as a tree.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) root: Node<'static>,
    pub(super) names: Names,
    pub(super) shares: Shares,
}

/// The section of an object on a step.
fn section(object: &Object, step: Step) -> &'static str {
    let own = sections().iter().find(|section| {
        section.kind.name == object.kind
            && section.kind.api_versions.first() == Some(&object.api_version.as_str())
    });
    own.filter(|_| step < Step::Verbatim).map_or(OBJECTS, |section| section.name)
}

/// The step on which an object begins.
pub(super) fn first_step(object: &Object) -> Step {
    if section(object, Step::Shortcuts) == OBJECTS { Step::Verbatim } else { Step::Shortcuts }
}

/// Composes the profile of all objects that have a step. An object whose step cannot hold it is moved down.
pub(super) fn plan(
    objects: &[Object],
    steps: &mut [Step],
    hint: &str,
    base: Option<&Base>,
    unset: &[String],
) -> Plan {
    loop {
        let places: Vec<_> =
            objects.iter().zip(&*steps).map(|(object, step)| section(object, *step)).collect();
        let names = Names::new(objects, &places, hint);
        match compose(objects, steps, &names, base, unset) {
            Ok((root, shares)) => return Plan { root, names, shares },
            Err(at) => steps[at] = steps[at].down().unwrap_or(Step::Verbatim),
        }
    }
}

/// The tree, or the object whose step cannot hold it.
fn compose(
    objects: &[Object],
    steps: &[Step],
    names: &Names,
    base: Option<&Base>,
    unset: &[String],
) -> Result<(Node<'static>, Shares), usize> {
    let mut shares = Shares::default();
    let mut paths: Vec<String> = unset.to_vec();
    let mut tables: BTreeMap<&'static str, Table> = BTreeMap::new();
    let scope = keys::Scope::new(objects, steps, names, base.and_then(Base::driver));
    for (at, object) in objects.iter().enumerate() {
        let made = match steps[at] {
            Step::Verbatim => verbatim::entry(object, at, names),
            step => keys::entry(object, at, step, &scope),
        };
        let (section, key) = &names.places[at];
        // Nothing can hold it: it is left out later.
        let Some((table, own)) = made else {
            if steps[at] == Step::Verbatim {
                continue;
            }
            return Err(at);
        };
        shares.values += object.values();
        match steps[at] {
            Step::Verbatim => shares.verbatim += object.values(),
            _ => shares.spec += further(&table),
        }
        paths.extend(own);
        let span = object.span();
        let objects = tables.entry(section).or_insert_with(|| Table::new(span));
        objects.push(key.clone(), Span { end: span.start, ..span }, table.node());
    }
    let span = objects.first().map_or_else(|| Span::new(SourceId::new(0), 0, 0), Object::span);
    let at = Span { end: span.start, ..span };
    let mut top = Table::new(at);
    if let Some(base) = base {
        top.put("extends", at, text(&*base.name, at));
    }
    names.top(at, &mut top);
    match base {
        Some(base) => base.omit(&mut tables, &mut paths),
        None => scope.top(at, &mut top),
    }
    // What an object of the base sets itself is above the defaults.
    let is_known = |section: &str, key: &str| base.is_some_and(|base| base.has(section, key));
    let defaults = hoist(&mut tables, at, is_known);
    if !paths.is_empty() {
        paths.sort();
        paths.dedup();
        top.put("unset", at, texts(paths, at));
    }
    if let Some(defaults) = defaults {
        top.put("defaults", at, defaults);
    }
    for section in sections() {
        if let Some(table) = tables.remove(section.name) {
            top.put(section.name, at, table.node());
        }
    }
    Ok((top.node(), shares))
}

/// The values under keys that mirror the API as it is.
fn further(table: &Table) -> usize {
    let keys = ["spec", "podSpec", "containerSpec"];
    table
        .entries
        .iter()
        .filter(|entry| keys.contains(&&*entry.key.value))
        .map(|entry| scalars(&entry.value))
        .sum()
}
