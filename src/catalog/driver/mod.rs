//! CSI drivers: what they take and what they make of it. Facts in `../drivers/*.toml`, each with its source.

mod condition;
mod delivery;
mod disk_type;
mod in_tree;
mod parameter;
mod topology;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::{DRIVERS, OTHER_DRIVERS, PROVISIONERS};

pub use condition::{AboveEach, Condition, Refusal};
pub use delivery::{Delivery, Disk, Line, Tier, greatest};
pub use disk_type::{DiskType, Limit, Metric};
pub use in_tree::{Brought, InTree};
pub use parameter::{KeyCase, Letters, Parameter, Shape, Stage, TemplateField};
pub use topology::{Topology, ZonalPaths, ZoneForm};

/// A driver and everything that is known of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Driver {
    /// The name of its file, such as people call it.
    #[serde(skip)]
    pub name: String,
    /// The provisioner that classes name.
    pub provisioner: String,
    /// What it is, in a few words.
    pub title: String,
    /// Where the facts are from: code with its version, pages with their date.
    pub sources: Vec<String>,
    /// The provisioner of the plugin inside Kubernetes that it replaces.
    #[serde(default)]
    pub in_tree: Option<InTree>,
    /// The key of a class that names the file system.
    pub file_system_key: String,
    /// File systems.
    pub file_systems: FileSystems,
    /// Which parameter names the disk type.
    pub disk_type: DiskTypeKeys,
    /// Tables of tiers, by the name that disk types use.
    #[serde(default)]
    pub tiers: BTreeMap<String, Vec<Tier>>,
    /// Disk types.
    #[serde(default)]
    pub types: Vec<DiskType>,
    /// How IOPS are asked for.
    #[serde(default)]
    pub iops: Option<Metric>,
    /// How throughput is asked for, in MiB/s.
    #[serde(default)]
    pub throughput: Option<Metric>,
    /// Parameters for which the driver makes small disks larger.
    #[serde(default)]
    pub raised_sizes: Vec<RaisedSize>,
    /// Disks for which any of these holds cannot grow.
    #[serde(default)]
    pub fixed_size: Vec<Condition>,
    /// Who can use a volume how: a mode that no row allows is refused.
    pub access: Vec<Access>,
    /// What to use where several nodes must share data.
    pub shared_instead: String,
    /// Node labels that disks are placed by.
    pub topology: Topology,
    /// Options of `mountOptions` that are read before they are passed on.
    #[serde(default)]
    pub mount_options: Vec<MountOption>,
    /// Parameters of a StorageClass.
    pub class: Parameters,
    /// Parameters of a VolumeAttributesClass.
    pub attributes: Parameters,
    /// Parameters of a VolumeSnapshotClass.
    pub snapshot: Parameters,
}

/// File systems that the driver's node plugin makes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSystems {
    /// The one that it makes unless told otherwise.
    pub default: String,
    /// All that it makes.
    pub allowed: Vec<String>,
    /// Whether another name is certain to fail; otherwise it is advice.
    pub refused: bool,
    /// Other keys that are read for it, in any case.
    #[serde(default)]
    pub legacy_keys: Vec<String>,
    /// Where the facts are from.
    pub source: String,
}

/// Which parameter names the disk type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiskTypeKeys {
    /// The keys, the one to write first.
    pub keys: Vec<String>,
    /// The type where none is named.
    pub default: String,
    /// Whether names are read in any case.
    #[serde(default)]
    pub any_case: bool,
    /// Who refuses a name that is none.
    pub stage: Stage,
    /// Where the facts are from.
    pub source: String,
}

/// One way in which volumes can be used.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// The access modes.
    pub modes: Vec<String>,
    /// For this volume mode only.
    #[serde(default)]
    pub volume_mode: Option<String>,
    /// For these disk types only.
    #[serde(default)]
    pub types: Vec<String>,
    /// Only where these hold.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// Only for a claim that is made from a snapshot or another claim.
    #[serde(default)]
    pub from_source: bool,
    /// Only where another mode stands before it: the driver looks at the first alone.
    #[serde(default)]
    pub not_first: bool,
    /// Who refuses it, of a row that tells what is not there: all that no row tells of is refused by the driver.
    #[serde(default)]
    pub refused_by: Option<Stage>,
    /// Where the fact is from.
    pub source: String,
}

/// A size that the driver raises smaller ones to, silently.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RaisedSize {
    /// When it does, all of which must hold.
    pub when: Vec<Condition>,
    /// The size, in GiB.
    pub size: i64,
    /// Why, one sentence without a full stop.
    pub why: String,
    /// Where the fact is from.
    pub source: String,
}

/// An option of `mountOptions` that is read before it is passed on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MountOption {
    /// How the option begins.
    pub prefix: String,
    /// What follows.
    pub shape: Shape,
    /// Who refuses it.
    pub stage: Stage,
    /// Where the fact is from.
    pub source: String,
}

