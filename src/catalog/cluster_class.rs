//! StorageClasses that managed clusters bring along: facts in `cluster_classes.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use k8s_openapi::api::storage::v1::StorageClass;
use serde::Deserialize;

use crate::embedded::CLUSTER_CLASSES;

/// A class that a managed cluster creates by itself.
#[derive(Debug)]
pub struct ClusterClass {
    /// Its name.
    pub name: String,
    /// The kind of cluster that creates it, such as `GKE`.
    pub cluster: String,
    /// What it may be, depending on the cluster; never empty.
    pub variants: Vec<StorageClass>,
    /// Where the fact is from.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    classes: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    cluster: String,
    variants: Vec<Variant>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variant {
    provisioner: String,
    parameters: BTreeMap<String, String>,
}

impl From<Row> for ClusterClass {
    fn from(row: Row) -> Self {
        let class = |variant: Variant| StorageClass {
            provisioner: variant.provisioner,
            parameters: Some(variant.parameters),
            ..StorageClass::default()
        };
        let variants = row.variants.into_iter().map(class).collect();
        Self { name: row.name, cluster: row.cluster, variants, source: row.source }
    }
}

/// Every class that volwright knows.
#[must_use]
pub fn all() -> &'static [ClusterClass] {
    static ALL: OnceLock<Vec<ClusterClass>> = OnceLock::new();
    ALL.get_or_init(|| {
        serde_json::from_str::<File>(CLUSTER_CLASSES)
            .map_or_else(|_| Vec::new(), |file| file.classes.into_iter().map(Into::into).collect())
    })
}

/// The class of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static ClusterClass> {
    all().iter().find(|class| class.name == name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_class_has_a_variant() {
        assert!(super::all().len() > 15);
        assert!(super::all().iter().all(|class| !class.variants.is_empty()));
    }
}
