//! PersistentVolume (validation.go, `ValidatePersistentVolumeSpec`).

use std::cmp::Ordering;

use k8s_openapi::api::core::v1::{
    CSIPersistentVolumeSource, ISCSIPersistentVolumeSource, PersistentVolume, PersistentVolumeSpec,
    SecretReference,
};

use crate::catalog::kubernetes::VOLUME_MODES;
use crate::catalog::volume_source::{self as catalog, VolumeSource};
use crate::document::reporter::Reporter;
use crate::document::rules::FORBIDDEN_FIELD;
use crate::grammar;
use crate::quantity::Quantity;
use crate::rules::kubernetes::pod::{file_path, iscsi, volume, volume_source};
use crate::rules::kubernetes::storage::claim;
use crate::rules::kubernetes::workload::is_given;
use crate::rules::kubernetes::workload::selector;
use crate::rules::kubernetes::{metadata, report};
use crate::yaml::path::Path;

/// What becomes of a volume whose claim is gone.
const RECLAIM_POLICIES: [&str; 3] = ["Delete", "Recycle", "Retain"];
/// How long the name of a volume, a colon and the portal may be where an initiator is named.
const INITIATOR: usize = 64;

pub(in crate::rules::kubernetes) fn check(volume: &PersistentVolume, out: &mut Reporter<'_>) {
    metadata::check(&volume.metadata, grammar::dns_subdomain, false, out);
    let root = Path::root();
    let path = root.field("spec");
    let empty = PersistentVolumeSpec::default();
    let spec = volume.spec.as_ref().unwrap_or(&empty);
    claim::access_modes(spec.access_modes.as_deref().unwrap_or_default(), &path.field("accessModes"), out);
    capacity(spec, &path.field("capacity"), out);
    if let Some(policy) = spec.persistent_volume_reclaim_policy.as_deref().filter(|policy| !policy.is_empty())
    {
        report::one_of(out, &path.field("persistentVolumeReclaimPolicy"), policy, &RECLAIM_POLICIES);
    }
    if let Some(affinity) = &spec.node_affinity {
        let path = path.field("nodeAffinity");
        match &affinity.required {
            Some(required) => selector::node_selector(required, &path.field("required"), out),
            None => {
                report::required(out, &path.field("required"), "the node affinity says nothing");
            }
        }
    }
    let name = volume.metadata.name.as_deref().unwrap_or_default();
    sources(spec, name, &path, out);
    classes(spec, &path, out);
    mount_options(volume, spec, out);
}

/// Checks the annotation that was once the place of mount options (`pkg/volume/validation/pv_validation.go`,
/// `checkMountOption`).
fn mount_options(volume: &PersistentVolume, spec: &PersistentVolumeSpec, out: &mut Reporter<'_>) {
    const ANNOTATION: &str = "volume.beta.kubernetes.io/mount-options";
    let supports = [
        spec.aws_elastic_block_store.is_some(),
        spec.azure_disk.is_some(),
        spec.azure_file.is_some(),
        spec.cephfs.is_some(),
        spec.cinder.is_some(),
        spec.gce_persistent_disk.is_some(),
        spec.glusterfs.is_some(),
        spec.iscsi.is_some(),
        spec.nfs.is_some(),
        spec.photon_persistent_disk.is_some(),
        spec.quobyte.is_some(),
        spec.rbd.is_some(),
        spec.vsphere_volume.is_some(),
    ];
    let annotated =
        volume.metadata.annotations.as_ref().is_some_and(|annotations| annotations.contains_key(ANNOTATION));
    if annotated && !supports.contains(&true) {
        let root = Path::root();
        let metadata = root.field("metadata");
        let annotations = metadata.field("annotations");
        let message = "a volume of this type cannot have mount options in an annotation";
        out.report_within(
            &FORBIDDEN_FIELD,
            &annotations.field(ANNOTATION),
            &annotations.key(ANNOTATION),
            message,
        )
        .help("write `spec.mountOptions`, and remove the annotation");
    }
}

