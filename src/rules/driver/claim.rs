//! What a claim requests of its class.

use k8s_openapi::api::core::v1::{PersistentVolumeClaimSpec, PersistentVolumeSpec};
use k8s_openapi::api::storage::v1::StorageClass;

use crate::catalog::driver::Fraction;
use crate::catalog::kubernetes::volume_mode;
use crate::quantity::Quantity;

/// One GiB.
const GIB: i128 = 1 << 30;

/// What a claim requests.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The class that it names.
    pub class: Option<&'a str>,
    /// The VolumeAttributesClass that it names.
    pub attributes_class: Option<&'a str>,
    /// The size, in whole GiB as the drivers round it; at least 1.
    pub size: i64,
    /// The size in bytes.
    pub bytes: i128,
    /// The size as it is written.
    pub size_text: &'a str,
    /// Whether the disk comes out larger than what was asked for, and why.
    pub enlarged: Option<&'static str>,
    /// The access modes.
    pub modes: &'a [String],
    /// `Filesystem` or `Block`.
    pub volume_mode: &'a str,
    /// Whether it names the volume that it is to be bound to.
    pub is_static: bool,
    /// Whether it selects volumes by their labels.
    pub has_selector: bool,
    /// Whether the volume is made from a snapshot or another claim.
    pub from_source: bool,
    /// The other claim that the volume is made from.
    pub source_claim: Option<&'a str>,
    /// The class of that other claim, where the input has both.
    pub source_class: Option<&'a StorageClass>,
    /// Its name, where that is known before the claim is made.
    pub name: Option<&'a str>,
    /// Its namespace, where it is stated.
    pub namespace: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// What a claim's specification requests.
    #[must_use]
    pub fn new(spec: &'a PersistentVolumeClaimSpec) -> Self {
        let size = spec.resources.as_ref().and_then(|resources| resources.requests.as_ref());
        let size_text = size.and_then(|requests| requests.get("storage")).map_or("", |size| size.0.as_str());
        let (bytes, size) = (bytes(size_text), whole_gib(size_text));
        let source = spec.data_source.as_ref().map(|source| (source.kind.as_str(), source.name.as_str()));
        // What lies in another namespace is not looked for.
        let reference = spec.data_source_ref.as_ref().filter(|source| source.namespace.is_none());
        let source = source.or_else(|| reference.map(|source| (source.kind.as_str(), source.name.as_str())));
        Self {
            class: spec.storage_class_name.as_deref(),
            attributes_class: spec.volume_attributes_class_name.as_deref().filter(|name| !name.is_empty()),
            size,
            bytes,
            size_text,
            enlarged: (bytes != i128::from(size) * GIB).then_some("volumes are created in whole GiB"),
            modes: spec.access_modes.as_deref().unwrap_or_default(),
            volume_mode: volume_mode(spec.volume_mode.as_deref()),
            is_static: spec.volume_name.as_deref().is_some_and(|name| !name.is_empty()),
            has_selector: spec.selector.is_some(),
            from_source: source.is_some(),
            source_claim: source.filter(|(kind, _)| *kind == "PersistentVolumeClaim").map(|(_, name)| name),
            source_class: None,
            name: None,
            namespace: None,
        }
    }

    /// The size in GiB if a part of a GiB is treated like this.
    #[must_use]
    pub(super) fn size_by(&self, fraction: Fraction) -> i64 {
        match fraction {
            Fraction::Down => (self.bytes / GIB).clamp(0, i128::from(i64::MAX)) as i64,
            Fraction::Up | Fraction::Rejected => self.size,
        }
    }

    /// What a PersistentVolume offers. The kubelet passes only its first access mode on.
    #[must_use]
    pub fn of_volume(spec: &'a PersistentVolumeSpec) -> Self {
        let size_text = spec
            .capacity
            .as_ref()
            .and_then(|capacity| capacity.get("storage"))
            .map_or("", |size| size.0.as_str());
        let modes = spec.access_modes.as_deref().unwrap_or_default();
        Self {
            class: spec.storage_class_name.as_deref(),
            attributes_class: None,
            size: whole_gib(size_text),
            bytes: bytes(size_text),
            size_text,
            enlarged: None,
            modes: modes.get(..1).unwrap_or_default(),
            volume_mode: volume_mode(spec.volume_mode.as_deref()),
            is_static: true,
            has_selector: false,
            from_source: false,
            source_claim: None,
            source_class: None,
            name: None,
            namespace: None,
        }
    }
}

fn bytes(text: &str) -> i128 {
    Quantity::parse(text).map_or(0, Quantity::ceil)
}

/// The size in GiB, rounded up; at least 1.
fn whole_gib(text: &str) -> i64 {
    Quantity::parse(text).map_or(1, |size| size.ceil_to(GIB).clamp(1, i128::from(i64::MAX)) as i64)
}
