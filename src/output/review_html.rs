//! A comparison as an HTML page: everything that a comment is too short for.

use super::changes::{self, MOST_FIELDS, more, short, value};
use super::cost::Costs;
use super::html;
use super::page::page;
use super::review::{Entry, Review, cell};
use super::writer::html::Html;
use crate::diff::{Change, ChangeKind};
use crate::finding::Report;
use crate::source::Sources;

/// Up to this many objects that are not refused are shown unfolded.
const MOST_OPEN: usize = 20;

/// The page.
#[must_use]
pub fn review(changes: Option<&[Change]>, shape: &Report, sources: &Sources, costs: &Costs<'_>) -> String {
    let review = Review::of(changes.unwrap_or_default());
    let heading = match changes {
        Some(changes) => changes::summary(changes),
        None => "nothing is compared".to_owned(),
    };
    let mut out = Html::default();
    out.literal("<h1>").text(&heading).literal("</h1>\n");
    for entry in review.of_kind(ChangeKind::Recreate) {
        out.literal("<section class=\"error\">");
        title(entry, &mut out);
        details(entry, &mut out);
        out.literal("</section>\n");
    }
    html::findings(shape, sources, &mut out);
    costs.html(&mut out);
    matrix(&review, &mut out);
    let rest = review.accepted();
    if !rest.is_empty() {
        out.literal("<h2>Objects</h2>\n");
    }
    for entry in &rest {
        let is_open = rest.len() <= MOST_OPEN || !entry.change.findings.is_empty();
        out.literal(if is_open { "<details open=\"\"><summary>" } else { "<details><summary>" });
        title(entry, &mut out);
        out.literal("</summary>");
        details(entry, &mut out);
        out.literal("</details>\n");
    }
    page(&format!("volwright diff: {heading}"), out)
}

fn title(entry: &Entry<'_>, out: &mut Html) {
    out.literal("<strong>").text(&entry.label).literal("</strong> ");
    for (at, name) in entry.environments.iter().enumerate() {
        out.literal(if at == 0 { "in " } else { ", " }).code(name);
    }
    out.literal(" ").literal(changes::word(entry.change));
}

fn details(entry: &Entry<'_>, out: &mut Html) {
    let change = entry.change;
    if !change.fields.is_empty() {
        out.literal("\n<div class=\"wide\"><table><tr><th>field</th><th>old</th><th>new</th></tr>\n");
        for field in change.fields.iter().take(MOST_FIELDS) {
            out.literal("<tr><td>").code(&field.path).literal("</td>");
            for node in [&field.old, &field.new] {
                out.literal("<td>").code(&short(&value(change, field, node.as_ref()))).literal("</td>");
            }
            out.literal("</tr>\n");
        }
        out.literal("</table></div>");
    }
    if let Some(more) = more(change) {
        out.literal("\n<p class=\"quiet\">and ").number(more).literal(" more fields</p>");
    }
    for finding in &change.findings {
        out.literal("\n<p><strong class=\"error\">").literal(finding.rule.code).literal("</strong> ");
        out.sentence(&finding.message).literal("</p>");
        if let Some(help) = &finding.help {
            out.literal("\n<p>Fix: ").sentence(help).literal("</p>");
        }
    }
    if !change.users.is_empty() {
        out.literal("\n<p>Used by ");
        for (at, user) in change.users.iter().enumerate() {
            out.literal(if at == 0 { "" } else { ", " }).code(user);
        }
        out.literal("</p>");
    }
    if let Some(note) = &change.note {
        out.literal("\n<p class=\"quiet\">Note: ").sentence(note).literal("</p>");
    }
}

/// What happens to each object in each environment.
fn matrix(review: &Review<'_>, out: &mut Html) {
    let rows = review.matrix();
    if rows.is_empty() {
        return;
    }
    out.literal("<h2>Environments</h2>\n<div class=\"wide\"><table><tr><th>object</th>");
    for name in &review.environments {
        out.literal("<th>").text(name).literal("</th>");
    }
    out.literal("</tr>\n");
    for row in rows {
        out.literal("<tr><td>").text(&row.label).literal("</td>");
        for found in row.cells {
            out.literal(match found {
                Some(ChangeKind::Recreate) => "<td class=\"error\">",
                Some(ChangeKind::Removed) => "<td class=\"warning\">",
                _ => "<td>",
            });
            out.literal(found.map_or("", cell)).literal("</td>");
        }
        out.literal("</tr>\n");
    }
    out.literal("</table></div>\n");
}
