//! A comparison as Markdown for a comment on a pull request: at most as long as GitHub accepts, refusals first.

use std::collections::HashSet;

use super::changes::{self, MOST_FIELDS, more, once, short, value};
use super::cost::Costs;
use super::markdown;
use super::review::{Entry, MOST_COLUMNS, MOST_NAMES, ORDER, Review, cell};
use super::writer::markdown::Markdown;
use crate::diff::{Change, ChangeKind};
use crate::finding::Report;
use crate::source::Sources;

/// The most bytes: GitHub refuses a comment of more than 65,536 characters, and the action adds a marker.
const LONGEST: usize = 65_536 - 256;

/// What is reserved for the count of what is left out.
const RESERVED: usize = 512;

/// Up to here, refused objects are shown with their fields; later ones with a line for each finding.
const LONGEST_DETAILS: usize = LONGEST / 2;

/// More lines than this about objects that are not refused are folded.
const LONGEST_UNFOLDED: usize = 25;

/// The text so far, and what did not fit.
#[derive(Default)]
struct Comment {
    text: String,
    is_full: bool,
    /// How many objects or findings are left out, by what they are.
    left_out: Vec<(&'static str, usize)>,
}

impl Comment {
    /// Adds a block about some objects if it fits, and everything before it did.
    fn add(&mut self, block: &str, what: &'static str, count: usize) {
        self.is_full |= self.text.len() + block.len() > LONGEST - RESERVED;
        if !self.is_full {
            self.text.push_str(block);
        } else if count > 0 {
            match self.left_out.iter_mut().find(|(known, _)| *known == what) {
                Some((_, total)) => *total += count,
                None => self.left_out.push((what, count)),
            }
        }
    }

    fn finish(mut self) -> String {
        if !self.left_out.is_empty() {
            let mut out = Markdown::default();
            out.literal("\n**Left out**, because GitHub limits the length of comments: ");
            for (at, (what, count)) in self.left_out.iter().enumerate() {
                out.literal(if at > 0 { ", " } else { "" }).number(count).literal(" ").literal(what);
            }
            out.literal(". `volwright diff --format html` shows everything.\n");
            self.text.push_str(&out.finish());
        }
        self.text
    }
}

/// The changes, and the findings that are not about changes.
#[must_use]
pub fn comment(changes: Option<&[Change]>, shape: &Report, sources: &Sources, costs: &Costs<'_>) -> String {
    let mut comment = Comment::default();
    let review = Review::of(changes.unwrap_or_default());
    if let Some(changes) = changes {
        let mut heading = Markdown::default();
        heading.literal("### ").text(&changes::summary(changes)).literal("\n");
        comment.add(&heading.finish(), "", 0);
    }
    let mut printed = HashSet::new();
    for entry in review.of_kind(ChangeKind::Recreate) {
        let mut block = refused(entry, &mut printed);
        if comment.text.len() + block.len() > LONGEST_DETAILS {
            block = refused_line(entry);
        }
        comment.add(&block, cell(ChangeKind::Recreate), entry.count);
    }
    for (at, item) in markdown::items(shape, sources).iter().enumerate() {
        let block = if at == 0 { format!("\n{item}") } else { item.clone() };
        comment.add(&block, "findings", 1);
    }
    comment.add(&costs.markdown(), "", 0);
    matrix(&review, &mut comment);
    let rest = review.accepted();
    let blocks: Vec<_> = rest.into_iter().map(|entry| (entry, details(entry, &mut printed))).collect();
    let lines: usize = blocks.iter().map(|(_, block)| block.lines().count() + 2).sum();
    for (entry, block) in blocks {
        let mut out = Markdown::default();
        let folds = lines > LONGEST_UNFOLDED && !block.is_empty() && entry.change.findings.is_empty();
        if folds {
            out.literal("\n<details><summary>").html_code(&entry.label);
        } else {
            out.literal("\n**").code(&entry.label).literal("**");
        }
        environments(entry, folds, &mut out);
        out.literal(" ").literal(changes::word(entry.change));
        out.literal(if folds { "</summary>\n" } else { "\n" });
        let mut block = out.finish() + &block;
        if folds {
            block.push_str("\n</details>\n");
        }
        comment.add(&block, cell(entry.change.kind), entry.count);
    }
    comment.finish()
}

/// `in a, b and 3 more`.
fn environments(entry: &Entry<'_>, is_html: bool, out: &mut Markdown) {
    for (at, name) in entry.environments.iter().take(MOST_NAMES).enumerate() {
        out.literal(if at == 0 { " in " } else { ", " });
        match is_html {
            true => out.html_code(name),
            false => out.code(name),
        };
    }
    if let Some(more) = entry.environments.len().checked_sub(MOST_NAMES).filter(|more| *more > 0) {
        out.literal(" and ").number(more).literal(" more");
    }
}

/// An object that the API server refuses to change, with its fields, the fix and what uses it.
fn refused<'f>(entry: &Entry<'f>, printed: &mut HashSet<&'f str>) -> String {
    let mut out = Markdown::default();
    out.literal("\n⛔ **").code(&entry.label).literal("**");
    environments(entry, false, &mut out);
    out.literal(" ").literal(changes::word(entry.change)).literal("\n");
    out.finish() + &details(entry, printed)
}

