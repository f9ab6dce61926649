//! How a driver reads keys, and what it does with unknown ones.

use std::hash::Hasher;

use serde::Deserialize;

use crate::hash::FastHasher;

/// How keys are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyCase {
    /// In exactly this spelling.
    #[default]
    Exact,
    /// Ignoring letter case.
    Any,
    /// Ignoring letter case, hyphens and underscores.
    Squeezed,
}

impl KeyCase {
    /// Whether two keys are the same.
    #[must_use]
    pub fn same(self, a: &str, b: &str) -> bool {
        match self {
            Self::Exact => a == b,
            Self::Any => a.eq_ignore_ascii_case(b),
            Self::Squeezed => squeezed(a).eq(squeezed(b)),
        }
    }
}

/// A hash of a key that is the same for all keys that some comparison accepts for each other.
pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = FastHasher::default();
    squeezed(text).for_each(|byte| hasher.write_u8(byte));
    hasher.finish()
}

fn squeezed(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|byte| !matches!(byte, b'-' | b'_')).map(|byte| byte.to_ascii_lowercase())
}

/// What becomes of a key that is not in the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownKeys {
    /// The driver rejects it.
    #[default]
    Rejected,
    /// The driver ignores it silently.
    Ignored,
    /// It is passed on, and the catalogue's list is not complete.
    PassedOn,
    /// The component rejects it, but versions differ in the keys that they know: it is advice.
    LikelyRejected,
}
