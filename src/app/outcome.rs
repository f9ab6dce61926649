//! How a run ends.

/// How a run ended, short of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Exit code 0.
    Clean,
    /// Exit code 1: findings at or above the threshold, or drift.
    Found,
    /// Exit code 2: the user's settings are wrong, which is reported already.
    Misconfigured,
}
