//! Plots as SVG: lines over a logarithmic axis of sizes, and marks.

use std::collections::HashSet;

use super::number::thousands;
use super::picture::{length, short, text};
use super::writer::html::Html;

/// The width of a plot, with its labels.
pub const WIDTH: f64 = 392.0;
/// The height of a plot.
pub const HEIGHT: f64 = 250.0;
/// The edges of the area with the lines.
const LEFT: f64 = 50.0;
const RIGHT: f64 = 252.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 226.0;
/// The least distance between the names of two lines.
const LINE: f64 = 12.5;
/// The most characters of the name of a line.
const NAME: usize = 22;
/// How many colours and dashes there are; each line differs from its neighbours in both.
const COLOURS: usize = 8;
const DASHES: usize = 3;

/// A line.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its place among the lines of the figure, which determines its colour.
    pub index: usize,
    /// Size in GiB, and value.
    pub points: Vec<(f64, f64)>,
}

/// A mark.
#[derive(Clone, Debug)]
pub struct Mark {
    /// What is marked.
    pub name: String,
    /// What the legend calls it; empty if it does not explain the mark.
    pub letter: String,
    /// Size in GiB, and value.
    pub at: (f64, f64),
}

/// One plot.
#[derive(Clone, Debug)]
pub struct Plot {
    /// What it shows, with its unit.
    pub title: String,
    /// The lines.
    pub series: Vec<Series>,
    /// The marks.
    pub marks: Vec<Mark>,
}

/// A range on a logarithmic axis.
#[derive(Clone, Copy)]
struct Axis {
    /// Logarithms of the least and the greatest value.
    range: (f64, f64),
    /// Where these are drawn.
    pixels: (f64, f64),
}

impl Axis {
    fn new(values: impl Iterator<Item = f64>, pixels: (f64, f64)) -> Option<Self> {
        let (low, high) = values
            .filter(|value| *value > 0.0)
            .fold((f64::MAX, 0.0), |(low, high): (f64, f64), value| (low.min(value), high.max(value)));
        (high > 0.0).then(|| {
            let (low, high) = (low.ln(), high.ln());
            let pad = ((high - low) * 0.04).max(0.1);
            Self { range: (low - pad, high + pad), pixels }
        })
    }

    fn at(&self, value: f64) -> f64 {
        let part = (value.ln() - self.range.0) / (self.range.1 - self.range.0);
        self.pixels.0 + part * (self.pixels.1 - self.pixels.0)
    }

    fn has(&self, value: f64) -> bool {
        (self.range.0..=self.range.1).contains(&value.ln())
    }

    /// At most `most` values, each `base` times a power of `step`, or the finer ones of `within` if these are few.
    fn ticks(&self, step: f64, within: &[f64], most: usize) -> Vec<f64> {
        let first = (self.range.0 / step.ln()).floor() as i32;
        let last = (self.range.1 / step.ln()).ceil() as i32;
        let all = |factors: &[f64], stride: usize| -> Vec<f64> {
            let powers = (first..=last).step_by(stride).map(|power| step.powi(power));
            powers
                .flat_map(|power| factors.iter().map(move |factor| power * factor))
                .filter(|value| self.has(*value))
                .collect()
        };
        let fine = all(within, 1);
        if fine.len() <= most {
            return fine;
        }
        (1..).map(|stride| all(&[1.0], stride)).find(|ticks| ticks.len() <= most).unwrap_or_default()
    }
}

