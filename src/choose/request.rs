//! Whether a driver offers the access modes of a need.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;
use k8s_openapi::api::storage::v1::StorageClass;

use super::need::Need;
use crate::catalog::driver::Driver;
use crate::rules::driver::{Claim, VolumeRequest, is_allowed as mode_is_allowed};

/// Whether a disk with these parameters supports the access modes and the volume mode of the need.
pub(super) fn is_allowed(driver: &'static Driver, parameters: &[(String, String)], need: &Need) -> bool {
    let class = StorageClass {
        provisioner: driver.provisioner.to_owned(),
        parameters: Some(parameters.iter().cloned().collect()),
        ..StorageClass::default()
    };
    let spec = PersistentVolumeClaimSpec {
        access_modes: Some(need.access_modes.clone()),
        volume_mode: Some(need.volume_mode.clone()),
        ..PersistentVolumeClaimSpec::default()
    };
    let request = VolumeRequest::of_class(driver, &class).with_claim(Claim::new(&spec));
    need.access_modes.iter().enumerate().all(|(index, mode)| mode_is_allowed(&request, index, mode))
}
