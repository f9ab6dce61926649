//! What disks are billed for, and what choosing one has to know besides its limits. Facts in `billing.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::BILLING;

/// How the disks of some drivers are billed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Billing {
    /// The drivers, by the names of their files.
    pub names: Vec<String>,
    /// The cloud, as the price table names it.
    pub cloud: String,
    /// The region whose prices apply unless the user names another.
    pub region: String,
    /// The units of the price table.
    pub units: Units,
    /// Units that depend on what is done with a disk, each with the words for it.
    #[serde(default)]
    pub usage: BTreeMap<String, String>,
    /// The disk types.
    pub types: Vec<BilledType>,
    /// The source of the facts.
    pub source: String,
}

/// The units of the price table in which the parts of a price are billed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    size: String,
    iops: String,
    throughput: String,
    tier: String,
}

/// A part of the price of a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Each GiB.
    Size,
    /// Each of its IOPS.
    Iops,
    /// Its throughput, in the driver's unit.
    Throughput,
    /// The whole disk, by its tier.
    Tier,
}

/// How one type of disk is billed, and when it is chosen.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BilledType {
    /// The name that classes use, and the sku of the price table.
    pub name: String,
    /// The parts of its price.
    pub bills: Vec<Part>,
    /// Whether it has the latency of an SSD.
    #[serde(default = "yes")]
    pub ssd: bool,
    /// Why it is never chosen.
    #[serde(default)]
    pub never: Option<String>,
    /// The access modes for which alone it is chosen; empty for all.
    #[serde(default)]
    pub only_modes: Vec<String>,
    /// How it survives the loss of a zone; absent if it does not.
    #[serde(default)]
    pub replicated: Option<Replicated>,
    /// Parameters that it requires for other reasons than performance.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// How a disk survives the loss of a zone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Replicated {
    /// Every disk of the type does.
    pub always: bool,
    /// It is chosen only if that is needed.
    pub only: bool,
    /// The parameters that make it so.
    pub parameters: BTreeMap<String, String>,
    /// The sku of the price table, if it differs from the type's name.
    pub sku: Option<String>,
    /// The smallest size, in GiB.
    pub least_size: i64,
}

fn yes() -> bool {
    true
}

impl Billing {
    /// How a type is billed.
    #[must_use]
    pub fn find(&self, disk_type: &str) -> Option<&BilledType> {
        self.types.iter().find(|billed| billed.name == disk_type)
    }

    /// Whether a parameter that is set for a reason other than performance is right for some types only.
    #[must_use]
    pub fn depends_on_type(&self, parameter: &str) -> bool {
        self.types.iter().any(|billed| {
            let replicated = billed.replicated.iter().flat_map(|replicated| replicated.parameters.keys());
            billed.settings.keys().chain(replicated).any(|key| key == parameter)
        })
    }
}

impl Replicated {
    /// Whether a disk with these parameters survives the loss of a zone.
    pub fn applies<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> bool {
        self.always || self.parameters.iter().all(|(key, wanted)| value(key) == Some(wanted))
    }
}

impl Units {
    /// The unit of a part of a price.
    #[must_use]
    pub fn of(&self, part: Part) -> &str {
        match part {
            Part::Size => &self.size,
            Part::Iops => &self.iops,
            Part::Throughput => &self.throughput,
            Part::Tier => &self.tier,
        }
    }
}

/// All facts about billing, in the order of the file.
#[must_use]
pub fn all() -> &'static [Billing] {
    #[derive(Deserialize)]
    struct File {
        drivers: Vec<Billing>,
    }
    static ALL: OnceLock<Vec<Billing>> = OnceLock::new();
    ALL.get_or_init(|| serde_json::from_str::<File>(BILLING).map_or_else(|_| Vec::new(), |file| file.drivers))
}

/// How the disks of a driver are billed, if that is known.
#[must_use]
pub fn of(driver: &str) -> Option<&'static Billing> {
    all().iter().find(|billing| billing.names.iter().any(|name| name == driver))
}
