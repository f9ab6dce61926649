//! An index of the objects that others can refer to, by key.

use std::collections::HashMap;
use std::fmt;
use std::hash::BuildHasherDefault;
use std::sync::{Mutex, MutexGuard};

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec};
use k8s_openapi::api::storage::v1::{StorageClass, VolumeAttributesClass};

use crate::bundle::key::{Key, KeyHash, Offer, enforced_level, keys};
use crate::bundle::names::{Names, UnresolvedName};
use crate::bundle::partition::{Lookups, PartitionedInput};
use crate::catalog::pod_security::PodSecurityLevel;
use crate::document::Document;
use crate::document::object::Object;
use crate::recent::Hashed;
use crate::sync;
use crate::yaml::node::Node;

/// A table by hashes of keys.
pub type ByKey<Value> = HashMap<KeyHash, Value, BuildHasherDefault<Hashed>>;

/// The objects that others can refer to. Supports only lookups, so the order of the map never matters.
#[derive(Default)]
pub struct Index<'a> {
    documents: ByKey<&'a Document<'a>>,
    /// Keys of objects in more than one file.
    several: ByKey<()>,
    /// An input of several parts; the index covers some of them.
    whole: Option<&'a dyn PartitionedInput>,
    recorded: Mutex<Lookups>,
}

impl fmt::Debug for Index<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("keys", &self.documents.len()).finish_non_exhaustive()
    }
}

