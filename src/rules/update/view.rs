//! Both inputs of an update, and how an object of one folder sees them.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;

use super::custom_resource::Known;
use crate::bundle::Bundle;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::Document;
use crate::document::object::Object;
use crate::source::Folders;
use crate::yaml::node::Node;

/// The workloads that mount each claim, by namespace and name.
pub(super) type Mounts<'a> = HashMap<(Option<&'a str>, &'a str), Vec<String>>;

/// An update: both inputs, and the server's version.
#[derive(Debug)]
pub struct Update<'a> {
    pub(super) version: KubernetesVersion,
    /// Whether claims are bound to a volume.
    pub(super) claims_are_bound: bool,
    pub(super) folders: &'a Folders,
    /// The documents of both inputs.
    pub(super) documents: [&'a [Document<'a>]; 2],
    /// The classes as they were, then as they will be.
    pub(super) classes: HashMap<&'a str, Vec<&'a Document<'a>>>,
    /// The classes as they will be, then as they were when volumes were made.
    pub(super) earlier: HashMap<&'a str, Vec<&'a Document<'a>>>,
    /// The definitions of custom resources.
    pub(super) definitions: Known<'a>,
    /// Both inputs, indexed when a change needs it.
    pub(super) bundles: [OnceLock<Bundle<'a>>; 2],
    /// Found when a change needs it.
    pub(super) mounts: OnceLock<Mounts<'a>>,
}

/// An update as an object of one folder sees it.
pub(super) struct View<'u, 'a> {
    pub(super) update: &'u Update<'a>,
    pub(super) folder: Option<&'u String>,
}

impl<'a> View<'_, 'a> {
    /// The objects of either input whose claims, claim templates or ephemeral volumes name a class in `field`, custom
    /// resources included, as `Kind namespace/name`.
    pub(super) fn users(&self, class: &str, field: &str) -> Vec<String> {
        let names_class =
            |spec: Option<&Node<'_>>| spec.and_then(|spec| spec.get(field)?.as_str()) == Some(class);
        let is_user = |document: &Document<'_>| {
            let spec = document.root.get("spec");
            match &*document.kind {
                "PersistentVolumeClaim" => names_class(spec),
                "StatefulSet" => {
                    let templates = spec.and_then(|spec| spec.get("volumeClaimTemplates"));
                    templates
                        .into_iter()
                        .flat_map(Node::items)
                        .any(|template| names_class(template.get("spec")))
                }
                _ => false,
            }
        };
        // A folder with a class of this name may be for another cluster.
        let kind = if field == "storageClassName" { "StorageClass" } else { "VolumeAttributesClass" };
        let classes = self.update.documents[1].iter();
        let classes = classes.filter(|document| document.kind == kind && document.name == class);
        let elsewhere: HashSet<Option<&String>> = classes
            .map(|document| self.update.folders.get(&document.source))
            .filter(|folder| *folder != self.folder)
            .collect();
        let mut users = Vec::new();
        for document in self.update.documents.into_iter().flatten() {
            if elsewhere.contains(&self.update.folders.get(&document.source)) {
                continue;
            }
            let uses = is_user(document) || makes_claims(document, class, field == "storageClassName");
            let user = label(document);
            if uses && !users.contains(&user) {
                users.push(user);
            }
        }
        users
    }

    pub(super) fn version(&self) -> KubernetesVersion {
        self.update.version
    }

    /// Whether the update assumes that claims are bound to a volume.
    pub(super) fn claims_are_bound(&self) -> bool {
        self.update.claims_are_bound
    }

    /// What becomes of the data when a claim of this class goes.
    pub(super) fn fate_of_data(&self, class: Option<&str>) -> &'static str {
        fate_of_data(class.and_then(|name| self.nearest(self.update.earlier.get(name)?)))
    }

    /// The class of this name, if either input has it.
    pub(super) fn class(&self, name: &str) -> Option<&'a Node<'a>> {
        self.class_document(name).map(|class| &class.root)
    }

    /// The document of the class of this name, if either input has it.
    pub(super) fn class_document(&self, name: &str) -> Option<&'a Document<'a>> {
        self.nearest_document(self.update.classes.get(name)?)
    }

    /// The last class of the same folder, else the last of all.
    pub(super) fn nearest(&self, classes: &[&'a Document<'a>]) -> Option<&'a Node<'a>> {
        self.nearest_document(classes).map(|class| &class.root)
    }

    fn nearest_document(&self, classes: &[&'a Document<'a>]) -> Option<&'a Document<'a>> {
        let here = |class: &&&Document<'_>| self.update.folders.get(&class.source) == self.folder;
        classes.iter().rev().find(here).or(classes.last()).copied()
    }
}

/// `Kind namespace/name`.
pub(super) fn label(document: &Document<'_>) -> String {
    let namespace = document.namespace.as_ref().map_or(String::new(), |name| format!("{name}/"));
    format!("{} {namespace}{}", document.kind, document.name)
}

/// Whether the pods of an object, or an operator, make claims of a class for it.
fn makes_claims(document: &Document<'_>, class: &str, is_storage_class: bool) -> bool {
    let names_class = |claim: &PersistentVolumeClaimSpec| {
        let name = match is_storage_class {
            true => &claim.storage_class_name,
            false => &claim.volume_attributes_class_name,
        };
        name.as_deref() == Some(class)
    };
    let is_claim = document.is_template
        && matches!(&document.object, Object::PersistentVolumeClaim(claim) if claim.spec.as_ref().is_some_and(names_class));
    let pod = document.object.pod();
    let volumes = pod.iter().flat_map(|pod| pod.spec.volumes.iter().flatten());
    let mut templates =
        volumes.filter_map(|volume| volume.ephemeral.as_ref()?.volume_claim_template.as_ref());
    is_claim
        || templates.any(|template| names_class(&template.spec))
        || document.derived.iter().any(|derived| makes_claims(&derived.document, class, is_storage_class))
}

/// What becomes of the data when a claim of this class goes.
fn fate_of_data(class: Option<&Node<'_>>) -> &'static str {
    match class.map(|class| class.get("reclaimPolicy").and_then(Node::as_str).unwrap_or("Delete")) {
        Some("Retain") => {
            "the class retains volumes, so the disk and its data stay behind as a released PersistentVolume"
        }
        Some(_) => "the class deletes volumes, so the disk and its data go with the claim: copy them first",
        None => "the data go with the claim unless its volume's reclaim policy is Retain",
    }
}
