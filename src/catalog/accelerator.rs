//! Accelerators that pods request as extended resources: facts in `accelerators.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::ACCELERATORS;

/// One vendor's accelerator.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accelerator {
    /// The name that a profile uses, such as the vendor's.
    pub vendor: String,
    /// The extended resource, such as `example.com/gpu`.
    pub resource: String,
    /// The key of the taint that such nodes usually carry.
    pub taint: String,
    /// Where the names come from.
    pub source: String,
}

/// Nodes whose cluster adds the toleration itself, or sets no taint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Untainted {
    /// How the keys of their labels begin.
    pub key_prefix: String,
    /// Where the fact is from.
    pub source: String,
}

#[derive(Default, Deserialize)]
struct File {
    accelerators: Vec<Accelerator>,
    untainted: Vec<Untainted>,
}

fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    FILE.get_or_init(|| serde_json::from_str(ACCELERATORS).unwrap_or_default())
}

/// Every accelerator that volwright knows.
#[must_use]
pub fn all() -> &'static [Accelerator] {
    &file().accelerators
}

/// Whether a pod that selects nodes by a label of this key needs no toleration.
#[must_use]
pub fn is_untainted(key: &str) -> bool {
    file().untainted.iter().any(|nodes| key.starts_with(nodes.key_prefix.as_str()))
}

/// The accelerator of this extended resource.
#[must_use]
pub fn of_resource(resource: &str) -> Option<&'static Accelerator> {
    // Every accelerator's resource has a domain; most resources of a pod do not, and the table stays unread.
    if !resource.contains('/') {
        return None;
    }
    all().iter().find(|accelerator| accelerator.resource == resource)
}

/// The accelerator that a profile names by its vendor.
#[must_use]
pub fn of_vendor(vendor: &str) -> Option<&'static Accelerator> {
    all().iter().find(|accelerator| accelerator.vendor == vendor)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_accelerator_has_a_source() {
        assert!(super::all().len() > 3);
        assert!(super::all().iter().all(|accelerator| !accelerator.source.is_empty()));
    }
}
