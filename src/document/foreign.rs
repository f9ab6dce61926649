//! Files of a directory that are not manifests: CI workflows, values of Helm charts, data, patches for kustomize.

use memchr::memmem;

use crate::yaml::node::{Node, Value};

/// Whether a text can contain a manifest: it mentions an API version, or has a line or a JSON key `kind`.
#[must_use]
pub fn may_be_manifest(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mentions = |word: &str| memmem::find(bytes, word.as_bytes()).is_some();
    mentions("apiVersion") || text.starts_with("kind:") || mentions("\nkind:") || mentions("\"kind\"")
}

/// Whether an object is meant to be a manifest: it has an API version or metadata, and is not a patch. Values of charts have
/// a `kind`, too.
#[must_use]
pub fn is_manifest(root: &Node<'_>) -> bool {
    let Value::Mapping(_) = root.value else { return false };
    let has = |field: &str| root.get(field).is_some();
    (has("apiVersion") || has("metadata")) && !has("$patch")
}
