//! CSI drivers: what they take and what they make of it. Facts in `../drivers/*.toml`, each with its source.

mod condition;
mod delivery;
mod disk_type;
mod fs_group;
mod in_tree;
mod json;
mod keys;
mod mount_option;
mod on_demand;
mod parameter;
mod pattern;
mod refusal;
mod shape;
mod size;
mod stage;
mod subject;
mod topology;
mod value_test;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::{DRIVERS, OTHER_DRIVERS, PROVISIONERS};

pub use condition::Condition;
pub use delivery::{Delivery, Disk, Line, Tier, greatest};
pub use disk_type::{DiskType, Limit, Metric};
pub use fs_group::{FsGroup, FsGroupPolicy};
pub use in_tree::{Brought, InTree};
pub use json::{JsonField, JsonShape};
pub use keys::{KeyCase, UnknownKeys};
pub use mount_option::{MountOptions, Syntax};
pub use on_demand::OnDemand;
pub use parameter::{
    ComputedPath, Parameter, Parameters, PathPart, Required, Reserved, RetiredAnnotations, ValueRule,
};
pub use pattern::Pattern;
pub use refusal::Refusal;
pub use shape::{IntegerShape, Letters, OptionTable, Shape, TemplateField};
pub use size::{Fraction, GrowthLimit, SizeBand, SizeOutcome, SizeRule};
pub use stage::Stage;
pub use subject::{Field, Request, Subject};
pub use topology::{Topology, ZonalPaths, ZoneForm};
pub use value_test::{AboveEach, Test, Words, go_boolean};

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
    /// What its volumes are.
    #[serde(default)]
    pub kind: DriverKind,
    /// Where the facts are from: code with its version, pages with their date.
    pub sources: Vec<String>,
    /// The provisioner of the plugin inside Kubernetes that it replaces.
    #[serde(default)]
    pub in_tree: Option<InTree>,
    /// The key of a class that names the file system.
    pub file_system_key: String,
    /// File systems that the driver creates; none if it mounts a remote one.
    #[serde(default)]
    pub file_systems: Option<FileSystems>,
    /// Which parameter names the disk type, or whatever the driver calls its kinds of volume.
    #[serde(default)]
    pub disk_type: Option<DiskTypeKeys>,
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
    /// What becomes of the size of a claim.
    #[serde(default)]
    pub sizes: Vec<SizeRule>,
    /// Whether a bound claim can grow.
    #[serde(default = "yes")]
    pub expands: bool,
    /// Disks for which any of these holds cannot grow.
    #[serde(default)]
    pub fixed_size: Vec<Condition>,
    /// Sizes that disks cannot grow past, although they can be created larger.
    #[serde(default)]
    pub growth: Vec<GrowthLimit>,
    /// How a volume can be used: a mode that no row allows is rejected.
    pub access: Vec<Access>,
    /// Whether the kubelet gives the files of a volume to the pod's `fsGroup`, if it is not a disk.
    #[serde(default)]
    pub fs_group: Option<FsGroup>,
    /// Whether the data outlives a volume that is deleted with its claim.
    #[serde(default)]
    pub keeps_data: bool,
    /// What to use if several nodes must share data.
    pub shared_instead: String,
    /// Node labels that place volumes; none if a volume is not bound to a place.
    #[serde(default)]
    pub topology: Option<Topology>,
    /// Options of `mountOptions`.
    #[serde(default)]
    pub mount_options: Option<MountOptions>,
    /// Options of the `mountOptions` attribute of inline volumes, if they differ.
    #[serde(default)]
    pub inline_options: Option<MountOptions>,
    /// Whether and how volumes of claims are created.
    #[serde(default)]
    pub provisioning: Option<Provisioning>,
    /// Parameters of a StorageClass.
    pub class: Parameters,
    /// Parameters of a VolumeAttributesClass.
    pub attributes: OnDemand<Parameters>,
    /// Parameters of a VolumeSnapshotClass.
    pub snapshot: OnDemand<Parameters>,
    /// The handle of a PersistentVolume.
    #[serde(default)]
    pub handle: Option<Handle>,
    /// Attributes of a PersistentVolume; none if they are not catalogued.
    #[serde(default)]
    pub volume: Option<OnDemand<Parameters>>,
    /// Annotations of a PersistentVolume.
    #[serde(default)]
    pub volume_annotations: Option<OnDemand<Parameters>>,
    /// Annotations of claims that had an effect once.
    #[serde(default)]
    pub retired_annotations: Option<RetiredAnnotations>,
    /// Attributes of an inline volume of a pod; none if the driver supports persistent volumes only.
    #[serde(default)]
    pub inline: Option<OnDemand<Parameters>>,
    /// Annotations of a pod that mounts a volume of the driver.
    #[serde(default)]
    pub pod_annotations: Option<PodAnnotations>,
}

/// What the volumes of a driver are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriverKind {
    /// Disks, which are attached to nodes.
    #[default]
    Disk,
    /// Shared file systems.
    FileSystem,
    /// Buckets of object storage.
    Bucket,
}

