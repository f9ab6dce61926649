//! Where a pod may run against where its disks may be.

use k8s_openapi::api::core::v1::PodSpec;

use super::storage::{Reach, Storage};
use super::table;
use crate::bundle::Bundle;
use crate::bundle::zone::{is_zone, zones_of_class, zones_of_pod};
use crate::document::Document;
use crate::document::object::PodPart;
use crate::document::reporter::Reporter;
use crate::rule::Severity;
use crate::yaml::path::Path;

pub(super) fn check(
    document: &Document<'_>,
    pod: &PodPart<'_>,
    storages: &[Storage<'_>],
    bundle: &Bundle<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for storage in storages.iter().filter(|storage| !storage.is_static()) {
        node_name(pod.spec, storage, path, out);
        let Some(zones) = zones_of_pod(pod.spec) else { continue };
        class_zones(pod.spec, storage, &zones, path, out);
        other_pods(document, pod.spec, storage, &zones, bundle, path, out);
    }
}

/// A pod with `nodeName` bypasses the scheduler, and only the scheduler picks the node of a waiting claim.
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
            format!("volume `{}` is never provisioned: `nodeName` bypasses the scheduler", storage.name),
        )
        .help(
            "the class waits for the scheduler to pick a node, so claim and pod stay Pending; choose the node by \
             `nodeSelector: {kubernetes.io/hostname: …}`",
        )
        .related(class.place_of(&["volumeBindingMode"]), "the class waits for its first consumer");
    }
}

/// The class allows disks in some zones only, and the pod selects others.
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
    // The scheduler applies the class's zones while the claim waits. Later, only the volume's own zones count.
    let waits = class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer");
    if !waits && !matches!(storage.reach(), Reach::OneZone | Reach::TwoZones) {
        return;
    }
    if !zones.iter().any(|zone| allowed.contains(zone)) {
        report(spec, path, out, &table::ZONE_OUTSIDE_ALLOWED_TOPOLOGIES, &|| {
            format!(
                "the pod selects zone {}, but class `{}` creates disks only in {}",
                zones.join(" or "),
                document.name,
                allowed.join(", ")
            )
        })
        .help("no node fits and the pod stays Pending; select a zone that the class allows")
        .related(document.place_of(&["allowedTopologies"]), "the zones of the class");
    }
}

/// Another pod of the input mounts a claim that is a disk in one zone, and selects other zones.
fn other_pods(
    document: &Document<'_>,
    spec: &PodSpec,
    storage: &Storage<'_>,
    zones: &[&str],
    bundle: &Bundle<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(claim) = storage.document.filter(|_| storage.reach() == Reach::OneZone) else { return };
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
        let finding = report(spec, path, out, &table::CLAIM_IN_SEVERAL_ZONES, &|| {
            format!(
                "claim `{}` is a disk in one zone, but this pod selects zone {} and `{}` zone {}",
                claim.name,
                zones.join(" or "),
                other.name,
                theirs.join(" or ")
            )
        });
        finding
            .help("one of the two stays Pending; run both in one zone, or give each its own claim")
            .related(other.place_of(&["metadata", "name"]), "the other pod");
        if storage.class.is_none() {
            // The cluster may have replaced its own class.
            finding.severity = Severity::Warning;
        }
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
