//! Several pods or workloads that mount a claim which one node, or one pod, at a time can use.

use super::storage::{Reach, Storage};
use super::table;
use crate::bundle::Bundle;
use crate::bundle::node_labels::is_on_one_node;
use crate::bundle::zone::zones_of_pod;
use crate::document::Document;
use crate::document::object::{Object, PodPart};
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

pub(super) fn check(
    document: &Document<'_>,
    pod: &PodPart<'_>,
    storages: &[Storage<'_>],
    bundle: &Bundle<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for storage in storages {
        let (Some(claim), Some(volume)) = (storage.document, storage.volume) else { continue };
        if has_no_replicas(document) {
            continue;
        }
        // Pods that end by themselves release the claim, so two of them only wait for each other.
        let long_running = !document.object.is_long_running();
        let other = bundle
            .index
            .claim_user(claim.namespace.as_deref(), &claim.name, long_running)
            .filter(|other| other.position() < document.position() && !has_no_replicas(other))
            // Two versions of one object, in files that are alternatives, never run at the same time; the pods of one custom
            // resource are counted together.
            .filter(|other| !are_of_one_object(document, other))
            .filter(|other| {
                let theirs = bundle.index.claim(other, &claim.name);
                theirs.is_some_and(|(theirs, _)| theirs.position() == claim.position())
            });
        // Most claims have one user.
        let Some(other) = other.filter(|_| storage.is_single_node(pod.spec)) else { continue };
        if storage.reach() == Reach::OneZone && are_in_other_zones(pod, other) {
            // The zones are reported already.
            continue;
        }
        let one_pod = storage.only(&["ReadWriteOncePod"]);
        let both_run = document.object.is_long_running() && other.object.is_long_running();
        let list = path.field("volumes");
        let list = list.index(volume);
        let source = list.field("persistentVolumeClaim");
        let at = source.field("claimName");
        if one_pod && both_run {
            out.report(
                &table::SINGLE_POD_CLAIM_OF_SEVERAL_WORKLOADS,
                &at,
                format!("claim `{}` is for one pod, and {} `{}` mounts it, too", claim.name, other.kind, other.name),
            )
            .help(
                "the scheduler keeps the second pod Pending; give each its own claim, or request ReadWriteOnce if both run \
                 on one node",
            )
            .related(claim.place_of(&["spec", "accessModes"]), "ReadWriteOncePod");
        } else if one_pod
            || !is_on_one_node(pod.spec) && !other.object.pod().is_some_and(|pod| is_on_one_node(pod.spec))
        {
            let one = if one_pod { "pod" } else { "node" };
            out.report(
                &table::SINGLE_NODE_CLAIM_OF_SEVERAL_WORKLOADS,
                &at,
                format!(
                    "claim `{}` can be used by one {one} at a time, and {} `{}` mounts it, too",
                    claim.name, other.kind, other.name
                ),
            )
            .help(format!(
                "pods that run at the same time must be on one node, or one of them does not start; keep them together by \
                 `podAffinity` on kubernetes.io/hostname, or share the data: write {} in the claim",
                bundle.shared_claim()
            ))
            .related(other.place_of(&["metadata", "name"]), "the other one");
        }
    }
}

/// Whether two documents are of one object of a cluster. The items of a list share an index.
fn are_of_one_object(one: &Document<'_>, other: &Document<'_>) -> bool {
    (&one.kind, &one.namespace, &one.name) == (&other.kind, &other.namespace, &other.name)
        && (!one.name.is_empty() || (one.is_template && other.is_template && one.index == other.index))
}

/// Whether two pods select zones, and none in common.
fn are_in_other_zones(pod: &PodPart<'_>, other: &Document<'_>) -> bool {
    let other = other.object.pod();
    let theirs = other.as_ref().and_then(|other| zones_of_pod(other.spec));
    zones_of_pod(pod.spec)
        .zip(theirs)
        .is_some_and(|(ours, theirs)| !ours.iter().any(|zone| theirs.contains(zone)))
}

/// Whether a workload states that it runs no pods.
fn has_no_replicas(document: &Document<'_>) -> bool {
    let replicas = match &document.object {
        Object::Deployment(set) => set.spec.replicas,
        Object::StatefulSet(set) => set.spec.replicas,
        Object::ReplicaSet(set) => set.spec.replicas,
        Object::Job(job) => job.spec.as_ref().and_then(|spec| spec.parallelism),
        _ => None,
    };
    replicas == Some(0)
}
