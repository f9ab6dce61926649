//! `CustomResourceDefinition` (k8s.io/apiextensions-apiserver, pkg/apis/apiextensions/validation).

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::constraint::{at, child, items};
use crate::document::reporter::Reporter;
use crate::document::rules::INVALID_VALUE;
use crate::rules::kubernetes::report;
use crate::yaml::node::{Node, Value};
use crate::yaml::path::Path;

const SCHEMA: &str = "openAPIV3Schema";
const KEEPS_UNKNOWN: &str = "x-kubernetes-preserve-unknown-fields";

/// The name follows from the resource and the group. A schema either keeps unknown fields or does not mention them.
pub(super) fn check(object: &Node<'_>, metadata: &ObjectMeta, out: &mut Reporter<'_>) {
    let name = |fields: &[&str]| at(object, fields).and_then(Node::as_str).unwrap_or_default();
    let wanted = format!("{}.{}", name(&["spec", "names", "plural"]), name(&["spec", "group"]));
    named(metadata, &wanted, out);
    let root = Path::root();
    let spec = root.field("spec");
    let (versions, common) = (spec.field("versions"), spec.field("validation"));
    let list = items(child(Some(object), "spec"), "versions");
    let is_same = |pair: &[Node<'_>]| match (schema(&pair[0]), schema(&pair[1])) {
        (Some(one), Some(other)) => one.has_same_value(other),
        (one, other) => one.is_none() && other.is_none(),
    };
    // The server moves a schema that all versions share, and reports it once.
    let is_common = list.windows(2).all(is_same);
    for (index, version) in list.iter().enumerate().take(if is_common { 1 } else { list.len() }) {
        let Some(schema) = schema(version) else { continue };
        let version = versions.index(index);
        let own = version.field("schema");
        let reported = if is_common { &common } else { &own };
        mentions_unknown(schema, &reported.field(SCHEMA), &own.field(SCHEMA), out);
    }
}

/// An object whose name the server derives from its fields.
pub(super) fn named(metadata: &ObjectMeta, wanted: &str, out: &mut Reporter<'_>) {
    let name = metadata.name.as_deref().unwrap_or_default();
    if !name.is_empty() && name != wanted {
        let root = Path::root();
        let path = root.field("metadata");
        report::invalid(out, &path.field("name"), format!("the name is not `{wanted}`"))
            .help("the server requires this name, which follows from the fields of `spec`");
    }
}

/// The schema of a version.
fn schema<'n, 't>(version: &'n Node<'t>) -> Option<&'n Node<'t>> {
    at(version, &["schema", SCHEMA])
}

/// Reports each schema that drops unknown fields, which is the default and cannot be written.
fn mentions_unknown(schema: &Node<'_>, path: &Path<'_>, place: &Path<'_>, out: &mut Reporter<'_>) {
    if child(Some(schema), KEEPS_UNKNOWN).is_some_and(|keeps| keeps.value == Value::Bool(false)) {
        let message = format!("`{KEEPS_UNKNOWN}` is false, and can only be true");
        out.report_within(&INVALID_VALUE, &path.field(KEEPS_UNKNOWN), &place.field(KEEPS_UNKNOWN), message)
            .help("remove the key: unknown fields are dropped without it");
    }
    for field in ["properties", "patternProperties"] {
        let (path, place) = (path.field(field), place.field(field));
        for entry in child(Some(schema), field).map_or(&[][..], Node::entries) {
            let name = entry.key.value.as_ref();
            mentions_unknown(&entry.value, &path.key(name), &place.key(name), out);
        }
    }
    for field in ["items", "additionalProperties"] {
        if let Some(inner) = child(Some(schema), field) {
            mentions_unknown(inner, &path.field(field), &place.field(field), out);
        }
    }
}