impl<'a> Index<'a> {
    /// Indexes all documents in one pass.
    #[must_use]
    pub fn new(documents: &'a [Document<'a>]) -> Self {
        let mut index = Self::default();
        for document in documents {
            index.add(document, &mut |_| true);
        }
        index
    }

    /// An index of some parts of an input, which records its lookups; see [`Self::take_lookups`].
    #[must_use]
    pub fn part_of(whole: &'a dyn PartitionedInput) -> Self {
        Self { whole: Some(whole), ..Self::default() }
    }

    /// Makes room for the keys of so many documents.
    pub fn reserve(&mut self, documents: usize) {
        self.documents.reserve(2 * documents);
    }

    /// Adds a document under those of its keys that are free and accepted by `takes`.
    pub fn add(&mut self, document: &'a Document<'a>, takes: &mut dyn FnMut(KeyHash) -> bool) {
        let file = self.file(document);
        keys(document, &mut |key| {
            // In a single file every object is in the same file.
            let is_link = key.is_link() && self.whole.is_none_or(|whole| !whole.is_one_file());
            let key = key.hashed();
            if is_link {
                self.add_under(Key::In(file, key).hashed(), document, true, takes);
                if let Some(whole) = self.whole {
                    let directory = whole.directory(document.source);
                    self.add_under(Key::InDirectory(directory, key).hashed(), document, true, takes);
                }
            }
            self.add_under(key, document, is_link, takes)
        });
        for derived in &document.derived {
            self.add(&derived.document, takes);
        }
    }

    /// Adds a document under a key, and says whether it is the first. Objects to which others refer are known to be in
    /// several files.
    fn add_under(
        &mut self,
        key: KeyHash,
        document: &'a Document<'a>,
        is_link: bool,
        takes: &mut dyn FnMut(KeyHash) -> bool,
    ) -> bool {
        match self.documents.get(&key).map(|first| self.file(first)) {
            Some(first) => {
                if is_link && first != self.file(document) {
                    takes(key);
                    self.several.insert(key, ());
                }
                false
            }
            None => {
                let free = takes(key);
                if free {
                    self.documents.insert(key, document);
                }
                free
            }
        }
    }

    /// The lookups since the last call.
    pub fn take_lookups(&self) -> Lookups {
        std::mem::take(&mut *self.lookups())
    }

    /// The input that the index covers parts of.
    pub(super) fn whole(&self) -> Option<&'a dyn PartitionedInput> {
        self.whole
    }

    /// Records a reference that the names of the whole input may concern.
    pub(super) fn note_unresolved(&self, name: UnresolvedName) {
        self.lookups().unresolved.push(name);
    }

    fn lookups(&self) -> MutexGuard<'_, Lookups> {
        sync::lock(&self.recorded)
    }

    fn file(&self, document: &Document<'_>) -> usize {
        self.whole.map_or(document.source.position(), |whole| whole.file(document.source))
    }

    fn find(&self, key: &Key<'_>) -> Option<&'a Document<'a>> {
        self.look_up(key.hashed())
    }

    fn look_up(&self, key: KeyHash) -> Option<&'a Document<'a>> {
        let found = self.documents.get(&key).copied();
        if let Some(whole) = self.whole {
            match found {
                None => self.lookups().missed.push(key),
                Some(_) if whole.records_all() => self.lookups().found.push(key),
                Some(_) => {}
            }
        }
        found
    }

    /// The object that a key refers to: the one in the same file, or else the only one. If several other files have one, for
    /// example for several clusters, it is the only one in the same directory.
    fn link(&self, from: &Document<'_>, key: &Key<'_>) -> Option<&'a Document<'a>> {
        let first = self.find(key)?;
        let file = self.file(from);
        if self.file(first) == file {
            return Some(first);
        }
        let key = key.hashed();
        if !self.is_in_several(key) {
            self.note_cross_file(key);
            return Some(first);
        }
        if let Some(own) = self.find(&Key::In(file, key)) {
            return Some(own);
        }
        let key = Key::InDirectory(self.whole?.directory(from.source), key).hashed();
        let found = self.look_up(key).filter(|_| !self.is_in_several(key))?;
        self.note_cross_file(key);
        Some(found)
    }

    /// Whether objects with this key are in more than one file, as far as is known.
    fn is_in_several(&self, key: KeyHash) -> bool {
        self.several.contains_key(&key) || self.whole.is_some_and(|whole| whole.is_in_several(key))
    }

    /// Records that the only object with this key is in another file: the rest of the input may have one more.
    fn note_cross_file(&self, key: KeyHash) {
        if self.whole.is_some() {
            self.lookups().cross_file.push(key);
        }
    }

    /// The StorageClass that `from` means by this name, if the input has it.
    #[must_use]
    pub fn class(&self, from: &Document<'_>, name: &str) -> Option<(&'a Document<'a>, &'a StorageClass)> {
        let document = self.link(from, &Key::Class(name))?;
        match &document.object {
            Object::StorageClass(class) => Some((document, class)),
            _ => None,
        }
    }

    /// The VolumeAttributesClass that `from` means by this name, if the input has it.
    #[must_use]
    pub fn attributes_class(
        &self,
        from: &Document<'_>,
        name: &str,
    ) -> Option<(&'a Document<'a>, &'a VolumeAttributesClass)> {
        let document = self.link(from, &Key::AttributesClass(name))?;
        match &document.object {
            Object::VolumeAttributesClass(class) => Some((document, class)),
            _ => None,
        }
    }

    /// The claim that `from` means by this name: of its own namespace, if the input has it.
    #[must_use]
    pub fn claim(
        &self,
        from: &Document<'_>,
        name: &str,
    ) -> Option<(&'a Document<'a>, &'a PersistentVolumeClaimSpec)> {
        let document = self.link(from, &Key::Claim(from.namespace.as_deref(), name))?;
        Some((document, claim_of(document)?.spec.as_ref()?))
    }

    /// The PersistentVolume that `from` means by this name, if the input has it.
    #[must_use]
    pub fn volume(
        &self,
        from: &Document<'_>,
        name: &str,
    ) -> Option<(&'a Document<'a>, &'a PersistentVolume)> {
        let document = self.link(from, &Key::Volume(name))?;
        match &document.object {
            Object::PersistentVolume(volume) => Some((document, volume)),
            _ => None,
        }
    }

    /// The VolumeSnapshot that `from` means by this name: of its own namespace, if the input has it.
    #[must_use]
    pub fn snapshot(&self, from: &Document<'_>, name: &str) -> Option<&'a Document<'a>> {
        self.link(from, &Key::Snapshot(from.namespace.as_deref(), name))
    }

    /// The VolumeSnapshotClass that `from` means by this name, if the input has it.
    #[must_use]
    pub fn snapshot_class(&self, from: &Document<'_>, name: &str) -> Option<&'a Document<'a>> {
        self.link(from, &Key::SnapshotClass(name))
    }

    /// The VolumeSnapshotContent that `from` means by this name, if the input has it.
    #[must_use]
    pub fn snapshot_content(&self, from: &Document<'_>, name: &str) -> Option<&'a Document<'a>> {
        self.link(from, &Key::SnapshotContent(name))
    }

    /// The first claim of this namespace and name.
    pub(super) fn first_claim(&self, namespace: &str, name: &str) -> Option<&'a Document<'a>> {
        self.find(&Key::Claim(Some(namespace), name))
    }

    /// The first class whose driver creates volumes that several nodes can mount.
    pub(super) fn shared_class(&self) -> Option<&'a Document<'a>> {
        self.find(&Key::SharedClass)
    }

    /// The first pod or workload of the input that mounts this claim; if `long_running`, the first whose pods do not end
    /// by themselves.
    #[must_use]
    pub fn claim_user(
        &self,
        namespace: Option<&str>,
        claim: &str,
        long_running: bool,
    ) -> Option<&'a Document<'a>> {
        self.find(&if long_running {
            Key::LongRunningUser(namespace, claim)
        } else {
            Key::ClaimUser(namespace, claim)
        })
    }

    /// The object of the same kind and name that precedes this one in its file, of those that others refer to.
    #[must_use]
    pub fn namesake(&self, document: &Document<'_>) -> Option<&'a Document<'a>> {
        let name = &*document.name;
        let key = match &document.object {
            Object::StorageClass(_) => Key::Class(name),
            Object::VolumeAttributesClass(_) => Key::AttributesClass(name),
            Object::PersistentVolumeClaim(_) => Key::Claim(document.namespace.as_deref(), name),
            Object::PersistentVolume(_) => Key::Volume(name),
            _ => return None,
        };
        let first = self.link(document, &key).filter(|_| !name.is_empty())?;
        (self.file(first) == self.file(document) && first.position() < document.position()).then_some(first)
    }

    /// A class or a volume of the same name and driver, but with other content, that an earlier file defines.
    #[must_use]
    pub fn other_content(&self, document: &Document<'_>) -> Option<&'a Document<'a>> {
        let name = &*document.name;
        let (key, driver) = match &document.object {
            Object::StorageClass(_) => (Key::Class(name), "provisioner"),
            Object::VolumeAttributesClass(_) => (Key::AttributesClass(name), "driverName"),
            _ => return None,
        };
        let first = self.find(&key).filter(|_| !name.is_empty())?;
        let is_earlier = self.file(first) != self.file(document) && first.position() < document.position();
        if !is_earlier
            || first.root.get(driver).and_then(Node::as_str)
                != document.root.get(driver).and_then(Node::as_str)
        {
            // Classes of several drivers are for several clusters.
            return None;
        }
        let content = |document: &'_ Document<'_>| {
            document.root.entries().iter().filter(|entry| entry.key.value != "metadata").count()
        };
        let differs =
            document.root.entries().iter().filter(|entry| entry.key.value != "metadata").any(|entry| {
                !first.root.get(&entry.key.value).is_some_and(|value| entry.value.has_same_value(value))
            });
        (differs || content(first) != content(document)).then_some(first)
    }

    /// The first pod or set that makes a claim of this name for itself.
    #[must_use]
    pub fn maker(&self, namespace: Option<&str>, claim: &str) -> Option<&'a Document<'a>> {
        self.find(&Key::Maker(namespace, claim))
    }

    /// The first class of this provisioner that is marked as default.
    #[must_use]
    pub fn default_class(&self, provisioner: &str) -> Option<&'a Document<'a>> {
        self.find(&Key::DefaultClass(provisioner))
    }

    /// The class of claims without one: the only class in the input that is marked as default.
    #[must_use]
    pub fn only_default_class(&self) -> Option<(&'a Document<'a>, &'a StorageClass)> {
        let document = self.find(&Key::AnyDefaultClass { again: false })?;
        match &document.object {
            Object::StorageClass(class) if self.find(&Key::AnyDefaultClass { again: true }).is_none() => {
                Some((document, class))
            }
            _ => None,
        }
    }

    /// The Pod Security level that a Namespace in the input enforces.
    #[must_use]
    pub fn enforced_level(&self, namespace: &str) -> Option<PodSecurityLevel> {
        enforced_level(self.find(&Key::Enforcing(namespace))?)
    }

    /// The CustomResourceDefinition of a kind, if the input has it.
    #[must_use]
    pub fn definition(&self, group: &str, kind: &str) -> Option<&'a Document<'a>> {
        self.find(&Key::Definition(group, kind))
    }

    /// The first CustomResourceDefinition of a kind of this name.
    #[must_use]
    pub fn definition_of_kind(&self, kind: &str) -> Option<&'a Document<'a>> {
        self.find(&Key::DefinitionOfKind(kind))
    }

    /// Whether a claim in the input uses this class with `volumeMode: Block`.
    #[must_use]
    pub fn has_block_claim(&self, class: &str) -> bool {
        self.find(&Key::BlockClaim(class)).is_some()
    }

    /// Whether a PersistentVolume of the input carries this class as a label.
    #[must_use]
    pub fn has_volume_of_class(&self, class: &str) -> bool {
        self.find(&Key::VolumeOfClass(class)).is_some()
    }

    /// The first PersistentVolume with this CSI driver and handle, if it is not the document itself.
    #[must_use]
    pub fn volume_of_handle(
        &self,
        from: &Document<'_>,
        driver: &str,
        handle: &str,
    ) -> Option<&'a Document<'a>> {
        let first = self.link(from, &Key::VolumeOfHandle(driver, handle))?;
        (first.name != from.name).then_some(first)
    }

    /// Pods and workloads that mount this claim and are pinned to zones, at least one for each set of zones.
    pub fn pinned_pods(
        &self,
        namespace: Option<&str>,
        claim: &str,
    ) -> impl Iterator<Item = &'a Document<'a>> {
        (0..).map_while(move |number| self.find(&Key::PinnedPod(namespace, claim, number)))
    }
}

/// The keys by which some documents of one file can be found.
#[must_use]
pub fn offers(documents: &[Document<'_>]) -> Vec<Offer> {
    fn add(document: &Document<'_>, offers: &mut Vec<Offer>) {
        keys(document, &mut |key| {
            offers.push(key.offer());
            true
        });
        document.derived.iter().for_each(|derived| add(&derived.document, offers));
    }
    let mut offers = Vec::new();
    documents.iter().for_each(|document| add(document, &mut offers));
    offers.extend(Names::kinds(documents).map(|kind| Offer { key: kind.key(), is_of_all: false }));
    offers.sort_unstable();
    offers.dedup();
    offers
}

fn claim_of<'a>(document: &'a Document<'a>) -> Option<&'a PersistentVolumeClaim> {
    match &document.object {
        Object::PersistentVolumeClaim(claim) => Some(claim),
        _ => None,
    }
}
