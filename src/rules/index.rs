//! Who refers to whom: the objects that others can name, found by key.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec};
use k8s_openapi::api::storage::v1::{StorageClass, VolumeAttributesClass};

use crate::document::Document;
use crate::document::object::{Object, PodPart};
use crate::rules::advice::class::default_annotation;
use crate::rules::links::{made_claims, zones_of_pod};
use crate::rules::security::PodSecurityLevel;

/// What one object can be found by. An object without a namespace goes to whatever namespace the person applies it
/// in, so it is taken to be beside others without one.
#[derive(Clone, Copy, Debug, Hash)]
enum Key<'k> {
    /// A StorageClass by name.
    Class(&'k str),
    /// A VolumeAttributesClass by name.
    AttributesClass(&'k str),
    /// A claim by namespace and name.
    Claim(Option<&'k str>, &'k str),
    /// A PersistentVolume by name.
    Volume(&'k str),
    /// A pod or a set that makes a claim of this namespace and name.
    Maker(Option<&'k str>, &'k str),
    /// A Namespace that enforces a Pod Security level on itself.
    Enforcing(&'k str),
    /// A class of this provisioner that is marked as the cluster's default.
    DefaultClass(&'k str),
    /// A claim of this class that asks for a raw block device.
    BlockClaim(&'k str),
    /// The pods, and the workloads whose template, that mount this claim and are kept to zones of their own:
    /// numbered, one for each set of zones.
    PinnedPod(Option<&'k str>, &'k str, usize),
    /// The same by their zones.
    PodOfZones(Option<&'k str>, &'k str, &'k [&'k str]),
}

/// A key's hash, the same in every run. Among a million objects two that share one are a chance of one in thirty
/// million.
pub type KeyHash = u64;

impl Key<'_> {
    fn hashed(&self) -> KeyHash {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// Hands a hash on as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A table by hashes of keys.
pub type ByKey<Value> = HashMap<KeyHash, Value, BuildHasherDefault<Hashed>>;

/// The objects that others can name. Only lookups: nothing is ever listed in the order of a map.
#[derive(Debug, Default)]
pub struct Index<'a> {
    documents: ByKey<&'a Document<'a>>,
    /// What was asked for in vain, where somebody may know it.
    unanswered: Option<Mutex<Vec<KeyHash>>>,
}

impl<'a> Index<'a> {
    /// Reads every document once. Where two objects have one key, the first is found.
    #[must_use]
    pub fn new(documents: &'a [Document<'a>]) -> Self {
        let mut index = Self::default();
        for document in documents {
            index.add(document, &mut |_| true);
        }
        index
    }

    /// An index that remembers what it could not answer; see [`Self::take_unanswered`].
    #[must_use]
    pub fn remembering() -> Self {
        Self { unanswered: Some(Mutex::default()), ..Self::default() }
    }

    /// Adds a document under those of its keys that nothing has yet and that `takes` takes.
    pub fn add(&mut self, document: &'a Document<'a>, takes: &mut dyn FnMut(KeyHash) -> bool) {
        keys(document, &mut |key| {
            let key = key.hashed();
            let free = !self.documents.contains_key(&key) && takes(key);
            if free {
                self.documents.insert(key, document);
            }
            free
        });
    }

    /// What was asked for in vain since the last call.
    pub fn take_unanswered(&self) -> Vec<KeyHash> {
        let list = self.unanswered.as_ref().map(|list| list.lock().unwrap_or_else(PoisonError::into_inner));
        list.map(|mut list| std::mem::take(&mut *list)).unwrap_or_default()
    }

    fn find(&self, key: &Key<'_>) -> Option<&'a Document<'a>> {
        let key = key.hashed();
        let found = self.documents.get(&key).copied();
        if let (None, Some(list)) = (found, &self.unanswered) {
            list.lock().unwrap_or_else(PoisonError::into_inner).push(key);
        }
        found
    }

    /// The StorageClass of this name, if the input has it.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<(&'a Document<'a>, &'a StorageClass)> {
        let document = self.find(&Key::Class(name))?;
        match &document.object {
            Object::StorageClass(class) => Some((document, class)),
            _ => None,
        }
    }

    /// The VolumeAttributesClass of this name, if the input has it.
    #[must_use]
    pub fn attributes_class(&self, name: &str) -> Option<(&'a Document<'a>, &'a VolumeAttributesClass)> {
        let document = self.find(&Key::AttributesClass(name))?;
        match &document.object {
            Object::VolumeAttributesClass(class) => Some((document, class)),
            _ => None,
        }
    }

    /// The claim of this name beside an object of `namespace`, if the input has it.
    #[must_use]
    pub fn claim(
        &self,
        namespace: Option<&str>,
        name: &str,
    ) -> Option<(&'a Document<'a>, &'a PersistentVolumeClaimSpec)> {
        let document = self.find(&Key::Claim(namespace, name))?;
        Some((document, claim_of(document)?.spec.as_ref()?))
    }

    /// The PersistentVolume of this name, if the input has it.
    #[must_use]
    pub fn volume(&self, name: &str) -> Option<(&'a Document<'a>, &'a PersistentVolume)> {
        let document = self.find(&Key::Volume(name))?;
        match &document.object {
            Object::PersistentVolume(volume) => Some((document, volume)),
            _ => None,
        }
    }

    /// The first pod or set that makes a claim of this name for itself.
    #[must_use]
    pub fn maker(&self, namespace: Option<&str>, claim: &str) -> Option<&'a Document<'a>> {
        self.find(&Key::Maker(namespace, claim))
    }

    /// The first class of this provisioner that is marked as the cluster's default.
    #[must_use]
    pub fn default_class(&self, provisioner: &str) -> Option<&'a Document<'a>> {
        self.find(&Key::DefaultClass(provisioner))
    }

    /// The Pod Security level that a Namespace of the input enforces on itself.
    #[must_use]
    pub fn enforced_level(&self, namespace: &str) -> Option<PodSecurityLevel> {
        enforced_level(self.find(&Key::Enforcing(namespace))?)
    }

    /// Whether a claim of the input asks this class for a raw block device.
    #[must_use]
    pub fn has_block_claim(&self, class: &str) -> bool {
        self.find(&Key::BlockClaim(class)).is_some()
    }

    /// The pods, and the workloads whose template, that mount this claim and are kept to certain zones: the first of
    /// each set of zones is among them.
    pub fn pinned_pods(
        &self,
        namespace: Option<&str>,
        claim: &str,
    ) -> impl Iterator<Item = &'a Document<'a>> {
        (0..).map_while(move |number| self.find(&Key::PinnedPod(namespace, claim, number)))
    }
}

/// Calls `take` with everything that a document can be found by; it tells whether the key was free.
fn keys(document: &Document<'_>, take: &mut dyn FnMut(Key<'_>) -> bool) {
    let namespace = document.namespace.as_deref();
    match &document.object {
        Object::StorageClass(class) => {
            take(Key::Class(&document.name));
            if default_annotation(class).is_some() {
                take(Key::DefaultClass(&class.provisioner));
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
        Object::PersistentVolume(_) => {
            take(Key::Volume(&document.name));
        }
        Object::Other if document.kind == "Namespace" => {
            if enforced_level(document).is_some() {
                take(Key::Enforcing(&document.name));
            }
        }
        object => {
            for made in made_claims(document) {
                take(Key::Maker(namespace, &made.name));
            }
            if let Some(pod) = object.pod() {
                pod_keys(namespace, &pod, take);
            }
        }
    }
}

fn pod_keys(namespace: Option<&str>, pod: &PodPart<'_>, take: &mut dyn FnMut(Key<'_>) -> bool) {
    let Some(mut zones) = zones_of_pod(pod.spec) else { return };
    zones.sort_unstable();
    for volume in pod.spec.volumes.iter().flatten() {
        let Some(claim) = volume.persistent_volume_claim.as_ref().map(|source| source.claim_name.as_str())
        else {
            continue;
        };
        if take(Key::PodOfZones(namespace, claim, &zones)) {
            let mut numbers = 0..;
            while numbers.next().is_some_and(|number| !take(Key::PinnedPod(namespace, claim, number))) {}
        }
    }
}

/// The level that a Namespace's label names; `privileged` and misspelt levels ask for nothing.
fn enforced_level(namespace: &Document<'_>) -> Option<PodSecurityLevel> {
    let labels = namespace.root.get("metadata")?.get("labels")?;
    labels.get("pod-security.kubernetes.io/enforce")?.as_str()?.parse().ok()
}

fn claim_of<'a>(document: &'a Document<'a>) -> Option<&'a PersistentVolumeClaim> {
    match &document.object {
        Object::PersistentVolumeClaim(claim) => Some(claim),
        _ => None,
    }
}
