//! Chooses disks by need: which types and sizes meet it, what each costs, and what rules out the others.

pub mod cost;
pub mod curve;
pub mod lock;
pub mod need;
pub mod prices;
mod request;
pub mod requested;
pub mod solve;
pub mod verdict;

use std::collections::BTreeMap;

use crate::catalog::billing::{BilledType, Billing, Part};
use crate::catalog::driver::{DiskType, Driver, Metric};
use crate::catalog::price::{self, Price, PriceTable};
use crate::choose::need::Need;
use crate::choose::solve::{Solution, Target};
use crate::rules::driver::performance::Basis;

/// The types of one driver for a need.
#[derive(Debug)]
pub struct Choice {
    /// The profile, as the user named it.
    pub profile: String,
    /// The driver.
    pub driver: &'static Driver,
    /// The region of the prices.
    pub region: String,
    /// Whether the price table has any row for the region.
    pub has_prices: bool,
    /// The regions that the price table has rows for.
    pub regions: Vec<String>,
    /// The types that meet the need, cheapest first; those without a price come last.
    pub candidates: Vec<Candidate>,
    /// The other types, each with the reason.
    pub unfit: Vec<(String, String)>,
}

/// A disk that meets the need.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The type.
    pub disk_type: &'static DiskType,
    /// The size, in GiB.
    pub size: i64,
    /// The tier that is billed.
    pub tier: Option<&'static str>,
    /// The parameters that determine performance and price, the type first.
    pub parameters: Vec<(String, String)>,
    /// Parameters that the type requires for other reasons.
    pub settings: &'static BTreeMap<String, String>,
    /// IOPS; nothing if they are not documented.
    pub iops: Option<i64>,
    /// Throughput, in the driver's unit; nothing if it is not documented.
    pub throughput: Option<i64>,
    /// What the figures rest on.
    pub basis: Basis,
    /// The price per month, in cents' precision; nothing if the table lacks a row for it.
    pub monthly: Option<f64>,
    /// The least confirmation of the rows of the price.
    pub confirmed: Option<u8>,
    /// The units that the table has no price for.
    pub missing: Vec<&'static str>,
    /// What is billed in addition, by use: what for, and its price if the table has it.
    pub usage: Vec<(&'static str, Option<f64>)>,
}

impl Candidate {
    /// All parameters that determine the disk, with those that it requires for other reasons.
    #[must_use]
    pub fn all_parameters(&self) -> BTreeMap<String, String> {
        self.parameters.iter().cloned().chain(self.settings.clone()).collect()
    }
}

/// Which types of a driver meet a need, at the prices of `region`.
#[must_use]
pub fn choose(
    profile: &str,
    driver: &'static Driver,
    billing: &'static Billing,
    prices: &PriceTable,
    region: &str,
    need: &Need,
) -> Choice {
    let (mut candidates, mut unfit) = (Vec::new(), Vec::new());
    for billed in &billing.types {
        let Some(disk_type) = driver.find_type(&billed.name) else { continue };
        match candidate(driver, billing, billed, disk_type, prices, region, need) {
            Ok(candidate) => candidates.push(candidate),
            Err(why) => unfit.push((billed.name.clone(), why)),
        }
    }
    candidates.sort_by(|one, other| price::order(one.monthly, other.monthly));
    Choice {
        profile: profile.to_owned(),
        driver,
        region: region.to_owned(),
        has_prices: prices.has_region(&billing.cloud, region),
        regions: prices.regions(&billing.cloud).into_iter().map(str::to_owned).collect(),
        candidates,
        unfit,
    }
}

