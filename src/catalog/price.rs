//! List prices of disks, each with its date and source: embedded ones, and those of a user's own table.

use std::cmp::Ordering;

use serde::Deserialize;

use crate::embedded::PRICES;

/// A table of prices.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceTable {
    /// The version of the format.
    #[serde(default, rename = "version")]
    _version: i64,
    /// The date of the table.
    pub as_of: String,
    /// The currency of all prices.
    pub currency: String,
    /// The hours of a month.
    #[serde(default, rename = "hours_per_month")]
    _hours: i64,
    /// The rows.
    #[serde(rename = "price")]
    pub rows: Vec<Price>,
    /// What the names in `source` refer to.
    #[serde(default)]
    pub sources: std::collections::BTreeMap<String, String>,
    /// Whether rows of a user's own table are among them.
    #[serde(skip)]
    pub own: bool,
}

/// The price of one unit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// The cloud.
    pub cloud: String,
    /// The region.
    pub region: String,
    /// What is sold: a disk type, or a variant of it.
    pub sku: String,
    /// The tier, if disks are sold by tier.
    #[serde(default)]
    pub tier: Option<String>,
    /// What the price is for, such as `GiB-month`.
    pub unit: String,
    /// The price of a unit above `included`.
    pub price: f64,
    /// The units that cost nothing, or the price of the previous row.
    #[serde(default)]
    pub included: i64,
    /// Where the price was read.
    #[serde(default)]
    pub source: String,
    /// When.
    #[serde(default)]
    pub date: String,
    /// How many independent sources agree: 0 to 2.
    #[serde(default)]
    pub confirmed: u8,
}

/// What an amount costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// In the currency of the table.
    pub amount: f64,
    /// The least confirmation of the rows that contribute; nothing if none does.
    pub confirmed: Option<u8>,
}

impl PriceTable {
    /// The embedded table. It is read anew at each call.
    #[must_use]
    pub fn embedded() -> Self {
        serde_json::from_str(PRICES).unwrap_or_default()
    }

    /// The same with the rows of another table, which replace those of the same cloud, region, sku, tier and unit.
    #[must_use]
    pub fn with(mut self, own: Self) -> Self {
        self.rows.retain(|row| !own.rows.iter().any(|new| new.key() == row.key()));
        self.rows.extend(own.rows);
        self.sources.extend(own.sources);
        self.own = true;
        Self { as_of: own.as_of, currency: own.currency, ..self }
    }

    /// Whose prices they are, of which date, and what they do not contain: one sentence.
    #[must_use]
    pub fn about(&self) -> String {
        let whose = if self.own { "Prices of your own table and list prices" } else { "List prices" };
        format!(
            "{whose} in {} as of {}, without tax, discounts, commitments and free tiers; a month has 730 hours.",
            self.currency, self.as_of
        )
    }

    /// Whether there is any row for a region.
    #[must_use]
    pub fn has_region(&self, cloud: &str, region: &str) -> bool {
        self.rows.iter().any(|row| row.cloud == cloud && row.region == region)
    }

    /// The regions of a cloud, in the order of the table.
    #[must_use]
    pub fn regions(&self, cloud: &str) -> Vec<&str> {
        let mut regions: Vec<&str> = Vec::new();
        for row in self.rows.iter().filter(|row| row.cloud == cloud) {
            if !regions.contains(&row.region.as_str()) {
                regions.push(&row.region);
            }
        }
        regions
    }

    /// The rows of one sku in one region.
    #[must_use]
    pub fn sku(&self, cloud: &str, region: &str, sku: &str) -> Vec<&Price> {
        let rows = self.rows.iter();
        let mut found: Vec<&Price> =
            rows.filter(|row| row.sku == sku && row.region == region && row.cloud == cloud).collect();
        found.sort_by_key(|row| row.included);
        found
    }
}

impl Price {
    fn key(&self) -> (&str, &str, &str, Option<&str>, &str) {
        (&self.cloud, &self.region, &self.sku, self.tier.as_deref(), &self.unit)
    }
}

/// What `amount` units cost, given the rows of a sku; nothing if no row has a price for them.
#[must_use]
pub fn cost(rows: &[&Price], unit: &str, tier: Option<&str>, amount: i64) -> Option<Cost> {
    let rows: Vec<&&Price> =
        rows.iter().filter(|row| row.unit == unit && row.tier.as_deref() == tier).collect();
    if rows.is_empty() {
        return None;
    }
    let mut cost = Cost { amount: 0.0, confirmed: None };
    for (index, row) in rows.iter().enumerate() {
        let end = rows.get(index + 1).map_or(amount, |next| amount.min(next.included));
        if end > row.included {
            cost.amount += (end - row.included) as f64 * row.price;
            cost.confirmed = least(cost.confirmed, Some(row.confirmed));
        }
    }
    Some(cost)
}

/// The lesser of two confirmations, of which either may be absent.
#[must_use]
pub fn least(one: Option<u8>, other: Option<u8>) -> Option<u8> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// A price rounded to cents, half a cent up. Sums of binary fractions may be a little less than they should be.
#[must_use]
pub fn cents(amount: f64) -> f64 {
    (amount * 100.0 + 0.5 + 1e-6).floor() / 100.0
}

/// The order of two monthly prices: what has none comes last.
#[must_use]
pub fn order(one: Option<f64>, other: Option<f64>) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}
