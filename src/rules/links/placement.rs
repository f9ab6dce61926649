//! The nodes that a pod selects against the disks that it mounts.

use k8s_openapi::api::core::v1::PodSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::storage::{Reach, Storage};
use super::table;
use crate::bundle::node_labels::node_labels;
use crate::bundle::zone::{is_zone, zones_of_class};
use crate::catalog::machine::{self, NodeGroup};
use crate::document::Document;
use crate::document::object::{Object, PodPart};
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

pub(super) fn check(
    document: &Document<'_>,
    pod: &PodPart<'_>,
    storages: &[Storage<'_>],
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    // Pods that state nothing about their nodes are the many.
    let selects = node_labels(pod.spec).next().is_some();
    let has_scheduler = pod.spec.scheduler_name.is_some();
    let has_labels = pod.metadata.is_some_and(|metadata| metadata.labels.is_some());
    let spreads = spreads_over_zones(pod);
    if !(selects || has_scheduler || has_labels || spreads) {
        return;
    }
    for storage in storages {
        if selects {
            machines(pod.spec, storage, path, out);
        }
        if selects || has_scheduler || has_labels {
            node_groups(pod, storage, path, out);
        }
        if spreads {
            zones(document, storage, path, out);
        }
    }
}

/// The field by which a pod selects nodes with a label.
fn at_label<'o>(
    spec: &PodSpec,
    key: &str,
    path: &Path<'_>,
    out: &'o mut Reporter<'_>,
    rule: &'static crate::rule::Rule,
    message: String,
) -> &'o mut crate::finding::Finding {
    if spec.node_selector.as_ref().is_some_and(|selector| selector.contains_key(key)) {
        return out.report(rule, &path.field("nodeSelector").key(key), message);
    }
    let affinity = path.field("affinity");
    out.report_at_key(rule, &affinity.field("nodeAffinity"), message)
}

/// A machine that cannot attach the disk.
fn machines(spec: &PodSpec, storage: &Storage<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let facts = machine::facts();
    let machines: Vec<(&str, &str)> =
        node_labels(spec).filter_map(|(key, value)| Some((key, facts.named_by(key, value)?))).collect();
    if machines.is_empty() {
        return;
    }
    let requests = storage.requests();
    let rows = |machine: &str| {
        let row = |request: &crate::rules::driver::VolumeRequest<'_>| {
            facts.unattachable(request.driver.provisioner, request.disk_type(), machine)
        };
        requests.iter().map(row).collect::<Option<Vec<_>>>().and_then(|rows| rows.first().copied())
    };
    // Several machines are alternatives: one that fits is enough.
    let mut unfit = machines.iter().map(|(key, machine)| Some((*key, *machine, rows(machine)?)));
    let Some(Some((key, machine, row))) = unfit.next() else { return };
    if !unfit.all(|other| other.is_some()) {
        return;
    }
    let Some(disk_type) = requests.first().map(|request| request.disk_type().to_owned()) else { return };
    let message = format!("machines of type `{machine}` cannot attach a disk of type {disk_type}");
    let instead = match &row.instead {
        Some(instead) => format!("use a class with type {instead}, or other machines"),
        None => "use a class with another disk type, or other machines".to_owned(),
    };
    let class = storage.class_name().to_owned();
    let finding = at_label(spec, key, path, out, &table::MACHINE_CANNOT_ATTACH_DISK, message);
    finding.help(format!(
        "volume `{}` of class `{class}` does not attach, and the pod does not start; {instead}",
        storage.name
    ));
    if let Some((class, _)) = storage.class {
        finding.related(class.place_of(&["parameters"]), "the class");
    }
}

/// A group of nodes on which the volumes of the driver do not work.
fn node_groups(pod: &PodPart<'_>, storage: &Storage<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let groups = &machine::facts().nodes;
    let Some((group, key)) = groups.iter().find_map(|group| Some((group, place(group, pod)?))) else {
        return;
    };
    let requests = storage.requests();
    let works = |request: &crate::rules::driver::VolumeRequest<'_>| {
        !group.drivers.contains(&request.driver.provisioner)
    };
    if requests.is_empty() || requests.iter().any(works) {
        return;
    }
    let driver = requests.first().map_or("", |request| request.driver.provisioner);
    let message =
        format!("the pod is placed on {}, where volumes of {driver} do not work: {}", group.name, group.why);
    let finding = match key {
        Some(key) => at_label(pod.spec, key, path, out, &table::DRIVER_NOT_ON_SELECTED_NODES, message),
        None if pod
            .spec
            .scheduler_name
            .as_ref()
            .is_some_and(|name| group.schedulers.contains(&name.as_str())) =>
        {
            out.report(&table::DRIVER_NOT_ON_SELECTED_NODES, &path.field("schedulerName"), message)
        }
        None => out.report_at_key(&table::DRIVER_NOT_ON_SELECTED_NODES, &path.field("volumes"), message),
    };
    finding.help(format!(
        "volume `{}` is not mounted, and the pod does not start; {}",
        storage.name, group.help
    ));
    if let Some((class, _)) = storage.class {
        finding.related(class.place_of(&["provisioner"]), "the driver");
    }
}