fn classes(spec: &PersistentVolumeSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    if let Some(class) = spec.storage_class_name.as_deref().filter(|class| !class.is_empty()) {
        report::dns_subdomain(out, &path.field("storageClassName"), class);
    }
    if let Some(mode) = spec.volume_mode.as_deref() {
        report::one_of(out, &path.field("volumeMode"), mode, &VOLUME_MODES);
    }
    if let Some(class) = spec.volume_attributes_class_name.as_deref() {
        let at = path.field("volumeAttributesClassName");
        if class.is_empty() {
            report::required(out, &at, "the class of attributes has no name").help("leave the field out");
        } else {
            report::dns_subdomain(out, &at, class);
        }
        if spec.csi.is_none() {
            report::required(out, &path.field("csi"), "only CSI volumes have a class of attributes");
        }
    }
}

fn capacity(spec: &PersistentVolumeSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let capacity = spec.capacity.as_ref().filter(|capacity| !capacity.is_empty());
    let Some(capacity) = capacity else {
        report::required(out, path, "the volume does not say how large it is")
            .help("write `capacity: {storage: 10Gi}`");
        return;
    };
    if !capacity.contains_key("storage") || capacity.len() > 1 {
        let message = "the capacity of a volume is its `storage` and nothing else";
        report::unsupported(out, path, message).help("write `capacity: {storage: 10Gi}`");
    }
    for (resource, quantity) in capacity {
        let size = Quantity::parse(&quantity.0).unwrap_or(Quantity::ZERO);
        if size.sign() != Ordering::Greater {
            let message = format!("the size `{}` is not above zero", quantity.0);
            report::invalid(out, &path.key(resource), message).help("write a size such as `10Gi`");
        } else if overflows(&quantity.0) {
            let message = format!("the size `{}` does not fit 64 bits", quantity.0);
            report::invalid(out, &path.key(resource), message).help("write a size such as `10Gi`");
        }
    }
}

/// Whether plain digits are past 64 bits: the server reads them as a negative number here (`validateBasicResource`). It
/// accepts other spellings of such sizes.
fn overflows(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_err()
}

/// Validates the first source and rejects every further one, except next to a flexVolume.
fn sources(spec: &PersistentVolumeSpec, name: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    let mut first: Option<&VolumeSource> = None;
    for source in catalog::persistent() {
        let given = path.field(source.field);
        if !is_given(&given, out) {
            continue;
        }
        match first {
            Some(first) if source.field != "flexVolume" => {
                let conflict = source.conflict.unwrap_or(source.field);
                report::forbidden(
                    out,
                    &path.field(conflict),
                    format!("a volume has one source, and this one has `{}` already", first.field),
                )
                .help("make a volume of each");
            }
            _ => {
                first = first.or(Some(source));
                let at = path.field(source.name());
                if let Some(node) = out.node(&given) {
                    volume::data(source, node, &at, out);
                }
                self::source(source, spec, name, &at, path, out);
            }
        }
    }
    if first.is_none() {
        report::required(out, path, "the volume has no source")
            .help("name the storage behind it, such as `csi: {driver: csi.example.com, volumeHandle: …}`");
    }
    let root = spec.host_path.as_ref().is_some_and(|source| is_root(&source.path));
    if root && spec.persistent_volume_reclaim_policy.as_deref() == Some("Recycle") {
        let at = path.field("persistentVolumeReclaimPolicy");
        report::forbidden(out, &at, "recycling the host path `/` would delete the whole node");
    }
}

