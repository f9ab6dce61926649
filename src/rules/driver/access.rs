//! Access modes and volume modes against the disk type.

use super::given::Classes;
use super::{Given, table};
use crate::catalog::driver::{Access, Stage};
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

pub(super) fn check(given: &Given<'_>, classes: &Classes<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(claim) = given.claim else { return };
    let list = path.field("accessModes");
    for (index, mode) in claim.modes.iter().enumerate() {
        if is_allowed(given, index, mode) {
            continue;
        }
        let finding = out.report(
            &table::ACCESS_MODE,
            &list.index(index),
            format!(
                "{} does not offer {mode} for a {} volume of type {}",
                given.driver.provisioner,
                claim.volume_mode,
                given.disk_type()
            ),
        );
        finding.help(help(given, mode));
        finding.related(classes.place(None), "the class");
    }
}

/// Whether the driver offers the access mode that stands at `index` for such a volume.
pub(in crate::rules) fn is_allowed(given: &Given<'_>, index: usize, mode: &str) -> bool {
    let mut rows = given.driver.access.iter().filter(|row| row.refused_by.is_none());
    given.claim.is_none() || rows.any(|row| is_about(row, given, mode) && (!row.not_first || index > 0))
}

/// Whether a row is about an access mode of such a volume.
fn is_about(row: &Access, given: &Given<'_>, mode: &str) -> bool {
    let Some(claim) = given.claim else { return false };
    let types = given.driver.disk_type.any_case;
    row.modes.iter().any(|known| known == mode)
        && row.volume_mode.as_deref().is_none_or(|wanted| wanted == claim.volume_mode)
        && (row.types.is_empty()
            || row.types.iter().any(|name| {
                name == given.disk_type() || types && name.eq_ignore_ascii_case(given.disk_type())
            }))
        && row.when.iter().all(|condition| given.holds(condition))
        && (!row.from_source || claim.from_source)
}

/// Under what circumstances the mode is there, and what to use where it is not.
fn help(given: &Given<'_>, mode: &str) -> String {
    let rows = given.driver.access.iter().filter(|row| {
        row.modes.iter().any(|known| known == mode) && !row.not_first && row.refused_by.is_none()
    });
    let offers: Vec<String> = rows
        .map(|row| {
            let mut parts = Vec::new();
            if let Some(volume_mode) = &row.volume_mode {
                parts.push(format!("`volumeMode: {volume_mode}`"));
            }
            if !row.types.is_empty() {
                parts.push(format!("type {}", row.types.join(" or ")));
            }
            for condition in &row.when {
                if let Some(key) = &condition.key {
                    let value = condition
                        .above
                        .map_or_else(|| condition.is.join(" or "), |above| format!("{} or more", above + 1));
                    parts.push(format!("`{key}: {value}`"));
                }
            }
            if row.from_source {
                parts.push("a claim made from a snapshot or another claim".to_owned());
            }
            parts.join(", ")
        })
        .collect();
    let offer = if offers.is_empty() {
        "the driver offers it for no disk at all".to_owned()
    } else {
        format!("it is there with {}", offers.join("; or with "))
    };
    let refused =
        given.driver.access.iter().find(|row| row.refused_by.is_some() && is_about(row, given, mode));
    let stage = refused.and_then(|row| row.refused_by).unwrap_or(Stage::Driver);
    format!(
        "{} refuses it, and the claim stays Pending; {offer}. {}",
        stage.who(),
        given.driver.shared_instead
    )
}
