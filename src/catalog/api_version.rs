//! API versions with a beginning or an end: facts in `api_versions.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::API_VERSIONS;

/// An API version of a kind that not every Kubernetes version serves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiVersion {
    /// The kind, such as `CronJob`.
    pub kind: String,
    /// Group and version, such as `batch/v1beta1`.
    pub api_version: String,
    /// The first minor version that serves it; 0 if every known version did at first.
    #[serde(default)]
    pub since: u8,
    /// The minor version that deprecated it.
    pub deprecated: Option<u8>,
    /// The first minor version that no longer serves it.
    pub removed: Option<u8>,
    /// Whether the API server serves it only if `--runtime-config` enables it.
    #[serde(default)]
    pub opt_in: bool,
}

impl ApiVersion {
    /// Whether 1.`minor` no longer serves it.
    #[must_use]
    pub fn is_removed(&self, minor: u8) -> bool {
        self.removed.is_some_and(|removed| minor >= removed)
    }

    /// Whether 1.`minor` serves it, but a later version will not.
    #[must_use]
    pub fn is_deprecated(&self, minor: u8) -> bool {
        self.deprecated.is_some_and(|deprecated| minor >= deprecated) && !self.is_removed(minor)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    versions: Vec<ApiVersion>,
}

/// What is known of a kind's API version, if anything is.
#[must_use]
pub fn find(kind: &str, api_version: &str) -> Option<&'static ApiVersion> {
    static TABLE: OnceLock<Table> = OnceLock::new();
    let table = TABLE.get_or_init(|| serde_json::from_str(API_VERSIONS).unwrap_or_default());
    table.versions.iter().find(|version| version.kind == kind && version.api_version == api_version)
}
