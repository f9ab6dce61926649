//! Volumes that only an injected sidecar mounts: facts in `sidecar_volumes.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::SIDECAR_VOLUMES;

/// A volume that an injected sidecar uses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SidecarVolume {
    /// The name of the volume.
    pub name: String,
    /// Where the fact is from.
    pub source: String,
}

#[derive(Deserialize)]
struct File {
    volumes: Vec<SidecarVolume>,
}

/// Whether an injected sidecar uses the volume of this name.
#[must_use]
pub fn is_one(name: &str) -> bool {
    static ALL: OnceLock<Vec<SidecarVolume>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        serde_json::from_str::<File>(SIDECAR_VOLUMES).map_or_else(|_| Vec::new(), |file| file.volumes)
    });
    all.iter().any(|volume| volume.name == name)
}