/// The cheapest disk of one type, or why the type does not meet the need.
fn candidate(
    driver: &'static Driver,
    billing: &'static Billing,
    billed: &'static BilledType,
    disk_type: &'static DiskType,
    prices: &PriceTable,
    region: &str,
    need: &Need,
) -> Result<Candidate, String> {
    if let Some(part) = need.without.iter().find(|part| billed.name.contains(part.as_str())) {
        return Err(format!("excluded by `{part}`"));
    }
    if let Some(why) = &billed.never {
        return Err(why.clone());
    }
    if need.ssd && !billed.ssd {
        return Err("does not have the latency of an SSD".to_owned());
    }
    if need.firm && disk_type.delivers.ceiling {
        return Err("its figures are a ceiling, which the cloud does not guarantee".to_owned());
    }
    let replicated = billed.replicated.as_ref();
    if need.replicated && replicated.is_none() {
        return Err("it exists in one zone only".to_owned());
    }
    if !need.replicated && replicated.is_some_and(|replicated| replicated.only) {
        return Err("it is replicated over zones, which costs more and is not needed".to_owned());
    }
    let only = &billed.only_modes;
    if !only.is_empty() && need.access_modes.iter().any(|mode| !only.contains(mode)) {
        return Err(format!("it is chosen for {} only", only.join(" and ")));
    }
    let variant = replicated.filter(|replicated| need.replicated && !replicated.always);
    let from = need.size.max(variant.map_or(1, |variant| variant.least_size));
    let to = if need.exact_size { need.size } else { i64::MAX };
    if from > to {
        return Err(format!("the smallest disk that is replicated over zones has {from} GiB"));
    }
    let unit = driver.throughput_unit();
    let target = Target { iops: need.iops, throughput: need::in_unit(need.throughput, unit) };
    let mut parameters = vec![(type_key(driver), disk_type.name.to_owned())];
    parameters.extend(variant.iter().flat_map(|variant| variant.parameters.clone()));
    if !request::is_allowed(driver, &parameters, need) {
        let modes = need.access_modes.join(" and ");
        return Err(format!("no {modes} with volumeMode {}", need.volume_mode));
    }
    let smallest = solve::smallest(driver, disk_type, from, to, target)
        .map_err(|limitation| limit_text(limitation, need, unit))?;
    let sku = variant.and_then(|variant| variant.sku.as_deref()).unwrap_or(disk_type.name);
    let rows = prices.sku(&billing.cloud, region, sku);
    // A larger tier may cost less; where each GiB is billed, the smallest size is the cheapest.
    let tiers = driver.tiers_of(disk_type).windows(2).map(|pair| pair[0].up_to + 1);
    let larger = tiers.filter(|size| *size > smallest.size && *size <= to.min(disk_type.most_size));
    let larger = larger.filter_map(|size| solve::at(driver, disk_type, size, target).ok());
    let mut best = (smallest, total(driver, billing, billed, disk_type, &rows, smallest));
    for solution in larger {
        let cost = total(driver, billing, billed, disk_type, &rows, solution);
        if price::order(cost.monthly, best.1.monthly).is_lt() {
            best = (solution, cost);
        }
    }
    let (solution, cost) = best;
    for (metric, limit, value) in [
        (driver.iops.as_ref(), disk_type.iops.as_ref(), solution.iops),
        (driver.throughput.as_ref(), disk_type.throughput.as_ref(), solution.throughput),
    ] {
        if let (Some(metric), Some(limit), Some(value)) = (metric, limit, value)
            && (limit.required || limit.default_at(solution.size) != Some(value))
        {
            parameters.push((metric.key.to_owned(), amount(metric, value)));
        }
    }
    let provisioned = disk_type.iops.is_some() || disk_type.throughput.is_some();
    let usage = billing.usage.iter().filter_map(|(unit, about)| {
        let row = rows.iter().find(|row| row.unit == *unit)?;
        Some((about.as_str(), Some(row.price)))
    });
    Ok(Candidate {
        disk_type,
        size: solution.size,
        tier: tier(driver, disk_type, solution.size),
        parameters,
        settings: &billed.settings,
        iops: solution.iops,
        throughput: solution.throughput,
        basis: match (provisioned, disk_type.delivers.ceiling) {
            (true, _) => Basis::Provisioned,
            (false, true) => Basis::UpTo,
            (false, false) => Basis::Baseline,
        },
        monthly: cost.monthly.map(price::cents),
        confirmed: cost.confirmed,
        missing: cost.missing,
        usage: usage.collect(),
    })
}

/// What a disk costs.
#[derive(Clone, Debug, Default)]
pub struct Total {
    /// The price per month, not rounded; nothing if the table lacks a row for it.
    pub monthly: Option<f64>,
    /// The least confirmation of the rows that contribute.
    pub confirmed: Option<u8>,
    /// The units that the table has no price for.
    pub missing: Vec<&'static str>,
}

/// What a disk costs, given the rows of its sku.
#[must_use]
pub fn total(
    driver: &'static Driver,
    billing: &'static Billing,
    billed: &BilledType,
    disk_type: &'static DiskType,
    rows: &[&Price],
    disk: Solution,
) -> Total {
    let mut total = Total { monthly: Some(0.0), ..Total::default() };
    for part in &billed.bills {
        let (tier, amount) = match part {
            Part::Size => (None, Some(disk.size)),
            Part::Iops => (None, disk.iops),
            Part::Throughput => (None, disk.throughput),
            Part::Tier => (tier(driver, disk_type, disk.size), Some(1)),
        };
        let unit = billing.units.of(*part);
        let cost = amount.and_then(|amount| price::cost(rows, unit, tier, amount));
        match (cost, total.monthly) {
            (Some(cost), Some(monthly)) => {
                total.monthly = Some(monthly + cost.amount);
                total.confirmed = price::least(total.confirmed, cost.confirmed);
            }
            (Some(_), None) => {}
            (None, _) => {
                total.monthly = None;
                total.missing.push(unit);
            }
        }
    }
    if total.monthly.is_none() || billed.bills.is_empty() {
        total.monthly = None;
        total.confirmed = None;
    }
    total
}

fn tier(driver: &'static Driver, disk_type: &'static DiskType, size: i64) -> Option<&'static str> {
    let tier = driver.tiers_of(disk_type).iter().find(|tier| size <= tier.up_to)?;
    Some(tier.name)
}

fn type_key(driver: &Driver) -> String {
    driver.disk_type.as_ref().and_then(|keys| keys.keys.first()).copied().unwrap_or_default().to_owned()
}

/// A number as the value of a parameter.
fn amount(metric: &Metric, value: i64) -> String {
    if metric.bytes { format!("{value}Mi") } else { value.to_string() }
}

/// Why a type is ruled out, with the figure that is needed.
fn limit_text(limitation: solve::Limitation, need: &Need, unit: &str) -> String {
    let at = if need.exact_size { format!(" at {} GiB", need.size) } else { String::new() };
    match limitation {
        solve::Limitation::Throughput(_) => format!("{limitation} {unit}{at}"),
        solve::Limitation::Iops(_) => format!("{limitation}{at}"),
        _ => limitation.to_string(),
    }
}