/// The checks of a source that are more than plain data.
fn source(
    source: &VolumeSource,
    spec: &PersistentVolumeSpec,
    name: &str,
    at: &Path<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    match source.field {
        "hostPath" => {
            volume_source::each(&spec.host_path, |source| volume_source::host_path(source, at, out));
        }
        "flocker" => volume_source::each(&spec.flocker, |source| volume_source::flocker(source, at, out)),
        "quobyte" => volume_source::each(&spec.quobyte, |source| volume_source::quobyte(source, at, out)),
        "fc" => volume_source::each(&spec.fc, |source| volume_source::fibre_channel(source, at, out)),
        "flexVolume" => volume_source::each(&spec.flex_volume, |source| {
            volume_source::flex_options(source.options.as_ref(), at, out);
        }),
        "glusterfs" => volume_source::each(&spec.glusterfs, |source| {
            if let Some(namespace) = &source.endpoints_namespace {
                report::dns_label(out, &at.field("endpointsNamespace"), namespace);
            }
        }),
        "iscsi" => volume_source::each(&spec.iscsi, |source| internet_scsi(source, name, at, out)),
        "local" => volume_source::each(&spec.local, |source| {
            if !source.path.is_empty() {
                file_path::no_backsteps(out, &at.field("path"), &source.path);
            }
            if spec.node_affinity.is_none() {
                report::required(out, &path.field("nodeAffinity"), "a local volume has no node")
                    .help("write the `nodeAffinity` that names the node on which the disk is");
            }
        }),
        "csi" => volume_source::each(&spec.csi, |source| csi(source, at, out)),
        _ => {}
    }
}

/// Checks a volume of a CSI driver (`validateCSIPersistentVolumeSource`).
fn csi(source: &CSIPersistentVolumeSource, path: &Path<'_>, out: &mut Reporter<'_>) {
    report::csi_driver_name(out, &path.field("driver"), &source.driver);
    // Of the secret for staging the server looks at nothing.
    for (field, secret) in [
        ("controllerPublishSecretRef", &source.controller_publish_secret_ref),
        ("controllerExpandSecretRef", &source.controller_expand_secret_ref),
        ("nodePublishSecretRef", &source.node_publish_secret_ref),
        ("nodeExpandSecretRef", &source.node_expand_secret_ref),
    ] {
        if let Some(secret) = secret {
            self::secret(secret, &path.field(field), out);
        }
    }
}

fn secret(secret: &SecretReference, path: &Path<'_>, out: &mut Reporter<'_>) {
    match secret.name.as_deref().unwrap_or_default() {
        "" => {
            report::required(out, &path.field("name"), "the secret's `name` is missing");
        }
        name => report::dns_subdomain(out, &path.field("name"), name),
    }
    match secret.namespace.as_deref().unwrap_or_default() {
        "" => {
            report::required(out, &path.field("namespace"), "the secret's `namespace` is missing")
                .help("a volume has no namespace, so it must set that of the secret");
        }
        namespace => report::dns_label(out, &path.field("namespace"), namespace),
    }
}

/// Checks an iSCSI volume (`validateISCSIPersistentVolumeSource`).
fn internet_scsi(source: &ISCSIPersistentVolumeSource, name: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    if !source.iqn.is_empty() {
        iscsi::name(out, &path.field("iqn"), &source.iqn);
    }
    let authenticates = source.chap_auth_discovery == Some(true) || source.chap_auth_session == Some(true);
    if authenticates && source.secret_ref.is_none() {
        report::required(out, &path.field("secretRef"), "CHAP authentication needs a `secretRef`");
    }
    if let Some(initiator) = &source.initiator_name {
        // The server names both fields in lower case.
        iscsi::name(out, &path.field("initiatorname"), initiator);
        if name.len() + 1 + source.target_portal.len() > INITIATOR {
            report::invalid(
                out,
                &path.field("targetportal"),
                "with an `initiatorName`, `<volume name>:<targetPortal>` has 64 characters at most",
            );
        }
    }
}

/// Whether a path is the root, however it is written.
fn is_root(path: &str) -> bool {
    let mut depth = 0_usize;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.saturating_sub(1),
            _ => depth += 1,
        }
    }
    path.starts_with('/') && depth == 0
}
