//! Disk types and their limits.

use super::condition::Condition;
use super::delivery::Delivery;
use super::stage::Stage;

/// One type of disk.
#[derive(Clone, Debug)]
pub struct DiskType {
    /// The name that classes use.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub about: &'static str,
    /// The smallest, in GiB.
    pub least_size: i64,
    /// The largest, in GiB.
    pub most_size: i64,
    /// IOPS that can be asked for; none where they follow the size or the type.
    pub iops: Option<Limit>,
    /// Throughput that can be asked for, in MiB/s.
    pub throughput: Option<Limit>,
    /// The driver's table of tiers that says what it delivers at each size.
    pub tiers: Option<&'static str>,
    /// What it delivers, where that cannot be asked for and there are no tiers.
    pub delivers: Delivery,
    /// Nodes that may share a disk, by size: up to GiB → nodes.
    pub shares: &'static [(i64, i64)],
    /// Why not to use it, and what instead.
    pub superseded: Option<&'static str>,
    /// The type that replaces it with the same parameters.
    pub successor: Option<&'static str>,
    /// Where the facts are from.
    pub source: &'static str,
}

/// Limits of IOPS or throughput.
#[derive(Clone, Debug, Default)]
pub struct Limit {
    /// The least.
    pub least: i64,
    /// The most.
    pub most: i64,
    /// The least for each GiB.
    pub least_per_gib: Option<f64>,
    /// The most for each GiB.
    pub most_per_gib: Option<f64>,
    /// Whether the least is lower where so many for each GiB do not reach it.
    pub least_follows_size: bool,
    /// The most for each IOPS, of throughput.
    pub most_per_iops: Option<f64>,
    /// What it is where it is not asked for.
    pub default: Option<i64>,
    /// How the default grows with each GiB.
    pub default_per_gib: Option<f64>,
    /// Whether it must be asked for.
    pub required: bool,
    /// Whether the driver requests the default itself if the class sets none, so that it must be in range.
    pub sends_default: bool,
    /// What the driver lowers a greater wish to, silently.
    pub clamped_at: Option<i64>,
}

impl Limit {
    /// The least at a size, in GiB.
    #[must_use]
    pub fn least_at(&self, size: i64) -> i64 {
        let by_size = self.least_per_gib.map_or(0, |each| (each * size as f64).ceil() as i64);
        let least = self.least.max(by_size);
        match self.most_per_gib {
            Some(each) if self.least_follows_size => least.min((each * size as f64) as i64),
            _ => least,
        }
    }

    /// The most at a size, in GiB; never below the least.
    #[must_use]
    pub fn most_at(&self, size: i64) -> i64 {
        let by_size = self.most_per_gib.map_or(i64::MAX, |each| (each * size as f64) as i64);
        self.most.min(by_size).max(self.least_at(size))
    }

    /// What it is at a size where it is not asked for, if that is known.
    #[must_use]
    pub fn default_at(&self, size: i64) -> Option<i64> {
        let default = self.default?;
        let grown = default + self.default_per_gib.map_or(0, |each| (each * size as f64) as i64);
        Some(grown.clamp(self.least_at(size).min(grown), self.most_at(size)))
    }
}

/// How IOPS or throughput is asked for.
#[derive(Clone, Debug)]
pub struct Metric {
    /// The parameter that says it.
    pub key: &'static str,
    /// The unit, where it is not MiB/s.
    pub unit: Option<&'static str>,
    /// The parameter that says it for each GiB.
    pub per_gib_key: Option<&'static str>,
    /// Whether the value is a quantity of bytes for each second, rounded up to MiB/s.
    pub bytes: bool,
    /// Whether the value is a quantity.
    pub quantity: bool,
    /// Whether zero and less are not asked for at all.
    pub positive_only: bool,
    /// If this holds, the driver raises a lower request to the least.
    pub raised_when: Option<Condition>,
    /// The parameter that makes it hold, as a line of YAML.
    pub raised_by: Option<&'static str>,
    /// Whether the driver lowers a greater wish to what the size allows, where that reaches the least.
    pub clamps_to_size: bool,
    /// Who refuses what is out of range.
    pub stage: Stage,
    /// Who refuses it where the type takes none.
    pub not_taken_stage: Stage,
    /// Whether it is refused for other types even where it is zero.
    pub refused_even_zero: bool,
}
