//! Projected volumes: several sources under one directory.

use std::collections::HashSet;

use k8s_openapi::api::core::v1::{
    ClusterTrustBundleProjection, PodCertificateProjection, ProjectedVolumeSource,
    ServiceAccountTokenProjection, VolumeProjection,
};

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::pod::{file_path, volume_items};
use crate::rules::kubernetes::report;
use crate::rules::kubernetes::workload::selector;
use crate::yaml::path::Path;

/// Kinds of key that a pod certificate can have (validation.go, `validateProjectionSources`).
const KEY_TYPES: [&str; 6] = ["ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519", "RSA3072", "RSA4096"];

/// Checks a projected volume (`validateProjectedVolumeSource`).
pub(in crate::rules::kubernetes) fn check(
    source: &ProjectedVolumeSource,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    file_path::mode(out, &path.field("defaultMode"), source.default_mode);
    let mut taken = Taken::default();
    let list = path.field("sources");
    for (index, projection) in source.sources.iter().flatten().enumerate() {
        let at = list.index(index);
        let trust = projection.cluster_trust_bundle.as_ref();
        let certificate = projection.pod_certificate.as_ref();
        files(projection, path, &at, &mut taken, out);
        if let Some(token) = &projection.service_account_token {
            self::token(token, path, &at.field("serviceAccountToken"), out);
        }
        if let Some(trust) = trust {
            trust_bundle(trust, &at.field("clusterTrustBundle"), out);
            taken.add(&trust.path, path, out);
        }
        if let Some(certificate) = certificate {
            pod_certificate(certificate, path, &at.field("podCertificate"), &mut taken, out);
        }
        let sources = usize::from(projection.secret.is_some())
            + usize::from(projection.config_map.is_some())
            + usize::from(projection.downward_api.is_some())
            + usize::from(projection.service_account_token.is_some())
            + usize::from(trust.is_some())
            + usize::from(certificate.is_some());
        if sources > 1 {
            report::forbidden(out, &at, "an entry of `sources` has one source").help("make an entry of each");
        }
    }
}

/// The files of the volume so far; two sources cannot write the same one.
#[derive(Default)]
struct Taken<'a> {
    paths: HashSet<&'a str>,
}

impl<'a> Taken<'a> {
    /// The server reports a conflict at the volume, not at the source.
    fn add(&mut self, file: &'a str, volume: &Path<'_>, out: &mut Reporter<'_>) {
        if !self.paths.insert(file) {
            report::invalid(out, volume, format!("two sources write the file `{file}`"));
        }
    }

    fn add_given(&mut self, file: &'a str, volume: &Path<'_>, out: &mut Reporter<'_>) {
        if !file.is_empty() {
            self.add(file, volume, out);
        }
    }
}

/// Secrets, `ConfigMap`s and the downward API.
fn files<'a>(
    projection: &'a VolumeProjection,
    volume: &Path<'_>,
    path: &Path<'_>,
    taken: &mut Taken<'a>,
    out: &mut Reporter<'_>,
) {
    let secret = projection.secret.as_ref().map(|source| ("secret", &source.name, &source.items));
    let config_map = projection.config_map.as_ref().map(|source| ("configMap", &source.name, &source.items));
    for (field, name, items) in secret.into_iter().chain(config_map) {
        let path = path.field(field);
        if name.is_empty() {
            report::required(out, &path.field("name"), format!("the `name` of the {field} is missing"));
        }
        volume_items::items(items.as_deref(), &path, out);
        for item in items.iter().flatten() {
            taken.add_given(&item.path, volume, out);
        }
    }
    let path = path.field("downwardAPI");
    for file in projection.downward_api.iter().flat_map(|source| source.items.iter().flatten()) {
        volume_items::downward_file(file, &path, out);
        taken.add_given(&file.path, volume, out);
    }
}

fn token(source: &ServiceAccountTokenProjection, volume: &Path<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    if let Some(seconds) = source.expiration_seconds {
        report::range(out, &path.field("expirationSeconds"), seconds, 600, 1 << 32);
    }
    // The server names the path of a token as the volume's own.
    let at = volume.field("path");
    if source.path.is_empty() {
        report::required(out, &at, "a service account token needs the `path` of its file");
    } else {
        file_path::local(out, &at, &source.path);
    }
}

fn trust_bundle(source: &ClusterTrustBundleProjection, path: &Path<'_>, out: &mut Reporter<'_>) {
    match (&source.name, &source.signer_name) {
        (Some(_), Some(_)) => {
            report::invalid(out, path, "either `name` or `signerName`, not both");
        }
        (Some(name), None) => {
            if name.is_empty() {
                report::required(out, &path.field("name"), "`name` is empty");
            } else {
                // A bundle of a signer is named `<signer's domain>:<signer's path>:<name>`.
                let own = name.rsplit_once(':').map_or(name.as_str(), |(_, own)| own);
                report::dns_subdomain(out, &path.field("name"), own);
            }
            if source.label_selector.is_some() {
                report::invalid(
                    out,
                    &path.field("labelSelector"),
                    "`labelSelector` goes with `signerName` only",
                );
            }
        }
        (None, Some(signer)) => {
            report::signer_name(out, &path.field("signerName"), signer);
            selector::label_selector(source.label_selector.as_ref(), &path.field("labelSelector"), out);
        }
        (None, None) => {
            report::required(out, path, "`name` or `signerName` is missing");
        }
    }
    if source.path.is_empty() {
        report::required(out, &path.field("path"), "a trust bundle needs the `path` of its file");
    }
    file_path::local(out, &path.field("path"), &source.path);
}

fn pod_certificate<'a>(
    source: &'a PodCertificateProjection,
    volume: &Path<'_>,
    path: &Path<'_>,
    taken: &mut Taken<'a>,
    out: &mut Reporter<'_>,
) {
    report::signer_name(out, &path.field("signerName"), &source.signer_name);
    report::one_of(out, &path.field("keyType"), &source.key_type, &KEY_TYPES);
    if let Some(seconds) = source.max_expiration_seconds {
        let domain = source.signer_name.split('/').next().unwrap_or_default();
        let own = domain == "kubernetes.io" || domain.ends_with(".kubernetes.io");
        // An hour to 91 days, for Kubernetes' own signers to one day (pkg/apis/certificates/types.go).
        let most = if own { 86_400 } else { 7_862_400 };
        report::range(out, &path.field("maxExpirationSeconds"), i64::from(seconds), 3600, most);
    }
    let paths = [
        ("credentialBundlePath", &source.credential_bundle_path),
        ("keyPath", &source.key_path),
        ("certificateChainPath", &source.certificate_chain_path),
    ];
    let mut given = false;
    for (field, file) in paths {
        if let Some(file) = file.as_deref().filter(|file| !file.is_empty()) {
            given = true;
            file_path::local(out, &path.field(field), file);
            taken.add(file, volume, out);
        }
    }
    if !given {
        report::required(out, path, "`credentialBundlePath`, `keyPath` or `certificateChainPath` is missing");
    }
}
