//! Access modes and volume modes against the disk type.

use super::claim::Claim;
use super::request::Classes;
use super::request::VolumeRequest;
use super::table;
use crate::catalog::driver::{Access, Stage};
use crate::catalog::kubernetes::is_access_mode;
use crate::document::reporter::Reporter;
use crate::finding::Finding;
use crate::yaml::path::Path;

pub(super) fn check(
    request: &VolumeRequest<'_>,
    classes: &Classes<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(claim) = request.claim else { return };
    let list = path.field("accessModes");
    for (index, mode) in claim.modes.iter().enumerate() {
        if is_allowed(request, index, mode) {
            continue;
        }
        report(request, &claim, mode, &list.index(index), out).related(classes.place(None), "the class");
    }
}

/// Checks the access mode of a PersistentVolume that the kubelet passes on: the first.
pub(super) fn check_volume(request: &VolumeRequest<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(claim) = request.claim else { return };
    let list = path.field("accessModes");
    for mode in claim.modes {
        if !is_allowed(request, 0, mode) {
            report(request, &claim, mode, &list.index(0), out);
        }
    }
}

fn report<'o>(
    request: &VolumeRequest<'_>,
    claim: &Claim<'_>,
    mode: &str,
    at: &Path<'_>,
    out: &'o mut Reporter<'_>,
) -> &'o mut Finding {
    let disk_type = match request.disk_type() {
        "" => String::new(),
        name => format!(" of type {name}"),
    };
    let provisioner = &request.driver.provisioner;
    let message =
        format!("{provisioner} does not support {mode} for a {} volume{disk_type}", claim.volume_mode);
    let finding = out.report(&table::ACCESS_MODE, at, message);
    finding.help(help(request, mode));
    finding
}

/// Whether the driver offers the access mode at `index` for such a volume. A mode that the API does not have is reported
/// already.
pub(crate) fn is_allowed(request: &VolumeRequest<'_>, index: usize, mode: &str) -> bool {
    if !is_access_mode(mode) {
        return true;
    }
    let mut rows = request.driver.access.iter().filter(|row| row.refused_by.is_none());
    request.claim.is_none() || rows.any(|row| is_about(row, request, mode) && (!row.not_first || index > 0))
}

/// Whether a row is about an access mode of such a volume.
fn is_about(row: &Access, request: &VolumeRequest<'_>, mode: &str) -> bool {
    let Some(claim) = request.claim else { return false };
    let types = request.driver.disk_type.as_ref().is_some_and(|keys| keys.any_case);
    row.modes.contains(&mode)
        && row.volume_mode.is_none_or(|wanted| wanted == claim.volume_mode)
        && (row.types.is_empty()
            || row.types.iter().any(|name| {
                *name == request.disk_type() || types && name.eq_ignore_ascii_case(request.disk_type())
            }))
        && row.when.iter().all(|condition| condition.holds(request))
        && (!row.from_source || claim.from_source)
}

/// Under what circumstances the mode is there, and what to use where it is not.
fn help(request: &VolumeRequest<'_>, mode: &str) -> String {
    let rows = request
        .driver
        .access
        .iter()
        .filter(|row| row.modes.contains(&mode) && !row.not_first && row.refused_by.is_none());
    let offers: Vec<String> = rows
        .map(|row| {
            let mut parts = Vec::new();
            if let Some(volume_mode) = &row.volume_mode {
                parts.push(format!("`volumeMode: {volume_mode}`"));
            }
            if !row.types.is_empty() {
                parts.push(format!("type {}", row.types.join(" or ")));
            }
            parts.extend(row.when.iter().map(ToString::to_string));
            if row.from_source {
                parts.push("a claim made from a snapshot or another claim".to_owned());
            }
            parts.join(", ")
        })
        .collect();
    let offer = if offers.is_empty() {
        "the driver supports it for no volume at all".to_owned()
    } else {
        format!("it is supported with {}", offers.join("; or with "))
    };
    let refused =
        request.driver.access.iter().find(|row| row.refused_by.is_some() && is_about(row, request, mode));
    let stage = refused.and_then(|row| row.refused_by).unwrap_or(Stage::Driver);
    let outcome = if claim_is_static(request) { "pods do not start" } else { "the claim stays Pending" };
    let instead = &request.driver.shared_instead;
    format!("{} rejects it, and {outcome}; {offer}. {instead}", stage.component())
}

fn claim_is_static(request: &VolumeRequest<'_>) -> bool {
    request.claim.is_some_and(|claim| claim.is_static)
}
