//! The volume sources whose checks are more than plain data.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    CSIVolumeSource, EphemeralVolumeSource, FCVolumeSource, FlockerVolumeSource, HostPathVolumeSource,
    ImageVolumeSource, QuobyteVolumeSource, Volume,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::catalog::volume_source::VolumeSource;
use crate::document::reporter::Reporter;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::pod::volume_items;
use crate::rules::kubernetes::pod::{file_path, iscsi, projected};
use crate::rules::kubernetes::storage::claim;
use crate::rules::kubernetes::{metadata, quantity, report};
use crate::yaml::path::Path;

/// The types of a host path (validation.go, `supportedHostPathTypes`).
const HOST_PATH_TYPES: [&str; 8] =
    ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

/// When the image of a volume is pulled (validation.go, `supportedPullPolicies`).
const PULL_POLICIES: [&str; 3] = ["Always", "IfNotPresent", "Never"];

/// Checks the source that the API server validates: `path` leads to it, `volume_path` to its volume.
pub(in crate::rules::kubernetes) fn check(
    source: &VolumeSource,
    volume: &Volume,
    pod: Option<&str>,
    path: &Path<'_>,
    volume_path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    match source.field {
        "emptyDir" => {
            let limit = volume.empty_dir.as_ref().and_then(|source| source.size_limit.as_ref());
            if limit.is_some_and(|limit| quantity::is_negative(&limit.0)) {
                report::forbidden(out, &path.field("sizeLimit"), "a size limit cannot be negative");
            }
        }
        "hostPath" => each(&volume.host_path, |source| host_path(source, path, out)),
        "gitRepo" => each(&volume.git_repo, |source| {
            let directory = source.directory.as_deref().unwrap_or_default();
            file_path::descending(out, &path.field("directory"), directory);
        }),
        "secret" => each(&volume.secret, |source| {
            file_path::mode(out, &path.field("defaultMode"), source.default_mode);
            volume_items::items(source.items.as_deref(), path, out);
        }),
        "configMap" => each(&volume.config_map, |source| {
            file_path::mode(out, &path.field("defaultMode"), source.default_mode);
            volume_items::items(source.items.as_deref(), path, out);
        }),
        "iscsi" => each(&volume.iscsi, |source| iscsi::check(source, path, out)),
        "flocker" => each(&volume.flocker, |source| flocker(source, path, out)),
        "quobyte" => each(&volume.quobyte, |source| quobyte(source, path, out)),
        "downwardAPI" => each(&volume.downward_api, |source| {
            file_path::mode(out, &path.field("defaultMode"), source.default_mode);
            for file in source.items.iter().flatten() {
                volume_items::downward_file(file, path, out);
            }
        }),
        "fc" => each(&volume.fc, |source| fibre_channel(source, path, out)),
        "flexVolume" => each(&volume.flex_volume, |source| flex_options(source.options.as_ref(), path, out)),
        "projected" => each(&volume.projected, |source| projected::check(source, path, out)),
        "csi" => each(&volume.csi, |source| csi(source, path, out)),
        "ephemeral" => each(&volume.ephemeral, |source| {
            ephemeral(source, path, out);
            if let (Some(pod), false) = (volume_items::named(pod), volume.name.is_empty()) {
                claim_name(pod, &volume.name, &volume_path.field("name"), out);
            }
        }),
        "image" => each(&volume.image, |source| image(source, context.is_pod, path, out)),
        _ => {}
    }
}

/// The length that an iSCSI initiator leaves to the volume's name; checked even for a source that is rejected.
pub(in crate::rules::kubernetes) fn initiator(volume: &Volume, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(source) = &volume.iscsi else { return };
    if source.initiator_name.is_some() && volume.name.len() + 1 + source.target_portal.len() > 64 {
        report::invalid(
            out,
            &path.field("name"),
            "with an `initiatorName`, `<volume name>:<targetPortal>` has 64 characters at most",
        );
    }
}

/// Checks a source, where it is set.
pub(in crate::rules::kubernetes) fn each<T>(source: &Option<T>, check: impl FnOnce(&T)) {
    if let Some(source) = source {
        check(source);
    }
}

pub(in crate::rules::kubernetes) fn host_path(
    source: &HostPathVolumeSource,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    if source.path.is_empty() {
        report::required(out, &path.field("path"), "`path` is missing: which path of the node?");
        return;
    }
    file_path::no_backsteps(out, &path.field("path"), &source.path);
    if let Some(value) = &source.type_ {
        report::one_of(out, &path.field("type"), value, &HOST_PATH_TYPES);
    }
}

pub(in crate::rules::kubernetes) fn flocker(
    source: &FlockerVolumeSource,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let name = source.dataset_name.as_deref().unwrap_or_default();
    let uuid = source.dataset_uuid.as_deref().unwrap_or_default();
    match (name.is_empty(), uuid.is_empty()) {
        (true, true) => {
            report::required(out, path, "`datasetName` or `datasetUUID` is missing");
        }
        (false, false) => {
            report::invalid(out, path, "either `datasetName` or `datasetUUID`, not both");
        }
        _ => {}
    }
    if name.contains('/') {
        report::invalid(out, &path.field("datasetName"), format!("`{name}` contains `/`"));
    }
}

pub(in crate::rules::kubernetes) fn quobyte(
    source: &QuobyteVolumeSource,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    if source.registry.is_empty() {
        return;
    }
    if source.tenant.as_ref().is_some_and(|tenant| tenant.len() >= 65) {
        report::required(out, &path.field("tenant"), "`tenant` is a UUID of 64 characters at most");
        return;
    }
    if let Some(pair) = source.registry.split(',').find(|pair| !is_host_and_port(pair)) {
        report::invalid(
            out,
            &path.field("registry"),
            format!("`{pair}` is not a valid pair of host and port"),
        )
        .help("write `host:port`, several separated by commas");
    }
}

