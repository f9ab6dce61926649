//! The nodes that a pod requires.

use k8s_openapi::api::core::v1::PodSpec;

/// The label whose value differs on each node.
const NODE: &str = "kubernetes.io/hostname";

/// The labels of the nodes that a pod selects: key and value, one pair for each value of a required affinity, and
/// an empty value for a label that only has to exist.
///
/// Terms of an affinity are alternatives; a label in any of them counts.
pub fn node_labels(spec: &PodSpec) -> impl Iterator<Item = (&str, &str)> {
    let selected = spec.node_selector.iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()));
    let affinity = spec.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref());
    let required =
        affinity.and_then(|affinity| affinity.required_during_scheduling_ignored_during_execution.as_ref());
    let terms = required.into_iter().flat_map(|selector| &selector.node_selector_terms);
    let expressions = terms.flat_map(|term| term.match_expressions.iter().flatten());
    let required = expressions.flat_map(|expression| {
        let values = match expression.operator.as_str() {
            "In" => expression.values.as_deref().unwrap_or_default(),
            _ => &[],
        };
        let any = (expression.operator == "Exists").then_some("");
        values.iter().map(String::as_str).chain(any).map(|value| (expression.key.as_str(), value))
    });
    selected.chain(required)
}

/// Whether the pods are kept on one node: by its name, or by each other.
#[must_use]
pub fn is_on_one_node(spec: &PodSpec) -> bool {
    let affinity = spec.affinity.as_ref();
    let beside = affinity.and_then(|affinity| affinity.pod_affinity.as_ref()).is_some_and(|affinity| {
        let terms = &affinity.required_during_scheduling_ignored_during_execution;
        terms.iter().flatten().any(|term| term.topology_key == NODE)
    });
    let named = affinity.and_then(|affinity| affinity.node_affinity.as_ref()).is_some_and(|affinity| {
        let terms = &affinity.required_during_scheduling_ignored_during_execution;
        terms
            .iter()
            .flat_map(|selector| &selector.node_selector_terms)
            .any(|term| term.match_expressions.iter().flatten().any(|expression| expression.key == NODE))
    });
    beside
        || named
        || spec.node_name.is_some()
        || spec.node_selector.iter().flatten().any(|(key, _)| key == NODE)
}
