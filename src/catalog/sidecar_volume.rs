//! Volumes that only an injected sidecar mounts: facts in `sidecar_volumes.toml`.

/// A volume that an injected sidecar uses.
#[derive(Clone, Debug)]
pub struct SidecarVolume {
    /// The name of the volume.
    pub name: &'static str,
    /// Where the fact is from.
    pub source: &'static str,
}

static ALL: &[SidecarVolume] = include!(concat!(env!("OUT_DIR"), "/sidecar_volumes.rs"));

/// Whether an injected sidecar uses the volume of this name.
#[must_use]
pub fn is_one(name: &str) -> bool {
    ALL.iter().any(|volume| volume.name == name)
}
