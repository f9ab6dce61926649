//! The prices of a run: a table, and the region of each cloud.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::catalog::billing::Billing;
use crate::catalog::price::PriceTable;

/// The prices of a run.
#[derive(Debug, Default)]
pub struct Prices {
    /// The embedded table is read when a price is needed.
    table: OnceLock<PriceTable>,
    regions: BTreeMap<String, String>,
}

impl Prices {
    /// Prices of a table, in these regions by cloud.
    #[must_use]
    pub fn new(table: PriceTable, regions: BTreeMap<String, String>) -> Self {
        Self { table: OnceLock::from(table), regions }
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> &PriceTable {
        self.table.get_or_init(PriceTable::embedded)
    }

    /// The region whose prices apply.
    #[must_use]
    pub fn region<'a>(&'a self, billing: &'a Billing) -> &'a str {
        self.regions.get(&billing.cloud).unwrap_or(&billing.region)
    }

    /// `list price`, or `price` if some rows are the user's own.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.table().own { "price" } else { "list price" }
    }
}
