//! Accelerators that pods request as extended resources: facts in `accelerators.toml`.

/// One vendor's accelerator.
#[derive(Clone, Debug)]
pub struct Accelerator {
    /// The name that a profile uses, such as the vendor's.
    pub vendor: &'static str,
    /// The extended resource, such as `example.com/gpu`.
    pub resource: &'static str,
    /// The key of the taint that such nodes usually carry.
    pub taint: &'static str,
    /// Where the names come from.
    pub source: &'static str,
}

/// Nodes whose cluster adds the toleration itself, or sets no taint.
#[derive(Clone, Debug)]
pub struct Untainted {
    /// How the keys of their labels begin.
    pub key_prefix: &'static str,
    /// Where the fact is from.
    pub source: &'static str,
}

struct Accelerators {
    accelerators: &'static [Accelerator],
    untainted: &'static [Untainted],
}

static FACTS: Accelerators = include!(concat!(env!("OUT_DIR"), "/accelerators.rs"));

/// Every accelerator that volwright knows.
#[must_use]
pub fn all() -> &'static [Accelerator] {
    FACTS.accelerators
}

/// Whether a pod that selects nodes by a label of this key needs no toleration.
#[must_use]
pub fn is_untainted(key: &str) -> bool {
    FACTS.untainted.iter().any(|nodes| key.starts_with(nodes.key_prefix))
}

/// The accelerator of this extended resource.
#[must_use]
pub fn of_resource(resource: &str) -> Option<&'static Accelerator> {
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