/// The parameters of one kind of class.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// How keys are compared.
    pub keys: KeyCase,
    /// Who refuses a key that is none.
    pub stage: Stage,
    /// The parameters, by key.
    #[serde(default)]
    pub list: BTreeMap<String, Parameter>,
    /// What is refused together.
    #[serde(default)]
    pub refusals: Vec<Refusal>,
    /// Keys with this beginning that the sidecar takes away before the driver sees them.
    #[serde(default)]
    pub reserved: Option<Reserved>,
    /// Of a VolumeAttributesClass: why parameters of a StorageClass are taken too and do nothing to a disk that exists.
    #[serde(default)]
    pub class_too: Option<String>,
    /// Of a VolumeAttributesClass: whether the driver lays it over the StorageClass key by key, in the exact spelling,
    /// before it reads either.
    #[serde(default)]
    pub merged: bool,
}

/// Keys that belong to the sidecar.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserved {
    /// How they begin.
    pub prefix: String,
    /// The rest of the keys that there are.
    pub names: Vec<String>,
    /// Where the fact is from.
    pub source: String,
}

impl Parameters {
    /// The parameter that a key names, by the driver's own comparison, and its proper spelling.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<(&str, &Parameter)> {
        self.list
            .iter()
            .find(|(name, parameter)| {
                let case = parameter.case.unwrap_or(self.keys);
                if parameter.prefix {
                    return key.get(..name.len()).is_some_and(|start| case.same(start, name));
                }
                case.same(key, name) || parameter.aliases.iter().any(|alias| case.same(key, alias))
            })
            .map(|(name, parameter)| (name.as_str(), parameter))
    }
}

impl Driver {
    /// The disk type of this name.
    #[must_use]
    pub fn find_type(&self, name: &str) -> Option<&DiskType> {
        self.types.iter().find(|disk_type| {
            disk_type.name == name || self.disk_type.any_case && disk_type.name.eq_ignore_ascii_case(name)
        })
    }

    /// The tiers of a disk type, smallest first; none where its performance follows other rules.
    #[must_use]
    pub fn tiers_of(&self, disk_type: &DiskType) -> &[Tier] {
        disk_type.tiers.as_ref().and_then(|name| self.tiers.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Whether many nodes can mount the file system of such a disk, whatever else stands in its class.
    #[must_use]
    pub fn is_shared(&self, disk_type: &DiskType) -> bool {
        self.access.iter().any(|row| {
            row.modes.iter().any(|mode| mode.ends_with("Many"))
                && row.volume_mode.as_deref() != Some("Block")
                && row.types.contains(&disk_type.name)
                && row.refused_by.is_none()
                && !row.from_source
                && row.when.is_empty()
        })
    }

    /// Whether its volumes are disks, which are attached to nodes, and not file systems that many nodes mount.
    #[must_use]
    pub fn is_disk(&self) -> bool {
        !self.types.is_empty()
    }

    /// The unit of throughput.
    #[must_use]
    pub fn throughput_unit(&self) -> &str {
        self.throughput.as_ref().and_then(|metric| metric.unit.as_deref()).unwrap_or("MiB/s")
    }
}

/// Every driver, by the name of its file.
#[must_use]
pub fn all() -> Vec<&'static Driver> {
    DRIVERS.iter().filter_map(|(name, _)| by_name(name)).collect()
}

/// The driver with this provisioner, or that replaces the plugin with this one.
#[must_use]
pub fn find(provisioner: &str) -> Option<&'static Driver> {
    let (_, name) = PROVISIONERS.iter().find(|(known, _)| *known == provisioner)?;
    by_name(name)
}

/// Every provisioner that volwright has facts about, and the names of other public drivers.
pub fn provisioners() -> impl Iterator<Item = &'static str> {
    PROVISIONERS.iter().map(|(provisioner, _)| *provisioner).chain(others().iter().map(String::as_str))
}

/// Whether a provisioner is one of [`provisioners`].
#[must_use]
pub fn is_known(provisioner: &str) -> bool {
    provisioners().any(|known| known == provisioner)
}

/// The names of public drivers that volwright has no facts about.
fn others() -> &'static [String] {
    #[derive(Deserialize)]
    struct File {
        names: Vec<String>,
    }
    static ALL: OnceLock<Vec<String>> = OnceLock::new();
    ALL.get_or_init(|| {
        serde_json::from_str::<File>(OTHER_DRIVERS).map_or_else(|_| Vec::new(), |file| file.names)
    })
}

/// The driver whose file has this name; only that file is read.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Driver> {
    static READ: [OnceLock<Option<Driver>>; DRIVERS.len()] = [const { OnceLock::new() }; DRIVERS.len()];
    let index = DRIVERS.iter().position(|(file, _)| *file == name)?;
    READ[index].get_or_init(|| read(name).ok()).as_ref()
}

/// Reads one file of the catalogue.
///
/// # Errors
///
/// What is wrong with the file.
pub fn read(name: &str) -> Result<Driver, String> {
    let (_, text) =
        DRIVERS.iter().find(|(file, _)| *file == name).ok_or_else(|| format!("no driver {name}"))?;
    let mut driver: Driver = serde_json::from_str(text).map_err(|error| error.to_string())?;
    name.clone_into(&mut driver.name);
    if let Some(why) = &driver.attributes.class_too {
        for (key, parameter) in &driver.class.list {
            let sets = Some(key.clone());
            let ignored = Some(why.clone());
            let row = Parameter { sets, ignored, deprecated: None, ..parameter.clone() };
            driver.attributes.list.entry(key.clone()).or_insert(row);
        }
    }
    Ok(driver)
}
