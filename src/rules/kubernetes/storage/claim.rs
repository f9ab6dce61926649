//! PersistentVolumeClaim, and the templates of claims (validation.go, `ValidatePersistentVolumeClaimSpec`).

use std::cmp::Ordering;

use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedLocalObjectReference, TypedObjectReference,
};

use crate::catalog::kubernetes::{VOLUME_MODES, is_access_mode};
use crate::document::reporter::Reporter;
use crate::document::rules::DROPPED_FIELD;
use crate::grammar;
use crate::quantity::Quantity;
use crate::rules::kubernetes::workload::selector;
use crate::rules::kubernetes::{metadata, report};
use crate::yaml::path::Path;

/// How volumes may be used.
const ACCESS_MODES: &[&str] = &["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

pub(in crate::rules::kubernetes) fn check(claim: &PersistentVolumeClaim, out: &mut Reporter<'_>) {
    metadata::check(&claim.metadata, grammar::dns_subdomain, true, out);
    let root = Path::root();
    match &claim.spec {
        Some(spec) => check_spec(spec, &root.field("spec"), out),
        None => check_spec(&PersistentVolumeClaimSpec::default(), &root.field("spec"), out),
    }
}

/// Checks the request of a claim.
pub(in crate::rules::kubernetes) fn check_spec(
    spec: &PersistentVolumeClaimSpec,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    own_fields(spec, path, out);
    sources(spec, path, out);
}

/// Checks what the claims of a StatefulSet's template ask for: sources of data stay as they are written.
pub(in crate::rules::kubernetes) fn check_template(
    spec: &PersistentVolumeClaimSpec,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    own_fields(spec, path, out);
    let local = spec.data_source.as_ref().map(Source::from);
    let global = spec.data_source_ref.as_ref().map(Source::from);
    let elsewhere = global.filter(|source| !source.namespace.is_empty());
    check_sources(local, global, path, out);
    let Some(elsewhere) = elsewhere else { return };
    if let Some(wrong) = grammar::dns_label(elsewhere.namespace) {
        let at = path.field("dataSourceRef");
        report::invalid(out, &at.field("namespace"), format!("`{}` {wrong}", elsewhere.namespace));
    }
    if local.is_some() {
        let message = format!("`dataSource` cannot name the namespace `{}`", elsewhere.namespace);
        report::invalid(out, path, message).help("remove `dataSource`");
    }
}

fn own_fields(spec: &PersistentVolumeClaimSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    access_modes(spec.access_modes.as_deref().unwrap_or_default(), &path.field("accessModes"), out);
    selector::label_selector(spec.selector.as_ref(), &path.field("selector"), out);
    size(spec, &path.field("resources"), out);
    for (field, class) in [
        ("storageClassName", &spec.storage_class_name),
        ("volumeAttributesClassName", &spec.volume_attributes_class_name),
    ] {
        if let Some(class) = class.as_deref().filter(|class| !class.is_empty()) {
            report::dns_subdomain(out, &path.field(field), class);
        }
    }
    if let Some(mode) = spec.volume_mode.as_deref() {
        report::one_of(out, &path.field("volumeMode"), mode, &VOLUME_MODES);
    }
}

/// Checks access modes: of a claim, or of a volume.
pub(in crate::rules::kubernetes) fn access_modes(modes: &[String], path: &Path<'_>, out: &mut Reporter<'_>) {
    if modes.is_empty() {
        report::required(out, path, "missing access mode")
            .help("write `accessModes: [ReadWriteOnce]` for a disk that one node uses at a time");
    }
    for (index, mode) in modes.iter().enumerate().filter(|(_, mode)| !is_access_mode(mode)) {
        report::one_of_within(out, path, &path.index(index), mode, ACCESS_MODES);
    }
    let exclusive = modes.iter().any(|mode| mode == "ReadWriteOncePod");
    let other = modes.iter().any(|mode| mode != "ReadWriteOncePod" && is_access_mode(mode));
    if exclusive && other {
        report::forbidden(out, path, "ReadWriteOncePod cannot be combined with other access modes")
            .help("a claim that one pod uses cannot be used otherwise too; remove the other modes");
    }
}

fn size(spec: &PersistentVolumeClaimSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let at = path.key("storage");
    let requests = spec.resources.as_ref().and_then(|resources| resources.requests.as_ref());
    let Some(size) = requests.and_then(|requests| requests.get("storage")) else {
        let finding = report::required(out, &at, "the claim does not say how large it is");
        finding.help("write `resources: {requests: {storage: 10Gi}}`");
        return;
    };
    // The server reports the key of the map; the size itself is under the requests.
    let requests = path.field("requests");
    let place = requests.key("storage");
    let quantity = Quantity::parse(&size.0).unwrap_or(Quantity::ZERO);
    if quantity.sign() != Ordering::Greater {
        out.report_within(
            &crate::document::rules::INVALID_VALUE,
            &at,
            &place,
            format!("the size `{}` is not above zero", size.0),
        )
        .help("write a size such as `10Gi`");
    }
}

/// A source of data as both of its fields have it.
#[derive(Clone, Copy)]
struct Source<'a> {
    group: &'a str,
    kind: &'a str,
    name: &'a str,
    namespace: &'a str,
}

