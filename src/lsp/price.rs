//! The prices of disk types, as completion and hover show them.

use crate::catalog::billing;
use crate::catalog::driver::Driver;
use crate::choose::prices::Prices;

/// The prices of a disk type in the region of its cloud; nothing if the table has none.
pub(super) fn of_type(prices: &Prices, driver: &Driver, disk_type: &str) -> Option<String> {
    let table = prices.table();
    let billing = billing::of(driver.name)?;
    let region = prices.region(billing);
    let currency = &table.currency;
    let mut texts = Vec::new();
    let mut tiers: Option<(f64, f64, &str)> = None;
    for row in table.sku(&billing.cloud, region, disk_type) {
        if row.tier.is_some() {
            let (least, most, _) = tiers.unwrap_or((row.price, row.price, &row.unit));
            tiers = Some((least.min(row.price), most.max(row.price), &row.unit));
        } else if row.included > 0 {
            texts.push(format!("{} {currency} per {} above {}", row.price, row.unit, row.included));
        } else {
            texts.push(format!("{} {currency} per {}", row.price, row.unit));
        }
    }
    if let Some((least, most, unit)) = tiers {
        texts.push(format!("{least} to {most} {currency} per {unit}, by tier"));
    }
    (!texts.is_empty()).then(|| format!("{} in {region}: {}", prices.kind(), texts.join(", ")))
}
