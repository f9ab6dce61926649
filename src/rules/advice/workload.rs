//! Advice on workloads whose pods share a claim that one node at a time can use.

use k8s_openapi::api::apps::v1::{Deployment, DeploymentStrategy};
use k8s_openapi::api::core::v1::PodSpec;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::table;
use crate::bundle::Bundle;
use crate::bundle::node_labels::is_on_one_node;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::rules::links::storage::Storage;
use crate::yaml::path::Path;

pub(super) fn check(
    document: &Document<'_>,
    spec: &PodSpec,
    storages: &[Storage<'_>],
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let (field, pods) = match &document.object {
        Object::Deployment(set) => ("replicas", set.spec.replicas.unwrap_or(1)),
        Object::ReplicaSet(set) => ("replicas", set.spec.replicas.unwrap_or(1)),
        Object::StatefulSet(set) => ("replicas", set.spec.replicas.unwrap_or(1)),
        Object::Job(job) => ("parallelism", job.spec.as_ref().and_then(|spec| spec.parallelism).unwrap_or(1)),
        Object::DaemonSet(_) => ("template", i32::MAX),
        _ => return,
    };
    let shared = storages.iter().find(|storage| storage.document.is_some() && storage.is_single_node(spec));
    let Some(storage) = shared else { return };
    let Some(claim) = storage.document else { return };
    let one_pod = storage.only(&["ReadWriteOncePod"]);
    let root = Path::root();
    let path = root.field("spec");
    if pods > 1 {
        if !one_pod && is_on_one_node(spec) {
            return;
        }
        let one = if one_pod { "pod" } else { "node" };
        let many = if pods == i32::MAX { "the pods of all nodes".to_owned() } else { format!("{pods} pods") };
        out.report_at_key(
            &table::SINGLE_NODE_CLAIM_OF_MANY_PODS,
            &path.field(field),
            format!("{many} mount claim `{}`, which one {one} at a time can use", claim.name),
        )
        .help(help(storage, one, &bundle.shared_claim()))
        .related(claim.place_of(&["spec", "accessModes"]), "the claim");
    } else if let Object::Deployment(set) = &document.object
        && pods == 1
        && is_rolled(set)
        && (one_pod || !is_on_one_node(spec))
    {
        out.report_at_key(
            &table::ROLLING_UPDATE_OF_SINGLE_NODE_CLAIM,
            &path.field("strategy"),
            format!("an update starts a new pod while the old one still uses claim `{}`", claim.name),
        )
        .help(
            "the new pod waits for the disk, which the old one releases only when the new one is ready; write \
             `strategy: {type: Recreate}`",
        )
        .related(claim.place_of(&["spec", "accessModes"]), "the claim");
    }
}

/// Why the other pods do not start, and what to write instead.
fn help(storage: &Storage<'_>, one: &str, shared: &str) -> String {
    let unless = match storage.class_name() {
        class
            if !class.is_empty()
                && storage.class.is_none()
                && storage.cluster_class.is_none()
                && one == "node" =>
        {
            format!("; if class `{class}` provisions a file system, ReadWriteMany alone is enough")
        }
        _ => String::new(),
    };
    format!(
        "pods on another {one} do not start; to share the data, write {shared} in the claim{unless}; otherwise give each pod \
         its own claim with `volumeClaimTemplates` of a StatefulSet"
    )
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
