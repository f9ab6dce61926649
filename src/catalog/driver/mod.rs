//! CSI drivers: what they take and what they make of it. Facts in `../drivers/*.toml`, each with its source.

mod condition;
mod delivery;
mod disk_type;
mod fs_group;
mod in_tree;
mod json;
mod keys;
mod map;
mod mount_option;
mod parameter;
mod pattern;
mod refusal;
mod shape;
mod size;
mod stage;
mod subject;
mod topology;
mod value_test;

use crate::embedded::PROVISIONERS;

pub use condition::Condition;
pub use delivery::{Delivery, Disk, Line, Tier, greatest};
pub use disk_type::{DiskType, Limit, Metric};
pub use fs_group::{FsGroup, FsGroupPolicy};
pub use in_tree::{Brought, InTree};
pub use json::{JsonField, JsonShape};
pub use keys::{KeyCase, UnknownKeys};
pub use map::Map;
pub use mount_option::{MountOptions, Syntax};
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
#[derive(Clone, Debug)]
pub struct Driver {
    /// The name of its file, such as people call it.
    pub name: &'static str,
    /// The provisioner that classes name.
    pub provisioner: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What its volumes are.
    pub kind: DriverKind,
    /// Where the facts are from: code with its version, pages with their date.
    pub sources: &'static [&'static str],
    /// The provisioner of the plugin inside Kubernetes that it replaces.
    pub in_tree: Option<InTree>,
    /// The key of a class that names the file system.
    pub file_system_key: &'static str,
    /// File systems that the driver creates; none if it mounts a remote one.
    pub file_systems: Option<FileSystems>,
    /// Which parameter names the disk type, or whatever the driver calls its kinds of volume.
    pub disk_type: Option<DiskTypeKeys>,
    /// Tables of tiers, by the name that disk types use.
    pub tiers: Map<&'static [Tier]>,
    /// Disk types.
    pub types: &'static [DiskType],
    /// How IOPS are asked for.
    pub iops: Option<Metric>,
    /// How throughput is asked for, in MiB/s.
    pub throughput: Option<Metric>,
    /// What becomes of the size of a claim.
    pub sizes: &'static [SizeRule],
    /// Whether a bound claim can grow.
    pub expands: bool,
    /// Disks for which any of these holds cannot grow.
    pub fixed_size: &'static [Condition],
    /// Sizes that disks cannot grow past, although they can be created larger.
    pub growth: &'static [GrowthLimit],
    /// How a volume can be used: a mode that no row allows is rejected.
    pub access: &'static [Access],
    /// Whether the kubelet gives the files of a volume to the pod's `fsGroup`, if it is not a disk.
    pub fs_group: Option<FsGroup>,
    /// Whether the data outlives a volume that is deleted with its claim.
    pub keeps_data: bool,
    /// What to use if several nodes must share data.
    pub shared_instead: &'static str,
    /// Node labels that place volumes; none if a volume is not bound to a place.
    pub topology: Option<Topology>,
    /// Options of `mountOptions`.
    pub mount_options: Option<MountOptions>,
    /// Options of the `mountOptions` attribute of inline volumes, if they differ.
    pub inline_options: Option<MountOptions>,
    /// Whether and how volumes of claims are created.
    pub provisioning: Option<Provisioning>,
    /// Parameters of a StorageClass.
    pub class: Parameters,
    /// Parameters of a VolumeAttributesClass.
    pub attributes: Parameters,
    /// Parameters of a VolumeSnapshotClass.
    pub snapshot: Parameters,
    /// The handle of a PersistentVolume.
    pub handle: Option<Handle>,
    /// Attributes of a PersistentVolume; none if they are not catalogued.
    pub volume: Option<Parameters>,
    /// Annotations of a PersistentVolume.
    pub volume_annotations: Option<Parameters>,
    /// Annotations of claims that had an effect once.
    pub retired_annotations: Option<RetiredAnnotations>,
    /// Attributes of an inline volume of a pod; none if the driver supports persistent volumes only.
    pub inline: Option<Parameters>,
    /// Annotations of a pod that mounts a volume of the driver.
    pub pod_annotations: Option<PodAnnotations>,
}

/// What the volumes of a driver are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug)]
pub struct Provisioning {
    /// Whether it never does, so that a class creates nothing; otherwise only its usual installation does not.
    pub never: bool,
    /// Classes for which any of these holds are of use anyway.
    pub except: &'static [Condition],
    /// Why, one sentence without a full stop.
    pub why: &'static str,
    /// What to do instead.
    pub help: &'static str,
    /// The source of the fact.
    pub source: &'static str,
}

