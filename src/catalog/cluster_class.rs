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

/// The class of this name; only its row is read.
#[must_use]
pub fn find(name: &str) -> Option<&'static ClusterClass> {
    static READ: [OnceLock<Option<ClusterClass>>; CLUSTER_CLASSES.len()] =
        [const { OnceLock::new() }; CLUSTER_CLASSES.len()];
    let index = CLUSTER_CLASSES.iter().position(|(known, _)| *known == name)?;
    let row = || serde_json::from_str::<Row>(CLUSTER_CLASSES[index].1).ok().map(Into::into);
    READ[index].get_or_init(row).as_ref()
}

#[cfg(test)]
mod tests {
    use super::{CLUSTER_CLASSES, find};

    #[test]
    fn every_class_has_a_variant() {
        assert!(CLUSTER_CLASSES.len() > 15);
        for (name, _) in CLUSTER_CLASSES {
            assert!(find(name).is_some_and(|class| !class.variants.is_empty()), "{name}");
        }
    }
}
