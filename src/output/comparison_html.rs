//! Volumes over clouds as a page: a table for each volume, and the curves of its types.

use super::comparison::{heading, notes, reason, row};
use super::figures::{Figure, html as curves};
use super::page::page;
use super::writer::html::Html;
use crate::choose::prices::Prices;
use crate::compare::Comparison;

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
        for title in ["profile", "class", "disk type", "access", "size", "IOPS", "throughput", "notes"] {
            html.literal("<th scope=\"col\">").literal(title).literal("</th>");
        }
        html.literal("</tr></thead>\n<tbody>\n");
        for (place, (compared, volume)) in comparison.profiles.iter().zip(places).enumerate() {
            let [label, disk_type, access, size, iops, throughput] = row(&compared.label, volume.as_ref());
            let class = volume.as_ref().and_then(|volume| volume.class_name.as_deref()).unwrap_or_default();
            let is_refused = volume.as_ref().is_some_and(|volume| !volume.errors.is_empty());
            html.literal("<tr><th scope=\"row\">").text(&label).literal("</th>");
            for cell in [class, &disk_type, &access] {
                html.literal("<td class=\"name\">").text(cell).literal("</td>");
            }
            for cell in [&size, &iops, &throughput] {
                html.literal("<td class=\"number\">").text(cell).literal("</td>");
            }
            html.literal(if is_refused { "<td class=\"note error\">" } else { "<td class=\"note\">" });
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
