//! How a driver reads keys, and what it does with unknown ones.

/// How keys are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// A key without what only some comparisons heed: keys that any of them accepts for each other are the same then.
pub(super) fn squeezed(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|byte| !matches!(byte, b'-' | b'_')).map(|byte| byte.to_ascii_lowercase())
}

/// What becomes of a key that is not in the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
