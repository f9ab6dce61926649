//! The levels of the Pod Security Standards.

use std::fmt;
use std::str::FromStr;

/// A level of the Pod Security Standards that pods are held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PodSecurityLevel {
    /// No known way to more privileges.
    Baseline,
    /// Baseline, and hardened as current practice asks.
    Restricted,
}

impl fmt::Display for PodSecurityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        })
    }
}

impl FromStr for PodSecurityLevel {
    type Err = String;

    /// Reads `baseline` or `restricted`, the values of the label `pod-security.kubernetes.io/enforce`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "baseline" => Ok(Self::Baseline),
            "restricted" => Ok(Self::Restricted),
            _ => Err(format!(
                "`{text}` is not a level of the Pod Security Standards: `baseline` or `restricted`"
            )),
        }
    }
}
