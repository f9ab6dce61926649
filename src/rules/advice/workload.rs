//! Advice on workloads whose pods share a claim that one node can have at a time.

use k8s_openapi::api::apps::v1::{Deployment, DeploymentStrategy};
use k8s_openapi::api::core::v1::PodSpec;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::table;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::rules::links::storage::Storage;
use crate::yaml::path::Path;

/// The label that is another one on each node.
const NODE: &str = "kubernetes.io/hostname";

pub(super) fn check(
    document: &Document<'_>,
    spec: &PodSpec,
    storages: &[Storage<'_>],
    out: &mut Reporter<'_>,
) {
    let shared = storages
        .iter()
        .find(|storage| storage.document.is_some() && storage.only(&["ReadWriteOnce", "ReadWriteOncePod"]));
    let Some(storage) = shared else { return };
    let Some(claim) = storage.document else { return };
    let one_pod = storage.only(&["ReadWriteOncePod"]);
    let root = Path::root();
    let path = root.field("spec");
    let (field, pods) = match &document.object {
        Object::Deployment(set) => ("replicas", set.spec.replicas.unwrap_or(1)),
        Object::ReplicaSet(set) => ("replicas", set.spec.replicas.unwrap_or(1)),
        Object::StatefulSet(set) => ("replicas", set.spec.replicas.unwrap_or(1)),
        Object::Job(job) => ("parallelism", job.spec.as_ref().and_then(|spec| spec.parallelism).unwrap_or(1)),
        Object::DaemonSet(_) => ("template", i32::MAX),
        _ => return,
    };
    if pods > 1 {
        if !one_pod && is_on_one_node(spec) {
            return;
        }
        let (who, whose) = if one_pod { ("one pod", "another pod") } else { ("one node", "another node") };
        let many = if pods == i32::MAX { "the pods of all nodes".to_owned() } else { format!("{pods} pods") };
        out.report_at_key(
            &table::SINGLE_NODE_CLAIM_OF_MANY_PODS,
            &path.field(field),
            format!("{many} mount claim `{}`, which {who} can have at a time", claim.name),
        )
        .help(format!(
            "a pod of {whose} never starts; give each pod a claim of its own by a StatefulSet's `volumeClaimTemplates`, \
             or share data by a network file system"
        ))
        .related(claim.place_of(&["spec", "accessModes"]), "the claim");
    } else if let Object::Deployment(set) = &document.object
        && pods == 1
        && is_rolled(set)
        && (one_pod || !is_on_one_node(spec))
    {
        out.report_at_key(
            &table::ROLLING_UPDATE_OF_SINGLE_NODE_CLAIM,
            &path.field("strategy"),
            format!("an update starts the new pod while the old one still has claim `{}`", claim.name),
        )
        .help(
            "the new pod waits for a disk that the old one gives back only when the new one is ready; write \
             `strategy: {type: Recreate}`",
        )
        .related(claim.place_of(&["spec", "accessModes"]), "the claim");
    }
}

/// Whether an update starts a pod before it ends one.
fn is_rolled(set: &Deployment) -> bool {
    let Some(strategy) = &set.spec.strategy else { return true };
    let DeploymentStrategy { rolling_update, type_ } = strategy;
    if type_.as_deref().is_some_and(|name| name != "RollingUpdate") {
        return false;
    }
    match rolling_update.as_ref().and_then(|update| update.max_surge.as_ref()) {
        Some(IntOrString::Int(surge)) => *surge != 0,
        Some(IntOrString::String(surge)) => !matches!(surge.as_str(), "0" | "0%"),
        None => true,
    }
}

/// Whether the pods are kept to one node: by its name, or by each other.
fn is_on_one_node(spec: &PodSpec) -> bool {
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
