//! Machines and nodes that a pod selects, and the disks and drivers that work there: facts in `machines.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::MACHINES;

/// What is known of machines and nodes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machines {
    labels: Vec<MachineLabel>,
    disks: Vec<Unattachable>,
    /// Groups of nodes on which some drivers do not work.
    pub nodes: Vec<NodeGroup>,
    /// Drivers that run on some nodes of a cluster only.
    pub restricted: Vec<RestrictedDriver>,
}

/// A node label that names a machine.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MachineLabel {
    key: String,
    /// The machine for each value; without rows, the value is the machine.
    #[serde(default)]
    machines: BTreeMap<String, String>,
    /// Where the fact is from.
    pub source: String,
}

/// Disk types that some machines cannot attach.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unattachable {
    provisioner: String,
    types: Vec<String>,
    machines: Vec<String>,
    #[serde(default)]
    least_cpus: BTreeMap<String, u64>,
    /// A disk type that these machines can attach.
    #[serde(default)]
    pub instead: Option<String>,
    /// Where the fact is from.
    pub source: String,
}

/// A group of nodes on which the volumes of some drivers do not work.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeGroup {
    /// What the group is called.
    pub name: String,
    /// Node labels that select it.
    pub selectors: Vec<NodeLabel>,
    /// Labels of the pod that place it there.
    #[serde(default)]
    pub pod_labels: Vec<String>,
    /// Schedulers that place pods there.
    #[serde(default)]
    pub schedulers: Vec<String>,
    /// Provisioners whose volumes do not work there.
    pub drivers: Vec<String>,
    /// Why not: a clause.
    pub why: String,
    /// What to do instead: a clause.
    pub help: String,
    /// Where the fact is from.
    pub source: String,
}

/// A node label.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeLabel {
    /// The key; empty if `key_prefix` is set.
    #[serde(default)]
    pub key: String,
    #[serde(default)]
    key_prefix: Option<String>,
    /// The value; any value if absent.
    #[serde(default)]
    pub value: Option<String>,
}

/// A driver that runs on some nodes of a cluster only.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestrictedDriver {
    /// Its provisioner.
    pub provisioner: String,
    /// The label of the nodes that it runs on.
    pub label: NodeLabel,
    /// Why a class should be restricted to them: a clause.
    pub why: String,
    /// Where the fact is from.
    pub source: String,
}

impl NodeLabel {
    /// Whether a label is this one.
    #[must_use]
    pub fn matches(&self, key: &str, value: &str) -> bool {
        self.key_prefix.as_deref().map_or(self.key == key, |prefix| key.starts_with(prefix))
            && self.value.as_deref().is_none_or(|wanted| wanted == value)
    }
}

impl Machines {
    /// The machine that a node label names, such as `c4-standard-16` or `c4`.
    #[must_use]
    pub fn named_by<'l>(&'l self, key: &str, value: &'l str) -> Option<&'l str> {
        let label = self.labels.iter().find(|label| label.key == key)?;
        if label.machines.is_empty() { Some(value) } else { label.machines.get(value).map(String::as_str) }
    }

    /// The row that says that `machine` cannot attach a disk of this driver and type.
    #[must_use]
    pub fn unattachable(&self, provisioner: &str, disk_type: &str, machine: &str) -> Option<&Unattachable> {
        self.disks.iter().find(|row| {
            row.provisioner == provisioner
                && row.types.iter().any(|name| name.eq_ignore_ascii_case(disk_type))
                && (row.machines.iter().any(|series| is_of_series(machine, series))
                    || row.is_too_small(machine))
        })
    }
}

impl Unattachable {
    /// Whether a series can attach the disks from more vCPUs on than this machine has.
    fn is_too_small(&self, machine: &str) -> bool {
        let least = self.least_cpus.iter().find(|(series, _)| is_of_series(machine, series));
        let cpus = machine.rsplit('-').find_map(|part| part.parse::<u64>().ok());
        least.zip(cpus).is_some_and(|((_, least), cpus)| cpus < *least)
    }
}

fn is_of_series(machine: &str, series: &str) -> bool {
    machine.strip_prefix(series).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The facts.
#[must_use]
pub fn facts() -> &'static Machines {
    static FACTS: OnceLock<Machines> = OnceLock::new();
    FACTS.get_or_init(|| serde_json::from_str(MACHINES).unwrap_or_default())
}
