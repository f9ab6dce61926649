//! `allowedTopologies` against the labels that the driver reads.

use k8s_openapi::api::core::v1::TopologySelectorTerm;

use super::request::VolumeRequest;
use super::table;
use crate::catalog::driver::{Driver, Stage, Topology};
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

/// Labels of Kubernetes for zones, of which the translation makes the driver's own.
const TRANSLATED: [&str; 2] = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];

/// Whether the translation of a class of the plugin inside Kubernetes replaces a label that the driver does not read.
pub(super) fn is_translated(driver: &Driver, key: &str) -> bool {
    let is_read = |topology: &Topology| topology.keys.contains(&key);
    TRANSLATED.contains(&key) && !driver.topology.as_ref().is_some_and(is_read)
}

pub(super) fn check(request: &VolumeRequest<'_>, terms: &[TopologySelectorTerm], out: &mut Reporter<'_>) {
    let root = Path::root();
    let list = root.field("allowedTopologies");
    let Some(topology) = &request.driver.topology else { return };
    let mut zones = translated_zones(request, !terms.is_empty(), out);
    for (index, term) in terms.iter().enumerate() {
        let path = list.index(index);
        let path = path.field("matchLabelExpressions");
        let expressions = term.match_label_expressions.as_deref().unwrap_or_default();
        // The classes of the plugin inside Kubernetes are translated, keys included.
        let known = |key: &str| {
            topology.keys.contains(&key) || request.in_tree.is_some() && TRANSLATED.contains(&key)
        };
        let any = expressions.iter().any(|expression| known(&expression.key));
        for (index, expression) in expressions.iter().enumerate() {
            let path = path.index(index);
            if known(&expression.key) {
                zones.extend(expression.values.iter().map(String::as_str));
                // Other labels name regions, accounts and zones by their number.
                if expression.key.ends_with("/zone") {
                    zone_names(request, &expression.values, &path.field("values"), out);
                }
                continue;
            }
            let message =
                format!("{} does not place disks by `{}`", request.driver.provisioner, expression.key);
            let help = format!("write `{}`, with zones such as `{}`", topology.keys[0], topology.example);
            if topology.required && !any {
                out.report(&table::UNSUPPORTED_TOPOLOGY_KEY, &path.field("key"), message)
                    .help(format!("{}; {help}", Stage::Driver.rejection()));
            } else if !topology.required && !any {
                out.report(&table::TOPOLOGY_IGNORED, &path.field("key"), message)
                    .help(format!("the driver ignores it and may pick any zone; {help}"));
            }
        }
    }
    replicated(request, &zones, &list, out);
    zonal_paths(request, &zones, terms.is_empty(), out);
}

/// The zones that parameters of the plugin inside Kubernetes list: the translation makes topologies of them.
fn translated_zones<'a>(
    request: &VolumeRequest<'a>,
    has_terms: bool,
    out: &mut Reporter<'_>,
) -> Vec<&'a str> {
    let root = Path::root();
    let parameters = root.field("parameters");
    let mut zones = Vec::new();
    for (key, value) in &request.zones {
        let path = parameters.key(key);
        if has_terms {
            out.report_at_key(
                &table::CONFLICTING_PARAMETERS,
                &path,
                format!("`{key}` and `allowedTopologies` exclude each other"),
            )
            .help(format!("{}; remove `{key}`", Stage::Sidecar.rejection()));
        }
        for zone in value.split(',') {
            zone_name(request, zone, &path, out);
            zones.push(zone);
        }
    }
    zones
}

fn zone_names(request: &VolumeRequest<'_>, values: &[String], path: &Path<'_>, out: &mut Reporter<'_>) {
    for (index, zone) in values.iter().enumerate() {
        zone_name(request, zone, &path.index(index), out);
    }
}

fn zone_name(request: &VolumeRequest<'_>, zone: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(topology) = &request.driver.topology else { return };
    if !topology.is_zone(zone, |condition| condition.holds(request)) {
        out.report(&table::UNSUPPORTED_TOPOLOGY_KEY, path, format!("`{zone}` is not a zone")).help(format!(
            "no node is in it, so the claim stays Pending; write one such as `{}`",
            topology.example
        ));
    }
}

/// Disks replicated over zones take two of one region.
fn replicated(request: &VolumeRequest<'_>, zones: &[&str], path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(topology) = &request.driver.topology else { return };
    let is_replicated = topology.replicated.iter().any(|condition| condition.holds(request));
    if !is_replicated || zones.is_empty() {
        return;
    }
    let region = |zone: &str| zone.rsplit_once('-').map(|(region, _)| region.to_owned());
    let first = zones.first().and_then(|zone| region(zone));
    if zones.len() == 1 {
        out.report_at_key(
            &table::UNSUPPORTED_TOPOLOGY_KEY,
            path,
            "a disk replicated over zones needs two of them",
        )
        .help(format!("{}; list two zones of one region", Stage::Driver.rejection()));
    } else if zones.iter().take(2).any(|zone| region(zone) != first) {
        out.report_at_key(
            &table::UNSUPPORTED_TOPOLOGY_KEY,
            path,
            "the zones of a replicated disk lie in different regions",
        )
        .help(format!("{}; list two zones of one region", Stage::Driver.rejection()));
    }
}

/// What a parameter names in each zone must cover the zones of the class, and no zone twice.
fn zonal_paths(request: &VolumeRequest<'_>, zones: &[&str], anywhere: bool, out: &mut Reporter<'_>) {
    let Some(paths) = request.driver.topology.as_ref().and_then(|topology| topology.zonal_paths.as_ref())
    else {
        return;
    };
    let Some(pair) = request.pair(paths.key) else { return };
    let root = Path::root();
    let parameters = root.field("parameters");
    let at = parameters.key(pair.key);
    let mut covered: Vec<&str> = Vec::new();
    for path in pair.value.split(',') {
        let Some(zone) = path.split('/').nth(paths.zone_part) else { return };
        if covered.contains(&zone) {
            out.report(&table::PARAMETER_VALUE, &at, format!("two of `{}` are in zone {zone}", pair.key))
                .help(format!("{}; keep one for each zone", Stage::Driver.rejection()));
        }
        covered.push(zone);
    }
    let missing = zones.iter().find(|zone| !covered.contains(zone));
    if let Some(zone) = missing {
        let message = format!("`{}` names nothing in zone {zone}", pair.key);
        out.report(&table::PARAMETER_VALUE, &at, message).help(format!(
            "{}; list in `allowedTopologies` the zones that it covers",
            Stage::Driver.rejection()
        ));
    } else if anywhere && zones.is_empty() {
        // The zones of the cluster are unknown, and a webhook of the platform may add them to the class.
        let message = format!("`{}` is set and `allowedTopologies` is not", pair.key);
        out.report(&table::LIKELY_REFUSED, &at, message).help(format!(
            "in a zone without an entry, {}; list in `allowedTopologies` the zones that it covers",
            Stage::Driver.rejection()
        ));
    }
}
