//! An independent solver that tries disks one by one: limits, bills and prices are read from the data files.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// One disk that could be created.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Disk {
    pub(super) size: i64,
    pub(super) iops: i64,
    pub(super) throughput: i64,
}

/// What a disk must provide, in the driver's unit of throughput.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    pub(super) size: i64,
    pub(super) iops: i64,
    pub(super) throughput: i64,
    pub(super) firm: bool,
    pub(super) ssd: bool,
    pub(super) replicated: bool,
    pub(super) exact_size: bool,
}

/// The disks of one driver, as the data files describe them.
pub(super) struct Cloud {
    pub(super) unit: String,
    types: Vec<Type>,
}

/// A disk type with its bill.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Type {
    name: String,
    least_size: i64,
    most_size: i64,
    iops: Option<Limit>,
    throughput: Option<Limit>,
    tiers: Option<String>,
    delivers: Delivers,
    /// What the other files add.
    #[serde(skip)]
    of_tiers: Vec<Tier>,
    #[serde(skip)]
    billed: Billed,
    #[serde(skip)]
    prices: BTreeMap<String, Prices>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Limit {
    least: i64,
    most: i64,
    least_per_gib: f64,
    most_per_gib: Option<f64>,
    least_follows_size: bool,
    most_per_iops: Option<f64>,
    default: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Delivers {
    ceiling: bool,
    iops: Vec<Line>,
    throughput: Vec<Line>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Line {
    base: f64,
    per_gib: f64,
    per_iops: f64,
    per_throughput: f64,
    least: Option<i64>,
    most: Option<i64>,
}

#[derive(Clone, Deserialize)]
struct Tier {
    name: String,
    up_to: i64,
    iops: i64,
    throughput: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Billed {
    name: String,
    bills: Vec<String>,
    ssd: Option<bool>,
    never: Option<String>,
    only_modes: Vec<String>,
    replicated: Option<Replicated>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Replicated {
    always: bool,
    only: bool,
    sku: Option<String>,
    least_size: i64,
}

/// The steps of one sku: by the part of the bill, or the tier.
type Prices = BTreeMap<String, Vec<(i64, f64)>>;

fn data(path: &str) -> Value {
    let text = std::fs::read_to_string(format!("{}/src/catalog/{path}", env!("CARGO_MANIFEST_DIR")))
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn read<T: for<'d> Deserialize<'d>>(value: &Value) -> T {
    T::deserialize(value).unwrap_or_else(|error| panic!("{error}: {value}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl Cloud {
    pub(super) fn read(name: &str) -> Self {
        let (driver, billing) = (data(&format!("drivers/{name}.toml")), data("billing.toml"));
        let of_driver = |row: &&Value| list(&row["names"]).iter().any(|of| of == name);
        let billing = list(&billing["drivers"]).iter().find(of_driver).expect("facts about billing");
        // By sku and by part of the bill, or tier.
        let mut prices: BTreeMap<String, Prices> = BTreeMap::new();
        for row in list(&data("prices.toml")["price"]) {
            if row["cloud"] != billing["cloud"] || row["region"] != billing["region"] {
                continue;
            }
            let units = billing["units"].as_object().expect("units").iter();
            for (part, _) in units.filter(|(_, unit)| **unit == row["unit"]) {
                let key = row["tier"].as_str().unwrap_or(part).to_owned();
                let sku = prices.entry(row["sku"].as_str().expect("a sku").to_owned()).or_default();
                let step = (row["included"].as_i64().unwrap_or(0), row["price"].as_f64().expect("a price"));
                sku.entry(key).or_default().push(step);
            }
        }
        for steps in prices.values_mut().flat_map(BTreeMap::values_mut) {
            steps.sort_by_key(|(included, _)| *included);
        }
        let types = list(&billing["types"]).iter().map(|billed| {
            let disk_type = list(&driver["types"]).iter().find(|of| of["name"] == billed["name"]);
            let mut disk_type: Type = read(disk_type.expect("a disk type"));
            let tiers = disk_type.tiers.as_ref().map(|tiers| list(&driver["tiers"][tiers]));
            disk_type.of_tiers = tiers.unwrap_or_default().iter().map(read).collect();
            disk_type.billed = read(billed);
            let of_type =
                |sku: &String| *sku == disk_type.name || sku.starts_with(&format!("{}/", disk_type.name));
            disk_type.prices =
                prices.iter().filter(|(sku, _)| of_type(sku)).map(|(a, b)| (a.clone(), b.clone())).collect();
            disk_type
        });
        let unit = driver["throughput"]["unit"].as_str().unwrap_or("MiB/s").to_owned();
        Self { unit, types: types.collect() }
    }

    /// The price of a disk of a type that reaches the need; the error is why it must not be chosen.
    pub(super) fn check(&self, name: &str, disk: Disk, need: Need) -> Result<Option<f64>, String> {
        let disk_type = self.types.iter().find(|disk_type| disk_type.billed.name == name);
        let disk_type = disk_type.filter(|disk_type| disk_type.may_be_chosen(need));
        let disk_type = disk_type.ok_or_else(|| format!("{name} must not be chosen"))?;
        if !disk_type.is_feasible(disk, need) {
            return Err(format!("{name} {disk:?} is infeasible"));
        }
        Ok(disk_type.price(disk, need))
    }

    /// The cheapest of all disks that are tried for a need: every size at which a limit or a tier changes and sizes
    /// between, each with every amount of IOPS and throughput at which something changes, and the neighbours of `near`.
    pub(super) fn cheapest(&self, need: Need, near: Option<Disk>) -> Option<(f64, &str, Disk)> {
        let mut best: Option<(f64, &str, Disk)> = None;
        for disk_type in self.types.iter().filter(|disk_type| disk_type.may_be_chosen(need)) {
            let mut offer = |disk: Disk| {
                if disk_type.is_feasible(disk, need)
                    && let Some(price) = disk_type.price(disk, need)
                    && best.as_ref().is_none_or(|(known, ..)| price < *known)
                {
                    best = Some((price, &disk_type.name, disk));
                }
            };
            let throughputs = amounts(disk_type.throughput.as_ref(), need.throughput);
            let mut iops = amounts(disk_type.iops.as_ref(), need.iops);
            if disk_type.iops.is_some() {
                // With less than so many IOPS the disk cannot have the throughput.
                for throughput in &throughputs {
                    let least =
                        [0.25, 0.256, 0.015_625].map(|each| (*throughput as f64 / each).ceil() as i64);
                    iops.extend(least.into_iter().flat_map(|least| [least - 1, least]));
                }
            }
            for size in disk_type.sizes(need) {
                for iops in &iops {
                    for throughput in &throughputs {
                        offer(Disk { size, iops: *iops, throughput: *throughput });
                    }
                }
            }
            for (size, iops, throughput) in [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1)] {
                let Some(near) = near else { continue };
                let (iops, throughput) = (near.iops - iops, near.throughput - throughput);
                offer(Disk { size: near.size - size, iops, throughput });
            }
        }
        best
    }
}

impl Type {
    fn may_be_chosen(&self, need: Need) -> bool {
        let (billed, replicated) = (&self.billed, &self.billed.replicated);
        billed.never.is_none()
            && billed.only_modes.is_empty()
            && (!need.ssd || billed.ssd != Some(false))
            && (!need.firm || !self.delivers.ceiling)
            && if need.replicated {
                replicated.is_some()
            } else {
                !replicated.as_ref().is_some_and(|of| of.only)
            }
    }

    /// How the type becomes a replicated one, if the need requires that and not every disk of the type is.
    fn variant(&self, need: Need) -> Option<&Replicated> {
        self.billed.replicated.as_ref().filter(|replicated| need.replicated && !replicated.always)
    }

    fn least_size(&self, need: Need) -> i64 {
        self.least_size.max(need.size).max(self.variant(need).map_or(1, |variant| variant.least_size))
    }

    fn tier(&self, size: i64) -> Option<&Tier> {
        self.of_tiers.iter().find(|tier| size <= tier.up_to)
    }

    /// Whether the disk can be created and reaches the need.
    fn is_feasible(&self, disk: Disk, need: Need) -> bool {
        let most = if need.exact_size { need.size } else { self.most_size };
        if !(self.least_size(need)..=most.min(self.most_size)).contains(&disk.size) {
            return false;
        }
        let allows = |limit: &Option<Limit>, value: i64| {
            limit.as_ref().is_none_or(|limit| limit.range(disk).contains(&(value as f64)))
        };
        let (iops, throughput) = match self.tier(disk.size) {
            Some(tier) => (Some(tier.iops), Some(tier.throughput)),
            None => (self.iops(disk), self.throughput(disk)),
        };
        allows(&self.iops, disk.iops)
            && allows(&self.throughput, disk.throughput)
            && (need.iops == 0 || iops >= Some(need.iops))
            && (need.throughput == 0 || throughput >= Some(need.throughput))
    }

    fn iops(&self, disk: Disk) -> Option<i64> {
        match self.iops {
            Some(_) => Some(disk.iops),
            None => greatest(&self.delivers.iops, disk.size, 0, |line| {
                if line.per_throughput == 0.0 { Some(0) } else { self.throughput(disk) }
            }),
        }
    }

    fn throughput(&self, disk: Disk) -> Option<i64> {
        match self.throughput {
            Some(_) => Some(disk.throughput),
            None => {
                // IOPS that follow from the size; no type derives each from the other.
                let derives = self.delivers.throughput.iter().any(|line| line.per_iops != 0.0);
                let iops = if derives { self.iops(disk).unwrap_or(0) } else { 0 };
                greatest(&self.delivers.throughput, disk.size, iops, |_| Some(0))
            }
        }
    }

    /// The price of a disk per month; nothing if the table lacks a row.
    fn price(&self, disk: Disk, need: Need) -> Option<f64> {
        let sku = self.variant(need).and_then(|variant| variant.sku.as_ref()).unwrap_or(&self.name);
        let prices = self.prices.get(sku)?;
        let mut total = 0.0;
        for part in &self.billed.bills {
            let (amount, key) = match part.as_str() {
                "size" => (disk.size, part),
                "iops" => (disk.iops, part),
                "throughput" => (disk.throughput, part),
                _ => (1, &self.tier(disk.size)?.name),
            };
            let steps = prices.get(key)?;
            for (at, (included, price)) in steps.iter().enumerate() {
                let end = steps.get(at + 1).map_or(amount, |(next, _)| amount.min(*next));
                total += (end - included).max(0) as f64 * price;
            }
        }
        Some(total)
    }

    /// The sizes at which something changes, and some between.
    fn sizes(&self, need: Need) -> Vec<i64> {
        let (from, most) = (self.least_size(need), self.most_size);
        let mut found = vec![from, most];
        found.extend(self.of_tiers.iter().flat_map(|tier| [tier.up_to, tier.up_to + 1]));
        if self.of_tiers.is_empty() {
            let limits = [&self.iops, &self.throughput].into_iter().flatten();
            let mut slopes: Vec<(f64, f64)> =
                limits.filter_map(|limit| Some((limit.most_per_gib?, 0.0))).collect();
            let lines = self.delivers.iops.iter().chain(&self.delivers.throughput);
            slopes.extend(lines.filter(|line| line.per_gib > 0.0).map(|line| (line.per_gib, line.base)));
            // IOPS may follow from throughput or require it, so that the size follows from either.
            for wanted in [need.iops, need.throughput, need.throughput * 4, (need.iops + 3) / 4] {
                for (slope, base) in &slopes {
                    let size = ((wanted as f64 - base) / slope).ceil() as i64;
                    found.extend([size - 1, size, size + 1]);
                }
            }
            let mut size = from;
            while size < most {
                found.push(size);
                size += size / 2 + 1;
            }
        }
        found.retain(|size| (from..=most).contains(size));
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Limit {
    /// What may be provisioned at a size, and with the IOPS of the disk.
    fn range(&self, disk: Disk) -> std::ops::RangeInclusive<f64> {
        let size = disk.size as f64;
        let by_size = self.most_per_gib.map_or(f64::MAX, |each| (each * size).floor());
        let mut least = (self.least as f64).max((self.least_per_gib * size).ceil());
        if self.least_follows_size {
            least = least.min(by_size);
        }
        let by_iops = self.most_per_iops.map_or(f64::MAX, |each| (each * disk.iops as f64).floor());
        // A disk so small that the most is below the least may have the least.
        least..=by_size.max(least).min(self.most as f64).min(by_iops)
    }
}

/// The greatest of some lines; `throughput` is what a line that depends on it needs.
fn greatest(lines: &[Line], size: i64, iops: i64, throughput: impl Fn(&Line) -> Option<i64>) -> Option<i64> {
    let of = |line: &Line| {
        let value = line.base
            + line.per_gib * size as f64
            + line.per_iops * iops as f64
            + line.per_throughput * throughput(line)? as f64;
        let value = (value as i64).max(line.least.unwrap_or(0));
        Some(value.min(line.most.unwrap_or(i64::MAX)))
    };
    lines.iter().filter_map(of).max()
}

/// The amounts of a metric at which something changes; one amount if it is not provisioned.
fn amounts(limit: Option<&Limit>, wanted: i64) -> Vec<i64> {
    let Some(limit) = limit else { return vec![0] };
    let mut found = vec![wanted, limit.least, limit.most];
    found.extend(limit.default);
    found.sort_unstable();
    found.dedup();
    found
}
