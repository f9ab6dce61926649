//! The plugin inside Kubernetes that a driver replaces, and what the provisioner makes of its classes.

use super::map::Map;

/// The plugin inside Kubernetes that a driver replaces.
///
/// Its classes are translated before the driver sees them; other parameters and topologies pass unchanged.
#[derive(Clone, Debug)]
pub struct InTree {
    /// Its provisioner.
    pub provisioner: &'static str,
    /// What becomes of its parameters, in words.
    pub translation: &'static str,
    /// The key that becomes the sidecar's for the file system, in any case.
    pub file_system_key: Option<&'static str>,
    /// Keys, in any case, whose zones become `allowedTopologies`.
    pub zone_keys: &'static [&'static str],
    /// Parameters that another one brings with it.
    pub brings: Map<Brought>,
    /// Where the facts are from.
    pub source: &'static str,
}

/// A parameter that another one brings with it.
#[derive(Clone, Debug)]
pub struct Brought {
    /// Its key.
    pub key: &'static str,
    /// Its value.
    pub value: &'static str,
}

impl InTree {
    /// Whether a key names the file system, and becomes the sidecar's own for it.
    #[must_use]
    pub fn is_file_system_key(&self, key: &str) -> bool {
        self.file_system_key.is_some_and(|known| known.eq_ignore_ascii_case(key))
    }

    /// Whether a key lists zones, and becomes `allowedTopologies`.
    #[must_use]
    pub fn is_zone_key(&self, key: &str) -> bool {
        self.zone_keys.iter().any(|known| known.eq_ignore_ascii_case(key))
    }
}
