//! The least disk of a type that reaches IOPS and throughput, within the limits of the catalogue.

use std::fmt;

use crate::catalog::driver::{Disk, DiskType, Driver, Limit, Line, greatest};

/// What a disk must reach, in the driver's unit of throughput.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// IOPS; 0 for any.
    pub iops: i64,
    /// Throughput; 0 for any.
    pub throughput: i64,
}

/// A disk that can be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solution {
    /// In GiB.
    pub size: i64,
    /// IOPS; nothing if they are not documented.
    pub iops: Option<i64>,
    /// Throughput, in the driver's unit; nothing if it is not documented.
    pub throughput: Option<i64>,
}

/// The limit of a type that rules it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limitation {
    /// It has no disk so small, in GiB.
    TooSmall(i64),
    /// It has no disk so large, in GiB.
    TooLarge(i64),
    /// It has at most so many IOPS.
    Iops(i64),
    /// It has at most this throughput.
    Throughput(i64),
    /// Its IOPS are not documented.
    IopsUnknown,
    /// Its throughput is not documented.
    ThroughputUnknown,
}

impl fmt::Display for Limitation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSmall(least) => write!(out, "the smallest disk has {least} GiB"),
            Self::TooLarge(most) => write!(out, "the largest disk has {most} GiB"),
            Self::Iops(most) => write!(out, "at most {most} IOPS"),
            Self::Throughput(most) => write!(out, "throughput of at most {most}"),
            Self::IopsUnknown => out.write_str("IOPS are not documented"),
            Self::ThroughputUnknown => out.write_str("throughput is not documented"),
        }
    }
}

/// The smallest disk of at least `from` GiB and at most `to` GiB that reaches the target with as little provisioned as
/// possible.
///
/// # Errors
///
/// The limit that rules the type out.
pub fn smallest(
    driver: &Driver,
    disk_type: &DiskType,
    from: i64,
    to: i64,
    target: Target,
) -> Result<Solution, Limitation> {
    let (low, high) = (from.max(disk_type.least_size), to.min(disk_type.most_size));
    if to < disk_type.least_size {
        return Err(Limitation::TooSmall(disk_type.least_size));
    }
    if low > high {
        return Err(Limitation::TooLarge(disk_type.most_size));
    }
    // Every limit grows with the size, so that the sizes that reach the target are the largest ones.
    let largest = at(driver, disk_type, high, target)?;
    let size = first(low, high, |size| at(driver, disk_type, size, target).is_ok());
    Ok(size.and_then(|size| at(driver, disk_type, size, target).ok()).unwrap_or(largest))
}

/// The disk of one size that reaches the target with as little provisioned as possible.
///
/// # Errors
///
/// The limit that it does not reach.
pub fn at(driver: &Driver, disk_type: &DiskType, size: i64, target: Target) -> Result<Solution, Limitation> {
    let delivers = &disk_type.delivers;
    let tier = driver.tiers_of(disk_type).iter().find(|tier| size <= tier.up_to);
    let disk = |iops, throughput| Disk { size, iops, throughput, ..Disk::default() };
    let mut iops = match (&disk_type.iops, tier) {
        (Some(limit), _) => Some(within(limit, size, target.iops).map_err(Limitation::Iops)?),
        (None, Some(tier)) => Some(tier.iops),
        (None, None) => greatest(delivers.iops, disk(None, None)),
    };
    let throughput = match (&disk_type.throughput, tier) {
        (Some(limit), _) => {
            let mut throughput = within(limit, size, target.throughput).map_err(Limitation::Throughput)?;
            if let (Some(each), Some(of_iops), Some(least)) = (limit.most_per_iops, &disk_type.iops, iops) {
                let most = of_iops.most_at(size);
                let reaches = |iops: i64| (each * iops as f64) as i64 >= throughput;
                iops = first(least, most, reaches);
                if iops.is_none() {
                    return Err(Limitation::Throughput((each * most as f64) as i64));
                }
            }
            if iops.is_none() && !delivers.iops.is_empty() {
                let most = limit.most_at(size);
                let iops_at = |throughput: i64| greatest(delivers.iops, disk(None, Some(throughput)));
                let least = first(throughput, most, |throughput| iops_at(throughput) >= Some(target.iops));
                throughput = least.ok_or(Limitation::Iops(iops_at(most).unwrap_or_default()))?;
            }
            Some(throughput)
        }
        (None, Some(tier)) => Some(tier.throughput),
        (None, None) => {
            let lines = &delivers.throughput;
            if let (Some(limit), Some(least), false) = (&disk_type.iops, iops, lines.is_empty()) {
                iops = Some(raised(lines, least, limit.most_at(size), size, target.throughput)?);
            }
            greatest(lines, disk(iops, None))
        }
    };
    let iops = iops.or_else(|| greatest(delivers.iops, disk(None, throughput)));
    reaches(iops, target.iops, Limitation::Iops, Limitation::IopsUnknown)?;
    reaches(throughput, target.throughput, Limitation::Throughput, Limitation::ThroughputUnknown)?;
    Ok(Solution { size, iops, throughput })
}

/// The least value that a limit allows at a size and that reaches `wanted`; otherwise the greatest that it allows.
fn within(limit: &Limit, size: i64, wanted: i64) -> Result<i64, i64> {
    let (least, most) = (limit.least_at(size).max(wanted), limit.most_at(size));
    if least <= most { Ok(least) } else { Err(most) }
}

/// The least IOPS from `least` to `most` with which the throughput that follows from them reaches `wanted`.
fn raised(lines: &[Line], least: i64, most: i64, size: i64, wanted: i64) -> Result<i64, Limitation> {
    let throughput = |iops| greatest(lines, Disk { size, iops: Some(iops), ..Disk::default() });
    first(least, most, |iops| throughput(iops) >= Some(wanted))
        .ok_or(Limitation::Throughput(throughput(most).unwrap_or_default()))
}

fn reaches(
    value: Option<i64>,
    wanted: i64,
    short: impl Fn(i64) -> Limitation,
    unknown: Limitation,
) -> Result<(), Limitation> {
    match value {
        _ if wanted <= 0 => Ok(()),
        Some(value) if value >= wanted => Ok(()),
        Some(value) => Err(short(value)),
        None => Err(unknown),
    }
}

/// The first number from `low` to `high` for which `holds`, given that it holds for every greater one.
fn first(low: i64, high: i64, holds: impl Fn(i64) -> bool) -> Option<i64> {
    if low > high || !holds(high) {
        return None;
    }
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}
