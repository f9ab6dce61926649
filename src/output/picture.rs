//! What pictures have in common: the style of a file of its own, lengths, and text that fits.

use super::writer::html::Html;

/// Colours of all pictures: a literal value for programs without variables, then one that follows the page.
pub const STYLE: &str = include_str!("picture.css");

/// Begins a picture of some width and height; `alone` if it is a file of its own and brings its style.
#[must_use]
pub fn open(width: f64, height: f64, title: &str, alone: bool) -> Html {
    let mut html = Html::default();
    html.literal("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"volwright\"\n");
    html.literal(" role=\"img\" viewBox=\"0 0 ").number(length(width)).literal(" ").number(length(height));
    html.literal("\" width=\"").number(length(width)).literal("\" height=\"").number(length(height));
    html.literal("\">\n<title>").text(title).literal("</title>\n");
    if alone {
        html.literal("<style>\n").literal(STYLE).literal("</style>\n");
        html.literal("<rect class=\"page\" width=\"").number(length(width));
        html.literal("\" height=\"").number(length(height)).literal("\"/>\n");
    }
    html
}

/// Text at a place, which is its start unless `anchor` says otherwise.
pub fn text(html: &mut Html, class: &'static str, anchor: Option<&'static str>, x: f64, y: f64, text: &str) {
    html.literal("<text class=\"").literal(class);
    if let Some(anchor) = anchor {
        html.literal("\" text-anchor=\"").literal(anchor);
    }
    html.literal("\" x=\"").number(length(x)).literal("\" y=\"").number(length(y)).literal("\">");
    html.text(text).literal("</text>");
}

/// A length with at most one decimal, the same on every machine.
#[must_use]
pub fn length(value: f64) -> f64 {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// Text of at most `most` characters; of a longer one the middle is left out, since names differ at both ends.
#[must_use]
pub fn short(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let end = most / 3;
    let start: String = text.chars().take(most - end - 1).collect();
    let end: String = text.chars().skip(count - end).collect();
    format!("{start}…{end}")
}
