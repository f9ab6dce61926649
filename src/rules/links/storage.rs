//! The claims that stand behind a pod's volumes and a StatefulSet's claim templates, as far as the input knows them.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;
use k8s_openapi::api::storage::v1::StorageClass;

use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::object::{Object, PodPart};

/// A volume of a pod and the claim behind it.
#[derive(Clone, Copy, Debug)]
pub struct Storage<'a> {
    /// Position in the pod's `volumes`; none for what a StatefulSet makes from a claim template.
    pub volume: Option<usize>,
    /// The volume's name, which mounts and devices refer to.
    pub name: &'a str,
    /// The claim's specification: of a claim in the input, the volume's own template, or a StatefulSet's.
    pub claim: &'a PersistentVolumeClaimSpec,
    /// The document of the claim; none where a template makes it.
    pub document: Option<&'a Document<'a>>,
    /// The StorageClass that the claim names, where the input has it.
    pub class: Option<(&'a Document<'a>, &'a StorageClass)>,
}

impl Storage<'_> {
    /// Whether the claim asks for a raw block device.
    #[must_use]
    pub fn is_block(&self) -> bool {
        self.claim.volume_mode.as_deref() == Some("Block")
    }

    /// Whether every access mode of the claim is one of `modes`, and there is one at all.
    #[must_use]
    pub fn only(&self, modes: &[&str]) -> bool {
        let asked = self.claim.access_modes.as_deref().unwrap_or_default();
        !asked.is_empty() && asked.iter().all(|mode| modes.contains(&mode.as_str()))
    }

    /// Whether the volume's own template makes the claim, for the life of the pod.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.volume.is_some() && self.document.is_none()
    }
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
        let class = claim.storage_class_name.as_deref().and_then(|name| bundle.index.class(document, name));
        storages.push(Storage { volume: None, name, claim, document: None, class });
    }
    for (volume, value) in pod.spec.volumes.iter().flatten().enumerate() {
        // A claim template takes the place of a volume of its name.
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
        let from = own.unwrap_or(document);
        let class = claim.storage_class_name.as_deref().and_then(|name| bundle.index.class(from, name));
        storages.push(Storage { volume: Some(volume), name: &value.name, claim, document: own, class });
    }
    storages
}
