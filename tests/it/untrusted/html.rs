//! The writer of HTML and SVG: any text stays text, in elements and in attributes.

use proptest::prelude::{Strategy, any, prop_assert_eq, proptest};
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::test_runner::Config;
use roxmltree::Document;
use volwright::output::page::page;
use volwright::output::writer::html::Html;

use super::{HOSTILE, structure};

/// Words of HTML, SVG and CSS that leave the place of a text if they are not escaped, and those of other formats.
const WORDS: [&str; 16] = [
    "<script>alert(1)</script>",
    "</style><script>",
    "</title>",
    "\" onload=\"x",
    "' onload='x",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&lt;",
    "&#x202e;",
    "&amp",
    "<svg/onload=x>",
    "javascript:x",
    "\u{fffe}\u{ffff}\u{fdd0}\u{1ffff}",
    "##[error]x\n::error::x",
];

/// Hostile words with any text around them.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![select(&WORDS[..]), select(&HOSTILE[..])];
    (any::<String>(), word, any::<String>()).prop_map(|(before, word, after)| before + word + &after)
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]
    #[test]
    fn any_text_stays_text(text in text()) {
        let mut body = Html::default();
        body.literal("<p title=\"").text(&text).literal("\">").text(&text).literal("</p>\n<pre>");
        body.lines(&text).literal("</pre>\n<p>").sentence(&text).literal("</p>\n");
        body.literal("<svg xmlns=\"http://www.w3.org/2000/svg\"><text>").text(&text).literal("</text></svg>\n");
        let page = page(&text, body);
        structure::html(&page, "a page");
        // The same elements as with a harmless text, except for the code of a sentence.
        let markup = page.strip_prefix("<!DOCTYPE html>").expect("a page");
        let document = Document::parse(markup).expect("well-formed");
        let found: Vec<_> = document.descendants().filter(roxmltree::Node::is_element)
            .map(|node| node.tag_name().name()).filter(|name| *name != "code").collect();
        let all = ["html", "head", "meta", "meta", "meta", "title", "style", "body", "p", "pre", "p", "svg", "text"];
        prop_assert_eq!(found, all);
        // Nothing that can be shown is lost.
        let paragraph = document.descendants().find(|node| node.has_tag_name("p")).expect("a paragraph");
        let shown = |read: &str| -> String {
            read.chars().filter(|letter| letter.is_ascii_alphanumeric() || "<>&\"'".contains(*letter)).collect()
        };
        prop_assert_eq!(shown(paragraph.text().unwrap_or_default()), shown(&text));
        prop_assert_eq!(paragraph.attribute("title").map(shown), Some(shown(&text)));
    }
}
