//! Where a pod may run against where its disks may be.

use k8s_openapi::api::core::v1::{PodSpec, TopologySelectorTerm};

use super::{Storage, table};
use crate::document::Document;
use crate::document::object::PodPart;
use crate::document::path::Path;
use crate::rules::{Findings, Scene};

/// Modes that let one node, or one pod, use a volume at a time.
const SINGLE_NODE: &[&str] = &["ReadWriteOnce", "ReadWriteOncePod"];

pub(super) fn check(
    document: &Document<'_>,
    pod: &PodPart<'_>,
    storages: &[Storage<'_>],
    scene: &Scene<'_>,
    path: &Path<'_>,
    out: &mut Findings<'_>,
) {
    for storage in storages {
        node_name(pod.spec, storage, path, out);
        let Some(zones) = zones_of_pod(pod.spec) else { continue };
        class_zones(pod.spec, storage, &zones, path, out);
        other_pods(document, pod.spec, storage, &zones, scene, path, out);
    }
}

/// A pod with `nodeName` passes the scheduler by, and only the scheduler picks the node of a waiting claim.
fn node_name(spec: &PodSpec, storage: &Storage<'_>, path: &Path<'_>, out: &mut Findings<'_>) {
    let Some((class, _)) = storage
        .class
        .filter(|(_, class)| class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer"))
    else {
        return;
    };
    if spec.node_name.as_deref().is_some_and(|name| !name.is_empty()) {
        out.push(
            &table::NODE_NAME,
            &path.field("nodeName"),
            format!("volume `{}` is never provisioned: `nodeName` passes the scheduler by", storage.name),
        )
        .help(
            "the class waits for the scheduler to pick a node, so claim and pod stay Pending; choose the node by \
             `nodeSelector: {kubernetes.io/hostname: …}`",
        )
        .related(super::place_of(class, &["volumeBindingMode"]), "the class waits for its first consumer");
    }
}

/// The class lets disks be in some zones only, and the pod is to run in others.
fn class_zones(
    spec: &PodSpec,
    storage: &Storage<'_>,
    zones: &[&str],
    path: &Path<'_>,
    out: &mut Findings<'_>,
) {
    let Some((document, class)) = storage.class else { return };
    let Some(allowed) = zones_of_class(class.allowed_topologies.as_deref().unwrap_or_default()) else {
        return;
    };
    if !zones.iter().any(|zone| allowed.contains(zone)) {
        report(spec, path, out, &table::ZONE_NOT_ALLOWED, &|| {
            format!(
                "the pod is to run in {}, but disks of class `{}` are made in {} only",
                zones.join(" or "),
                document.name,
                allowed.join(", ")
            )
        })
        .help("the scheduler finds no node and the pod stays Pending; choose a zone that both allow")
        .related(super::place_of(document, &["allowedTopologies"]), "the zones of the class");
    }
}

/// Another pod of the input mounts the same single-node claim in other zones.
fn other_pods(
    document: &Document<'_>,
    spec: &PodSpec,
    storage: &Storage<'_>,
    zones: &[&str],
    scene: &Scene<'_>,
    path: &Path<'_>,
    out: &mut Findings<'_>,
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
    let pinned = scene.index.pinned_pods(claim.namespace.as_deref(), &claim.name);
    let apart = pinned
        .filter(|other| other.position() < document.position())
        .filter(|other| {
            let theirs = scene.index.claim(other, &claim.name);
            theirs.is_some_and(|(theirs, _)| theirs.position() == claim.position())
        })
        .filter_map(|other| Some((other, zones_of_pod(other.object.pod()?.spec)?)))
        .filter(|(_, theirs)| !zones.iter().any(|zone| theirs.contains(zone)));
    if let Some((other, theirs)) = apart.min_by_key(|(other, _)| other.position()) {
        report(spec, path, out, &table::SEVERAL_ZONES, &|| {
            format!(
                "claim `{}` is one disk in one zone, but this pod runs in {} and `{}` in {}",
                claim.name,
                zones.join(" or "),
                other.name,
                theirs.join(" or ")
            )
        })
        .help("one of the two stays Pending; put both in one zone, or give each a claim of its own")
        .related(super::place_of(other, &["metadata", "name"]), "the other pod");
    }
}

fn report<'o>(
    spec: &PodSpec,
    path: &Path<'_>,
    out: &'o mut Findings<'_>,
    rule: &'static crate::rules::Rule,
    message: &dyn Fn() -> String,
) -> &'o mut crate::finding::Finding {
    let selector = spec.node_selector.iter().flatten().find(|(key, _)| is_zone(key));
    match selector {
        Some((key, _)) => out.push(rule, &path.field("nodeSelector").key(key), message()),
        None => {
            let path = path.field("affinity");
            out.push_key(rule, &path.field("nodeAffinity"), message())
        }
    }
}

/// Whether a node label tells the zone: the well-known one, its beta form, or a driver's own topology key.
fn is_zone(key: &str) -> bool {
    key.ends_with("/zone")
}

/// The zones that a pod may run in; none where it is not pinned.
pub(in crate::rules) fn zones_of_pod(spec: &PodSpec) -> Option<Vec<&str>> {
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
    // Terms are alternatives: one that names no zone leaves the pod free.
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

/// The zones that disks of a class may be in; none where the class does not say.
fn zones_of_class(terms: &[TopologySelectorTerm]) -> Option<Vec<&str>> {
    let mut zones = Vec::new();
    for term in terms {
        let expression =
            term.match_label_expressions.iter().flatten().find(|expression| is_zone(&expression.key))?;
        zones.extend(expression.values.iter().map(String::as_str));
    }
    (!zones.is_empty()).then_some(zones)
}
