//! What disks deliver where a class does not ask for it: by tier, or along straight lines.

use serde::Serialize;

use super::subject::Subject;

/// How IOPS and throughput of a disk type follow from its size, or from one another.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Whether the cloud calls its figures a ceiling, and promises less or nothing.
    pub ceiling: bool,
    /// IOPS: the greatest of these counts.
    pub iops: &'static [Line],
    /// Throughput, in the driver's unit: the greatest of these counts.
    pub throughput: &'static [Line],
    /// IOPS for a while, after quiet hours.
    pub burst_iops: &'static [Line],
    /// Throughput for a while, after quiet hours.
    pub burst_throughput: &'static [Line],
    /// What the figures do not say.
    pub note: Option<&'static str>,
    /// Where the facts are from.
    pub source: &'static str,
}

/// A straight line with a floor and a ceiling.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// What there is at any size.
    pub base: f64,
    /// What each GiB adds.
    pub per_gib: f64,
    /// What each of the disk's IOPS adds.
    pub per_iops: f64,
    /// What each MiB/s, or whatever the driver's unit is, adds.
    pub per_throughput: f64,
    /// A parameter whose number multiplies what each GiB adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times_key: Option<&'static str>,
    /// The floor.
    pub least: Option<i64>,
    /// The ceiling.
    pub most: Option<i64>,
}

/// A disk as far as it is known: what lines are drawn over.
#[derive(Clone, Copy, Default)]
pub struct Disk<'d> {
    /// The class's parameters.
    pub parameters: Option<&'d dyn Subject>,
    /// In GiB.
    pub size: i64,
    /// IOPS, where they are known already.
    pub iops: Option<i64>,
    /// Throughput, where it is known already.
    pub throughput: Option<i64>,
}

/// What a type delivers up to a size.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tier {
    /// The cloud's name for it.
    pub name: &'static str,
    /// Up to this many GiB; smaller disks are paid for as this one.
    pub up_to: i64,
    /// IOPS.
    pub iops: i64,
    /// Throughput, in the driver's unit.
    pub throughput: i64,
    /// IOPS for a while, after quiet hours.
    pub burst_iops: Option<i64>,
    /// Throughput for a while, after quiet hours.
    pub burst_throughput: Option<i64>,
}

/// The greatest of some lines, whole; none where there are none, or where what they are drawn over is not known.
#[must_use]
pub fn greatest(lines: &[Line], disk: Disk<'_>) -> Option<i64> {
    lines.iter().map(|line| line.at(disk)).collect::<Option<Vec<_>>>()?.into_iter().max()
}

impl std::fmt::Debug for Disk<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Disk").field("size", &self.size).field("iops", &self.iops).finish_non_exhaustive()
    }
}

impl Line {
    fn at(&self, disk: Disk<'_>) -> Option<i64> {
        let times = |each: f64, number: Option<i64>| {
            if each == 0.0 { Some(0.0) } else { number.map(|number| each * number as f64) }
        };
        let factor = match &self.times_key {
            Some(key) => disk.parameters?.number_of(key)? as f64,
            None => 1.0,
        };
        let value = self.base
            + self.per_gib * factor * disk.size as f64
            + times(self.per_iops, disk.iops)?
            + times(self.per_throughput, disk.throughput)?;
        let value = value as i64;
        let value = self.least.map_or(value, |least| value.max(least));
        Some(self.most.map_or(value, |most| value.min(most)))
    }
}
