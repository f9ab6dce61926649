//! Sizes: what a driver makes of the size that a claim requests.

use super::condition::Condition;
use super::stage::Stage;

/// What becomes of a requested size under conditions. The first rule that applies counts.
#[derive(Clone, Debug)]
pub struct SizeRule {
    /// The conditions, all of which must hold.
    pub when: &'static [Condition],
    /// How a size that is not a whole number of GiB is treated.
    pub fraction: Fraction,
    /// The sizes that exist, in bands, smallest first. None of them: the size is a label without effect.
    pub bands: &'static [SizeBand],
    /// The component that rejects a size beyond the last band.
    pub stage: Stage,
    /// Why, one sentence without a full stop.
    pub why: &'static str,
    /// The source of the fact.
    pub source: &'static str,
}

/// How a size that is not a whole number of GiB is treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fraction {
    /// It is rounded up.
    #[default]
    Up,
    /// It is rounded down.
    Down,
    /// It is rejected.
    Rejected,
}

/// Sizes between two limits.
#[derive(Clone, Debug)]
pub struct SizeBand {
    /// The least, in GiB.
    pub from: i64,
    /// The greatest, in GiB; no limit if absent.
    pub to: Option<i64>,
    /// Sizes are multiples of this, in GiB.
    pub step: i64,
    /// Whether a size below the band becomes its least; otherwise it is rejected.
    pub raises: bool,
    /// Whether a size between two steps becomes the next one; otherwise it is rejected.
    pub rounds_up: bool,
}

/// What becomes of a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeOutcome {
    /// A volume of so many GiB is created.
    Created(i64),
    /// The size is rejected; the nearest sizes below and above that exist, in GiB.
    Rejected {
        /// The nearest smaller size.
        below: Option<i64>,
        /// The nearest larger size.
        above: Option<i64>,
    },
}

impl SizeRule {
    /// What becomes of a size in GiB.
    #[must_use]
    pub fn outcome(&self, size: i64) -> SizeOutcome {
        let mut below = None;
        for band in self.bands {
            if size < band.from {
                return if band.raises {
                    SizeOutcome::Created(band.from)
                } else {
                    SizeOutcome::Rejected { below, above: Some(band.from) }
                };
            }
            let above = size.div_euclid(band.step).checked_add(i64::from(size % band.step != 0));
            let above = above.and_then(|steps| steps.checked_mul(band.step)).unwrap_or(i64::MAX);
            let in_band = band.to.is_none_or(|to| above <= to);
            if in_band && (above == size || band.rounds_up) {
                return SizeOutcome::Created(above);
            }
            if in_band {
                let lower = (size / band.step * band.step).max(band.from);
                return SizeOutcome::Rejected { below: Some(lower), above: Some(above) };
            }
            below = band.to;
        }
        if self.bands.is_empty() {
            SizeOutcome::Created(size)
        } else {
            SizeOutcome::Rejected { below, above: None }
        }
    }
}

/// A size that a disk cannot grow past, although it can be created larger.
#[derive(Clone, Debug)]
pub struct GrowthLimit {
    /// The conditions, all of which must hold.
    pub when: &'static [Condition],
    /// The largest size before the limit, in GiB.
    pub most: i64,
    /// Why, one sentence without a full stop.
    pub message: &'static str,
    /// What to do instead.
    pub help: &'static str,
    /// The source of the fact.
    pub source: &'static str,
}
