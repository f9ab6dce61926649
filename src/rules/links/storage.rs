//! The claims behind a pod's volumes and a StatefulSet's claim templates, and the disks that they become.

use k8s_openapi::api::core::v1::{PersistentVolumeClaimSpec, PersistentVolumeSpec, PodSpec};
use k8s_openapi::api::storage::v1::{StorageClass, VolumeAttributesClass};

use crate::bundle::Bundle;
use crate::catalog::cluster_class::{self, ClusterClass};
use crate::catalog::driver;
use crate::catalog::kubernetes::volume_mode;
use crate::document::Document;
use crate::document::object::{Object, PodPart};
use crate::rules::driver::{Claim, VolumeRequest};

/// A volume of a pod and the claim behind it.
#[derive(Clone, Copy, Debug)]
pub struct Storage<'a> {
    /// Position in the pod's `volumes`; none for a claim template of a StatefulSet.
    pub volume: Option<usize>,
    /// The volume's name, which mounts and devices refer to.
    pub name: &'a str,
    /// The claim's specification: of a claim in the input, the volume's own template, or a StatefulSet's.
    pub claim: &'a PersistentVolumeClaimSpec,
    /// The document of the claim; none if a template creates it.
    pub document: Option<&'a Document<'a>>,
    /// The StorageClass of the claim, if the input has it.
    pub class: Option<(&'a Document<'a>, &'a StorageClass)>,
    /// The class that a managed cluster creates under the name that the claim gives, if the input has no such class.
    pub cluster_class: Option<&'static ClusterClass>,
    attributes: Option<(&'a Document<'a>, &'a VolumeAttributesClass)>,
    /// The volume that the claim names, if the input has it.
    persistent_volume: Option<&'a PersistentVolumeSpec>,
}

/// The zones in which a volume can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// One zone.
    OneZone,
    /// Two zones of a region.
    TwoZones,
    /// Every zone of a region.
    EveryZone,
    /// The class or the driver is unknown, or the zones depend on the cluster.
    Unknown,
}

impl<'a> Storage<'a> {
    /// Whether the claim requests a raw block device.
    #[must_use]
    pub fn is_block(&self) -> bool {
        volume_mode(self.claim.volume_mode.as_deref()) == "Block"
    }

    /// Whether the claim names a volume of the node or of a file server, which pods mount for writing whatever its access modes
    /// are.
    #[must_use]
    pub fn ignores_access_modes(&self) -> bool {
        self.persistent_volume.is_some_and(|volume| {
            volume.host_path.is_some() || volume.local.is_some() || volume.nfs.is_some()
        })
    }

    /// Whether every access mode of the claim is one of `modes`, and the claim has at least one.
    #[must_use]
    pub fn only(&self, modes: &[&str]) -> bool {
        let modes_of_claim = self.claim.access_modes.as_deref().unwrap_or_default();
        !modes_of_claim.is_empty() && modes_of_claim.iter().all(|mode| modes.contains(&mode.as_str()))
    }

