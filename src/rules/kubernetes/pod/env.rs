//! Environment variables.

use k8s_openapi::api::core::v1::{Container, EnvVar, FileKeySelector, PodSpec, Volume};

use crate::document::reporter::Reporter;
use crate::grammar;
use crate::rules::kubernetes::pod::{field_ref, file_path};
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

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
pub(in crate::rules::kubernetes) fn check(container: &Container, path: &Path<'_>, out: &mut Reporter<'_>) {
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
fn source_name(name: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    let path = path.field("name");
    let stem = if name.len() > 1 { name.strip_suffix('-') } else { None };
    if name.is_empty() {
        report::required(out, &path, "the name is missing");
    } else if stem.is_none() {
        report::dns_subdomain(out, &path, name);
    }
}

fn value_from(variable: &EnvVar, path: &Path<'_>, out: &mut Reporter<'_>) {
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
    if let Some(selector) = &source.file_key_ref {
        count += 1;
        file_key(selector, &path.field("fileKeyRef"), out);
    }
    if count == 0 {
        report::invalid(out, path, "`valueFrom` names no source");
    } else if variable.value.as_deref().is_some_and(|value| !value.is_empty()) {
        report::invalid(out, path, "`value` and `valueFrom` exclude each other");
    } else if count > 1 {
        report::invalid(out, path, "`valueFrom` names more than one source");
    }
}

fn key(name: &str, key: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    report::dns_subdomain(out, &path.field("name"), name);
    if key.is_empty() {
        report::required(out, &path.field("key"), "`key` is missing");
    } else if let Some(wrong) = grammar::config_map_key(key) {
        report::invalid(out, &path.field("key"), format!("`{key}` {wrong}"));
    }
}

/// Checks a key of a file (`validateFileKeySelector`).
fn file_key(selector: &FileKeySelector, path: &Path<'_>, out: &mut Reporter<'_>) {
    if selector.key.is_empty() {
        report::required(out, &path.field("key"), "`key` is missing: which variable of the file?");
    } else if let Some(wrong) = grammar::environment_variable(&selector.key) {
        report::invalid(out, &path.field("key"), format!("`{}` {wrong}", selector.key));
    }
    if selector.volume_name.is_empty() {
        report::required(out, &path.field("volumeName"), "`volumeName` is missing");
    } else {
        report::dns_label(out, &path.field("volumeName"), &selector.volume_name);
    }
    if selector.path.is_empty() {
        report::required(out, &path.field("path"), "`path` is missing: which file of the volume?");
    } else {
        file_path::no_backsteps(out, &path.field("path"), &selector.path);
    }
}

/// Whether a volume is an emptyDir: a volume without a source becomes one (defaults.go, `SetDefaults_Volume`).
fn is_empty_dir(volume: &Volume) -> bool {
    let bare = Volume { name: volume.name.clone(), ..Volume::default() };
    volume.empty_dir.is_some() || *volume == bare
}

/// Checks that variables come from files of an emptyDir of the pod (`validateFileKeyRefVolumes`).
pub(in crate::rules::kubernetes) fn files(spec: &PodSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let init = spec.init_containers.as_deref().unwrap_or_default();
    for (list, containers) in [("initContainers", init), ("containers", spec.containers.as_slice())] {
        let list = path.field(list);
        for (index, container) in containers.iter().enumerate() {
            let at = list.index(index);
            let at = at.field("env");
            for (index, variable) in container.env.iter().flatten().enumerate() {
                let source = variable.value_from.as_ref().and_then(|source| source.file_key_ref.as_ref());
                let Some(source) = source else { continue };
                let at = at.index(index);
                let at = at.field("valueFrom");
                let at = at.field("fileKeyRef");
                let at = at.field("volumeName");
                let volume = spec.volumes.iter().flatten().rfind(|volume| volume.name == source.volume_name);
                match volume {
                    None => {
                        report::invalid(out, &at, format!("the pod has no volume `{}`", source.volume_name));
                    }
                    Some(volume) if !is_empty_dir(volume) => {
                        let message = format!("volume `{}` is not an emptyDir", source.volume_name);
                        report::invalid(out, &at, message);
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
