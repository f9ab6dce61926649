//! A whole run as one page: findings, graph, volumes, and the curves of their types.

use super::comparison::notes;
use super::comparison_html::{cells, titles};
use super::figures::{Figure, html as curves};
use super::page::page;
use super::writer::html::Html;
use super::{counts, graph, html};
use crate::choose::prices::Prices;
use crate::compare::Comparison;
use crate::finding::Report;
use crate::graph::Named;
use crate::source::Sources;

/// The most rows of a table that are shown unfolded.
const UNFOLDED: usize = 100;

/// What the page shows.
#[derive(Debug)]
pub struct Contents<'a> {
    /// The findings.
    pub report: &'a Report,
    /// The texts that they point into.
    pub sources: &'a Sources,
    /// A graph for each profile.
    pub graphs: &'a [Named],
    /// The volumes.
    pub comparison: &'a Comparison,
    /// The curves of their types.
    pub figures: &'a [Figure],
    /// The prices in the curves.
    pub prices: &'a Prices,
    /// How many objects are rendered.
    pub count: usize,
}

/// The page.
#[must_use]
pub fn report(contents: &Contents<'_>) -> String {
    let mut body = Html::default();
    let names: Vec<&str> = contents.comparison.profiles.iter().map(|one| one.label.as_str()).collect();
    let title = format!("Storage of {}", names.join(", "));
    body.literal("<h1>").text(&title).literal("</h1>\n<p>");
    body.number(contents.count).literal(if contents.count == 1 { " object, " } else { " objects, " });
    match counts(contents.report) {
        Some(counts) => body.text(&counts),
        None => body.literal("no findings"),
    };
    body.literal("</p>\n");
    if !contents.report.findings.is_empty() {
        body.literal("<h2>Findings</h2>\n");
    }
    html::findings(contents.report, contents.sources, &mut body);
    if !contents.graphs.is_empty() {
        body.literal("<h2>Objects and links</h2>\n<div class=\"wide\">\n");
        body.append(graph::svg(contents.graphs, false)).literal("</div>\n");
    }
    if !contents.comparison.volumes.is_empty() {
        body.literal("<h2>Volumes</h2>\n");
        volumes(&mut body, contents.comparison);
    }
    if !contents.figures.is_empty() {
        body.literal("<h2>Disk types by size</h2>\n").append(curves(contents.figures, contents.prices));
    }
    page(&title, body)
}

/// All volumes as one table; a long one is folded, except for what is refused.
fn volumes(body: &mut Html, comparison: &Comparison) {
    let rows = || {
        let volumes = comparison.volumes.iter().flat_map(|(key, places)| {
            (0..places.len()).map(move |place| (key.as_str(), places.as_slice(), place))
        });
        volumes.filter(|(_, places, place)| places[*place].is_some())
    };
    let is_refused = |places: &[Option<crate::compare::Volume>], place: usize| {
        places[place].as_ref().is_some_and(|volume| !volume.errors.is_empty())
    };
    let count = rows().count();
    if count <= UNFOLDED {
        return table(body, comparison, rows());
    }
    if rows().any(|(_, places, place)| is_refused(places, place)) {
        body.literal("<h3>Refused</h3>\n");
        table(body, comparison, rows().filter(|(_, places, place)| is_refused(places, *place)));
    }
    body.literal("<details><summary>").number(count).literal(" volumes</summary>\n");
    table(body, comparison, rows());
    body.literal("</details>\n");
}

/// A volume: its key, what it is on each profile, and the profile of the row.
type Row<'c> = (&'c str, &'c [Option<crate::compare::Volume>], usize);

fn table<'c>(body: &mut Html, comparison: &Comparison, rows: impl Iterator<Item = Row<'c>>) {
    body.literal("<div class=\"wide\"><table>\n<thead><tr>");
    titles(body, &["volume", "profile"]);
    body.literal("</tr></thead>\n<tbody>\n");
    for (key, places, place) in rows {
        let Some(compared) = comparison.profiles.get(place) else { continue };
        let volume = places[place].as_ref();
        body.literal("<tr><th scope=\"row\">").text(key).literal("</th>");
        body.literal("<td class=\"name\">").text(&compared.label).literal("</td>");
        cells(body, &compared.label, volume);
        // The findings above explain the errors.
        let codes: Vec<&str> =
            volume.into_iter().flat_map(|volume| &volume.errors).map(|reason| reason.code).collect();
        match codes.is_empty() {
            true => body.sentence(&notes(comparison, place, places).join("; ")),
            false => body.literal("refused: ").text(&codes.join(", ")),
        };
        body.literal("</td></tr>\n");
    }
    body.literal("</tbody>\n</table></div>\n");
}
