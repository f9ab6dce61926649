//! What the disk of a claim delivers: requested for by the class, or what the catalogue knows of its type and size.

use super::request::VolumeRequest;
use crate::catalog::driver::{Disk, DiskType, Limit, Line, Metric, Tier, greatest};
use crate::quantity::Quantity;

/// What a disk delivers.
#[derive(Clone, Debug)]
pub struct Performance {
    /// The disk type.
    pub disk_type: &'static DiskType,
    /// The tier that a disk of this size is paid for as.
    pub tier: Option<&'static Tier>,
    /// The size, in GiB.
    pub size: i64,
    /// IOPS; none where nothing is documented.
    pub iops: Option<Figure>,
    /// Throughput, in the driver's unit; none where nothing is documented.
    pub throughput: Option<Figure>,
}

/// One number, and what it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The number.
    pub value: i64,
    /// What it rests on.
    pub basis: Basis,
    /// What there is for a while, after quiet hours, where that is more.
    pub burst: Option<i64>,
    /// The limit that it reaches.
    pub reached: Option<Reached>,
}

/// What a number rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The class requests it, and it is billed.
    Provisioned,
    /// Every disk of this type and size has it.
    Baseline,
    /// The cloud calls it a ceiling.
    UpTo,
}

/// A limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// A larger disk could have more.
    Size,
    /// A disk with more IOPS could have more.
    Iops,
    /// No disk of the type has more.
    Type,
}

/// What the disk of a class's claim delivers; `None` without a claim, or if the disk type is unknown.
#[must_use]
pub fn performance(request: &VolumeRequest<'_>) -> Option<Performance> {
    let size = request.claim?.size;
    let driver = request.driver;
    let disk_type = driver.find_type(request.disk_type())?;
    let tier = driver.tiers_of(disk_type).iter().find(|tier| size <= tier.up_to);
    let of = |metric: Option<&Metric>, limit: Option<&Limit>, iops: Option<i64>| {
        let (metric, limit) = (metric?, limit?);
        let sent = request.requested(metric).map(|requested| request.sent(metric, limit, requested));
        Figure::of_limit(sent, limit, size, iops)
    };
    let mut disk = Disk { size, parameters: Some(request), ..Disk::default() };
    let mut iops = of(driver.iops.as_ref(), disk_type.iops.as_ref(), None);
    let fallback = |lines: &[Line], bursts: &[Line], disk: Disk<'_>| {
        Figure::of_lines(lines, bursts, disk, disk_type.delivers.ceiling)
    };
    let delivers = &disk_type.delivers;
    iops = iops.or_else(|| match tier {
        Some(tier) => Some(Figure::of_tier(tier.iops, tier.burst_iops, delivers.ceiling)),
        None => fallback(delivers.iops, delivers.burst_iops, disk),
    });
    disk.iops = iops.map(|figure| figure.value);
    let throughput =
        of(driver.throughput.as_ref(), disk_type.throughput.as_ref(), disk.iops).or_else(|| match tier {
            Some(tier) => Some(Figure::of_tier(tier.throughput, tier.burst_throughput, delivers.ceiling)),
            None => fallback(delivers.throughput, delivers.burst_throughput, disk),
        });
    disk.throughput = throughput.map(|figure| figure.value);
    // Where IOPS follow from throughput, they are known only now.
    iops = iops.or_else(|| fallback(delivers.iops, delivers.burst_iops, disk));
    Some(Performance { disk_type, tier, size, iops, throughput })
}

impl Figure {
    fn of_limit(sent: Option<i64>, limit: &Limit, size: i64, iops: Option<i64>) -> Option<Self> {
        let basis = if sent.is_some() { Basis::Provisioned } else { Basis::Baseline };
        let value = sent.or_else(|| limit.default_at(size))?;
        let by_iops = limit.most_per_iops.zip(iops).map(|(each, iops)| (each * iops as f64) as i64);
        let reached = if value >= limit.most {
            Some(Reached::Type)
        } else if value >= limit.most_at(size) {
            Some(Reached::Size)
        } else if by_iops.is_some_and(|most| value >= most) {
            Some(Reached::Iops)
        } else {
            None
        };
        Some(Self { value, basis, burst: None, reached: reached.filter(|_| basis == Basis::Provisioned) })
    }

    fn of_tier(value: i64, burst: Option<i64>, ceiling: bool) -> Self {
        let basis = if ceiling { Basis::UpTo } else { Basis::Baseline };
        Self { value, basis, burst, reached: None }
    }

    fn of_lines(lines: &[Line], bursts: &[Line], disk: Disk<'_>, ceiling: bool) -> Option<Self> {
        let value = greatest(lines, disk)?;
        let burst = greatest(bursts, disk).filter(|burst| *burst > value);
        let most = lines.iter().filter_map(|line| line.most).max();
        let reached = most.is_some_and(|most| value >= most).then_some(Reached::Type);
        Some(Self { reached, ..Self::of_tier(value, burst, ceiling) })
    }
}

impl Metric {
    /// The number of a value in the metric's unit.
    pub(super) fn number(&self, text: &str) -> Option<i64> {
        if !self.quantity {
            return text.parse().ok();
        }
        let quantity = Quantity::parse(text).ok()?;
        let number = if self.bytes { quantity.ceil_to(1 << 20) } else { quantity.ceil() };
        i64::try_from(number).ok()
    }
}

impl VolumeRequest<'_> {
    /// What the class requests at the claim's size.
    #[must_use]
    pub fn requested(&self, metric: &Metric) -> Option<i64> {
        self.amount(metric, metric.key).or_else(|| {
            let each = self.amount(metric, metric.per_gib_key?).filter(|each| *each > 0)?;
            // The drivers multiply in 32 bits, which may come out as nothing at all.
            let product = (each as i32).wrapping_mul(self.claim?.size as i32);
            (product > 0).then_some(i64::from(product))
        })
    }

    /// The number that one parameter requests.
    fn amount(&self, metric: &Metric, key: &str) -> Option<i64> {
        let number = metric.number(self.value(key)?)?;
        (!metric.positive_only || number > 0).then_some(number)
    }

    /// What the driver makes of a wish.
    #[must_use]
    pub fn sent(&self, metric: &Metric, limit: &Limit, requested: i64) -> i64 {
        let size = self.claim.map_or(1, |claim| claim.size);
        let mut sent = requested;
        let raised = metric.raised_when.as_ref().is_some_and(|condition| condition.holds(self));
        if raised {
            sent = sent.max(limit.least);
        }
        if let Some(most) = limit.clamped_at {
            sent = sent.min(most);
        }
        if let Some(each) = limit.most_per_gib.filter(|_| metric.clamps_to_size) {
            let by_size = (each * size as f64) as i64;
            if by_size >= limit.least {
                sent = sent.min(by_size);
            }
        }
        sent
    }
}
