//! The frame of an HTML report: one file without scripts and references to other files.

use super::picture;
use super::writer::html::Html;

/// The style of every page. Elements and classes that it knows: tables in `<div class="wide">`, cells of class `number`,
/// `section` and inline elements of class `error` or `warning`, and the classes `good` and `quiet`.
const STYLE: &str = include_str!("page.css");

/// A page. The policy forbids it to load or run anything, whatever the body contains.
#[must_use]
pub fn page(title: &str, body: Html) -> String {
    let mut html = Html::default();
    html.literal(
        "<!DOCTYPE html><html lang=\"en\" class=\"volwright-report\">\n<head>\n<meta charset=\"utf-8\"/>\n",
    );
    html.literal("<meta http-equiv=\"Content-Security-Policy\" ");
    html.literal("content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n");
    html.literal("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>");
    html.text(title)
        .literal("</title>\n<style>\n")
        .literal(STYLE)
        .literal(picture::STYLE)
        .literal("</style>\n</head>\n<body>\n");
    html.append(body).literal("</body>\n</html>\n");
    html.finish()
}
