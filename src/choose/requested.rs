//! The claims that an object is or creates, and how many volumes come of each.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;

use crate::document::Document;
use crate::document::object::Object;
use crate::yaml::node::{Node, Value};

/// A claim in an object.
#[derive(Clone, Debug)]
pub struct Requested<'a> {
    /// The suffix of the volume's key after the key of the object; empty if the object is the claim.
    pub key: String,
    /// The path of its specification.
    pub path: String,
    /// Its specification.
    pub spec: &'a PersistentVolumeClaimSpec,
    /// How many volumes are created; nothing if that depends on the cluster or on time.
    pub count: Option<i64>,
}

/// The claim that a document is, or the claims that it creates.
#[must_use]
pub fn requested<'a>(document: &'a Document<'_>) -> Vec<Requested<'a>> {
    let mut found = Vec::new();
    if let Object::PersistentVolumeClaim(claim) = &document.object
        && let Some(spec) = &claim.spec
    {
        found.push(Requested { key: String::new(), path: "spec".to_owned(), spec, count: Some(1) });
    }
    let count = pods(document);
    if let Object::StatefulSet(set) = &document.object {
        for (index, template) in set.spec.volume_claim_templates.iter().flatten().enumerate() {
            let (Some(name), Some(spec)) = (&template.metadata.name, &template.spec) else { continue };
            let path = format!("spec.volumeClaimTemplates[{index}].spec");
            found.push(Requested { key: format!(".volumeClaimTemplates.{name}"), path, spec, count });
        }
    }
    let Some(pod) = document.object.pod() else { return found };
    let prefix: String = pod.prefix.iter().map(|field| format!("{field}.")).collect();
    for (index, volume) in pod.spec.volumes.iter().flatten().enumerate() {
        let template = volume.ephemeral.as_ref().and_then(|source| source.volume_claim_template.as_ref());
        if let Some(template) = template {
            let path = format!("{prefix}spec.volumes[{index}].ephemeral.volumeClaimTemplate.spec");
            let key = format!(".scratch.{}", volume.name);
            found.push(Requested { key, path, spec: &template.spec, count });
        }
    }
    found
}

/// How many pods an object has at a time.
fn pods(document: &Document<'_>) -> Option<i64> {
    let number = |field: &str| match document.root.get("spec").and_then(|spec| spec.get(field)) {
        Some(Node { value: Value::Integer(number), .. }) => Some(*number),
        Some(_) => None,
        None => Some(1),
    };
    match &document.object {
        Object::Pod(_) => Some(1),
        Object::StatefulSet(_)
        | Object::Deployment(_)
        | Object::ReplicaSet(_)
        | Object::ReplicationController(_) => number("replicas"),
        Object::Job(_) => number("parallelism"),
        _ => None,
    }
}
