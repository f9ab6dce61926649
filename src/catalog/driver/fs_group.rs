//! The group that owns the files of a volume.

use serde::Deserialize;

/// What the driver's `CSIDriver` object says of `fsGroup`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FsGroup {
    /// The policy.
    pub policy: FsGroupPolicy,
    /// Where the fact is from.
    pub source: String,
}

/// Whose files the kubelet gives to the pod's `fsGroup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum FsGroupPolicy {
    /// Those of every volume.
    File,
    /// Those of a volume with a file system type and access mode ReadWriteOnce.
    #[serde(rename = "ReadWriteOnceWithFSType")]
    ReadWriteOnceWithFsType,
    /// None.
    None,
}

impl FsGroup {
    /// Whether the kubelet changes the owner of every file on a volume with these access modes, and with a file system if
    /// one is named, to the pod's `fsGroup` (`supportsFSGroup` in `pkg/volume/csi/csi_mounter.go`).
    pub(super) fn applies(&self, modes: &[String], has_file_system: bool) -> bool {
        match self.policy {
            FsGroupPolicy::File => true,
            FsGroupPolicy::None => false,
            FsGroupPolicy::ReadWriteOnceWithFsType => {
                has_file_system && modes.iter().any(|mode| mode == "ReadWriteOnce")
            }
        }
    }
}
