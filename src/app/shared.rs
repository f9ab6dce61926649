//! Objects that the renders of a `forEach` share: written once, to a folder of their own.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::project::Render;
use crate::write::folders::Files;
use crate::write::layout::Manifests;

/// What decides whether an object of one render can be shared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ownership {
    /// Whether the file of this render alone defines or changes it.
    pub(super) own: bool,
    /// Whether it is shared even if only one render has it, like a class of the common layers.
    pub(super) can_be_single: bool,
}

/// One render of a group, and the manifests of each of its profiles.
pub(super) type Member<'r> = (&'r Render, Vec<(Manifests, Vec<Ownership>)>);

/// Adds the files of a group: an object that comes from the common layers and is the same in all renders that have it is
/// written once.
pub(super) fn add(group: Vec<Member<'_>>, files: &mut Files) -> Result<(), Error> {
    let Some((first, rendered)) = group.first() else { return Ok(()) };
    let (first, profiles) = (*first, rendered.len());
    let mut shared = Vec::new();
    for profile in 0..profiles {
        let objects = shared_objects(&group, profile);
        shared.push(group[0].1[profile].0.with(objects));
    }
    for (render, rendered) in group {
        let Some(folder) = &render.out_dir else { continue };
        let rest = rendered.into_iter().enumerate().map(|(profile, (mut manifests, _))| {
            manifests.objects.retain(|object| !shared[profile].objects.contains(object));
            manifests
        });
        files.add(folder, render.profiles.iter().map(|(shown, _)| shown.as_str()).zip(rest).collect())?;
    }
    if let Some(each) = &first.each
        && shared.iter().any(|manifests| !manifests.objects.is_empty())
    {
        let named = first.profiles.iter().map(|(shown, _)| shown.as_str()).zip(shared).collect();
        files.add(&each.shared_dir, named)?;
    }
    Ok(())
}

/// The objects of one profile that the renders of a group share, in order.
fn shared_objects(group: &[Member<'_>], profile: usize) -> Vec<(String, String)> {
    struct Seen<'m> {
        order: usize,
        text: &'m str,
        renders: usize,
        same: bool,
        own: bool,
        can_be_single: bool,
    }
    let mut seen: BTreeMap<&str, Seen<'_>> = BTreeMap::new();
    for (_, rendered) in group {
        let Some((manifests, owned)) = rendered.get(profile) else { continue };
        for ((name, text), ownership) in manifests.objects.iter().zip(owned) {
            let order = seen.len();
            let entry = seen.entry(name).or_insert(Seen {
                order,
                text,
                renders: 0,
                same: true,
                own: false,
                can_be_single: ownership.can_be_single,
            });
            entry.renders += 1;
            entry.same &= entry.text == text;
            entry.own |= ownership.own;
            entry.can_be_single &= ownership.can_be_single;
        }
    }
    let mut shared: Vec<(&str, Seen<'_>)> = seen
        .into_iter()
        .filter(|(_, seen)| seen.same && !seen.own && (seen.renders > 1 || seen.can_be_single))
        .collect();
    shared.sort_by_key(|(_, seen)| seen.order);
    shared.into_iter().map(|(name, seen)| (name.to_owned(), seen.text.to_owned())).collect()
}
