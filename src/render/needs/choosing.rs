//! How disks are chosen: by which prices, and what is done with recorded choices.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::statement::Statement;
use crate::catalog::billing::Billing;
use crate::choose::lock::Lock;
use crate::choose::need::Need;
use crate::choose::prices::Prices;
use crate::choose::{self, Candidate, Choice};
use crate::sync;
use crate::tree::FileTree;

/// How disks are chosen.
#[derive(Debug, Default)]
pub struct Choosing {
    prices: Arc<Prices>,
    pub(super) mode: Mode,
    /// By their paths as reports show them, which name the commit.
    locks: Mutex<HashMap<String, Arc<Result<Lock, String>>>>,
}

/// What is done with recorded choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// They are used, whatever the prices are.
    #[default]
    Keep,
    /// They are used, and compared with the cheapest disk.
    Compare,
    /// They are replaced by the cheapest disk.
    Replace,
}

impl Choosing {
    /// Chooses by these prices.
    #[must_use]
    pub fn new(prices: impl Into<Arc<Prices>>, mode: Mode) -> Self {
        Self { prices: prices.into(), mode, locks: Mutex::default() }
    }

    /// The prices.
    #[must_use]
    pub fn prices(&self) -> &Prices {
        &self.prices
    }

    /// The lock file at a path, which is read once.
    pub(super) fn lock(&self, tree: FileTree<'_>, path: &Path) -> Arc<Result<Lock, String>> {
        let mut locks = sync::lock(&self.locks);
        let lock = locks.entry(tree.shown(path)).or_insert_with(|| Arc::new(Lock::read(tree, path)));
        Arc::clone(lock)
    }

    pub(super) fn choose(&self, of: &Statement, need: &Need) -> Choice {
        let region = self.prices.region(of.billing);
        choose::choose(of.driver.name, of.driver, of.billing, self.prices.table(), region, need)
    }

    /// A price for people, with its date and region.
    pub(super) fn price(&self, candidate: &Candidate, billing: &Billing) -> String {
        let region = self.prices.region(billing);
        let as_of = &self.prices.table().as_of;
        match candidate.monthly {
            Some(monthly) => format!(
                "{monthly:.2} {} a month, {} of {as_of} in {region}",
                self.prices.table().currency,
                self.prices.kind()
            ),
            None => format!("price unknown in {region} as of {as_of}"),
        }
    }
}