/// Draws a plot with its left upper corner at a place.
pub fn plot(html: &mut Html, plot: &Plot, left: f64, top: f64) {
    html.literal("<g class=\"plot\">");
    text(html, "strong", Some("start"), left, top + 14.0, &plot.title);
    let points = || plot.series.iter().flat_map(|series| &series.points);
    let marks = || plot.marks.iter().map(|mark| mark.at);
    let x = Axis::new(points().map(|(x, _)| *x).chain(marks().map(|(x, _)| x)), (left + LEFT, left + RIGHT));
    let y = Axis::new(points().map(|(_, y)| *y).chain(marks().map(|(_, y)| y)), (top + BOTTOM, top + TOP));
    let (Some(x), Some(y)) = (x, y) else {
        text(html, "about", Some("start"), left + LEFT, top + TOP + 20.0, "not known");
        html.literal("</g>\n");
        return;
    };
    html.literal("<g class=\"axis\">");
    for tick in x.ticks(2.0, &[1.0], 5) {
        line(html, (x.at(tick), y.pixels.0), (x.at(tick), y.pixels.1));
        text(html, "", Some("middle"), x.at(tick), y.pixels.0 + 15.0, &size(tick));
    }
    for tick in y.ticks(10.0, &[1.0, 2.0, 5.0], 6) {
        line(html, (x.pixels.0, y.at(tick)), (x.pixels.1, y.at(tick)));
        text(html, "", Some("end"), x.pixels.0 - 6.0, y.at(tick) + 4.0, &number(tick));
    }
    html.literal("</g>");
    for series in &plot.series {
        html.literal("<path class=\"series ").literal(class(series.index)).literal("\" d=\"");
        for (at, (size, value)) in series.points.iter().filter(|(_, value)| *value > 0.0).enumerate() {
            html.literal(if at == 0 { "M" } else { "L" }).number(length(x.at(*size))).literal(" ");
            html.number(length(y.at(*value)));
        }
        html.literal("\"/>");
    }
    names(html, plot, &x, &y);
    // Marks of one place hide each other.
    let mut drawn = HashSet::new();
    for mark in plot.marks.iter().filter(|mark| mark.at.1 > 0.0) {
        let place = (x.at(mark.at.0).round() as i64, y.at(mark.at.1).round() as i64);
        if mark.letter.is_empty() && !drawn.insert(place) {
            continue;
        }
        let radius = if mark.letter.is_empty() { 3.0 } else { 5.0 };
        html.literal("<g class=\"mark\"><title>").text(&mark.name).literal(": ").text(&size(mark.at.0));
        html.literal(", ")
            .text(&number(mark.at.1))
            .literal("</title><circle r=\"")
            .number(radius)
            .literal("\" cx=\"");
        html.number(length(x.at(mark.at.0))).literal("\" cy=\"").number(length(y.at(mark.at.1)));
        html.literal("\"/>");
        text(html, "strong", Some("start"), x.at(mark.at.0) + 7.0, y.at(mark.at.1) - 5.0, &mark.letter);
        html.literal("</g>");
    }
    html.literal("</g>\n");
}

/// The names of the lines, next to their ends and apart from each other.
fn names(html: &mut Html, plot: &Plot, x: &Axis, y: &Axis) {
    let ends = plot.series.iter().filter_map(|series| {
        let (_, value) = series.points.iter().rev().find(|(_, value)| *value > 0.0)?;
        Some((y.at(*value), series))
    });
    let mut ends: Vec<(f64, &Series)> = ends.collect();
    ends.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (first, last) = (y.pixels.1, y.pixels.0);
    let mut places: Vec<f64> = Vec::new();
    for (wanted, _) in &ends {
        let free = places.last().map_or(first, |place| place + LINE);
        places.push(wanted.max(free));
    }
    // What does not fit at the bottom moves up.
    let mut most = last;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - LINE;
    }
    for ((end, series), place) in ends.iter().zip(places) {
        let end_x = series.points.last().map_or(x.pixels.1, |(size, _)| x.at(*size));
        html.literal("<path class=\"lead ").literal(class(series.index)).literal("\" d=\"M");
        html.number(length(end_x)).literal(" ").number(length(*end)).literal("L");
        html.number(length(x.pixels.1 + 12.0)).literal(" ").number(length(place)).literal("\"/>");
        html.literal("<text class=\"name ").literal(class(series.index)).literal("\" x=\"");
        html.number(length(x.pixels.1 + 16.0)).literal("\" y=\"").number(length(place + 4.0));
        html.literal("\">").text(&short(&series.name, NAME)).literal("</text>");
    }
}

/// The classes of a line: its colour and its dash.
fn class(index: usize) -> &'static str {
    const CLASSES: [[&str; DASHES]; COLOURS] = [
        ["s0 d0", "s0 d1", "s0 d2"],
        ["s1 d0", "s1 d1", "s1 d2"],
        ["s2 d0", "s2 d1", "s2 d2"],
        ["s3 d0", "s3 d1", "s3 d2"],
        ["s4 d0", "s4 d1", "s4 d2"],
        ["s5 d0", "s5 d1", "s5 d2"],
        ["s6 d0", "s6 d1", "s6 d2"],
        ["s7 d0", "s7 d1", "s7 d2"],
    ];
    CLASSES[index % COLOURS][index % DASHES]
}

/// A size in GiB as people write it.
#[must_use]
pub fn size(gib: f64) -> String {
    match gib {
        gib if gib >= 1024.0 && (gib / 1024.0).fract() == 0.0 => format!("{} Ti", gib / 1024.0),
        gib if gib >= 10_240.0 => format!("{} Ti", length(gib / 1024.0)),
        gib => format!("{} Gi", length(gib)),
    }
}

/// A number in a few characters.
fn number(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{}M", length(value / 1e6)),
        value if value >= 1e4 => format!("{}k", length(value / 1e3)),
        value if value >= 100.0 => thousands(value.round() as i64),
        value => format!("{}", (value * 100.0).round() / 100.0),
    }
}

fn line(html: &mut Html, from: (f64, f64), to: (f64, f64)) {
    html.literal("<line class=\"grid\" x1=\"")
        .number(length(from.0))
        .literal("\" y1=\"")
        .number(length(from.1));
    html.literal("\" x2=\"").number(length(to.0)).literal("\" y2=\"").number(length(to.1)).literal("\"/>");
}
