//! The needed objects in groups that can be compared one after the other, so that only one group is decoded at a time.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::needed::Selected;
use super::outline::{CLUSTER, Outlines, Role, scoped};
use crate::bundle::index::ByKey;

/// Objects that are compared together.
#[derive(Debug, Default)]
pub struct Group {
    /// The places of the objects in both inputs, in order: its own, and what these depend on.
    pub objects: [Vec<usize>; 2],
    /// The positions in the whole input of the documents of its own objects.
    own: HashSet<u32>,
}

impl Group {
    /// Whether what is found in the document at this position is said of this group. Every object belongs to one group; others
    /// may need it as well.
    #[must_use]
    pub fn owns(&self, document: usize) -> bool {
        self.own.contains(&(document as u32))
    }
}

/// An object: the side, and its place there.
type Object = (usize, usize);

/// What has a name that others mention.
#[derive(Default)]
struct Named {
    /// One of the objects that are of the same group as all that mention the name.
    member: Option<usize>,
    /// Objects that any number of groups may have.
    shared: Vec<usize>,
}

impl Selected {
    /// Groups of about `most` objects; more where more depend on each other. Together they find what a comparison of all does.
    ///
    /// Objects of one document, of one name and of one reference are in one group. Only classes that do not change are in
    /// every group that mentions them: nothing is said of them, and they refer to nothing. What any change may depend on is in
    /// all groups.
    #[must_use]
    pub fn groups(&self, sides: [&Outlines; 2], most: usize) -> Vec<Group> {
        // In the order of a report: what is removed comes last.
        let objects: Vec<Object> = [1, 0].into_iter().flat_map(|side| self.of_side(side)).collect();
        if objects.len() <= most {
            return vec![group(&objects, &objects, sides)];
        }
        let is_shared = self.shared(sides, &objects);
        let mut sets = Sets((0..objects.len()).collect());
        let names = names(sides, &objects, &is_shared, &mut sets);
        for (at, object) in objects.iter().enumerate().filter(|(at, _)| !is_shared[*at]) {
            for name in mentioned(sides, *object).filter_map(|name| names.get(&name)) {
                if let Some(member) = name.member {
                    sets.join(at, member);
                }
            }
        }
        let (of, count) = packed(&mut sets, &is_shared, most);
        let mut own = vec![Vec::new(); count];
        let mut all: Vec<BTreeSet<usize>> = vec![self.general(sides, &objects).collect(); count];
        for (at, object) in objects.iter().enumerate().filter(|(at, _)| !is_shared[*at]) {
            own[of[at]].push(*object);
            all[of[at]].insert(at);
            let mentions = mentioned(sides, *object).filter_map(|name| names.get(&name));
            all[of[at]].extend(mentions.flat_map(|name| &name.shared));
        }
        let all = all.iter().map(|all| all.iter().map(|at| objects[*at]).collect::<Vec<_>>());
        own.iter().zip(all).map(|(own, all)| group(own, &all, sides)).collect()
    }

    /// The needed objects of a side.
    fn of_side(&self, side: usize) -> impl Iterator<Item = Object> {
        self.needed[side].iter().enumerate().filter(|(_, needed)| **needed).map(move |(at, _)| (side, at))
    }

    /// The positions of what any change may depend on.
    fn general(&self, sides: [&Outlines; 2], objects: &[Object]) -> impl Iterator<Item = usize> {
        let first = sides.map(|side| side.list.iter().position(|outline| outline.is_shared_class));
        let is_general = move |(side, at): Object| sides[side].list[at].is_general || first[side] == Some(at);
        objects.iter().enumerate().filter(move |(_, object)| is_general(**object)).map(|(at, _)| at)
    }

    /// For each object whether groups may share it: a class that does not change, in a document of its own.
    fn shared(&self, sides: [&Outlines; 2], objects: &[Object]) -> Vec<bool> {
        let classes = sides.map(|side| {
            let classes = side.provided.iter().filter(|one| one.role == Role::Class);
            classes.map(|one| one.of as usize).collect::<HashSet<usize>>()
        });
        let is_shared = |(side, at): &Object| {
            let list = &sides[*side].list;
            let near = &list[at.saturating_sub(1)..(at + 2).min(list.len())];
            classes[*side].contains(at)
                && !self.changed[*side][*at]
                && !list[*at].suppresses
                && near.iter().filter(|other| other.index == list[*at].index).count() == 1
        };
        objects.iter().map(is_shared).collect()
    }
}

/// The hashes of the names that an object may mention.
fn mentioned(sides: [&Outlines; 2], (side, at): Object) -> impl Iterator<Item = u64> {
    let namespace = sides[side].list[at].namespace;
    sides[side].mentions(at).iter().flat_map(move |one| [scoped(*one, CLUSTER), scoped(*one, namespace)])
}

/// The names of the objects. Joins objects of one name, and those of one document.
fn names(sides: [&Outlines; 2], objects: &[Object], is_shared: &[bool], sets: &mut Sets) -> ByKey<Named> {
    let mut names: ByKey<Named> = ByKey::default();
    let mut places = [HashMap::new(), HashMap::new()];
    let (mut named, mut documents) = (HashMap::new(), HashMap::new());
    for (at, (side, place)) in objects.iter().enumerate() {
        places[*side].insert(*place as u32, at);
        if !is_shared[at] {
            let outline = &sides[*side].list[*place];
            sets.join(at, *named.entry(outline.named).or_insert(at));
            sets.join(at, *documents.entry(outline.index).or_insert(at));
        }
    }
    for (side, places) in sides.iter().zip(places) {
        for (name, at) in side.provided.iter().filter_map(|one| Some((one.name, *places.get(&one.of)?))) {
            let name = names.entry(name).or_default();
            if is_shared[at] {
                name.shared.push(at);
            } else {
                sets.join(at, *name.member.get_or_insert(at));
            }
        }
    }
    names
}

/// The group of each object, and how many groups there are. Sets stay together.
fn packed(sets: &mut Sets, is_shared: &[bool], most: usize) -> (Vec<usize>, usize) {
    let roots: Vec<usize> = (0..is_shared.len()).map(|at| sets.root(at)).collect();
    let mut sizes = vec![0; roots.len()];
    roots.iter().for_each(|root| sizes[*root] += 1);
    let mut of_root = vec![None; roots.len()];
    let (mut group, mut size) = (0, 0);
    for root in roots.iter().zip(is_shared).filter(|(_, is_shared)| !**is_shared).map(|(root, _)| *root) {
        if of_root[root].is_none() {
            if size > 0 && size + sizes[root] > most {
                (group, size) = (group + 1, 0);
            }
            size += sizes[root];
            of_root[root] = Some(group);
        }
    }
    (roots.iter().map(|root| of_root[*root].unwrap_or_default()).collect(), group + 1)
}

fn group(own: &[Object], all: &[Object], sides: [&Outlines; 2]) -> Group {
    let mut group = Group::default();
    group.own.extend(own.iter().map(|(side, at)| sides[*side].list[*at].index));
    for (side, at) in all {
        group.objects[*side].push(*at);
    }
    group.objects.iter_mut().for_each(|objects| objects.sort_unstable());
    group
}

/// Disjoint sets: for each member one that is nearer to the root.
struct Sets(Vec<usize>);

impl Sets {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }
}
