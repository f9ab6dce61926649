//! What the disks of each type deliver and cost by size, with as little provisioned as the type allows.

use std::collections::BTreeSet;

use crate::catalog::billing::{BilledType, Billing};
use crate::catalog::driver::{DiskType, Driver};
use crate::catalog::price::PriceTable;
use crate::choose::need::Need;
use crate::choose::solve::{Solution, Target, at};
use crate::choose::{request, total, type_key};

/// One type over some sizes.
#[derive(Clone, Debug)]
pub struct Curve {
    /// The type.
    pub disk_type: &'static DiskType,
    /// Sizes that it has, in ascending order.
    pub points: Vec<Point>,
}

/// A disk of one size.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// What it is.
    pub disk: Solution,
    /// The price per month; nothing if the table lacks a row for it.
    pub monthly: Option<f64>,
}

/// How many sizes a curve has besides those that are requested.
const STEPS: i32 = 24;

/// The types that a claim with the access modes and the volume mode of `need` may have, at `sizes` and from an eighth of the
/// smallest to eight times the largest of them.
#[must_use]
pub fn curves(
    driver: &'static Driver,
    billing: &'static Billing,
    prices: &PriceTable,
    region: &str,
    need: &Need,
    sizes: &BTreeSet<i64>,
) -> Vec<Curve> {
    let (Some(least), Some(most)) = (sizes.first(), sizes.last()) else { return Vec::new() };
    let (from, to) = ((least / 8).max(1), most.saturating_mul(8));
    let ratio = to as f64 / from as f64;
    let step = |step: i32| (from as f64 * ratio.powf(f64::from(step) / f64::from(STEPS))).round() as i64;
    let mut all: BTreeSet<i64> = (0..=STEPS).map(step).collect();
    all.extend(sizes);
    let mut curves = Vec::new();
    for billed in &billing.types {
        let Some(disk_type) = driver.find_type(&billed.name) else { continue };
        if !is_candidate(driver, billed, disk_type, need) {
            continue;
        }
        let mut own = all.clone();
        let bounds = [disk_type.least_size, disk_type.most_size];
        let tiers = driver.tiers_of(disk_type).iter().flat_map(|tier| [tier.up_to, tier.up_to + 1]);
        own.extend(bounds.into_iter().chain(tiers).filter(|size| (from..=to).contains(size)));
        let target = Target { iops: 0, throughput: 0 };
        let rows = prices.sku(&billing.cloud, region, disk_type.name);
        let points =
            own.into_iter().filter(|size| (disk_type.least_size..=disk_type.most_size).contains(size));
        let points = points.filter_map(|size| {
            let disk = at(driver, disk_type, size, target).ok()?;
            Some(Point { disk, monthly: total(driver, billing, billed, disk_type, &rows, disk).monthly })
        });
        curves.push(Curve { disk_type, points: points.collect() });
    }
    curves.retain(|curve| !curve.points.is_empty());
    curves
}

fn is_candidate(driver: &'static Driver, billed: &BilledType, disk_type: &DiskType, need: &Need) -> bool {
    let is_for_modes =
        billed.only_modes.is_empty() || need.access_modes.iter().all(|mode| billed.only_modes.contains(mode));
    let parameters = [(type_key(driver), disk_type.name.to_owned())];
    billed.never.is_none()
        && !billed.replicated.as_ref().is_some_and(|replicated| replicated.only)
        && is_for_modes
        && request::is_allowed(driver, &parameters, need)
}
