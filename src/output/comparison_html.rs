//! Volumes over clouds as a page: a table for each volume, and the curves of its types.

use super::comparison::{heading, notes, reason, row};
use super::figures::{Figure, html as curves};
use super::page::page;
use super::writer::html::Html;
use crate::choose::prices::Prices;
use crate::compare::{Comparison, Volume};

/// The comparison as a page of its own.
#[must_use]
pub fn html(comparison: &Comparison, figures: &[Figure], prices: &Prices) -> String {
    let mut body = Html::default();
    body.literal("<h1>Volumes by cloud</h1>\n").append(tables(comparison));
    body.literal("<h2>Disk types by size</h2>\n").append(curves(figures, prices));
    page("Volumes by cloud", body)
}

/// A table for each volume.
pub(super) fn tables(comparison: &Comparison) -> Html {
    let mut html = Html::default();
    for (key, places) in &comparison.volumes {
        html.literal("<h2>").code(key).literal("</h2>\n<div class=\"wide\"><table>\n<caption>");
        html.sentence(&heading(places)).literal("</caption>\n<thead><tr>");
        titles(&mut html, &["profile"]);
        html.literal("</tr></thead>\n<tbody>\n");
        for (place, (compared, volume)) in comparison.profiles.iter().zip(places).enumerate() {
            html.literal("<tr><th scope=\"row\">").text(&compared.label).literal("</th>");
            cells(&mut html, &compared.label, volume.as_ref());
            html.sentence(&notes(comparison, place, places).join("; ")).literal("</td></tr>\n");
        }
        html.literal("</tbody>\n</table></div>\n");
    }
    for compared in comparison.profiles.iter().filter(|compared| !compared.errors.is_empty()) {
        html.literal("<section class=\"error\"><strong>").text(&compared.label);
        html.literal(" is not compared, because it does not render</strong>\n<ul>\n");
        for error in &compared.errors {
            html.literal("<li>").sentence(&reason(error)).literal("</li>\n");
        }
        html.literal("</ul></section>\n");
    }
    html
}

/// The titles of columns: some of the table's own, and those of [`cells`].
pub(super) fn titles(html: &mut Html, own: &[&'static str]) {
    let shared = ["class", "disk type", "access", "size", "IOPS", "throughput", "notes"];
    for title in own.iter().chain(&shared) {
        html.literal("<th scope=\"col\">").literal(title).literal("</th>");
    }
}

/// The cells of a volume, the last one without its notes and its end.
pub(super) fn cells(html: &mut Html, label: &str, volume: Option<&Volume>) {
    let [_, disk_type, access, size, iops, throughput] = row(label, volume);
    let class = volume.and_then(|volume| volume.class_name.as_deref()).unwrap_or_default();
    for cell in [class, &disk_type, &access] {
        html.literal("<td class=\"name\">").text(cell).literal("</td>");
    }
    for cell in [&size, &iops, &throughput] {
        html.literal("<td class=\"number\">").text(cell).literal("</td>");
    }
    let is_refused = volume.is_some_and(|volume| !volume.errors.is_empty());
    html.literal(if is_refused { "<td class=\"note error\">" } else { "<td class=\"note\">" });
}
