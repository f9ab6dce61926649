//! What a claim asks of its class.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;
use k8s_openapi::api::storage::v1::StorageClass;

use crate::catalog::driver::Condition;
use crate::quantity::Quantity;

/// One GiB.
const GIB: i128 = 1 << 30;

/// What a claim asks for.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The class that it names.
    pub class: Option<&'a str>,
    /// The VolumeAttributesClass that it names.
    pub attributes_class: Option<&'a str>,
    /// The size, in whole GiB as the drivers round it; at least 1.
    pub size: i64,
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
    /// What a claim's specification asks for.
    #[must_use]
    pub fn new(spec: &'a PersistentVolumeClaimSpec) -> Self {
        let size = spec.resources.as_ref().and_then(|resources| resources.requests.as_ref());
        let size_text = size.and_then(|requests| requests.get("storage")).map_or("", |size| size.0.as_str());
        let bytes = Quantity::parse(size_text).map_or(0, Quantity::ceil);
        let size = Quantity::parse(size_text)
            .map_or(1, |size| size.ceil_to(GIB).clamp(1, i128::from(i64::MAX)) as i64);
        let source = spec.data_source.as_ref().map(|source| (source.kind.as_str(), source.name.as_str()));
        // What lies in another namespace is not looked for.
        let reference = spec.data_source_ref.as_ref().filter(|source| source.namespace.is_none());
        let source = source.or_else(|| reference.map(|source| (source.kind.as_str(), source.name.as_str())));
        Self {
            class: spec.storage_class_name.as_deref(),
            attributes_class: spec.volume_attributes_class_name.as_deref().filter(|name| !name.is_empty()),
            size,
            size_text,
            enlarged: (bytes != i128::from(size) * GIB).then_some("disks are made in whole GiB"),
            modes: spec.access_modes.as_deref().unwrap_or_default(),
            volume_mode: spec.volume_mode.as_deref().unwrap_or("Filesystem"),
            is_static: spec.volume_name.as_deref().is_some_and(|name| !name.is_empty()),
            has_selector: spec.selector.is_some(),
            from_source: source.is_some(),
            source_claim: source.filter(|(kind, _)| *kind == "PersistentVolumeClaim").map(|(_, name)| name),
            source_class: None,
            name: None,
            namespace: None,
        }
    }

    /// Whether what a condition asks about a claim holds.
    #[must_use]
    pub(super) fn holds(&self, condition: &Condition) -> bool {
        let claim = self;
        condition.volume_mode.as_deref().is_none_or(|mode| mode == claim.volume_mode)
            && condition.size_below.is_none_or(|below| claim.size < below)
            && condition.size_from.is_none_or(|from| claim.size >= from)
            && condition.from_source.is_none_or(|from| from == claim.from_source)
            && condition.from_clone.is_none_or(|from| from == claim.source_claim.is_some())
            && condition
                .read_only
                .is_none_or(|read_only| read_only == claim.modes.iter().any(|mode| mode == "ReadOnlyMany"))
    }
}
