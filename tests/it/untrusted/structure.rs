//! What each output format guarantees, whatever the text in it: every check panics if the structure is broken.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;
use serde_json::Value;

/// Characters that reorder, hide or separate text without being control characters.
fn is_deceptive(letter: char) -> bool {
    matches!(u32::from(letter), 0xad | 0x61c | 0x180e | 0x200b | 0x200e..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff
        | 0xfff9..=0xfffb | 0xe0000..=0xe007f)
}

/// No character of the text steers a terminal or hides another; `context` is printed if one does.
fn printable(text: &str, context: &str) {
    let bad = text.chars().find(|letter| (letter.is_control() && *letter != '\n') || is_deceptive(*letter));
    assert!(bad.is_none(), "{context}: {bad:?} in {text:?}");
    // The older form of workflow commands works anywhere in a line.
    assert!(!text.contains("##["), "{context}: an old workflow command in {text:?}");
}

/// Text for people: nothing steers the terminal, and no line is a workflow command.
pub(super) fn text(text: &str, context: &str) {
    printable(text, context);
    for line in text.lines() {
        // The runner skips blanks before a command.
        assert!(!line.trim_start().starts_with("::"), "{context}: a workflow command in {line:?}");
    }
}

/// One JSON value.
pub(super) fn json(text: &str, context: &str) -> Value {
    printable(text, context);
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{context}: {error} in {text:?}"))
}

/// Workflow commands only, each of them `::error` or `::warning` with the documented properties.
pub(super) fn github(text: &str, context: &str) {
    printable(text, context);
    for line in text.lines() {
        let rest = line.strip_prefix("::").unwrap_or_else(|| panic!("{context}: no command: {line:?}"));
        let (command, _) = rest.split_once("::").unwrap_or_else(|| panic!("{context}: no message: {line:?}"));
        let (name, properties) = command.split_once(' ').unwrap_or((command, ""));
        assert!(["error", "warning"].contains(&name), "{context}: {line:?}");
        for property in properties.split(',').filter(|property| !property.is_empty()) {
            let key = property.split('=').next().unwrap_or_default();
            assert!(["file", "line", "col", "title"].contains(&key), "{context}: {key:?} in {line:?}");
        }
    }
}

/// `JUnit` XML: well-formed, of the known elements, with counts that are true.
pub(super) fn junit(text: &str, context: &str) {
    printable(text, context);
    let document =
        roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{context}: {error} in {text:?}"));
    let elements = || document.descendants().filter(roxmltree::Node::is_element);
    let known = ["testsuites", "testsuite", "testcase", "failure", "system-out"];
    for element in elements() {
        assert!(known.contains(&element.tag_name().name()), "{context}: {element:?}");
    }
    let counted = elements().filter(|element| element.has_tag_name("testcase")).count();
    let stated = document.root_element().attribute("tests").and_then(|count| count.parse().ok());
    assert_eq!(Some(counted), stated, "{context}");
}

/// Elements of HTML and SVG that reports may have; none of them runs, loads or refers to anything.
const ELEMENTS: [&str; 48] = [
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "header",
    "footer",
    "section",
    "nav",
    "div",
    "span",
    "p",
    "h1",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
    "pre",
    "strong",
    "em",
    "details",
    "summary",
    "a",
    "br",
    "figure",
    "figcaption",
    "svg",
    "desc",
    "g",
    "path",
    "line",
    "rect",
    "circle",
    "text",
];
/// Their attributes.
const ATTRIBUTES: [&str; 33] = [
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "class",
    "id",
    "title",
    "colspan",
    "rowspan",
    "scope",
    "open",
    "role",
    "aria-label",
    "aria-hidden",
    "aria-labelledby",
    "href",
    "viewBox",
    "width",
    "height",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "rx",
    "cx",
    "cy",
    "r",
    "d",
    "text-anchor",
    "font-size",
];

/// An HTML page or an SVG picture, which is well-formed XML, too: known elements and attributes only, links only inside the
/// page, and no style but the program's own.
pub(super) fn html(text: &str, context: &str) {
    self::text(text, context);
    let markup = text.strip_prefix("<!DOCTYPE html>").unwrap_or(text);
    let document = roxmltree::Document::parse(markup).unwrap_or_else(|error| {
        let line = markup.lines().nth(error.pos().row.saturating_sub(1) as usize);
        panic!("{context}: {error} in {line:?}")
    });
    let mut styles = 0;
    for node in document.descendants() {
        assert!(!node.is_pi() && !node.is_comment(), "{context}: {node:?}");
        if !node.is_element() {
            continue;
        }
        let name = node.tag_name().name();
        assert!(ELEMENTS.contains(&name), "{context}: {name}");
        for attribute in node.attributes() {
            assert!(ATTRIBUTES.contains(&attribute.name()), "{context}: {name} has {attribute:?}");
            let is_inside = attribute.name() != "href" || attribute.value().starts_with('#');
            assert!(is_inside, "{context}: {name} has {attribute:?}");
        }
        if name == "style" {
            styles += 1;
            let style = node.text().unwrap_or_default();
            assert!(!["@import", "url(", "expression"].iter().any(|word| style.contains(word)), "{context}");
        }
    }
    assert!(styles <= 1, "{context}: {styles} styles");
}

