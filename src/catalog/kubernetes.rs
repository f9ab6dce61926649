//! Kubernetes versions, and names that every version has.

use std::fmt;
use std::str::FromStr;

use crate::nearest::nearest;

/// The access modes of volumes: the abbreviation that kubectl prints, and the name.
pub const ACCESS_MODES: [(&str, &str); 4] = [
    ("RWO", "ReadWriteOnce"),
    ("RWOP", "ReadWriteOncePod"),
    ("ROX", "ReadOnlyMany"),
    ("RWX", "ReadWriteMany"),
];

/// The volume modes of claims and volumes.
pub const VOLUME_MODES: [&str; 2] = ["Block", "Filesystem"];

/// Whether the API has an access mode of this name.
#[must_use]
pub fn is_access_mode(name: &str) -> bool {
    ACCESS_MODES.iter().any(|(_, known)| *known == name)
}

/// The volume mode of a claim or a volume: `Filesystem` if it states none. A misspelled mode, which the API server rejects,
/// counts as the one that is meant.
#[must_use]
pub fn volume_mode(given: Option<&str>) -> &'static str {
    let file_system = VOLUME_MODES[1];
    match given {
        Some(given) if given != file_system => nearest(given, VOLUME_MODES).unwrap_or(file_system),
        _ => file_system,
    }
}

/// A minor version of Kubernetes 1 that volwright knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubernetesVersion {
    minor: u8,
    /// The minor version that the user asked for, which may be older than any that volwright knows.
    requested: u8,
    /// Whether the user stated no version.
    assumed: bool,
}

impl KubernetesVersion {
    /// The oldest version that volwright knows.
    pub const OLDEST: Self = Self { minor: 33, requested: 33, assumed: false };
    /// The newest version that volwright knows, and the default.
    pub const NEWEST: Self = Self { minor: 37, requested: 37, assumed: false };

    /// The minor version: 36 for 1.36.
    #[must_use]
    pub const fn minor(self) -> u8 {
        self.minor
    }

    /// Whether the user stated no version, so that the cluster may be older.
    #[must_use]
    pub const fn is_assumed(self) -> bool {
        self.assumed
    }

    /// What to tell a user who asked for a version that is older than any that volwright knows.
    #[must_use]
    pub fn note(self) -> Option<String> {
        (self.requested < self.minor).then(|| {
            format!("Kubernetes 1.{} is validated as {self}, the oldest known version", self.requested)
        })
    }

    /// Whether this version is 1.`minor` or newer.
    #[must_use]
    pub const fn at_least(self, minor: u8) -> bool {
        self.minor >= minor
    }
}

impl Default for KubernetesVersion {
    fn default() -> Self {
        Self { assumed: true, ..Self::NEWEST }
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)
    }
}

impl FromStr for KubernetesVersion {
    type Err = String;

    /// Parses `1.36`, `v1.36` or `1.36.2`. A version before the oldest known one becomes that one.
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('v').unwrap_or(text);
        let mut parts = digits.split('.');
        let minor = match (parts.next(), parts.next().map(str::parse::<u8>)) {
            (Some("1"), Some(Ok(minor))) => minor,
            _ => return Err(format!("`{text}` is not a Kubernetes version such as {}", Self::NEWEST)),
        };
        let version = Self { minor: minor.max(Self::OLDEST.minor), requested: minor, assumed: false };
        if version.minor > Self::NEWEST.minor {
            return Err(format!(
                "Kubernetes {version} is not supported; the newest known version is {}",
                Self::NEWEST
            ));
        }
        Ok(version)
    }
}
