//! Who refers to whom in one input: classes and claims by name, and what uses them.

use std::collections::HashMap;

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec};
use k8s_openapi::api::storage::v1::StorageClass;

use crate::document::Document;
use crate::document::object::Object;
use crate::rules::advice::class::default_annotation;
use crate::rules::security::PodSecurityLevel;

/// Looked up by namespace, where one is given, and name. An object without a namespace goes to whatever
/// namespace the person applies it in, so it is taken to be beside others without one.
type Namespaced<'a> = (Option<&'a str>, &'a str);

/// The objects of one input by name. Only lookups: nothing is ever listed in the order of a map.
#[derive(Debug, Default)]
pub struct Index<'a> {
    classes: HashMap<&'a str, &'a Document<'a>>,
    claims: HashMap<Namespaced<'a>, &'a Document<'a>>,
    claims_of_class: HashMap<&'a str, Vec<&'a Document<'a>>>,
    pods_of_claim: HashMap<Namespaced<'a>, Vec<&'a Document<'a>>>,
    enforced: HashMap<&'a str, PodSecurityLevel>,
    default_classes: HashMap<&'a str, &'a Document<'a>>,
}

impl<'a> Index<'a> {
    /// Reads every document once. Where two objects have one name, the first is found.
    #[must_use]
    pub fn new(documents: &'a [Document<'a>]) -> Self {
        let mut index = Self::default();
        for document in documents {
            match &document.object {
                Object::StorageClass(class) => {
                    index.classes.entry(&document.name).or_insert(document);
                    if default_annotation(class).is_some() {
                        index.default_classes.entry(&class.provisioner).or_insert(document);
                    }
                }
                Object::PersistentVolumeClaim(claim) => {
                    let key = (document.namespace.as_deref(), document.name.as_str());
                    index.claims.entry(key).or_insert(document);
                    if let Some(class) =
                        claim.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref())
                    {
                        index.claims_of_class.entry(class).or_default().push(document);
                    }
                }
                Object::Other if document.kind == "Namespace" => {
                    if let Some(level) = enforced_level(document) {
                        index.enforced.insert(&document.name, level);
                    }
                }
                object => {
                    let volumes =
                        object.pod().and_then(|pod| pod.spec.volumes.as_deref()).unwrap_or_default();
                    for claim in volumes.iter().filter_map(|volume| volume.persistent_volume_claim.as_ref()) {
                        let key = (document.namespace.as_deref(), claim.claim_name.as_str());
                        let users = index.pods_of_claim.entry(key).or_default();
                        // A pod that mounts one claim by two volumes is one user.
                        if users.last().is_none_or(|last| !std::ptr::eq(*last, document)) {
                            users.push(document);
                        }
                    }
                }
            }
        }
        index
    }

    /// The StorageClass of this name, if the input has it.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<(&'a Document<'a>, &'a StorageClass)> {
        let document = *self.classes.get(name)?;
        match &document.object {
            Object::StorageClass(class) => Some((document, class)),
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
        let document = *self.claims.get(&(namespace, name))?;
        Some((document, claim_of(document)?.spec.as_ref()?))
    }

    /// The first class of this provisioner that is marked as the cluster's default.
    #[must_use]
    pub fn default_class(&self, provisioner: &str) -> Option<&'a Document<'a>> {
        self.default_classes.get(provisioner).copied()
    }

    /// The Pod Security level that a Namespace of the input enforces on itself.
    #[must_use]
    pub fn enforced_level(&self, namespace: &str) -> Option<PodSecurityLevel> {
        self.enforced.get(namespace).copied()
    }

    /// The claims that name this StorageClass, in the order of the input.
    #[must_use]
    pub fn claims_of_class(&self, class: &str) -> &[&'a Document<'a>] {
        self.claims_of_class.get(class).map_or(&[], Vec::as_slice)
    }

    /// The pods, and the workloads whose template, that mount this claim, in the order of the input.
    #[must_use]
    pub fn pods_of_claim<'s>(&'s self, namespace: Option<&'s str>, claim: &'s str) -> &'s [&'a Document<'a>] {
        self.pods_of_claim.get(&(namespace, claim)).map_or(&[], Vec::as_slice)
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
