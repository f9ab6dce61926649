//! What a custom resource says of its volumes and claims, for the rules about them.

use super::maker::locations;
use super::place::select;
use super::tree::is_on;
use crate::catalog::custom_kind::{self, Holds, Location};
use crate::document::Document;
use crate::yaml::node::Node;

/// What the name of a claim follows in a URI.
const CLAIM_SCHEME: &str = "pvc://";

/// The claim that a URI names, if it names one.
#[must_use]
pub(super) fn claim_of_uri(uri: &str) -> Option<&str> {
    uri.strip_prefix(CLAIM_SCHEME).map(|rest| rest.split('/').next().unwrap_or_default())
}

/// The volumes of a custom resource that several of its pods may mount: their paths and names.
#[must_use]
pub fn shared_volumes<'n>(document: &'n Document<'_>) -> Vec<(String, &'n str)> {
    let Some(kind) = custom_kind::find(&document.api_version, &document.kind) else { return Vec::new() };
    let is_shared = |location: &&Location| {
        location.holds == Holds::Volume
            && kind.locations.iter().any(|other| other.volumes.contains(&location.path))
    };
    let places =
        kind.locations.iter().filter(is_shared).flat_map(|location| select(&document.root, &location.path));
    places.filter_map(|place| Some((place.path, place.node.get("name")?.as_str()?))).collect()
}

/// The paths of values that are missing although the operator makes a claim of them.
#[must_use]
pub fn missing(document: &Document<'_>) -> Vec<String> {
    let Some(kind) = custom_kind::find(&document.api_version, &document.kind) else { return Vec::new() };
    let of_version = || locations(kind, &document.api_version);
    let mut missing = Vec::new();
    for location in of_version() {
        let (Some(switch), Some((parent, _))) = (&location.made_when, location.path.rsplit_once('.')) else {
            continue;
        };
        for place in select(&document.root, switch).iter().filter(|place| is_on(place.node)) {
            for required in of_version().filter(|other| other.required) {
                let Some((of, last)) = required.path.rsplit_once('.').filter(|(of, _)| *of == parent) else {
                    continue;
                };
                if place.first(&document.root, switch, &required.path).is_none()
                    && let Some(of) = place.first(&document.root, switch, of)
                {
                    missing.push(format!("{}.{last}", of.path));
                }
            }
        }
    }
    missing
}

/// The URIs of a custom resource that may name claims: their paths and texts.
#[must_use]
pub fn uris<'n>(document: &'n Document<'_>) -> Vec<(String, &'n str)> {
    let Some(kind) = custom_kind::find(&document.api_version, &document.kind) else { return Vec::new() };
    let is_uri = |location: &&Location| matches!(location.holds, Holds::StorageUri | Holds::ClaimUri);
    let places =
        kind.locations.iter().filter(is_uri).flat_map(|location| select(&document.root, &location.path));
    places.filter_map(|place| Some((place.path, place.node.as_str()?))).collect()
}

/// Whether a URI should name a claim and does not.
#[must_use]
pub fn is_claim_uri_without_name(uri: &str) -> bool {
    claim_of_uri(uri).is_some_and(str::is_empty)
}

/// Whether a table of the tree has a key.
#[must_use]
pub fn has_key(node: &Node<'_>, key: &str) -> bool {
    node.entries().iter().any(|entry| entry.key.value == key || has_key(&entry.value, key))
        || node.items().iter().any(|item| has_key(item, key))
}
