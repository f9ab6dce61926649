//! The claim or the snapshot that a claim takes its data from.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::snapshot::{class_of, content, csi_name, source_claim};
use super::table;
use crate::bundle::Bundle;
use crate::catalog::{driver, kubernetes};
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix};
use crate::quantity::Quantity as Amount;
use crate::rule::Severity;
use crate::rules::driver::{Claim, VolumeRequest};
use crate::source::Span;
use crate::yaml::node::{Node, Value};
use crate::yaml::path::Path;

/// The API group of snapshots.
const SNAPSHOT_GROUP: &str = "snapshot.storage.k8s.io";
/// The annotation of a VolumeSnapshotContent that allows its data in a volume of another mode.
const MODE_CHANGE: &str = "snapshot.storage.kubernetes.io/allow-volume-mode-change";
/// One GiB.
const GIB: i128 = 1 << 30;

/// Where the data of a new volume comes from.
struct Source<'a> {
    /// What a message calls the new volume, and where its data comes from.
    copy: &'static str,
    origin: String,
    /// The claim of the original volume and its document, if the input has it.
    claim: Option<(&'a Document<'a>, &'a PersistentVolumeClaimSpec)>,
    /// The driver that holds the data, and where the input says so.
    driver: Option<(&'a str, Span)>,
    is_snapshot: bool,
    /// Whether the data may go into a volume of another mode.
    any_mode: bool,
}

/// Checks a claim against the source of its data, if the input has it: the driver and the volume mode must be the same,
/// and the size must not be smaller.
pub(super) fn check(
    document: &Document<'_>,
    spec: &PersistentVolumeClaimSpec,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let (field, group, kind, name) = match (&spec.data_source, &spec.data_source_ref) {
        (Some(source), _) => ("dataSource", &source.api_group, source.kind.as_str(), source.name.as_str()),
        (None, Some(source)) if source.namespace.is_none() => {
            ("dataSourceRef", &source.api_group, source.kind.as_str(), source.name.as_str())
        }
        _ => return,
    };
    let root = Path::root();
    let path = root.field("spec");
    let at = path.field(field);
    let group = group.as_deref().unwrap_or_default();
    let source = match kind {
        "VolumeSnapshot" if group == SNAPSHOT_GROUP => of_snapshot(document, name, bundle),
        "PersistentVolumeClaim" if group.is_empty() => of_claim(document, name, bundle),
        // The API server requires a group for other kinds than claims.
        "VolumeSnapshot" if !group.is_empty() => return wrong_group(&at, group, kind, out),
        "PersistentVolumeClaim" => return wrong_group(&at, group, kind, out),
        _ => return,
    };
    let Some(source) = source else { return };
    if let Some((place, original)) = source.claim {
        volume_mode(&source, (spec, original), place, &at, out);
        size(&source, (spec, original), place, bundle, out);
    }
    let own = spec.storage_class_name.as_deref().and_then(|name| bundle.index.class(document, name));
    if let (Some((_, own)), Some((theirs, place))) = (own, source.driver)
        && csi_name(&own.provisioner) != csi_name(theirs)
    {
        out.report(
            &table::CLONE_OF_ANOTHER_DRIVER,
            &path.field("storageClassName"),
            format!("the {} is created by {}, but {} is of {theirs}", source.copy, own.provisioner, source.origin),
        )
        .help("a driver copies only its own volumes, so the claim stays Pending; name a class of the source's driver")
        .related(place, "the source's driver");
    }
}

fn wrong_group(at: &Path<'_>, group: &str, kind: &str, out: &mut Reporter<'_>) {
    let help = if kind == "VolumeSnapshot" {
        format!("the provisioner rejects it and the claim stays Pending; write `apiGroup: {SNAPSHOT_GROUP}`")
    } else {
        "no controller fills the volume and the claim stays Pending; a PersistentVolumeClaim has no group: remove \
         `apiGroup`"
            .to_owned()
    };
    out.report(
        &table::WRONG_DATA_SOURCE_GROUP,
        &at.field("apiGroup"),
        format!("`{group}` is not the API group of {kind}"),
    )
    .help(help)
    .fix(match kind {
        // The claim as it is never gets a volume.
        "VolumeSnapshot" if !group.is_empty() => {
            Fix::replace(&at.field("apiGroup"), SNAPSHOT_GROUP, Applicability::Safe)
        }
        "VolumeSnapshot" => Fix::insert(&at.field("apiGroup"), SNAPSHOT_GROUP, Applicability::Safe),
        _ => Fix::remove(&at.field("apiGroup"), Applicability::Safe),
    });
}

fn of_claim<'a>(document: &Document<'_>, name: &str, bundle: &Bundle<'a>) -> Option<Source<'a>> {
    let (place, claim) = bundle.index.claim(document, name)?;
    let class = claim.storage_class_name.as_deref().and_then(|name| bundle.index.class(place, name));
    let class = class.filter(|_| !is_static(claim));
    Some(Source {
        copy: "clone",
        origin: format!("its source `{name}`"),
        claim: Some((place, claim)),
        driver: class.map(|(class, object)| (object.provisioner.as_str(), class.place_of(&["provisioner"]))),
        is_snapshot: false,
        any_mode: false,
    })
}

fn of_snapshot<'a>(document: &Document<'_>, name: &str, bundle: &Bundle<'a>) -> Option<Source<'a>> {
    let snapshot = bundle.index.snapshot(document, name)?;
    let claim = source_claim(snapshot, bundle);
    let content = content(snapshot, bundle);
    let by_class = class_of(snapshot, bundle).map(|(class, driver)| (driver, class.place_of(&["driver"])));
    let by_content = || {
        let content = content?;
        let driver = content.root.get("spec")?.get("driver").and_then(Node::as_str)?;
        Some((driver, content.place_of(&["spec", "driver"])))
    };
    let by_claim = || {
        let (place, claim) = claim.filter(|(_, claim)| !is_static(claim))?;
        let (class, object) = bundle.index.class(place, claim.storage_class_name.as_deref()?)?;
        Some((object.provisioner.as_str(), class.place_of(&["provisioner"])))
    };
    let annotations = content.and_then(|content| content.root.get("metadata")?.get("annotations"));
    let any_mode = annotations.and_then(|annotations| annotations.get(MODE_CHANGE)).is_some_and(|value| {
        matches!(value.value, Value::Bool(true))
            || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
    });
    Some(Source {
        copy: "restored volume",
        origin: format!("the source of snapshot `{name}`"),
        claim,
        driver: by_content().or(by_class).or_else(by_claim),
        is_snapshot: true,
        any_mode,
    })
}

/// The claim and the claim of the original volume.
type Claims<'c> = (&'c PersistentVolumeClaimSpec, &'c PersistentVolumeClaimSpec);

fn volume_mode(
    source: &Source<'_>,
    (own, original): Claims<'_>,
    place: &Document<'_>,
    at: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let [own, theirs] = [own, original].map(|claim| kubernetes::volume_mode(claim.volume_mode.as_deref()));
    if own == theirs || source.any_mode {
        return;
    }
    let unless = if source.is_snapshot {
        format!(", or allow the change by annotation `{MODE_CHANGE}` on the VolumeSnapshotContent")
    } else {
        String::new()
    };
    out.report_at_key(
        &table::CLONE_OF_ANOTHER_MODE,
        at,
        format!("the {} is a {own} volume, but {} is a {theirs} volume", source.copy, source.origin),
    )
    .help(format!(
        "the provisioner rejects it and the claim stays Pending; give both the same `volumeMode`{unless}"
    ))
    .related(place.place_of(&["spec"]), "the source");
}

/// A clone must request as much as its source requests; a restored volume as much as the disk behind the snapshot has.
fn size(
    source: &Source<'_>,
    (own, original): Claims<'_>,
    place: &Document<'_>,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let (Some(own), Some(theirs)) = (request(own), request(original)) else { return };
    let (Some(bytes_of_own), Some(mut bytes_of_theirs)) = (bytes(own), bytes(theirs)) else { return };
    let mut needed = theirs.0.clone();
    let mut is_known = true;
    if source.is_snapshot {
        let class = original.storage_class_name.as_deref().and_then(|name| bundle.index.class(place, name));
        let known = class.filter(|_| !is_static(original)).and_then(|(_, class)| {
            let driver = driver::find(&class.provisioner).filter(|driver| driver.is_disk())?;
            Some(VolumeRequest::of_class(driver, class).with_claim(Claim::new(original)).claim?.size)
        });
        match known {
            Some(size) if i128::from(size) * GIB > bytes_of_theirs => {
                bytes_of_theirs = i128::from(size) * GIB;
                needed = format!("{size}Gi");
            }
            Some(_) => {}
            // The driver decides how large a volume it needs to restore a snapshot.
            None => is_known = false,
        }
    }
    if bytes_of_own >= bytes_of_theirs {
        return;
    }
    let root = Path::root();
    let path = root.field("spec");
    let resources = path.field("resources");
    let requests = resources.field("requests");
    let finding = out.report(
        &table::CLONE_SMALLER_THAN_ITS_SOURCE,
        &requests.field("storage"),
        format!("the {} requests {}, but {} has {needed}", source.copy, own.0, source.origin),
    );
    finding
        .help(format!("the provisioner rejects it and the claim stays Pending; request `{needed}` or more"))
        .related(place.place_of(&["spec", "resources", "requests", "storage"]), "the source");
    if !is_known {
        finding.severity = Severity::Warning;
    }
}

fn is_static(claim: &PersistentVolumeClaimSpec) -> bool {
    claim.volume_name.as_deref().is_some_and(|name| !name.is_empty())
}

/// The size that a claim requests.
pub(super) fn request(spec: &PersistentVolumeClaimSpec) -> Option<&Quantity> {
    spec.resources.as_ref()?.requests.as_ref()?.get("storage")
}

/// A quantity in bytes, rounded up.
pub(super) fn bytes(quantity: &Quantity) -> Option<i128> {
    Amount::parse(&quantity.0).ok().map(Amount::ceil)
}
