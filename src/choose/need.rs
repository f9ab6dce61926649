//! What a disk must provide.

use std::fmt;

use crate::quantity::Quantity;

/// What a disk must provide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The smallest size, in GiB.
    pub size: i64,
    /// IOPS; 0 for any.
    pub iops: i64,
    /// Throughput, in MiB/s; 0 for any.
    pub throughput: i64,
    /// The access modes of the claim.
    pub access_modes: Vec<String>,
    /// `Filesystem` or `Block`.
    pub volume_mode: String,
    /// No larger size will do.
    pub exact_size: bool,
    /// Figures that the cloud calls a ceiling do not count.
    pub firm: bool,
    /// The disk must survive the loss of a zone.
    pub replicated: bool,
    /// The disk must have the latency of an SSD.
    pub ssd: bool,
    /// Parts of the names of types that must not be chosen.
    pub without: Vec<String>,
}

impl Default for Need {
    fn default() -> Self {
        Self {
            size: 1,
            iops: 0,
            throughput: 0,
            access_modes: vec!["ReadWriteOnce".to_owned()],
            volume_mode: "Filesystem".to_owned(),
            exact_size: false,
            firm: false,
            replicated: false,
            ssd: false,
            without: Vec::new(),
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} GiB", self.size)?;
        if self.iops > 0 {
            write!(out, ", {} IOPS", self.iops)?;
        }
        if self.throughput > 0 {
            write!(out, ", {} MiB/s", self.throughput)?;
        }
        write!(out, ", {}", self.access_modes.join(" and "))?;
        for (holds, text) in [
            (self.volume_mode == "Block", "Block"),
            (self.firm, "firm"),
            (self.replicated, "replicated"),
            (self.ssd, "ssd"),
        ] {
            if holds {
                write!(out, ", {text}")?;
            }
        }
        if !self.without.is_empty() {
            write!(out, ", without {}", self.without.join(" and "))?;
        }
        Ok(())
    }
}

/// Reads a size: a quantity of bytes, or a number of GiB. The result is in GiB, rounded up.
///
/// # Errors
///
/// What is wrong with the text.
pub fn size(text: &str) -> Result<i64, String> {
    amount(text, 1 << 30, "a size such as 500Gi or 2Ti")
}

/// Reads a throughput: a quantity of bytes per second, such as `700Mi` or `734M`, or a number of MiB/s. The result is in
/// MiB/s, rounded up.
///
/// # Errors
///
/// What is wrong with the text.
pub fn throughput(text: &str) -> Result<i64, String> {
    amount(text, 1 << 20, "a throughput such as 700Mi")
}

/// Reads a number of IOPS.
///
/// # Errors
///
/// What is wrong with the text.
pub fn iops(text: &str) -> Result<i64, String> {
    amount(text, 1, "a number of IOPS such as 20000")
}

fn amount(text: &str, unit: i128, example: &str) -> Result<i64, String> {
    let quantity = Quantity::parse(text).map_err(|_| format!("expected {example}"))?;
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if plain { quantity.ceil() } else { quantity.ceil_to(unit) };
    match i64::try_from(number) {
        Ok(number) if (1..=MOST).contains(&number) => Ok(number),
        Ok(number) if number < 1 => Err(format!("must be greater than zero: {example}")),
        _ => Err(format!("is too large: expected {example}")),
    }
}

/// More than any disk has, in GiB or in MiB/s, and little enough for every calculation.
const MOST: i64 = 1 << 31;

/// A throughput in MiB/s as a number of `unit`, rounded up: the unit is `MiB/s` or `MB/s`.
#[must_use]
pub fn in_unit(throughput: i64, unit: &str) -> i64 {
    match unit {
        "MB/s" => {
            let bytes = i128::from(throughput) * (1 << 20);
            i64::try_from((bytes + 999_999) / 1_000_000).unwrap_or(i64::MAX)
        }
        _ => throughput,
    }
}
