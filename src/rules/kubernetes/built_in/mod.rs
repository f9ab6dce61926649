//! Kinds of which only the metadata is typed.

mod config;
mod constraint;
mod definition;
mod format;
mod kinds;
mod node;
mod quota;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::metadata;
use crate::catalog::constraint as catalog_constraint;
use crate::catalog::kind::{self, Kind, Names};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::grammar;
use crate::yaml::path::Path;

/// Checks an object whose fields have been checked against the API's types.
pub(super) fn check(
    document: &Document<'_>,
    metadata: &ObjectMeta,
    version: KubernetesVersion,
    out: &mut Reporter<'_>,
) {
    let Some(kind) = kind::find(&document.kind) else { return };
    check_metadata(kind, metadata, version, out);
    constraint::check(document, version, out);
    kinds::check(document, metadata, version, out);
}

/// Whether the server's rules for the fields of a kind are checked, and not only its metadata.
#[must_use]
pub fn has_rules(kind: &str, api_version: &str) -> bool {
    kinds::has_rules(kind) || catalog_constraint::of(kind, api_version).next().is_some()
}

fn check_metadata(kind: &Kind, metadata: &ObjectMeta, version: KubernetesVersion, out: &mut Reporter<'_>) {
    let grammar: metadata::Grammar = match kind.names {
        Names::Subdomain => grammar::dns_subdomain,
        Names::Label => grammar::dns_label,
        Names::Service if version.at_least(format::RELAXED_SERVICE_NAMES) => grammar::dns_label,
        Names::Service => grammar::dns_1035_label,
        Names::PathSegment => grammar::path_segment,
        Names::Address => grammar::address,
        Names::Optional if is_empty(&metadata.name) && is_empty(&metadata.generate_name) => {
            let root = Path::root();
            return metadata::check_except_name(metadata, kind.namespaced, &root.field("metadata"), out);
        }
        Names::Optional => grammar::dns_subdomain,
        Names::None => return,
    };
    metadata::check(metadata, grammar, kind.namespaced, out);
}

fn is_empty(text: &Option<String>) -> bool {
    text.as_deref().unwrap_or_default().is_empty()
}