impl<'a> From<&'a TypedLocalObjectReference> for Source<'a> {
    fn from(source: &'a TypedLocalObjectReference) -> Self {
        let group = source.api_group.as_deref().unwrap_or_default();
        Self { group, kind: &source.kind, name: &source.name, namespace: "" }
    }
}

impl<'a> From<&'a TypedObjectReference> for Source<'a> {
    fn from(source: &'a TypedObjectReference) -> Self {
        let group = source.api_group.as_deref().unwrap_or_default();
        let namespace = source.namespace.as_deref().unwrap_or_default();
        Self { group, kind: &source.kind, name: &source.name, namespace }
    }
}

/// Checks where the data comes from, after the server has dropped and copied: it drops a lone `dataSource` that is neither a
/// claim nor a snapshot, and a `dataSourceRef` into another namespace (a feature gate that is off), and copies the one
/// that is left into the other (pkg/registry/core/persistentvolumeclaim, `PrepareForCreate`).
fn sources(spec: &PersistentVolumeClaimSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let global = spec.data_source_ref.as_ref().map(Source::from);
    if let Some(other) = global.filter(|source| !source.namespace.is_empty()) {
        let at = path.field("dataSourceRef");
        let message = format!(
            "the server drops `dataSourceRef` into the namespace `{}`: the volume starts empty",
            other.namespace
        );
        out.report_at_key(&DROPPED_FIELD, &at.field("namespace"), message).help(
            "the feature gate CrossNamespaceVolumeDataSource is off by default; copy the data into a claim of this namespace",
        );
    }
    let global = global.filter(|source| source.namespace.is_empty());
    let local = spec.data_source.as_ref().map(Source::from);
    let local = local.filter(|source| global.is_some() || source.is_claim_or_snapshot());
    let (local, global) = match (local, global) {
        (Some(only), None) | (None, Some(only)) => (Some(only), Some(only)),
        both => both,
    };
    check_sources(local, global, path, out);
}

fn check_sources(
    local: Option<Source<'_>>,
    global: Option<Source<'_>>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for (field, source) in [("dataSource", &local), ("dataSourceRef", &global)] {
        if let Some(source) = source {
            self::source(source, &path.field(field), out);
        }
    }
    let Some((local, global)) = local.zip(global) else { return };
    if !global.namespace.is_empty() {
        return;
    }
    if (local.group, local.kind, local.name) != (global.group, global.kind, global.name) {
        report::invalid(out, path, "`dataSource` and `dataSourceRef` name different sources")
            .help("remove one of them: the server copies it into the other");
    }
}

impl Source<'_> {
    fn is_claim_or_snapshot(&self) -> bool {
        matches!(
            (self.group, self.kind),
            ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
        )
    }
}

fn source(source: &Source<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    if source.name.is_empty() {
        report::required(out, &path.field("name"), "the source of the data has no name");
    }
    if source.kind.is_empty() {
        report::required(out, &path.field("kind"), "the source of the data has no kind");
    }
    if source.group.is_empty() && source.kind != "PersistentVolumeClaim" {
        report::invalid(out, path, format!("the core API has no {} that can be a data source", source.kind))
            .help(
                "write the group of the kind: `apiGroup: snapshot.storage.k8s.io` for a VolumeSnapshot; without one only a \
                 PersistentVolumeClaim can be cloned",
            );
    }
    if !source.group.is_empty() {
        report::dns_subdomain(out, &path.field("apiGroup"), source.group);
    }
}
