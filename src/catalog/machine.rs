//! Machines and nodes that a pod selects, and the disks and drivers that work there: facts in `machines.toml`.

/// What is known of machines and nodes.
#[derive(Debug)]
pub struct Machines {
    labels: &'static [MachineLabel],
    disks: &'static [Unattachable],
    /// Groups of nodes on which some drivers do not work.
    pub nodes: &'static [NodeGroup],
    /// Drivers that run on some nodes of a cluster only.
    pub restricted: &'static [RestrictedDriver],
}

/// A node label that names a machine.
#[derive(Debug)]
pub struct MachineLabel {
    key: &'static str,
    /// The machine for each value; without rows, the value is the machine.
    machines: &'static [(&'static str, &'static str)],
    /// Where the fact is from.
    pub source: &'static str,
}

/// Disk types that some machines cannot attach.
#[derive(Debug)]
pub struct Unattachable {
    provisioner: &'static str,
    types: &'static [&'static str],
    machines: &'static [&'static str],
    least_cpus: &'static [(&'static str, u64)],
    /// A disk type that these machines can attach.
    pub instead: Option<&'static str>,
    /// Where the fact is from.
    pub source: &'static str,
}

/// A group of nodes on which the volumes of some drivers do not work.
#[derive(Debug)]
pub struct NodeGroup {
    /// What the group is called.
    pub name: &'static str,
    /// Node labels that select it.
    pub selectors: &'static [NodeLabel],
    /// Labels of the pod that place it there.
    pub pod_labels: &'static [&'static str],
    /// Schedulers that place pods there.
    pub schedulers: &'static [&'static str],
    /// Provisioners whose volumes do not work there.
    pub drivers: &'static [&'static str],
    /// Why not: a clause.
    pub why: &'static str,
    /// What to do instead: a clause.
    pub help: &'static str,
    /// Where the fact is from.
    pub source: &'static str,
}

/// A node label.
#[derive(Debug)]
pub struct NodeLabel {
    /// The key; empty if `key_prefix` is set.
    pub key: &'static str,
    key_prefix: Option<&'static str>,
    /// The value; any value if absent.
    pub value: Option<&'static str>,
}

/// A driver that runs on some nodes of a cluster only.
#[derive(Debug)]
pub struct RestrictedDriver {
    /// Its provisioner.
    pub provisioner: &'static str,
    /// The label of the nodes that it runs on.
    pub label: NodeLabel,
    /// Why a class should be restricted to them: a clause.
    pub why: &'static str,
    /// Where the fact is from.
    pub source: &'static str,
}

impl NodeLabel {
    /// Whether a label is this one.
    #[must_use]
    pub fn matches(&self, key: &str, value: &str) -> bool {
        self.key_prefix.map_or(self.key == key, |prefix| key.starts_with(prefix))
            && self.value.is_none_or(|wanted| wanted == value)
    }
}

impl Machines {
    /// The machine that a node label names, such as `c4-standard-16` or `c4`.
    #[must_use]
    pub fn named_by<'l>(&'l self, key: &str, value: &'l str) -> Option<&'l str> {
        let label = self.labels.iter().find(|label| label.key == key)?;
        if label.machines.is_empty() {
            return Some(value);
        }
        label.machines.iter().find(|(known, _)| *known == value).map(|(_, machine)| *machine)
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

static FACTS: Machines = include!(concat!(env!("OUT_DIR"), "/machines.rs"));

/// The facts.
#[must_use]
pub fn facts() -> &'static Machines {
    &FACTS
}
