//! What conditions can ask about a request.

/// A field of a manifest that conditions can test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `spec.csi.volumeHandle` of a PersistentVolume.
    VolumeHandle,
    /// `fsType` of a PersistentVolume or an inline volume.
    FsType,
    /// The name in `nodeStageSecretRef`.
    NodeStageSecret,
    /// The name in `nodePublishSecretRef`.
    NodePublishSecret,
    /// `readOnly`: `true` or `false`.
    ReadOnly,
    /// Whether the class restricts topologies: `true` or `false`.
    AllowedTopologies,
}

/// What a condition may ask about a request.
pub trait Subject {
    /// The value of a parameter; of the key in exactly this spelling if `exact`.
    fn value_of(&self, key: &str, exact: bool) -> Option<&str>;
    /// The number that the driver reads from a parameter.
    fn number_of(&self, key: &str) -> Option<i64>;
    /// Whether the object has any parameter.
    fn has_parameters(&self) -> bool;
    /// Whether the parameter comes from a VolumeAttributesClass.
    fn is_from_attributes_class(&self, key: &str) -> bool;
    /// Whether the claim's source has another value.
    fn source_differs(&self, key: &str) -> bool;
    /// The value of a mount option: empty if it is written without one.
    fn mount_option(&self, name: &str) -> Option<&str>;
    /// The value of a field.
    fn field(&self, field: Field) -> Option<&str>;
    /// The value of a label.
    fn label(&self, key: &str) -> Option<&str>;
    /// The disk type.
    fn disk_type(&self) -> &str;
    /// Whether names of disk types ignore letter case.
    fn ignores_disk_type_case(&self) -> bool;
    /// The file system.
    fn file_system(&self) -> &str;
    /// What the claim requests, if there is a claim.
    fn request(&self) -> Option<Request<'_>>;
}

/// What a claim requests, as far as conditions ask about it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The volume mode.
    pub volume_mode: &'a str,
    /// The size, in GiB.
    pub size: i64,
    /// Whether it is made from a snapshot or another claim.
    pub from_source: bool,
    /// Whether it is made from another claim.
    pub from_clone: bool,
    /// The access modes.
    pub modes: &'a [String],
}

impl Field {
    /// Its name in the manifest.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::VolumeHandle => "volumeHandle",
            Self::FsType => "fsType",
            Self::NodeStageSecret => "nodeStageSecretRef",
            Self::NodePublishSecret => "nodePublishSecretRef",
            Self::ReadOnly => "readOnly",
            Self::AllowedTopologies => "allowedTopologies",
        }
    }
}
