//! Node affinity, pod affinity and pod anti-affinity.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Affinity, NodeAffinity, PodAffinityTerm, WeightedPodAffinityTerm};

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::pod::label_keys;
use crate::rules::kubernetes::report;
use crate::rules::kubernetes::workload::selector;
use crate::yaml::path::Path;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// Checks the affinity of a pod: `path` is `spec.affinity`, `labels` the pod's own (validation.go, `validateAffinity`).
pub(in crate::rules::kubernetes) fn check(
    affinity: &Affinity,
    labels: Option<&BTreeMap<String, String>>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    if let Some(node) = &affinity.node_affinity {
        node_terms(node, &path.field("nodeAffinity"), out);
    }
    if let Some(pods) = &affinity.pod_affinity {
        let path = path.field("podAffinity");
        let required = pods.required_during_scheduling_ignored_during_execution.as_deref();
        let preferred = pods.preferred_during_scheduling_ignored_during_execution.as_deref();
        pod_terms(required, preferred, labels, &path, out);
    }
    if let Some(pods) = &affinity.pod_anti_affinity {
        let path = path.field("podAntiAffinity");
        let required = pods.required_during_scheduling_ignored_during_execution.as_deref();
        let preferred = pods.preferred_during_scheduling_ignored_during_execution.as_deref();
        pod_terms(required, preferred, labels, &path, out);
    }
}

fn node_terms(affinity: &NodeAffinity, path: &Path<'_>, out: &mut Reporter<'_>) {
    if let Some(required) = &affinity.required_during_scheduling_ignored_during_execution {
        selector::node_selector(required, &path.field(REQUIRED), out);
    }
    let list = path.field(PREFERRED);
    let preferred = affinity.preferred_during_scheduling_ignored_during_execution.iter().flatten();
    for (index, term) in preferred.enumerate() {
        let path = list.index(index);
        report::range(out, &path.field("weight"), i64::from(term.weight), 1, 100);
        selector::node_selector_term(&term.preference, false, &path.field("preference"), out);
    }
}

fn pod_terms(
    required: Option<&[PodAffinityTerm]>,
    preferred: Option<&[WeightedPodAffinityTerm]>,
    labels: Option<&BTreeMap<String, String>>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let list = path.field(REQUIRED);
    for (index, term) in required.unwrap_or_default().iter().enumerate() {
        pod_term(term, labels, &list.index(index), out);
    }
    let list = path.field(PREFERRED);
    for (index, weighted) in preferred.unwrap_or_default().iter().enumerate() {
        let path = list.index(index);
        report::range(out, &path.field("weight"), i64::from(weighted.weight), 1, 100);
        pod_term(&weighted.pod_affinity_term, labels, &path.field("podAffinityTerm"), out);
    }
}

fn pod_term(
    term: &PodAffinityTerm,
    labels: Option<&BTreeMap<String, String>>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    selector::label_selector(term.label_selector.as_ref(), &path.field("labelSelector"), out);
    selector::label_selector(term.namespace_selector.as_ref(), &path.field("namespaceSelector"), out);
    for name in term.namespaces.iter().flatten() {
        // The server names the field so, and without an index.
        report::dns_label(out, &path.field("namespace"), name);
    }
    label_keys::check(
        term.match_label_keys.as_deref(),
        term.mismatch_label_keys.as_deref(),
        term.label_selector.as_ref(),
        labels,
        path,
        out,
    );
    let key = path.field("topologyKey");
    if term.topology_key.is_empty() {
        report::required(out, &key, "`topologyKey` is missing")
            .help("name a label of nodes, such as `kubernetes.io/hostname` or `topology.kubernetes.io/zone`");
    } else {
        report::qualified_name(out, &key, &term.topology_key);
    }
}
