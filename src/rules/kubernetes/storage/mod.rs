//! Checks of storage objects.

pub(super) mod claim;
pub(super) mod persistent_volume;
pub(super) mod storage_class;
