//! The plugin inside Kubernetes that a driver replaces, and what the provisioner makes of its classes.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The plugin inside Kubernetes that a driver replaces.
///
/// Its classes are translated before the driver sees them; other parameters and topologies pass unchanged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InTree {
    /// Its provisioner.
    pub provisioner: String,
    /// What becomes of its parameters, in words.
    pub translation: String,
    /// The key that becomes the sidecar's for the file system, in any case.
    #[serde(default)]
    pub file_system_key: Option<String>,
    /// Keys, in any case, whose zones become `allowedTopologies`.
    #[serde(default)]
    pub zone_keys: Vec<String>,
    /// Parameters that another one brings with it.
    #[serde(default)]
    pub brings: BTreeMap<String, Brought>,
    /// Where the facts are from.
    pub source: String,
}

/// A parameter that another one brings with it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brought {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

impl InTree {
    /// Whether a key names the file system, and becomes the sidecar's own for it.
    #[must_use]
    pub fn is_file_system_key(&self, key: &str) -> bool {
        self.file_system_key.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(key))
    }

    /// Whether a key lists zones, and becomes `allowedTopologies`.
    #[must_use]
    pub fn is_zone_key(&self, key: &str) -> bool {
        self.zone_keys.iter().any(|known| known.eq_ignore_ascii_case(key))
    }
}