/// Whether a driver creates volumes for claims.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provisioning {
    /// Whether it never does, so that a class creates nothing; otherwise only its usual installation does not.
    pub never: bool,
    /// Classes for which any of these holds are of use anyway.
    #[serde(default)]
    pub except: Vec<Condition>,
    /// Why, one sentence without a full stop.
    pub why: String,
    /// What to do instead.
    pub help: String,
    /// The source of the fact.
    pub source: String,
}

/// The handle of a PersistentVolume.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handle {
    /// What it looks like.
    pub shape: Shape,
    /// The handles that it applies to; all if absent.
    #[serde(default)]
    pub only: Option<Pattern>,
    /// The component that rejects another.
    pub stage: Stage,
    /// Texts that are accepted and do not mean what they seem to mean.
    #[serde(default)]
    pub misread: Vec<MisreadHandle>,
    /// The source of the facts.
    pub source: String,
}

/// A handle that is accepted and does not mean what it seems to mean.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MisreadHandle {
    /// What it looks like.
    pub pattern: Pattern,
    /// What it means, one sentence without a full stop.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// Annotations of pods.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PodAnnotations {
    /// The annotation without which the volume is not mounted.
    pub required: String,
    /// Its values that count.
    pub values: Vec<String>,
    /// Why, one sentence without a full stop.
    pub why: String,
    /// All annotations.
    pub annotations: Parameters,
    /// The source of the fact.
    pub source: String,
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
    /// The component that rejects another name.
    #[serde(default = "node")]
    pub stage: Stage,
    /// Other keys that are read for it, in any case.
    #[serde(default)]
    pub legacy_keys: Vec<String>,
    /// Where the facts are from.
    pub source: String,
}

fn yes() -> bool {
    true
}

fn node() -> Stage {
    Stage::Node
}

/// Which parameter names the disk type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiskTypeKeys {
    /// The keys, the one to write first.
    pub keys: Vec<String>,
    /// What the driver calls them, if not "disk type".
    #[serde(default)]
    pub noun: Option<String>,
    /// The type where none is named.
    pub default: String,
    /// Whether names are read in any case.
    #[serde(default)]
    pub any_case: bool,
    /// Whether a name in another case is certain to be rejected.
    #[serde(default)]
    pub exact_case: bool,
    /// Which component rejects an invalid name.
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
    /// Only if another mode precedes it: the driver reads the first one only.
    #[serde(default)]
    pub not_first: bool,
    /// Who refuses it, of a row that tells what is not there: all that no row tells of is refused by the driver.
    #[serde(default)]
    pub refused_by: Option<Stage>,
    /// Where the fact is from.
    pub source: String,
}

impl Driver {
    /// The disk type of this name.
    #[must_use]
    pub fn find_type(&self, name: &str) -> Option<&DiskType> {
        let any_case = self.disk_type.as_ref().is_some_and(|keys| keys.any_case);
        self.types
            .iter()
            .find(|disk_type| disk_type.name == name || any_case && disk_type.name.eq_ignore_ascii_case(name))
    }

    /// The tiers of a disk type, smallest first; none where its performance follows other rules.
    #[must_use]
    pub fn tiers_of(&self, disk_type: &DiskType) -> &[Tier] {
        disk_type.tiers.as_ref().and_then(|name| self.tiers.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Whether many nodes can mount the file system of such a disk, whatever else its class sets.
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
        self.kind == DriverKind::Disk
    }

    /// Whether a class of this driver creates file systems that many nodes can read and write.
    #[must_use]
    pub fn creates_shared_volumes(&self) -> bool {
        self.kind == DriverKind::FileSystem
            && self.provisioning.as_ref().is_none_or(|provisioning| !provisioning.never)
            && self.access.iter().any(|row| row.modes.iter().any(|mode| mode == "ReadWriteMany"))
    }

    /// Whether the kubelet changes the owner of every file on a volume with these access modes, and with a file system if
    /// one is named, to the pod's `fsGroup`. A disk whose policy is not known is assumed to be one of those.
    #[must_use]
    pub fn applies_fs_group(&self, modes: &[String], has_file_system: bool) -> bool {
        let policy = self.fs_group.as_ref();
        policy.map_or_else(|| self.is_disk(), |group| group.applies(modes, has_file_system))
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
    by_name(name_of(provisioner)?)
}

/// The name of the driver that [`find`] returns, without reading its file.
#[must_use]
pub fn name_of(provisioner: &str) -> Option<&'static str> {
    PROVISIONERS.iter().find(|(known, _)| *known == provisioner).map(|(_, name)| *name)
}

/// The provisioner of the driver that [`find`] returns, without reading its file.
#[must_use]
pub fn provisioner_of(provisioner: &str) -> Option<&'static str> {
    // A driver's own provisioner precedes those that it replaces.
    let name = name_of(provisioner)?;
    PROVISIONERS.iter().find(|(_, other)| *other == name).map(|(own, _)| *own)
}

/// Every provisioner that volwright has facts about, and the names of other public drivers.
pub fn provisioners() -> impl Iterator<Item = &'static str> {
    PROVISIONERS.iter().map(|(provisioner, _)| *provisioner).chain(others().iter().map(String::as_str))
}

/// Whether a provisioner creates volumes that several nodes can mount.
#[must_use]
pub fn creates_shared_volumes(provisioner: &str) -> bool {
    find(provisioner).is_some_and(Driver::creates_shared_volumes)
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
    Ok(driver)
}
