//! Values that do not have the shape that their driver reads.

use crate::catalog::driver::Stage;

/// Why a value does not have its shape.
pub(super) struct Mismatch {
    pub(super) message: String,
    pub(super) help: String,
    /// The component that rejects it, if that is not the one that rejects others.
    pub(super) stage: Option<Stage>,
}

pub(super) fn mismatch(message: String, help: impl Into<String>) -> Result<(), Mismatch> {
    Err(Mismatch { message, help: help.into(), stage: None })
}

pub(super) fn cloud_mismatch(message: String, help: impl Into<String>) -> Result<(), Mismatch> {
    Err(Mismatch { message, help: help.into(), stage: Some(Stage::Cloud) })
}
