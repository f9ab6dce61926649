//! API versions with a beginning or an end: facts in `api_versions.toml`.

use std::sync::OnceLock;

use crate::lookup::Lookup;

/// An API version of a kind that not every Kubernetes version serves.
#[derive(Debug)]
pub struct ApiVersion {
    /// The kind, such as `CronJob`.
    pub kind: &'static str,
    /// Group and version, such as `batch/v1beta1`.
    pub api_version: &'static str,
    /// The first minor version that serves it; 0 if every known version did at first.
    pub since: u8,
    /// The minor version that deprecated it.
    pub deprecated: Option<u8>,
    /// The first minor version that no longer serves it.
    pub removed: Option<u8>,
    /// Whether the API server serves it only if `--runtime-config` enables it.
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

static ALL: &[ApiVersion] = include!(concat!(env!("OUT_DIR"), "/api_versions.rs"));

/// What is known of a kind's API version, if anything is.
#[must_use]
pub fn find(kind: &str, api_version: &str) -> Option<&'static ApiVersion> {
    static LOOKUP: OnceLock<Lookup> = OnceLock::new();
    let lookup = LOOKUP.get_or_init(|| Lookup::new(ALL.iter().map(|version| version.kind)));
    let first = lookup.find(kind, |at| ALL[at].kind)?;
    // The versions of a kind follow each other.
    let mut of_kind = ALL[first..].iter().take_while(|version| version.kind == kind);
    of_kind.find(|version| version.api_version == api_version)
}