/// The same in a line.
fn refused_line(entry: &Entry<'_>) -> String {
    let mut out = Markdown::default();
    out.literal("\n⛔ ");
    for finding in &entry.change.findings {
        out.literal("**").literal(finding.rule.code).literal("** ");
    }
    out.code(&entry.label);
    environments(entry, false, &mut out);
    out.literal("\n");
    out.finish()
}

/// The fields of an object, and what to know about its change.
fn details<'f>(entry: &Entry<'f>, printed: &mut HashSet<&'f str>) -> String {
    let change = entry.change;
    let mut out = Markdown::default();
    if !change.fields.is_empty() {
        out.literal("\n| field | old | new |\n|---|---|---|\n");
    }
    for field in change.fields.iter().take(MOST_FIELDS) {
        out.literal("| ").code(&field.path);
        for node in [&field.old, &field.new] {
            out.literal(" | ").code(&short(&value(change, field, node.as_ref())));
        }
        out.literal(" |\n");
    }
    if let Some(more) = more(change) {
        out.literal("\nand ").number(more).literal(" more fields\n");
    }
    for finding in &change.findings {
        out.literal("\n- **").literal(finding.rule.code).literal("** ").text(&finding.message);
        if let Some(help) = &finding.help {
            out.literal("\n  Fix: ").text(once(help, printed));
        }
        out.literal("\n");
    }
    if !change.users.is_empty() {
        out.literal("\nUsed by ");
        for (at, user) in change.users.iter().take(MOST_NAMES).enumerate() {
            out.literal(if at == 0 { "" } else { ", " }).code(user);
        }
        if let Some(more) = change.users.len().checked_sub(MOST_NAMES).filter(|more| *more > 0) {
            out.literal(" and ").number(more).literal(" more");
        }
        out.literal("\n");
    }
    if let Some(note) = &change.note {
        out.literal("\nNote: ").text(note).literal("\n");
    }
    out.finish()
}

/// What happens to each object in each environment.
fn matrix(review: &Review<'_>, comment: &mut Comment) {
    let rows = review.matrix();
    if rows.is_empty() {
        return;
    }
    let by_name = review.environments.len() <= MOST_COLUMNS;
    let mut out = Markdown::default();
    out.literal("\n| object |");
    if by_name {
        for name in &review.environments {
            out.literal(" ").code(name).literal(" |");
        }
    } else {
        for kind in ORDER {
            out.literal(" ").literal(cell(kind)).literal(" |");
        }
    }
    let columns = if by_name { review.environments.len() } else { ORDER.len() };
    out.literal("\n|---|");
    for _ in 0..columns {
        out.literal("---|");
    }
    out.literal("\n");
    let mut head = out.finish();
    for row in rows {
        let mut out = Markdown::default();
        out.literal("| ").code(&row.label).literal(" |");
        if by_name {
            for found in &row.cells {
                out.literal(match found {
                    Some(ChangeKind::Recreate) => " ⛔ refused |",
                    Some(ChangeKind::Removed) => " removed |",
                    Some(ChangeKind::InPlace) => " changed |",
                    Some(ChangeKind::Added) => " added |",
                    None => "  |",
                });
            }
        } else {
            for kind in ORDER {
                match row.count(kind) {
                    0 => out.literal("  |"),
                    count => out.literal(" ").number(count).literal(" |"),
                };
            }
        }
        out.literal("\n");
        // A table without rows is not added.
        comment.add(&(std::mem::take(&mut head) + &out.finish()), "rows of the table", 1);
    }
}
