//! `[defaults]`: values that all objects of a section share.

use std::collections::BTreeMap;

use super::tree::Table;
use crate::profile::sections::{OBJECTS, PODS, section};
use crate::source::Span;
use crate::yaml::node::{Entry, Node, Value};

/// Keys that say what an object is for; a reader looks for them at the object.
const OWN: [&str; 27] = [
    "name",
    "namespace",
    "labels",
    "annotations",
    "metadata",
    "nulls",
    "spec",
    "podSpec",
    "containerSpec",
    "size",
    "image",
    "container",
    "command",
    "args",
    "mounts",
    "devices",
    "scratch",
    "ports",
    "selector",
    "podLabels",
    "podAnnotations",
    "workload",
    "claim",
    "volumeName",
    "sharedMemory",
    "gpus",
    "csi",
];
/// Keys whose defaults apply only to classes of the profile's driver, and the keys that name another one.
const OF_DRIVER: [&str; 3] = ["fsType", "parameters", "mountOptions"];
const DRIVER: [&str; 3] = ["provisioner", "driverName", "driver"];

/// Moves the values that all objects of a section share to the defaults, if the profile becomes no longer and the profile
/// below has none of the objects.
pub(super) fn hoist(
    tables: &mut BTreeMap<&'static str, Table>,
    at: Span,
    is_known: impl Fn(&str, &str) -> bool,
) -> Option<Node<'static>> {
    let mut defaults = Table::new(at);
    let names: Vec<&'static str> = tables.keys().copied().filter(|name| *name != OBJECTS).collect();
    let (pods, others): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| section(name).is_some_and(|section| section.kind.has_pods()));
    // All kinds with pods share the defaults of `pods`; keys of one kind are no defaults of the others.
    let groups = others.into_iter().map(|name| (name, vec![name])).chain([(PODS, pods)]);
    for (name, sections) in groups {
        let objects = |tables: &BTreeMap<&'static str, Table>| -> Vec<Node<'static>> {
            let tables = sections.iter().filter_map(|name| tables.get(name));
            tables.flat_map(|table| table.entries.iter().map(|entry| entry.value.clone())).collect()
        };
        let shared = shared(name, &objects(tables));
        let is_changed = sections.iter().any(|name| {
            let entries = tables.get(name).map(|table| table.entries.as_slice()).unwrap_or_default();
            entries.iter().any(|entry| is_known(name, &entry.key.value))
        });
        if shared.is_empty() || is_changed {
            continue;
        }
        for name in &sections {
            let Some(table) = tables.get_mut(name) else { continue };
            for object in &mut table.entries {
                if let Value::Mapping(entries) = &mut object.value.value {
                    entries.retain(|entry| !shared.iter().any(|known| known.key.value == entry.key.value));
                }
            }
        }
        let mut table = Table::new(at);
        table.entries = shared;
        defaults.put(name, at, table.node());
    }
    (!defaults.is_empty()).then(|| defaults.node())
}

/// The entries that all objects have, if moving them saves lines.
fn shared(name: &str, objects: &[Node<'static>]) -> Vec<Entry<'static>> {
    let [first, rest @ ..] = objects else { return Vec::new() };
    let table = section(name).map(|section| section.table);
    let has_other_driver = objects.iter().any(|object| DRIVER.iter().any(|key| object.get(key).is_some()));
    let is_shared = |entry: &&Entry<'static>| {
        let key = &*entry.key.value;
        !OWN.contains(&key)
            && table.is_some_and(|table| table.key(key).is_some())
            && !(has_other_driver && OF_DRIVER.contains(&key))
            && rest.iter().all(|other| other.get(key).is_some_and(|value| value.has_same_value(&entry.value)))
    };
    let shared: Vec<_> = first.entries().iter().filter(is_shared).cloned().collect();
    // The table has a header and an empty line.
    if shared.len() * rest.len() >= 2 && !rest.is_empty() { shared } else { Vec::new() }
}
