//! Paths that a driver computes from parameters: the directory of an access point, for one.

use super::request::Classes;
use super::request::VolumeRequest;
use super::table;
use crate::catalog::driver::{ComputedPath, PathPart, Stage};
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

/// What the provisioner names a volume: `pvc-` and a UUID.
const VOLUME: &str = "pvc-00000000-0000-0000-0000-000000000000";

/// Checks the paths of a claim's volume.
pub(super) fn check(
    request: &VolumeRequest<'_>,
    classes: &Classes<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(claim) = &request.claim else { return };
    let known =
        [("${.PVC.name}", claim.name), ("${.PVC.namespace}", claim.namespace), ("${.PV.name}", Some(VOLUME))];
    for row in request.parameters.paths {
        let Some(text) = cleaned(row, request, &known) else { continue };
        let Some((message, help, stage)) = broken(row, &text) else { continue };
        let pair = row.parts.iter().rev().find_map(|part| request.pair(part.key?));
        out.report(&table::PARAMETER_VALUE, &path.field("storageClassName"), message)
            .help(format!("{}; {help}", stage.rejection()))
            .related(classes.place(pair), "the class");
    }
}

/// The joined and cleaned path; none if a placeholder in it has no known value.
fn cleaned(
    row: &ComputedPath,
    request: &VolumeRequest<'_>,
    placeholders: &[(&str, Option<&str>)],
) -> Option<String> {
    let holds = |part: &&PathPart| part.when.iter().all(|condition| condition.holds(request));
    let mut joined = String::new();
    for part in row.parts.iter().filter(holds) {
        let value = part.key.and_then(|key| request.value(key)).filter(|value| !value.is_empty());
        let mut text = value.unwrap_or(part.text).to_owned();
        // Only the value of one key is a pattern; a text of the catalogue always is.
        if part.replaces || value.is_none() {
            for (name, value) in placeholders {
                if text.contains(name) {
                    text = text.replace(name, value.as_ref()?);
                }
            }
        }
        joined.push('/');
        joined.push_str(&text);
    }
    for suffix in row.suffixes.iter().filter(holds) {
        joined.push_str(suffix.text);
    }
    let mut levels: Vec<&str> = Vec::new();
    for level in joined.split('/') {
        match level {
            "" | "." => {}
            ".." => {
                levels.pop();
            }
            level => levels.push(level),
        }
    }
    Some(format!("/{}", levels.join("/")))
}

fn broken(row: &ComputedPath, text: &str) -> Option<(String, String, Stage)> {
    let levels = text.split('/').filter(|level| !level.is_empty()).count();
    if text.len() > row.most_bytes {
        let message = format!("the path `{text}` has {} bytes, {} are allowed", text.len(), row.most_bytes);
        return Some((message, "shorten it".to_owned(), Stage::Driver));
    }
    if levels > row.cloud_levels {
        let stage = if levels > row.most_levels { Stage::Driver } else { Stage::Cloud };
        let message = format!("the path `{text}` has {levels} levels, {} are allowed", row.cloud_levels);
        return Some((message, "remove some".to_owned(), stage));
    }
    let wrong = text.split('/').filter(|level| !level.is_empty()).find(|level| !row.level.matches(level))?;
    Some((
        format!("`{wrong}` in the path `{text}` is not {}", row.level_about),
        "rename it".to_owned(),
        Stage::Cloud,
    ))
}