/// As Go's `net.SplitHostPort` takes a pair apart.
fn is_host_and_port(pair: &str) -> bool {
    let Some(colon) = pair.rfind(':') else { return false };
    if let Some(rest) = pair.strip_prefix('[') {
        let Some(end) = rest.find(']') else { return false };
        end + 2 == colon && !rest.contains('[') && !rest[end + 1..].contains(']')
    } else {
        !pair[..colon].contains(':') && !pair.contains(['[', ']'])
    }
}

pub(in crate::rules::kubernetes) fn fibre_channel(
    source: &FCVolumeSource,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let targets = source.target_wwns.as_ref().is_some_and(|list| !list.is_empty());
    let ids = source.wwids.as_ref().is_some_and(|list| !list.is_empty());
    match (targets, ids) {
        (false, false) => {
            report::required(out, &path.field("targetWWNs"), "`targetWWNs` or `wwids` is missing");
        }
        (true, true) => {
            report::invalid(out, &path.field("targetWWNs"), "either `targetWWNs` or `wwids`, not both");
        }
        _ => {}
    }
    if targets {
        match source.lun {
            Some(lun) => report::range(out, &path.field("lun"), i64::from(lun), 0, 255),
            None => {
                report::required(out, &path.field("lun"), "with `targetWWNs`, `lun` is missing");
            }
        }
    }
}

/// Checks the options of a driver.
pub(in crate::rules::kubernetes) fn flex_options(
    options: Option<&BTreeMap<String, String>>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let path = path.field("options");
    for key in options.into_iter().flatten().map(|(key, _)| key) {
        let namespace = key.split_once('/').map_or(key.as_str(), |(namespace, _)| namespace);
        let namespace = namespace.to_ascii_lowercase();
        let reserved = ["kubernetes.io", "k8s.io"].iter().any(|domain| {
            namespace.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        });
        if reserved {
            report::invalid(out, &path.key(key), format!("option `{key}` lies in a reserved namespace"))
                .help("kubernetes.io and k8s.io are not for options of your own");
        }
    }
}

fn csi(source: &CSIVolumeSource, path: &Path<'_>, out: &mut Reporter<'_>) {
    report::csi_driver_name(out, &path.field("driver"), &source.driver);
    if let Some(secret) = &source.node_publish_secret_ref {
        if secret.name.is_empty() {
            let path = path.field("nodePublishSecretRef");
            report::required(out, &path.field("name"), "the secret's `name` is missing");
        } else {
            // The server names the field so.
            report::dns_subdomain(out, &path.field("name"), &secret.name);
        }
    }
}

fn ephemeral(source: &EphemeralVolumeSource, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(template) = &source.volume_claim_template else { return };
    let path = path.field("volumeClaimTemplate");
    if let Some(metadata) = &template.metadata {
        let path = path.field("metadata");
        metadata::check_template(metadata, &path, out);
        only_labels_and_annotations(metadata, &path, out);
    }
    let path = path.field("spec");
    claim::check_template(&template.spec, &path, out);
}

/// A template is not an object yet (`validateFieldAllowList`); the server spells `uid` in its own way here.
fn only_labels_and_annotations(metadata: &ObjectMeta, path: &Path<'_>, out: &mut Reporter<'_>) {
    let text = |value: &Option<String>| value.as_ref().is_some_and(|value| !value.is_empty());
    let given = [
        ("name", text(&metadata.name)),
        ("generateName", text(&metadata.generate_name)),
        ("namespace", text(&metadata.namespace)),
        ("selfLink", text(&metadata.self_link)),
        ("uID", text(&metadata.uid)),
        ("resourceVersion", text(&metadata.resource_version)),
        ("generation", metadata.generation.is_some_and(|number| number != 0)),
        ("creationTimestamp", metadata.creation_timestamp.is_some()),
        ("deletionTimestamp", metadata.deletion_timestamp.is_some()),
        ("deletionGracePeriodSeconds", metadata.deletion_grace_period_seconds.is_some()),
        ("ownerReferences", metadata.owner_references.is_some()),
        ("finalizers", metadata.finalizers.is_some()),
        ("managedFields", metadata.managed_fields.is_some()),
    ];
    for (field, _) in given.iter().filter(|(_, given)| *given) {
        report::forbidden(out, &path.field(field), format!("a claim's template cannot have `{field}`"))
            .help("only labels and annotations; the claim is named after the pod and the volume");
    }
}

/// The claim of a generic ephemeral volume is named after the pod and the volume.
fn claim_name(pod: &str, volume: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    if pod.len() + 1 + volume.len() > 253 {
        report::invalid(
            out,
            path,
            format!("the claim `{pod}-{volume}` would have more than 253 characters in its name"),
        )
        .help("shorten the pod's or the volume's name");
    }
}

fn image(source: &ImageVolumeSource, is_pod: bool, path: &Path<'_>, out: &mut Reporter<'_>) {
    if is_pod && source.reference.as_deref().unwrap_or_default().is_empty() {
        report::required(out, &path.field("reference"), "`reference` is missing: which image?");
    }
    if let Some(policy) = source.pull_policy.as_deref().filter(|policy| !policy.is_empty()) {
        report::one_of(out, &path.field("pullPolicy"), policy, &PULL_POLICIES);
    }
}
