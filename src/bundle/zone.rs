//! The zones in which pods may run and disks may be.

use k8s_openapi::api::core::v1::{PodSpec, TopologySelectorTerm};

/// Whether a node label holds the zone: the well-known one, its beta form, or the topology key of a driver.
#[must_use]
pub fn is_zone(key: &str) -> bool {
    key.ends_with("/zone")
}

/// The zones that a pod is pinned to, if any.
#[must_use]
pub fn zones_of_pod(spec: &PodSpec) -> Option<Vec<&str>> {
    let selected = spec.node_selector.iter().flatten().find(|(key, _)| is_zone(key));
    if let Some((_, zone)) = selected {
        return Some(vec![zone]);
    }
    let required = spec
        .affinity
        .as_ref()?
        .node_affinity
        .as_ref()?
        .required_during_scheduling_ignored_during_execution
        .as_ref()?;
    let mut zones = Vec::new();
    // Terms are alternatives: one without a zone allows any zone.
    for term in &required.node_selector_terms {
        let expression = term
            .match_expressions
            .iter()
            .flatten()
            .find(|expression| is_zone(&expression.key) && expression.operator == "In")?;
        zones.extend(expression.values.iter().flatten().map(String::as_str));
    }
    (!zones.is_empty()).then_some(zones)
}

/// The zones of `allowedTopologies` of a class, if any.
#[must_use]
pub fn zones_of_class(terms: &[TopologySelectorTerm]) -> Option<Vec<&str>> {
    let mut zones = Vec::new();
    for term in terms {
        let expression =
            term.match_label_expressions.iter().flatten().find(|expression| is_zone(&expression.key))?;
        zones.extend(expression.values.iter().map(String::as_str));
    }
    (!zones.is_empty()).then_some(zones)
}
