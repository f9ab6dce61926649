//! Environment variables.

use k8s_openapi::api::core::v1::{Container, EnvVar};

use super::{field_ref, grammar, report};
use crate::document::path::Path;
use crate::rules::Findings;

/// What an environment variable can show of its pod (validation.go, `validEnvDownwardAPIFieldPathExpressions`).
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// Checks `env` and `envFrom` of the container at `path` (`ValidateEnv`, `ValidateEnvFrom`).
pub(super) fn check(container: &Container, path: &Path<'_>, out: &mut Findings<'_>) {
    let list = path.field("env");
    for (index, variable) in container.env.as_deref().unwrap_or_default().iter().enumerate() {
        let path = list.index(index);
        if variable.name.is_empty() {
            report::required(out, &path.field("name"), "the variable has no name");
        } else if let Some(wrong) = grammar::environment_variable(&variable.name) {
            report::invalid(out, &path.field("name"), format!("`{}` {wrong}", variable.name));
        }
        value_from(variable, &path.field("valueFrom"), out);
    }
    let list = path.field("envFrom");
    for (index, source) in container.env_from.as_deref().unwrap_or_default().iter().enumerate() {
        let path = list.index(index);
        let prefix = source.prefix.as_deref().unwrap_or_default();
        if let Some(wrong) = grammar::environment_variable(prefix).filter(|_| !prefix.is_empty()) {
            report::invalid(out, &path.field("prefix"), format!("`{prefix}` {wrong}"));
        }
        if let Some(map) = &source.config_map_ref {
            source_name(&map.name, &path.field("configMapRef"), out);
        }
        if let Some(secret) = &source.secret_ref {
            source_name(&secret.name, &path.field("secretRef"), out);
        }
        if source.config_map_ref.is_some() == source.secret_ref.is_some() {
            report::invalid(out, &list, "each source is one of `configMapRef` and `secretRef`");
        }
    }
}

/// The server takes a `-` at the end here, as of a name that goes on.
fn source_name(name: &str, path: &Path<'_>, out: &mut Findings<'_>) {
    let path = path.field("name");
    let stem = if name.len() > 1 { name.strip_suffix('-') } else { None };
    if name.is_empty() {
        report::required(out, &path, "the name is missing");
    } else if stem.is_none() {
        report::dns_subdomain(out, &path, name);
    }
}

fn value_from(variable: &EnvVar, path: &Path<'_>, out: &mut Findings<'_>) {
    let Some(source) = &variable.value_from else { return };
    let mut count = 0;
    if let Some(selector) = &source.field_ref {
        count += 1;
        field_ref::field(selector, FIELDS, &path.field("fieldRef"), out);
    }
    if let Some(selector) = &source.resource_field_ref {
        count += 1;
        field_ref::resource(selector, false, &path.field("resourceFieldRef"), out);
    }
    if let Some(selector) = &source.config_map_key_ref {
        count += 1;
        key(&selector.name, &selector.key, &path.field("configMapKeyRef"), out);
    }
    if let Some(selector) = &source.secret_key_ref {
        count += 1;
        key(&selector.name, &selector.key, &path.field("secretKeyRef"), out);
    }
    if source.file_key_ref.is_some() {
        count += 1;
    }
    if count == 0 {
        report::invalid(out, path, "`valueFrom` names no source");
    } else if variable.value.as_deref().is_some_and(|value| !value.is_empty()) {
        report::invalid(out, path, "`value` and `valueFrom` exclude each other");
    } else if count > 1 {
        report::invalid(out, path, "`valueFrom` names more than one source");
    }
}

fn key(name: &str, key: &str, path: &Path<'_>, out: &mut Findings<'_>) {
    report::dns_subdomain(out, &path.field("name"), name);
    if key.is_empty() {
        report::required(out, &path.field("key"), "`key` is missing");
    } else if let Some(wrong) = grammar::config_map_key(key) {
        report::invalid(out, &path.field("key"), format!("`{key}` {wrong}"));
    }
}
