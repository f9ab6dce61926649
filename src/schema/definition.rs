//! CustomResourceDefinitions: the kinds that they define, version by version.

use super::structural::Schema;
use crate::yaml::node::{Node, Value};

/// One definition.
#[derive(Debug)]
pub struct Definition {
    /// The API group.
    pub group: Box<str>,
    /// The kind.
    pub kind: Box<str>,
    /// Whether objects are in a namespace.
    pub namespaced: bool,
    /// Every version, as listed.
    pub versions: Vec<Version>,
}

/// One version of a definition.
#[derive(Debug)]
pub struct Version {
    /// The name, such as `v1`.
    pub name: Box<str>,
    /// Whether the API server serves it.
    pub served: bool,
    /// Why the server warns about it, if it is deprecated.
    pub deprecation: Option<Box<str>>,
    /// Whether `status` has a subresource of its own: the server drops it from what is applied.
    pub has_status_subresource: bool,
    /// Steps to the number of replicas that the scale subresource reads, if there is one.
    pub replicas: Vec<Box<str>>,
    /// The schema; anything is accepted without one.
    pub(super) schema: Schema,
}

impl Definition {
    /// Whether a document is a definition.
    #[must_use]
    pub fn is_one(api_version: &str, kind: &str) -> bool {
        kind == "CustomResourceDefinition" && api_version.starts_with("apiextensions.k8s.io/")
    }

    /// The group and the kind that a definition is of.
    #[must_use]
    pub fn names<'n>(root: &'n Node<'_>) -> Option<(&'n str, &'n str)> {
        let spec = root.get("spec")?;
        Some((spec.get("group")?.as_str()?, spec.get("names")?.get("kind")?.as_str()?))
    }

    /// Reads a definition; none if it lacks what identifies the kind.
    #[must_use]
    pub fn of(root: &Node<'_>) -> Option<Self> {
        let spec = root.get("spec")?;
        let (group, kind) = Self::names(root)?;
        let keeps_unknown = is_true(spec, "preserveUnknownFields");
        let versions = spec.get("versions")?.items().iter().filter_map(|node| {
            let mut version = Version::of(node)?;
            version.schema.preserve_unknown |= keeps_unknown;
            Some(version)
        });
        Some(Self {
            group: group.into(),
            kind: kind.into(),
            namespaced: spec.get("scope").and_then(Node::as_str) != Some("Cluster"),
            versions: versions.collect(),
        })
    }

    /// The version of this name.
    #[must_use]
    pub fn version(&self, name: &str) -> Option<&Version> {
        self.versions.iter().find(|version| &*version.name == name)
    }
}

impl Version {
    fn of(node: &Node<'_>) -> Option<Self> {
        let subresources = node.get("subresources");
        let scale = subresources.and_then(|node| node.get("scale"));
        let replicas =
            scale.and_then(|node| node.get("specReplicasPath")).and_then(Node::as_str).unwrap_or_default();
        let schema = node.get("schema").and_then(|schema| schema.get("openAPIV3Schema"));
        let mut schema =
            schema.map_or_else(|| Schema { preserve_unknown: true, ..Schema::default() }, Schema::compile);
        // An object has `apiVersion`, `kind` and `metadata`, whatever its schema says.
        schema.embedded = true;
        let deprecation = is_true(node, "deprecated").then(|| {
            node.get("deprecationWarning")
                .and_then(Node::as_str)
                .unwrap_or("the version is deprecated")
                .into()
        });
        Some(Self {
            name: node.get("name").and_then(Node::as_str)?.into(),
            served: is_true(node, "served"),
            deprecation,
            has_status_subresource: subresources.is_some_and(|node| node.get("status").is_some()),
            replicas: replicas.split('.').filter(|step| !step.is_empty()).map(Into::into).collect(),
            schema,
        })
    }
}

fn is_true(node: &Node<'_>, key: &str) -> bool {
    node.get(key).is_some_and(|node| node.value == Value::Bool(true))
}
