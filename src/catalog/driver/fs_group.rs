//! The group that owns the files of a volume.

/// What the driver's `CSIDriver` object says of `fsGroup`.
#[derive(Clone, Debug)]
pub struct FsGroup {
    /// The policy.
    pub policy: FsGroupPolicy,
    /// Where the fact is from.
    pub source: &'static str,
}

/// Whose files the kubelet gives to the pod's `fsGroup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FsGroupPolicy {
    /// Those of every volume.
    File,
    /// Those of a volume with a file system type and access mode ReadWriteOnce.
    ReadWriteOnceWithFSType,
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
            FsGroupPolicy::ReadWriteOnceWithFSType => {
                has_file_system && modes.iter().any(|mode| mode == "ReadWriteOnce")
            }
        }
    }
}
