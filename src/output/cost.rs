//! What a change costs a month: as text, as Markdown and as JSON.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::number::price;
use super::writer::html::Html;
use super::writer::markdown::Markdown;
use super::writer::terminal::Terminal;
use crate::catalog::price::cents;
use crate::choose::cost::CostChange;
use crate::choose::prices::Prices;

/// The most objects that the formats for people list; the rest is counted.
const MOST: usize = 20;

/// The changes of cost of a run.
#[derive(Debug)]
pub struct Costs<'a> {
    prices: &'a Prices,
    changes: Vec<CostChange>,
}

impl<'a> Costs<'a> {
    /// None yet.
    #[must_use]
    pub fn new(prices: &'a Prices) -> Self {
        Self { prices, changes: Vec::new() }
    }

    /// Adds the changes of one environment.
    pub fn add(&mut self, changes: Vec<CostChange>, environment: Option<&str>) {
        let named = changes.into_iter().map(|change| CostChange {
            folder: change.folder.or_else(|| environment.map(str::to_owned)),
            ..change
        });
        self.changes.extend(named);
    }

    /// The sum of the differences that are known; nothing if none is.
    fn total(&self) -> Option<f64> {
        let known: Vec<f64> = self.changes.iter().filter_map(|change| change.difference().ok()).collect();
        (!known.is_empty()).then(|| cents(known.iter().sum()))
    }

    fn unknown(&self) -> usize {
        self.changes.iter().filter(|change| change.difference().is_err()).count()
    }

    /// The total with the date and the regions of the prices.
    fn summary(&self) -> String {
        let unknown = match self.unknown() {
            0 => String::new(),
            1 => "1 price unknown".to_owned(),
            count => format!("{count} prices unknown"),
        };
        let Some(total) = self.total() else { return unknown };
        let volumes = self.changes.iter().flat_map(|change| [&change.before, &change.after]).flatten();
        let regions: BTreeSet<&str> = volumes.filter_map(|volumes| volumes.region.as_deref()).collect();
        let regions: Vec<&str> = regions.into_iter().collect();
        let table = self.prices.table();
        let mut text = format!(
            "{} {} a month ({}s of {} in {})",
            signed(total),
            table.currency,
            self.prices.kind(),
            table.as_of,
            regions.join(", ")
        );
        if !unknown.is_empty() {
            text.push_str(&format!(", and {unknown}"));
        }
        text
    }

    /// The costs for a terminal; empty if nothing costs more or less.
    #[must_use]
    pub fn text(&self) -> String {
        if self.changes.is_empty() {
            return String::new();
        }
        let mut out = Terminal::default();
        out.literal("cost: ").text(&self.summary()).literal("\n");
        for change in self.changes.iter().take(MOST) {
            let (amount, what) = line(change);
            out.literal("    ").text(&amount).literal(" ").text(&what).literal("\n");
        }
        if let Some(more) = self.changes.len().checked_sub(MOST).filter(|more| *more > 0) {
            out.literal("    and ").number(more).literal(" more\n");
        }
        out.finish()
    }

    /// The costs for a comment on a pull request; empty if nothing costs more or less.
    #[must_use]
    pub fn markdown(&self) -> String {
        if self.changes.is_empty() {
            return String::new();
        }
        let mut out = Markdown::default();
        out.literal("\n**Cost:** ").text(&self.summary()).literal("\n\n");
        for change in self.changes.iter().take(MOST) {
            let (amount, what) = line(change);
            out.literal("- ").code(&amount).literal(" ").text(&what).literal("\n");
        }
        if let Some(more) = self.changes.len().checked_sub(MOST).filter(|more| *more > 0) {
            out.literal("- and ").number(more).literal(" more\n");
        }
        out.finish()
    }

    /// The costs as a part of a page; nothing if nothing costs more or less.
    pub(super) fn html(&self, out: &mut Html) {
        if self.changes.is_empty() {
            return;
        }
        out.literal("<h2>Cost</h2>\n<p>").text(&self.summary()).literal("</p>\n<ul>\n");
        for change in &self.changes {
            let (amount, what) = line(change);
            out.literal("<li>").code(&amount).literal(" ").text(&what).literal("</li>\n");
        }
        out.literal("</ul>\n");
    }

    /// The costs for programs; `null` if nothing costs more or less.
    #[must_use]
    pub fn json(&self) -> Value {
        if self.changes.is_empty() {
            return Value::Null;
        }
        let objects = self.changes.iter().map(|change| {
            let side = |volumes: &Option<crate::choose::cost::Volumes>| {
                volumes.as_ref().and_then(|volumes| volumes.monthly.clone().ok()).map(cents)
            };
            let difference = change.difference();
            json!({
                "kind": change.kind,
                "namespace": change.namespace,
                "name": change.name,
                "folder": change.folder,
                "template": Some(&change.template).filter(|template| !template.is_empty()),
                "before": side(&change.before),
                "after": side(&change.after),
                "difference": difference.as_ref().ok().map(|amount| cents(*amount)),
                "unknown": difference.err(),
                "retained": change.is_retained(),
            })
        });
        let table = self.prices.table();
        json!({
            "asOf": table.as_of,
            "currency": table.currency,
            "list": !table.own,
            "monthly": self.total(),
            "unknown": self.unknown(),
            "objects": objects.collect::<Vec<_>>(),
        })
    }
}

/// The difference, and the object.
fn line(change: &CostChange) -> (String, String) {
    let mut name = match &change.namespace {
        Some(namespace) => format!("{} {namespace}/{}", change.kind, change.name),
        None => format!("{} {}", change.kind, change.name),
    };
    if !change.template.is_empty() {
        name.push_str(&format!(" {}", change.template));
    }
    if let Some(folder) = &change.folder {
        name.push_str(&format!(" in {folder}/"));
    }
    match change.difference() {
        Ok(amount) => {
            if change.is_retained() {
                name.push_str(", once its volume is deleted: the class retains it");
            }
            (signed(amount), name)
        }
        Err(why) => ("price unknown".to_owned(), format!("{name}: {why}")),
    }
}

/// An amount with its sign, such as `+ 412.00`.
fn signed(amount: f64) -> String {
    format!("{} {}", if amount < 0.0 { '-' } else { '+' }, price(amount.abs()))
}
