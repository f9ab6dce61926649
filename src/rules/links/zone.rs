//! Where a pod may run against where its disks may be.

use k8s_openapi::api::core::v1::PodSpec;

use super::storage::Storage;
use super::table;
use crate::bundle::Bundle;
use crate::bundle::zone::{is_zone, zones_of_class, zones_of_pod};
use crate::document::Document;
use crate::document::object::PodPart;
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

/// Modes that let one node, or one pod, use a volume at a time.
const SINGLE_NODE: &[&str] = &["ReadWriteOnce", "ReadWriteOncePod"];

pub(super) fn check(
    document: &Document<'_>,
    pod: &PodPart<'_>,
    storages: &[Storage<'_>],
    bundle: &Bundle<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for storage in storages {
        node_name(pod.spec, storage, path, out);
        let Some(zones) = zones_of_pod(pod.spec) else { continue };
        class_zones(pod.spec, storage, &zones, path, out);
        other_pods(document, pod.spec, storage, &zones, bundle, path, out);
    }
}

/// A pod with `nodeName` passes the scheduler by, and only the scheduler picks the node of a waiting claim.
fn node_name(spec: &PodSpec, storage: &Storage<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some((class, _)) = storage
        .class
        .filter(|(_, class)| class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer"))
    else {
        return;
    };
    if spec.node_name.as_deref().is_some_and(|name| !name.is_empty()) {
        out.report(
            &table::NODE_NAME_WITH_WAITING_CLASS,
            &path.field("nodeName"),
            format!("volume `{}` is never provisioned: `nodeName` passes the scheduler by", storage.name),
        )
        .help(
            "the class waits for the scheduler to pick a node, so claim and pod stay Pending; choose the node by \
             `nodeSelector: {kubernetes.io/hostname: …}`",
        )
        .related(class.place_of(&["volumeBindingMode"]), "the class waits for its first consumer");
    }
}

/// The class lets disks be in some zones only, and the pod is to run in others.
fn class_zones(
    spec: &PodSpec,
    storage: &Storage<'_>,
    zones: &[&str],
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some((document, class)) = storage.class else { return };
    let Some(allowed) = zones_of_class(class.allowed_topologies.as_deref().unwrap_or_default()) else {
        return;
    };
    if !zones.iter().any(|zone| allowed.contains(zone)) {
        report(spec, path, out, &table::ZONE_OUTSIDE_ALLOWED_TOPOLOGIES, &|| {
            format!(
                "the pod is to run in {}, but disks of class `{}` are made in {} only",
                zones.join(" or "),
                document.name,
                allowed.join(", ")
            )
        })
        .help("the scheduler finds no node and the pod stays Pending; choose a zone that both allow")
        .related(document.place_of(&["allowedTopologies"]), "the zones of the class");
    }
}

/// Another pod of the input mounts the same single-node claim in other zones.
fn other_pods(
    document: &Document<'_>,
    spec: &PodSpec,
    storage: &Storage<'_>,
    zones: &[&str],
    bundle: &Bundle<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(claim) = storage.document.filter(|_| storage.only(SINGLE_NODE)) else { return };
    let replicated = storage.class.is_some_and(|(_, class)| {
        // A disk replicated over zones is declared by a term that lists them together.
        zones_of_class(class.allowed_topologies.as_deref().unwrap_or_default())
            .is_some_and(|zones| zones.len() > 1)
    });
    if replicated {
        return;
    }
    let pinned = bundle.index.pinned_pods(claim.namespace.as_deref(), &claim.name);
    let apart = pinned
        .filter(|other| other.position() < document.position())
        .filter(|other| {
            let theirs = bundle.index.claim(other, &claim.name);
            theirs.is_some_and(|(theirs, _)| theirs.position() == claim.position())
        })
        .filter_map(|other| Some((other, zones_of_pod(other.object.pod()?.spec)?)))
        .filter(|(_, theirs)| !zones.iter().any(|zone| theirs.contains(zone)));
    if let Some((other, theirs)) = apart.min_by_key(|(other, _)| other.position()) {
        report(spec, path, out, &table::CLAIM_IN_SEVERAL_ZONES, &|| {
            format!(
                "claim `{}` is one disk in one zone, but this pod runs in {} and `{}` in {}",
                claim.name,
                zones.join(" or "),
                other.name,
                theirs.join(" or ")
            )
        })
        .help("one of the two stays Pending; put both in one zone, or give each a claim of its own")
        .related(other.place_of(&["metadata", "name"]), "the other pod");
    }
}

fn report<'o>(
    spec: &PodSpec,
    path: &Path<'_>,
    out: &'o mut Reporter<'_>,
    rule: &'static crate::rule::Rule,
    message: &dyn Fn() -> String,
) -> &'o mut crate::finding::Finding {
    let selector = spec.node_selector.iter().flatten().find(|(key, _)| is_zone(key));
    match selector {
        Some((key, _)) => out.report(rule, &path.field("nodeSelector").key(key), message()),
        None => {
            let path = path.field("affinity");
            out.report_at_key(rule, &path.field("nodeAffinity"), message())
        }
    }
}