/// How a pod selects a group of nodes: the key of a node label, if by one.
fn place<'p>(group: &NodeGroup, pod: &PodPart<'p>) -> Option<Option<&'p str>> {
    let labels = pod.metadata.and_then(|metadata| metadata.labels.as_ref());
    let by_label = node_labels(pod.spec)
        .find(|(key, value)| group.selectors.iter().any(|label| label.matches(key, value)))
        .map(|(key, _)| Some(key));
    let by_pod = || {
        let has_label =
            labels.is_some_and(|labels| group.pod_labels.iter().any(|key| labels.contains_key(*key)));
        let scheduler = pod.spec.scheduler_name.as_ref();
        (has_label || scheduler.is_some_and(|name| group.schedulers.contains(&name.as_str()))).then_some(None)
    };
    by_label.or_else(by_pod)
}

/// Whether the pods of a template must be spread over zones.
fn spreads_over_zones(pod: &PodPart<'_>) -> bool {
    let labels = pod.metadata.and_then(|metadata| metadata.labels.as_ref());
    let selects_own = |selector: Option<&LabelSelector>| {
        let wanted = selector.and_then(|selector| selector.match_labels.as_ref());
        let (Some(wanted), Some(labels)) = (wanted, labels) else { return false };
        wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
    };
    let apart = pod.spec.affinity.as_ref().and_then(|affinity| affinity.pod_anti_affinity.as_ref());
    let apart =
        apart.and_then(|affinity| affinity.required_during_scheduling_ignored_during_execution.as_ref());
    apart
        .into_iter()
        .flatten()
        .any(|term| is_zone(&term.topology_key) && selects_own(term.label_selector.as_ref()))
        || pod.spec.topology_spread_constraints.iter().flatten().any(|constraint| {
            is_zone(&constraint.topology_key)
                && constraint.when_unsatisfiable == "DoNotSchedule"
                && selects_own(constraint.label_selector.as_ref())
        })
}

/// Pods that must be spread over zones, and a class that creates disks in fewer.
fn zones(document: &Document<'_>, storage: &Storage<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let replicas = match &document.object {
        Object::StatefulSet(set) => set.spec.replicas,
        Object::Deployment(set) => set.spec.replicas,
        Object::ReplicaSet(set) => set.spec.replicas,
        Object::Job(job) => job.spec.as_ref().and_then(|spec| spec.parallelism),
        _ => None,
    };
    let replicas = usize::try_from(replicas.unwrap_or(1)).unwrap_or(0);
    let reach = storage.reach();
    // The zones of each pod's own disk, or those of the one disk that all share.
    let own = storage.document.is_none();
    let allowed = storage
        .class
        .and_then(|(_, class)| zones_of_class(class.allowed_topologies.as_deref().unwrap_or_default()));
    let zones = match (own, &allowed, reach) {
        (true, Some(zones), Reach::OneZone | Reach::TwoZones) => zones.len(),
        (false, _, Reach::OneZone) => 1,
        (false, _, Reach::TwoZones) => 2,
        _ => return,
    };
    if replicas <= zones {
        return;
    }
    let spec = if zones == 1 { "one zone".to_owned() } else { format!("{zones} zones") };
    let what = match (own, &allowed) {
        (true, Some(allowed)) => {
            format!("class `{}` creates disks only in {}", storage.class_name(), allowed.join(", "))
        }
        _ => format!("volume `{}` can be used in {spec} only", storage.name),
    };
    let message = format!("{replicas} pods must be spread over zones, but {what}");
    let by_affinity = document
        .object
        .pod()
        .and_then(|pod| pod.spec.affinity.as_ref())
        .is_some_and(|affinity| affinity.pod_anti_affinity.is_some());
    let affinity = path.field("affinity");
    let at =
        if by_affinity { affinity.field("podAntiAffinity") } else { path.field("topologySpreadConstraints") };
    let finding = out.report_at_key(&table::SPREAD_OVER_TOO_FEW_ZONES, &at, message);
    finding.help(
        "pods that no zone is left for stay Pending; let the class create disks in as many zones as there are pods, or \
         spread the pods over nodes instead",
    );
    if let Some((class, _)) = storage.class {
        finding.related(class.place_of(&["allowedTopologies"]), "the zones of the class");
    }
}
