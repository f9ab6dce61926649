//! What an operator requires of its claim templates.

use crate::catalog::custom_kind::{CustomKind, Per};
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::document::rules::{DUPLICATE_ITEM, INVALID_VALUE, LIMIT_EXCEEDED};
use crate::rules::links::storage::containers;
use crate::yaml::path::Path;

pub(super) fn check(document: &Document<'_>, kind: &CustomKind, out: &mut Reporter<'_>) {
    let mut names: Vec<(&str, &str)> = Vec::new();
    for derived in &document.derived {
        let Object::PersistentVolumeClaim(claim) = &derived.document.object else { continue };
        let Some(path) = derived.path_of("metadata.name") else { continue };
        let Some(name) = claim.metadata.name.as_deref().filter(|name| !name.is_empty()) else { continue };
        let location = derived.location;
        let has_own_name = location.is_mounted_by_name(kind)
            || location.claim.as_deref().is_some_and(|claim| claim.contains("{template}"));
        if has_own_name && names.contains(&(&location.path, name)) {
            Path::parse(&path, &mut |path| {
                out.report(&DUPLICATE_ITEM, path, format!("another claim template is named `{name}`"))
                    .help("a mount names a template, so each needs a name of its own");
            });
            continue;
        }
        names.push((&location.path, name));
        if location.must_be_mounted && !is_mounted(document, name) {
            Path::parse(&path, &mut |path| {
                out.report(&INVALID_VALUE, path, format!("no container mounts claim template `{name}`"))
                    .help("the operator's webhook rejects a claim template that nothing mounts; mount it by its name");
            });
        }
        let made = &derived.document.name;
        if let Some(most) =
            location.longest_name.filter(|most| made.len() > *most && location.per != Some(Per::Pod))
        {
            Path::parse(&path, &mut |path| {
                out.report(
                    &LIMIT_EXCEEDED,
                    path,
                    format!("the claim is named `{made}`, longer than {most} characters"),
                )
                .help("the operator's webhook rejects it; shorten the name of the template or of the object");
            });
        }
    }
}

/// Whether a pod of the document mounts a volume of this name.
fn is_mounted(document: &Document<'_>, name: &str) -> bool {
    document.derived.iter().filter_map(|derived| derived.document.object.pod()).any(|pod| {
        containers(pod.spec).any(|container| {
            let mounts = container.volume_mounts.iter().flatten().map(|mount| &mount.name);
            let devices = container.volume_devices.iter().flatten().map(|device| &device.name);
            mounts.chain(devices).any(|mounted| mounted == name)
        })
    })
}
