//! The steps of the ladder on which an object is written.

/// How an object is written. Each step holds more than the one before, and reads worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Short keys, with the shortcuts of a profile for volumes, accelerators and environment variables.
    Shortcuts,
    /// Keys that mirror fields of the API, and `spec` for the others.
    Keys,
    /// Everything under `spec`.
    Spec,
    /// As the API has it, under `objects`.
    Verbatim,
}

impl Step {
    /// The next step.
    pub(super) fn down(self) -> Option<Self> {
        match self {
            Self::Shortcuts => Some(Self::Keys),
            Self::Keys => Some(Self::Spec),
            Self::Spec => Some(Self::Verbatim),
            Self::Verbatim => None,
        }
    }
}
