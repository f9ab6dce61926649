//! Graphs as one SVG picture.

use super::layout::{HEIGHT, WIDTH, layout};
use crate::graph::{Edge, Graph, Named, Refusal, Vertex, codes};
use crate::output::picture::{length, open, short, text};
use crate::output::writer::html::Html;

/// The distance between the picture and its border.
const MARGIN: f64 = 16.0;
/// The height of the line with the titles of the columns, and of the name of a graph.
const TITLE: f64 = 26.0;
/// The most characters of a name in a box, and of the line below it.
const NAME: usize = 25;
const ABOUT: usize = 35;
/// The height of a line below the picture that explains an error, and the most such lines.
const LINE: f64 = 18.0;
const LINES: usize = 12;

/// The graphs below each other; `alone` if the picture is a file of its own.
#[must_use]
pub fn svg(graphs: &[Named], alone: bool) -> Html {
    let layouts: Vec<_> = graphs.iter().map(|(_, graph)| layout(graph)).collect();
    let head = if graphs.len() > 1 { 2.0 * TITLE } else { TITLE };
    let width = layouts.iter().map(|layout| layout.size.0).fold(WIDTH, f64::max) + 2.0 * MARGIN;
    let height: f64 = layouts.iter().map(|layout| layout.size.1.max(0.0) + head + MARGIN).sum();
    let refused: usize =
        graphs.iter().flat_map(|(_, graph)| &graph.edges).filter(|edge| !edge.refused.is_empty()).count();
    let title = match refused {
        0 => "Classes, claims, workloads and nodes".to_owned(),
        1 => "Classes, claims, workloads and nodes; 1 link is refused".to_owned(),
        many => format!("Classes, claims, workloads and nodes; {many} links are refused"),
    };
    // A picture in a page is next to the findings.
    let why = if alone { explanations(graphs) } else { Vec::new() };
    let below = why.len() as f64 * LINE;
    let mut html = open(width, height + MARGIN + below, &title, alone);
    let mut top = MARGIN;
    for ((label, graph), layout) in graphs.iter().zip(&layouts) {
        if graphs.len() > 1 {
            text(&mut html, "strong", None, MARGIN, top + 12.0, label);
            top += TITLE;
        }
        for (column, x) in &layout.columns {
            text(&mut html, "about", None, MARGIN + x, top + 12.0, column.title());
        }
        top += TITLE;
        let places: Vec<(f64, f64)> = layout.places.iter().map(|(x, y)| (x + MARGIN, y + top)).collect();
        edges(&mut html, graph, &places);
        for (vertex, (x, y)) in graph.vertices.iter().zip(&places) {
            self::vertex(&mut html, vertex, *x, *y);
        }
        top += layout.size.1.max(0.0) + MARGIN;
    }
    for line in why {
        text(&mut html, "about", None, MARGIN, top + 8.0, &short(&line, (width / 6.4) as usize));
        top += LINE;
    }
    html.literal("</svg>\n");
    html
}

/// The errors as lines, each once.
fn explanations(graphs: &[Named]) -> Vec<String> {
    let refused = graphs.iter().flat_map(|(_, graph)| {
        let vertices = graph.vertices.iter().flat_map(|vertex| &vertex.refused);
        vertices.chain(graph.edges.iter().flat_map(|edge| &edge.refused))
    });
    let mut lines: Vec<String> =
        refused.map(|refusal| format!("{}: {}", refusal.code, refusal.message)).collect();
    lines.sort();
    lines.dedup();
    let more = lines.len().saturating_sub(LINES);
    if more > 0 {
        lines.truncate(LINES);
        lines.push(format!("and {more} more"));
    }
    lines
}

/// Refused links are drawn last: nothing hides them.
fn edges(html: &mut Html, graph: &Graph, places: &[(f64, f64)]) {
    let (refused, fine): (Vec<&Edge>, Vec<&Edge>) =
        graph.edges.iter().partition(|edge| !edge.refused.is_empty());
    for edge in fine.into_iter().chain(refused) {
        let (from, to) = (places[edge.from], places[edge.to]);
        let (x1, y1) = (from.0 + WIDTH, from.1 + HEIGHT / 2.0);
        let (x2, y2) = (to.0 - 7.0, to.1 + HEIGHT / 2.0);
        let bend = ((x2 - x1) / 2.0).min(60.0);
        group(html, &edge.refused, "");
        html.literal("<path class=\"link\" d=\"M");
        numbers(html, &[x1, y1]);
        html.literal("C");
        numbers(html, &[x1 + bend, y1, x2 - bend, y2, x2, y2]);
        html.literal("\"/><path class=\"arrow\" d=\"M");
        numbers(html, &[x2, y2 - 4.0]);
        html.literal("L");
        numbers(html, &[x2 + 7.0, y2, x2, y2 + 4.0]);
        html.literal("z\"/>");
        if !edge.refused.is_empty() {
            let codes = codes(&edge.refused);
            let half = codes.chars().count() as f64 * 3.8 + 5.0;
            let (x, y) = ((x1 + x2) / 2.0, (y1 + y2) / 2.0);
            html.literal("<rect class=\"page\" x=\"").number(length(x - half)).literal("\" y=\"");
            html.number(length(y - 9.0)).literal("\" width=\"").number(length(2.0 * half));
            html.literal("\" height=\"18\"/>");
            text(html, "code", Some("middle"), x, y + 4.5, &codes);
        }
        html.literal("</g>\n");
    }
}

fn vertex(html: &mut Html, vertex: &Vertex, x: f64, y: f64) {
    group(html, &vertex.refused, if vertex.is_known { "" } else { "missing" });
    if vertex.refused.is_empty()
        && (vertex.name.chars().count() > NAME || vertex.about.chars().count() > ABOUT)
    {
        html.literal("<title>").text(&vertex.name).literal(", ").text(&vertex.about).literal("</title>");
    }
    html.literal("<rect class=\"box\" rx=\"6\" x=\"").number(length(x)).literal("\" y=\"").number(length(y));
    html.literal("\" width=\"").number(WIDTH).literal("\" height=\"").number(HEIGHT).literal("\"/>");
    let codes = codes(&vertex.refused);
    // The code of an error is drawn at the right.
    let room = if codes.is_empty() { NAME } else { NAME - codes.chars().count().min(18) - 2 };
    text(html, "strong", None, x + 10.0, y + 19.0, &short(&vertex.name, room));
    text(html, "about", None, x + 10.0, y + 35.0, &short(&vertex.about, ABOUT));
    if !codes.is_empty() {
        text(html, "code", Some("end"), x + WIDTH - 10.0, y + 19.0, &short(&codes, 18));
    }
    html.literal("</g>\n");
}

/// Begins a group that shows its errors where a pointer rests on it.
fn group(html: &mut Html, refused: &[Refusal], class: &'static str) {
    match (refused.is_empty(), class) {
        (true, "") => html.literal("<g>"),
        (true, class) => html.literal("<g class=\"").literal(class).literal("\">"),
        (false, _) => html.literal("<g class=\"refused\"><title>"),
    };
    for (index, refusal) in refused.iter().enumerate() {
        html.literal(if index > 0 { "; " } else { "" })
            .text(refusal.code)
            .literal(" ")
            .text(&refusal.message);
    }
    if !refused.is_empty() {
        html.literal("</title>");
    }
}

fn numbers(html: &mut Html, values: &[f64]) {
    for (index, value) in values.iter().enumerate() {
        html.literal(if index > 0 { " " } else { "" }).number(length(*value));
    }
}