/// A Mermaid flowchart of known statements; labels are letters, digits, harmless punctuation and numeric entities.
pub(super) fn mermaid(text: &str, context: &str) {
    self::text(text, context);
    let label = r#""[\p{Alphabetic}\p{N} .,/=#;-]*(<br/>[\p{Alphabetic}\p{N} .,/=#;-]*)*""#;
    let known = [
        "%% Generated by volwright|flowchart LR| +direction LR|  end".to_owned(),
        format!(r"  subgraph g\d+\[{label}\]"),
        format!(r"    n\d+(\(\[|\[\(|\[|\{{\{{){label}(\]\)|\)\]|\]|\}}\}})"),
        r#"    n\d+ (-->|-\. "refused: [A-Z0-9, ]+" \.->) n\d+"#.to_owned(),
        "  linkStyle [0-9,]+ [a-z0-9#:,-]+|  classDef (refused|missing) [a-z0-9#:, -]+|  class [n0-9,]+ (refused|missing)"
            .to_owned(),
    ];
    let known = Regex::new(&format!("^({})$", known.join("|"))).expect("an expression");
    for line in text.lines() {
        assert!(known.is_match(line), "{context}: {line:?}");
    }
}

/// A DOT graph of known statements; strings end where they should.
pub(super) fn dot(text: &str, context: &str) {
    self::text(text, context);
    let string = r#""([^"\\]|\\.)*""#;
    let value = format!(r"({string}|\w+)");
    let attributes = format!(r"\[\w+={value}(, \w+={value})*\]");
    let known = [
        "// Generated by volwright|digraph volwright \\{|  rankdir=LR| *\\}".to_owned(),
        format!(r"  (node|edge) {attributes}|  subgraph cluster\d+ \{{|  label={string}"),
        format!(r"  n\d+( -> n\d+)?( {attributes})?"),
    ];
    let known = Regex::new(&format!("^({})$", known.join("|"))).expect("an expression");
    for line in text.lines() {
        assert!(known.is_match(line), "{context}: {line:?}");
    }
}

/// The beginning of a fold: names in it are code, and every character of theirs that could mean something is a reference.
fn summary(line: &str, context: &str) {
    let inside = line
        .strip_prefix("<details><summary>")
        .and_then(|line| line.strip_suffix("</summary>"))
        .unwrap_or("<");
    let mut words = inside.replace("<code>", "").replace("</code>", "");
    assert_eq!(inside.matches("<code>").count(), inside.matches("</code>").count(), "{context}: {line:?}");
    while let Some(at) = words.find("&#") {
        let end = words[at..].find(';').map(|end| at + end).unwrap_or_default();
        assert!(words[at + 2..end].bytes().all(|byte| byte.is_ascii_digit()), "{context}: {line:?}");
        words.replace_range(at..=end, "");
    }
    let plain = words.chars().all(|letter| letter.is_alphanumeric() || " ,".contains(letter));
    assert!(plain, "{context}: {words:?} in {line:?}");
}

/// Markdown of the program's own making: no HTML, link, image, mention or heading that comes from the input.
pub(super) fn markdown(text: &str, context: &str) {
    printable(text, context);
    let (mut code, mut folds) = (0, 0);
    let mut heading = None;
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => match html.trim_end() {
                // The only HTML that the writer makes.
                "<code>" => code += 1,
                "</code>" => code -= 1,
                "</details>" => folds -= 1,
                line if line.starts_with("<details><summary>") => {
                    folds += 1;
                    summary(line, context);
                }
                _ => panic!("{context}: HTML {html:?} in {text:?}"),
            },
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            Event::Start(tag) => {
                if let Tag::Heading { .. } = tag {
                    heading = Some(String::new());
                }
                let ours = matches!(
                    tag,
                    Tag::Paragraph
                        | Tag::List(None)
                        | Tag::Item
                        | Tag::Strong
                        | Tag::Heading { .. }
                        | Tag::Table(_)
                        | Tag::TableHead
                        | Tag::TableRow
                        | Tag::TableCell
                );
                assert!(ours, "{context}: {tag:?} in {text:?}");
            }
            Event::End(TagEnd::Heading(_)) => {
                let heading = heading.take().unwrap_or_default();
                let first = heading.chars().next().unwrap_or_default();
                // A count, a sentence of the program's own, or the key of a volume in a comparison.
                let ours = ["nothing changed", "claims.", "storageClasses."];
                assert!(
                    first.is_ascii_digit()
                        || heading.is_empty()
                        || ours.iter().any(|start| heading.starts_with(start)),
                    "{context}: heading {heading:?}"
                );
            }
            Event::Text(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
                // GitHub makes mentions and links of plain text, not of code.
                let live = ["@", "://", "www."].iter().any(|mark| words.contains(mark));
                assert!(code > 0 || !live, "{context}: a mention or a link in {words:?}");
            }
            Event::End(_) | Event::Code(_) | Event::SoftBreak => {}
            event => panic!("{context}: {event:?} in {text:?}"),
        }
    }
    assert_eq!((code, folds), (0, 0), "{context}");
    // A reader may drop cells that a row has too many of.
    let mut columns = None;
    for line in text.lines() {
        let bars = line.replace("\\|", "").matches('|').count();
        match (line.starts_with('|'), columns) {
            (false, _) => columns = None,
            (true, None) => columns = Some(bars),
            (true, Some(expected)) => assert_eq!(bars, expected, "{context}: {line:?}"),
        }
    }
}