    /// Whether the volume's own template creates the claim, for the life of the pod.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.volume.is_some() && self.document.is_none()
    }

    /// Whether the claim names the volume that it is to be bound to, so that its class creates nothing.
    #[must_use]
    pub fn is_static(&self) -> bool {
        self.claim.volume_name.as_deref().is_some_and(|name| !name.is_empty())
    }

    /// Whether the volume is created from a snapshot, another claim or other data.
    #[must_use]
    pub fn has_source(&self) -> bool {
        self.claim.data_source.is_some() || self.claim.data_source_ref.is_some()
    }

    /// What the claim requests of its driver: one request for a class of the input, one for each form that a class of the
    /// cluster may have, none if the class or the driver is unknown.
    #[must_use]
    pub fn requests(&self) -> Vec<VolumeRequest<'a>> {
        if self.is_static() {
            return Vec::new();
        }
        let request = |class: &'a StorageClass| {
            let request = VolumeRequest::of_class(driver::find(&class.provisioner)?, class);
            let request = match self.attributes {
                Some((_, attributes)) => request.with_attributes(attributes),
                None => request,
            };
            Some(request.with_claim(Claim::new(self.claim)))
        };
        match (self.class, self.cluster_class) {
            (Some((_, class)), _) => request(class).into_iter().collect(),
            (None, Some(known)) => known.variants.iter().filter_map(request).collect(),
            (None, None) => Vec::new(),
        }
    }

    /// The zones in which the volume can be used.
    #[must_use]
    pub fn reach(&self) -> Reach {
        let mut reaches = self.requests().into_iter().map(|request| reach(&request));
        let Some(first) = reaches.next() else { return Reach::Unknown };
        if reaches.all(|other| other == first) { first } else { Reach::Unknown }
    }

    /// Whether one node at a time can use the volume. A class that is neither in the input nor known is taken at its word:
    /// its claims say so themselves. A file system is shared whatever its claim says, and so is a volume that other
    /// nodes can read as long as `pod` only reads it.
    #[must_use]
    pub fn is_single_node(&self, pod: &PodSpec) -> bool {
        if self.only(&["ReadWriteOncePod"]) {
            return true;
        }
        if !self.only(SINGLE_NODE) {
            return false;
        }
        if let Some(volume) = self.persistent_volume {
            return !is_file_system(volume);
        }
        if self.is_static() || self.class.is_none() && self.cluster_class.is_none() {
            return true;
        }
        let requests = self.requests();
        let shared = |request: &VolumeRequest<'_>| {
            let disk_type = request.driver.find_type(request.disk_type());
            let many_read = disk_type.is_some_and(|disk_type| request.driver.is_shared(disk_type));
            !request.driver.is_disk() || many_read && self.is_read_only_in(pod)
        };
        !requests.is_empty() && !requests.iter().any(shared)
    }

    /// Whether the kubelet gives the files of the volume to the pod's `fsGroup`. For a driver that is not known, only a disk
    /// is assumed to be one.
    #[must_use]
    pub fn applies_fs_group(&self) -> bool {
        let modes = self.claim.access_modes.as_deref().unwrap_or_default();
        if let Some(volume) = self.persistent_volume {
            return match &volume.csi {
                Some(csi) => driver::find(&csi.driver)
                    .is_none_or(|driver| driver.applies_fs_group(modes, csi.fs_type.is_some())),
                None => !is_file_system(volume),
            };
        }
        let requests = self.requests();
        if requests.is_empty() {
            return self.only(SINGLE_NODE);
        }
        requests.iter().any(|request| {
            let has_file_system =
                request.file_system_pairs().next().is_some_and(|pair| !pair.value.is_empty());
            request.driver.applies_fs_group(modes, has_file_system)
        })
    }

    /// Whether the pod mounts the volume for reading only.
    #[must_use]
    pub fn is_read_only_in(&self, pod: &PodSpec) -> bool {
        let volume = self.volume.and_then(|index| pod.volumes.as_ref()?.get(index));
        let source = volume.and_then(|volume| volume.persistent_volume_claim.as_ref());
        source.and_then(|source| source.read_only) == Some(true)
            || containers(pod)
                .flat_map(|container| container.volume_mounts.iter().flatten())
                .filter(|mount| mount.name == self.name)
                .all(|mount| mount.read_only == Some(true))
    }

    /// How a message names the class of the claim.
    #[must_use]
    pub fn class_name(&self) -> &str {
        self.class.map_or_else(
            || self.claim.storage_class_name.as_deref().unwrap_or_default(),
            |(document, _)| &*document.name,
        )
    }
}

/// Access modes that let one node, or one pod, use a volume at a time.
pub const SINGLE_NODE: &[&str] = &["ReadWriteOnce", "ReadWriteOncePod"];

