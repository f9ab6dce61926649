//! Topology spread constraints.

use std::collections::{BTreeMap, HashMap};

use k8s_openapi::api::core::v1::TopologySpreadConstraint;

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::pod::label_keys;
use crate::rules::kubernetes::report;
use crate::rules::kubernetes::workload::selector;
use crate::yaml::path::Path;

/// The minor version from which label keys are merged into the selector (the feature gate
/// `MatchLabelKeysInPodTopologySpreadSelectorMerge`, `kube_features.go`).
const KEYS_MERGED_SINCE: u8 = 34;

/// Checks the spread constraints of a pod: `path` is `spec.topologySpreadConstraints`, `labels` the pod's own
/// (validation.go, `validateTopologySpreadConstraints`).
pub(in crate::rules::kubernetes) fn check(
    constraints: &[TopologySpreadConstraint],
    labels: Option<&BTreeMap<String, String>>,
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    // The last constraint of each key, because the server compares each one with those after it.
    let key = |constraint: &'_ TopologySpreadConstraint| {
        (constraint.topology_key.clone(), constraint.when_unsatisfiable.clone())
    };
    let last: HashMap<_, usize> =
        constraints.iter().enumerate().map(|(index, constraint)| (key(constraint), index)).collect();
    for (index, constraint) in constraints.iter().enumerate() {
        let path = path.index(index);
        let when = constraint.when_unsatisfiable.as_str();
        if constraint.max_skew <= 0 {
            report::invalid(out, &path.field("maxSkew"), format!("{} is not above 0", constraint.max_skew));
        }
        if constraint.topology_key.is_empty() {
            report::required(out, &path.field("topologyKey"), "`topologyKey` is missing")
                .help("name a label of nodes, such as `topology.kubernetes.io/zone`");
        }
        report::one_of(out, &path.field("whenUnsatisfiable"), when, &["DoNotSchedule", "ScheduleAnyway"]);
        if last.get(&key(constraint)).is_some_and(|last| *last > index) {
            let message = format!(
                "another constraint has `topologyKey: {}` and `whenUnsatisfiable: {when}` too",
                constraint.topology_key
            );
            report::duplicate(out, &path.field("{topologyKey, whenUnsatisfiable}"), message);
        }
        min_domains(constraint, &path.field("minDomains"), out);
        for (field, policy) in [
            ("nodeAffinityPolicy", &constraint.node_affinity_policy),
            ("nodeTaintsPolicy", &constraint.node_taints_policy),
        ] {
            if let Some(policy) = policy {
                report::one_of(out, &path.field(field), policy, &["Honor", "Ignore"]);
            }
        }
        let keys = constraint.match_label_keys.as_deref();
        let selector = constraint.label_selector.as_ref();
        if context.version.at_least(KEYS_MERGED_SINCE) {
            label_keys::check(keys, None, selector, labels, &path, out);
        } else {
            label_keys::check_plain(keys, selector, &path, out);
        }
        selector::label_selector(selector, &path.field("labelSelector"), out);
    }
}

fn min_domains(constraint: &TopologySpreadConstraint, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(least) = constraint.min_domains else { return };
    if least <= 0 {
        report::invalid(out, path, format!("{least} is not above 0"));
    }
    if constraint.when_unsatisfiable != "DoNotSchedule" {
        report::invalid(out, path, "`minDomains` goes with `whenUnsatisfiable: DoNotSchedule` only");
    }
}