/// The handle of a PersistentVolume.
#[derive(Clone, Debug)]
pub struct Handle {
    /// What it looks like.
    pub shape: Shape,
    /// The handles that it applies to; all if absent.
    pub only: Option<&'static Pattern>,
    /// The component that rejects another.
    pub stage: Stage,
    /// Texts that are accepted and do not mean what they seem to mean.
    pub misread: &'static [MisreadHandle],
    /// The source of the facts.
    pub source: &'static str,
}

/// A handle that is accepted and does not mean what it seems to mean.
#[derive(Clone, Debug)]
pub struct MisreadHandle {
    /// What it looks like.
    pub pattern: &'static Pattern,
    /// What it means, one sentence without a full stop.
    pub message: &'static str,
    /// What to write instead.
    pub help: &'static str,
}

/// Annotations of pods.
#[derive(Clone, Debug)]
pub struct PodAnnotations {
    /// The annotation without which the volume is not mounted.
    pub required: &'static str,
    /// Its values that count.
    pub values: &'static [&'static str],
    /// Why, one sentence without a full stop.
    pub why: &'static str,
    /// All annotations.
    pub annotations: Parameters,
    /// The source of the fact.
    pub source: &'static str,
}

/// File systems that the driver's node plugin makes.
#[derive(Clone, Debug)]
pub struct FileSystems {
    /// The one that it makes unless told otherwise.
    pub default: &'static str,
    /// All that it makes.
    pub allowed: &'static [&'static str],
    /// Whether another name is certain to fail; otherwise it is advice.
    pub refused: bool,
    /// The component that rejects another name.
    pub stage: Stage,
    /// Other keys that are read for it, in any case.
    pub legacy_keys: &'static [&'static str],
    /// Where the facts are from.
    pub source: &'static str,
}

/// Which parameter names the disk type.
#[derive(Clone, Debug)]
pub struct DiskTypeKeys {
    /// The keys, the one to write first.
    pub keys: &'static [&'static str],
    /// What the driver calls them, if not "disk type".
    pub noun: Option<&'static str>,
    /// The type where none is named.
    pub default: &'static str,
    /// Whether names are read in any case.
    pub any_case: bool,
    /// Whether a name in another case is certain to be rejected.
    pub exact_case: bool,
    /// Which component rejects an invalid name.
    pub stage: Stage,
    /// Where the facts are from.
    pub source: &'static str,
}

/// One way in which volumes can be used.
#[derive(Clone, Debug)]
pub struct Access {
    /// The access modes.
    pub modes: &'static [&'static str],
    /// For this volume mode only.
    pub volume_mode: Option<&'static str>,
    /// For these disk types only.
    pub types: &'static [&'static str],
    /// Only where these hold.
    pub when: &'static [Condition],
    /// Only for a claim that is made from a snapshot or another claim.
    pub from_source: bool,
    /// Only if another mode precedes it: the driver reads the first one only.
    pub not_first: bool,
    /// Who refuses it, of a row that tells what is not there: all that no row tells of is refused by the driver.
    pub refused_by: Option<Stage>,
    /// Where the fact is from.
    pub source: &'static str,
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
        disk_type.tiers.and_then(|name| self.tiers.get(name)).copied().unwrap_or_default()
    }

    /// Whether many nodes can mount the file system of such a disk, whatever else its class sets.
    #[must_use]
    pub fn is_shared(&self, disk_type: &DiskType) -> bool {
        self.access.iter().any(|row| {
            row.modes.iter().any(|mode| mode.ends_with("Many"))
                && row.volume_mode != Some("Block")
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
            && self.access.iter().any(|row| row.modes.contains(&"ReadWriteMany"))
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
        self.throughput.as_ref().and_then(|metric| metric.unit).unwrap_or("MiB/s")
    }
}

/// Every driver, by the name of its file.
static ALL: &[Driver] = include!(concat!(env!("OUT_DIR"), "/drivers.rs"));

/// Every driver, by the name of its file.
#[must_use]
pub fn all() -> &'static [Driver] {
    ALL
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
    PROVISIONERS.iter().map(|(provisioner, _)| *provisioner).chain(OTHERS.names.iter().copied())
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

/// Public drivers that volwright has no facts about.
struct Others {
    names: &'static [&'static str],
}

static OTHERS: Others = include!(concat!(env!("OUT_DIR"), "/other_drivers.rs"));

/// The driver whose file has this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Driver> {
    ALL.iter().find(|driver| driver.name == name)
}
