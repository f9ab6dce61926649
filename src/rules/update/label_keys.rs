//! The label keys of affinity terms and spread constraints, which the server merges into the label selectors of a new Pod
//! (pkg/registry/core/pod/strategy.go, `applyMatchLabelKeysAndMismatchLabelKeys`).

use serde_json::{Value, json};

use crate::catalog::kubernetes::KubernetesVersion;

/// The version from which the keys of spread constraints are merged, too (feature gate
/// `MatchLabelKeysInPodTopologySpreadSelectorMerge`).
const SPREAD_SINCE: u8 = 34;

/// Merges the keys that a Pod's own `labels` have into the selectors of its specification. Returns whether there were any.
pub(crate) fn merge(spec: &mut Value, labels: &Value, version: KubernetesVersion) -> bool {
    let mut merged = false;
    for kind in ["podAffinity", "podAntiAffinity"] {
        let lists = spec.get_mut("affinity").and_then(|affinity| affinity.get_mut(kind)?.as_object_mut());
        for terms in lists.into_iter().flat_map(|lists| lists.values_mut()).filter_map(Value::as_array_mut) {
            for term in terms {
                let term =
                    if term.get("podAffinityTerm").is_some() { &mut term["podAffinityTerm"] } else { term };
                merged |= selector(term, labels);
            }
        }
    }
    let constraints = spec.get_mut("topologySpreadConstraints").and_then(Value::as_array_mut);
    for constraint in constraints.into_iter().flatten().filter(|_| version.at_least(SPREAD_SINCE)) {
        merged |= selector(constraint, labels);
    }
    merged
}

fn selector(term: &mut Value, labels: &Value) -> bool {
    let mut added = Vec::new();
    for (field, operator) in [("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn")] {
        for key in term.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if let Some(value) = labels.get(key).and_then(Value::as_str) {
                added.push(json!({"key": key, "operator": operator, "values": [value]}));
            }
        }
    }
    let Some(selector) = term.get_mut("labelSelector").and_then(Value::as_object_mut) else { return false };
    if added.is_empty() {
        return false;
    }
    let expressions = selector.entry("matchExpressions").or_insert_with(|| json!([]));
    if let Some(list) = expressions.as_array_mut() {
        list.append(&mut added);
    } else {
        *expressions = Value::from(added);
    }
    true
}