/// Whether a volume is known to be a file system or a bucket that many nodes can mount, whatever its access modes say.
fn is_file_system(volume: &PersistentVolumeSpec) -> bool {
    match &volume.csi {
        Some(csi) => driver::find(&csi.driver).is_some_and(|driver| !driver.is_disk()),
        None => {
            volume.nfs.is_some()
                || volume.azure_file.is_some()
                || volume.cephfs.is_some()
                || volume.glusterfs.is_some()
        }
    }
}

/// The zones in which a requested volume can be used.
#[must_use]
pub fn reach(request: &VolumeRequest<'_>) -> Reach {
    let Some(topology) = request.driver.topology.as_ref().filter(|_| request.driver.is_disk()) else {
        return Reach::Unknown;
    };
    let any = |conditions: &[driver::Condition]| conditions.iter().any(|condition| condition.holds(request));
    if any(topology.every_zone) {
        Reach::EveryZone
    } else if any(topology.replicated) {
        Reach::TwoZones
    } else {
        Reach::OneZone
    }
}

/// The containers of a pod, init containers first.
pub fn containers(pod: &PodSpec) -> impl Iterator<Item = &k8s_openapi::api::core::v1::Container> {
    pod.init_containers.iter().flatten().chain(&pod.containers)
}

/// The volumes of a pod whose claims are known.
#[must_use]
pub fn storages<'a>(document: &'a Document<'a>, pod: &PodPart<'a>, bundle: &Bundle<'a>) -> Vec<Storage<'a>> {
    let mut storages = Vec::new();
    let templates = match &document.object {
        Object::StatefulSet(set) => set.spec.volume_claim_templates.as_deref().unwrap_or_default(),
        _ => &[],
    };
    for template in templates {
        let (Some(name), Some(claim)) = (template.metadata.name.as_deref(), &template.spec) else { continue };
        storages.push(storage(None, name, claim, (document, None), bundle));
    }
    for (volume, value) in pod.spec.volumes.iter().flatten().enumerate() {
        // A claim template replaces a volume of its name.
        if templates.iter().any(|template| template.metadata.name.as_ref() == Some(&value.name)) {
            continue;
        }
        let (claim, own) = if let Some(source) = &value.persistent_volume_claim {
            let Some((found, claim)) = bundle.index.claim(document, &source.claim_name) else { continue };
            (claim, Some(found))
        } else if let Some(template) =
            value.ephemeral.as_ref().and_then(|source| source.volume_claim_template.as_ref())
        {
            (&template.spec, None)
        } else {
            continue;
        };
        storages.push(storage(Some(volume), &value.name, claim, (document, own), bundle));
    }
    storages
}

/// A volume whose claim is in the second document, or else in the first.
fn storage<'a>(
    volume: Option<usize>,
    name: &'a str,
    claim: &'a PersistentVolumeClaimSpec,
    (document, own): (&'a Document<'a>, Option<&'a Document<'a>>),
    bundle: &Bundle<'a>,
) -> Storage<'a> {
    let from = own.unwrap_or(document);
    let class_name = claim.storage_class_name.as_deref();
    let class = match class_name {
        Some(name) => bundle.index.class(from, name),
        None => bundle.index.only_default_class(),
    };
    let cluster_class = class_name.filter(|_| class.is_none()).and_then(cluster_class::find);
    let attributes = claim.volume_attributes_class_name.as_deref().filter(|name| !name.is_empty());
    let attributes = attributes.and_then(|name| bundle.index.attributes_class(from, name));
    let persistent_volume = claim.volume_name.as_deref().filter(|name| !name.is_empty());
    let persistent_volume = persistent_volume.and_then(|name| bundle.index.volume(from, name));
    let persistent_volume = persistent_volume.and_then(|(_, volume)| volume.spec.as_ref());
    Storage { volume, name, claim, document: own, class, cluster_class, attributes, persistent_volume }
}
