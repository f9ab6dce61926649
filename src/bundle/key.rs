//! The keys by which the documents of an input are found.

use crate::bundle::default_class::default_annotation;
use crate::bundle::generated_claims::generated_claims;
use crate::bundle::zone::zones_of_pod;
use crate::catalog::driver;
use crate::catalog::pod_security::PodSecurityLevel;
use crate::document::Document;
use crate::document::object::{Object, PodPart};
use crate::hash::hash_of;
use crate::schema::definition::Definition;

/// The API group of snapshots, with the slash before the version.
const SNAPSHOT_GROUP: &str = "snapshot.storage.k8s.io/";

/// What one object can be found by. An object without a namespace goes to whatever namespace the person applies it
/// in, so it is taken to be beside others without one.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) enum Key<'k> {
    /// A StorageClass by name.
    Class(&'k str),
    /// A VolumeAttributesClass by name.
    AttributesClass(&'k str),
    /// A claim by namespace and name.
    Claim(Option<&'k str>, &'k str),
    /// A PersistentVolume by name.
    Volume(&'k str),
    /// A VolumeSnapshot by namespace and name.
    Snapshot(Option<&'k str>, &'k str),
    /// A VolumeSnapshotClass by name.
    SnapshotClass(&'k str),
    /// A VolumeSnapshotContent by name.
    SnapshotContent(&'k str),
    /// A pod or a StatefulSet that creates a claim of this namespace and name.
    Maker(Option<&'k str>, &'k str),
    /// The first pod or workload that mounts this claim.
    ClaimUser(Option<&'k str>, &'k str),
    /// The first of them whose pods do not end by themselves.
    LongRunningUser(Option<&'k str>, &'k str),
    /// What has the key of this hash in this file.
    In(usize, KeyHash),
    /// What has the key of this hash in this directory.
    InDirectory(usize, KeyHash),
    /// A Namespace that enforces a Pod Security level on itself.
    Enforcing(&'k str),
    /// A class of this provisioner that is marked as the cluster's default.
    DefaultClass(&'k str),
    /// Such a class of any provisioner: the first, or another one.
    AnyDefaultClass { again: bool },
    /// A class whose driver creates volumes that several nodes can mount.
    SharedClass,
    /// A claim of this class that requests a raw block device.
    BlockClaim(&'k str),
    /// The pods, and the workloads whose template, that mount this claim and are kept to zones of their own:
    /// numbered, one for each set of zones.
    PinnedPod(Option<&'k str>, &'k str, usize),
    /// A PersistentVolume that carries this class as a label.
    VolumeOfClass(&'k str),
    /// A PersistentVolume of this CSI driver and handle.
    VolumeOfHandle(&'k str, &'k str),
    /// The same by their zones.
    PodOfZones(Option<&'k str>, &'k str, &'k [&'k str]),
    /// The definition of a custom resource, by group and kind.
    Definition(&'k str, &'k str),
    /// The definition of a kind of this name, whatever its group.
    DefinitionOfKind(&'k str),
}

/// A key's hash, the same in every run. Among a million objects two that share one are a chance of one in thirty
/// million.
pub type KeyHash = u64;

/// A key by which a file can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offer {
    /// The key.
    pub key: KeyHash,
    /// Whether every file with the key matters, and not only the first and whether there are several.
    pub is_of_all: bool,
}

impl Key<'_> {
    /// Whether others refer to the object by this key.
    pub(super) fn is_link(&self) -> bool {
        matches!(
            self,
            Self::Class(_)
                | Self::AttributesClass(_)
                | Self::Claim(..)
                | Self::Volume(_)
                | Self::Snapshot(..)
                | Self::SnapshotClass(_)
                | Self::SnapshotContent(_)
                | Self::VolumeOfHandle(..)
        )
    }

    pub(super) fn offer(&self) -> Offer {
        Offer { key: self.hashed(), is_of_all: matches!(self, Self::PinnedPod(..)) }
    }

    pub(super) fn hashed(&self) -> KeyHash {
        hash_of(self)
    }
}

/// Calls `take` with everything that a document can be found by; it tells whether the key was free.
pub(super) fn keys(document: &Document<'_>, take: &mut dyn FnMut(Key<'_>) -> bool) {
    let namespace = document.namespace.as_deref();
    match &document.object {
        Object::StorageClass(class) => {
            take(Key::Class(&document.name));
            if driver::creates_shared_volumes(&class.provisioner) {
                take(Key::SharedClass);
            }
            if default_annotation(class).is_some() {
                take(Key::DefaultClass(&class.provisioner));
                if !take(Key::AnyDefaultClass { again: false }) {
                    take(Key::AnyDefaultClass { again: true });
                }
            }
        }
        Object::VolumeAttributesClass(_) => {
            take(Key::AttributesClass(&document.name));
        }
        Object::PersistentVolumeClaim(claim) => {
            take(Key::Claim(namespace, &document.name));
            let Some(spec) = &claim.spec else { return };
            if let (Some("Block"), Some(class)) = (spec.volume_mode.as_deref(), &spec.storage_class_name) {
                take(Key::BlockClaim(class));
            }
        }
        Object::PersistentVolume(volume) => {
            take(Key::Volume(&document.name));
            let Some(spec) = &volume.spec else { return };
            if let Some(class) = spec.storage_class_name.as_deref().filter(|class| !class.is_empty()) {
                take(Key::VolumeOfClass(class));
            }
            if let Some(csi) = &spec.csi {
                take(Key::VolumeOfHandle(&csi.driver, &csi.volume_handle));
            }
        }
        Object::Plain(_) if document.kind == "Namespace" => {
            if enforced_level(document).is_some() {
                take(Key::Enforcing(&document.name));
            }
        }
        Object::Plain(_) if Definition::is_one(&document.api_version, &document.kind) => {
            if let Some((group, kind)) = Definition::names(&document.root) {
                take(Key::Definition(group, kind));
                take(Key::DefinitionOfKind(kind));
            }
        }
        Object::Other if document.api_version.starts_with(SNAPSHOT_GROUP) => match &*document.kind {
            "VolumeSnapshot" => {
                take(Key::Snapshot(namespace, &document.name));
            }
            "VolumeSnapshotClass" => {
                take(Key::SnapshotClass(&document.name));
            }
            "VolumeSnapshotContent" => {
                take(Key::SnapshotContent(&document.name));
            }
            _ => {}
        },
        object => {
            for made in generated_claims(document) {
                take(Key::Maker(namespace, &made.name));
            }
            if let Some(pod) = object.pod() {
                for claim in claims_of(&pod) {
                    take(Key::ClaimUser(namespace, claim));
                    if document.object.is_long_running() {
                        take(Key::LongRunningUser(namespace, claim));
                    }
                }
                pod_keys(namespace, &pod, take);
            }
        }
    }
}

/// The most pods of one claim that are compared by their zones: as many as there are different sets of zones, which is a
/// handful in any cluster.
const MOST_PINNED_PODS: usize = 64;

fn pod_keys(namespace: Option<&str>, pod: &PodPart<'_>, take: &mut dyn FnMut(Key<'_>) -> bool) {
    let Some(mut zones) = zones_of_pod(pod.spec) else { return };
    zones.sort_unstable();
    for claim in claims_of(pod) {
        if take(Key::PodOfZones(namespace, claim, &zones)) {
            // Another thread may be entering the same pod, or an earlier pod may have displaced it: then no number is free.
            let mut numbers = 0..MOST_PINNED_PODS;
            while numbers.next().is_some_and(|number| !take(Key::PinnedPod(namespace, claim, number))) {}
        }
    }
}

/// The claims that a pod's volumes name.
fn claims_of<'p>(pod: &PodPart<'p>) -> impl Iterator<Item = &'p str> {
    let volumes = pod.spec.volumes.iter().flatten();
    volumes.filter_map(|volume| Some(volume.persistent_volume_claim.as_ref()?.claim_name.as_str()))
}

/// The level that a Namespace's label names; `privileged` and misspelt levels require nothing.
pub(super) fn enforced_level(namespace: &Document<'_>) -> Option<PodSecurityLevel> {
    let labels = namespace.root.get("metadata")?.get("labels")?;
    labels.get("pod-security.kubernetes.io/enforce")?.as_str()?.parse().ok()
}
