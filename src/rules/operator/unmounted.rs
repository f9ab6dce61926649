//! Volumes that no container mounts.

use std::collections::BTreeMap;

use crate::catalog::custom_kind::CustomKind;
use crate::document::Document;
use crate::document::derived::facts::{has_key, shared_volumes};
use crate::document::reporter::Reporter;
use crate::rules::advice::mount;
use crate::rules::links::storage::containers;
use crate::yaml::path::Path;

pub(super) fn check(document: &Document<'_>, kind: &CustomKind, out: &mut Reporter<'_>) {
    if kind.volumes_elsewhere || kind.mounts_elsewhere.iter().any(|key| has_key(&document.root, key)) {
        return;
    }
    // Several pods may share a volume of the resource.
    let mut volumes: BTreeMap<String, (String, bool)> = BTreeMap::new();
    let shared = shared_volumes(document);
    for (path, name) in &shared {
        volumes.insert(path.clone(), ((*name).to_owned(), false));
    }
    let mut any_wrong = false;
    for derived in document.derived.iter().filter(|derived| derived.mounts_volumes()) {
        let Some(pod) = derived.document.object.pod() else { continue };
        // A mount of a volume that the pod does not have is reported, and probably means this one; one whose name is
        // replaced later may mean any.
        let is_known = |name: &String| {
            pod.spec.volumes.iter().flatten().any(|volume| volume.name == *name)
                && !kind.placeholders.as_deref().is_some_and(|start| name.contains(start))
        };
        let is_wrong = containers(pod.spec)
            .any(|container| container.volume_mounts.iter().flatten().any(|mount| !is_known(&mount.name)));
        any_wrong |= is_wrong;
        for (index, volume) in pod.spec.volumes.iter().flatten().enumerate() {
            let Some(path) = derived.path_of(&format!("spec.volumes[{index}]")) else { continue };
            let is_mounted =
                is_wrong || containers(pod.spec).any(|container| mount::uses(container, &volume.name));
            let known = volumes.entry(path).or_insert_with(|| (volume.name.clone(), false));
            known.1 |= is_mounted;
        }
    }
    for (path, (name, is_mounted)) in volumes {
        if any_wrong && shared.contains(&(path.clone(), name.as_str())) {
            continue;
        }
        let is_exempt = kind.operator_volumes.contains(&name)
            || kind.unmounted.iter().any(|start| name.starts_with(start.as_str()))
            || kind.placeholders.as_deref().is_some_and(|start| name.contains(start));
        if !is_mounted && !is_exempt {
            Path::parse(&path, &mut |path| mount::unmounted(&name, path, out));
        }
    }
}
