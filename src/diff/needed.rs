//! Which objects of two inputs a comparison needs: those that change, and those that its findings depend on.

use std::collections::HashSet;

use super::outline::{CLUSTER, Outline, Outlines, Role, scoped};
use super::pairs::{Identity, Pairs};
use crate::source::Folders;

/// Flags of the objects of both inputs, by their place.
type Flags = [Vec<bool>; 2];

/// Objects of the old input and of the new one.
#[derive(Debug)]
pub struct Selected {
    /// Those that a comparison needs.
    pub needed: Flags,
    /// Those that change.
    pub(super) changed: Flags,
}

/// Which objects are needed. A comparison of these alone finds the same changes, the same findings about them, and the same
/// changes of cost.
///
/// A text that is the name of an object by chance adds that object. No chance removes any.
#[must_use]
pub fn needed(sides: [&Outlines; 2], folders: &Folders) -> Selected {
    let changed = changed(sides, folders);
    let mut needed = changed.clone();
    add_suppressing(sides, &mut needed);
    if needed.iter().flatten().any(|is_needed| *is_needed) {
        add_general(sides, &mut needed);
        add_users(sides, changed.clone(), &mut needed);
        add_mentioned(sides, &mut needed);
    }
    Selected { needed, changed }
}

/// Every object with a key of which some object is added, removed or not the same.
fn changed(sides: [&Outlines; 2], folders: &Folders) -> Flags {
    let [old, new] = sides.map(|side| {
        let identity = |outline: &Outline| (outline.key, folders.get(&outline.source));
        side.list.iter().map(identity).collect::<Vec<Identity<'_, u64>>>()
    });
    let pairs = Pairs::new(&old, &new);
    let mut keys: HashSet<u64> = pairs.removed.iter().map(|at| old[*at].0).collect();
    for (outline, before) in sides[1].list.iter().zip(&pairs.of_new) {
        if before.is_none_or(|at| sides[0].list[at].content != outline.content) {
            keys.insert(outline.key);
        }
    }
    of_keys(sides, &keys)
}

/// The objects with these keys.
fn of_keys(sides: [&Outlines; 2], keys: &HashSet<u64>) -> Flags {
    sides.map(|side| side.list.iter().map(|outline| keys.contains(&outline.key)).collect())
}

/// Adds what any change may depend on.
fn add_general(sides: [&Outlines; 2], needed: &mut Flags) {
    for (side, needed) in sides.iter().zip(needed) {
        let shared = side.list.iter().position(|outline| outline.is_shared_class);
        for (at, outline) in side.list.iter().enumerate() {
            needed[at] |= outline.is_general || Some(at) == shared;
        }
    }
}

/// Adds what uses the classes and the claims that change: claims, and what mounts any of these claims.
fn add_users(sides: [&Outlines; 2], mut used: Flags, needed: &mut Flags) {
    for roles in [&[Role::Class, Role::Claim][..], &[Role::Claim]] {
        let provided = sides.iter().zip(&used).flat_map(|(side, used)| {
            side.provided.iter().filter(|one| used[one.of as usize] && roles.contains(&one.role))
        });
        let names: HashSet<u64> = provided.map(|one| one.name).collect();
        if names.is_empty() {
            return;
        }
        for (side, (needed, used)) in sides.iter().zip(needed.iter_mut().zip(&mut used)) {
            for (at, outline) in side.list.iter().enumerate() {
                used[at] = !needed[at]
                    && side.mentions(at).iter().any(|mention| {
                        names.contains(&scoped(*mention, CLUSTER))
                            || names.contains(&scoped(*mention, outline.namespace))
                    });
                needed[at] |= used[at];
            }
        }
    }
}

/// Adds the classes, claims, volumes and definitions that needed objects mention, and what these mention.
fn add_mentioned(sides: [&Outlines; 2], needed: &mut Flags) {
    let mut new = needed.clone();
    loop {
        let mut names = HashSet::new();
        for (side, new) in sides.iter().zip(&new) {
            for (at, outline) in side.list.iter().enumerate().filter(|(at, _)| new[*at]) {
                let mentions = side.mentions(at).iter();
                names.extend(
                    mentions.flat_map(|one| [scoped(*one, CLUSTER), scoped(*one, outline.namespace)]),
                );
            }
        }
        let mut is_complete = true;
        for (side, (needed, new)) in sides.iter().zip(needed.iter_mut().zip(&mut new)) {
            new.fill(false);
            for one in side.provided.iter().filter(|one| names.contains(&one.name)) {
                let at = one.of as usize;
                new[at] = new[at] || !needed[at];
                is_complete &= needed[at];
                needed[at] = true;
            }
        }
        if is_complete {
            return;
        }
    }
}

/// Adds every new object that suppresses rules, because a suppression of nothing is reported; its neighbours show whether it is
/// an item of a List.
fn add_suppressing(sides: [&Outlines; 2], needed: &mut Flags) {
    let list = &sides[1].list;
    let mut keys = HashSet::new();
    for (at, outline) in list.iter().enumerate().filter(|(_, outline)| outline.suppresses) {
        let near = &list[at.saturating_sub(1)..(at + 2).min(list.len())];
        keys.extend(near.iter().filter(|other| other.index == outline.index).map(|other| other.key));
    }
    if keys.is_empty() {
        return;
    }
    for (needed, found) in needed.iter_mut().zip(of_keys(sides, &keys)) {
        needed.iter_mut().zip(found).for_each(|(needed, found)| *needed |= found);
    }
}
