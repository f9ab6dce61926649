//! Reads a part of a longer text: documents, or items of a List in JSON.

use std::iter::{self, Peekable};

use super::json;
use super::json_scan::JsonScan;
use super::json_token::{skip_space, valid_end};
use super::json_tokens::{Form, Tokens, Words};
use super::piece::{ParsedDocument, read_piece};
use super::slice::{DocumentSlice, Syntax};
use super::split::{Split, Start, split_from};
use crate::source::SourceId;
use crate::yaml::node::Node;

/// Reads every document of a text that begins as `start` says, or every item of a List. Empty documents are skipped. `tokens` are
/// those of the items, or empty.
pub fn read_part<'t>(
    source: SourceId,
    text: &'t str,
    start: Start,
    tokens: &Tokens,
) -> impl Iterator<Item = ParsedDocument<'t>> {
    let (mut part, mut words) = (Part::new(text, start), tokens.words());
    iter::from_fn(move || match &mut part {
        Part::Pieces(pieces) => pieces.find_map(|piece| read_piece(source, text, &piece)),
        Part::List { at } => {
            let document = next_item(source, text, *at, &mut words)?;
            *at = document.span.end as usize;
            Some(document)
        }
    })
}

/// Reads the item behind the one that ends at `at`.
fn next_item<'t>(
    source: SourceId,
    text: &'t str,
    at: usize,
    words: &mut Words<'_>,
) -> Option<ParsedDocument<'t>> {
    let before = words.clone();
    if let Some((form, start, end)) = words.token()
        && form != Form::Unknown
    {
        *words = before;
        let Some(root) = json::tree_of(source, text, words) else {
            words.skip_to(end);
            return read_piece(source, text, &DocumentSlice { range: start..end, form: Syntax::JsonItem });
        };
        return Some(item(text, root));
    }
    let start = skip_space(text.as_bytes(), at);
    // A comma follows the item before.
    let is_behind = text.as_bytes().get(start) == Some(&b',');
    read_item(source, text, if is_behind { start + 1 } else { start })
}

/// Reads those documents of a text, or items of a List, that contain the positions `wanted`, which are sorted. An item, or an
/// object in an item, is read from its position on, without what precedes it.
pub fn read_some(
    source: SourceId,
    text: &str,
    start: Start,
    wanted: impl Iterator<Item = usize>,
) -> impl Iterator<Item = ParsedDocument<'_>> {
    let (mut part, mut wanted) = (Part::new(text, start), wanted.peekable());
    iter::from_fn(move || match &mut part {
        Part::Pieces(pieces) => next_wanted(pieces, &mut wanted, |piece| read_piece(source, text, piece)),
        Part::List { .. } => read_item(source, text, wanted.next()?),
    })
}

/// What a text consists of.
enum Part<'t> {
    Pieces(Box<Split<'t>>),
    /// The items of a List, which is known to be valid: it was scanned when it was cut.
    List {
        /// The end of the item before.
        at: usize,
    },
}

impl<'t> Part<'t> {
    fn new(text: &'t str, start: Start) -> Self {
        match start {
            Start::List => Self::List { at: items_start(text) },
            Start::Items => Self::List { at: 0 },
            _ => Self::Pieces(Box::new(split_from(text, start))),
        }
    }
}

/// Where the items of the List begin that a text begins with.
fn items_start(text: &str) -> usize {
    let mut scan = JsonScan::new(0, 0);
    scan.run_to_items(text.as_bytes());
    scan.reached()
}

/// The first document that contains one of the positions.
fn next_wanted<'t>(
    pieces: &mut Split<'t>,
    wanted: &mut Peekable<impl Iterator<Item = usize>>,
    read: impl Fn(&DocumentSlice) -> Option<ParsedDocument<'t>>,
) -> Option<ParsedDocument<'t>> {
    loop {
        let position = *wanted.peek()?;
        pieces.skip_to(position);
        let piece = pieces.find(|piece| position < piece.range.end)?;
        while wanted.next_if(|position| *position < piece.range.end).is_some() {}
        if let Some(document) = read(&piece) {
            return Some(document);
        }
    }
}

/// Reads the item at `start`, or behind white space; nothing at the end of the List or of the text.
fn read_item(source: SourceId, text: &str, start: usize) -> Option<ParsedDocument<'_>> {
    let start = skip_space(text.as_bytes(), start);
    if let Some(root) = json::tree(source, text, start) {
        return Some(item(text, root));
    }
    let end = valid_end(text.as_bytes(), start)?;
    read_piece(source, text, &DocumentSlice { range: start..end, form: Syntax::JsonItem })
}

fn item<'t>(text: &'t str, root: Node<'t>) -> ParsedDocument<'t> {
    ParsedDocument { span: root.span, root: Some(root), findings: Vec::new(), text: Some(text) }
}

#[cfg(test)]
mod tests {
    use super::{read_part, read_some};
    use crate::source::SourceId;
    use crate::yaml::read::{JsonScan, Progress, Start, Tokens};

    #[test]
    fn a_document_is_the_same_when_others_are_skipped() {
        let pieces = [
            "a: 1\n",
            "---\n",
            "--- # comment\n",
            "---\r\n",
            "b: |\n  x\n  ---\n",
            "--- c\n",
            "----\n",
            "\n",
            "# d\n",
            "e: [1,\n",
            "é: ---\n",
        ];
        let id = SourceId::new(0);
        for seed in 0..pieces.len().pow(4) {
            let choice = (0..6).map(|at| pieces[seed / pieces.len().pow(at % 4) % pieces.len()]);
            let text: String = choice.collect();
            for start in [Start::Beginning, Start::Separator] {
                if start == Start::Separator && !text.starts_with("---") {
                    continue;
                }
                let all: Vec<_> = read_part(id, &text, start, &Tokens::default()).collect();
                let rooted = || all.iter().filter_map(|document| Some((document, document.root.as_ref()?)));
                for (document, root) in rooted() {
                    let one = read_some(id, &text, start, [root.span.start as usize].into_iter());
                    let one: Vec<_> = one.map(|one| format!("{one:?}")).collect();
                    assert_eq!(one, [format!("{document:?}")], "{text:?}");
                }
                let places: Vec<_> = rooted().map(|(_, root)| root.span.start as usize).collect();
                let several = read_some(id, &text, start, places.into_iter());
                let several: Vec<_> = several.map(|one| format!("{one:?}")).collect();
                let expected: Vec<_> = rooted().map(|(document, _)| format!("{document:?}")).collect();
                assert_eq!(several, expected, "{text:?}");
            }
        }
    }

    #[test]
    fn items_are_the_same_with_and_without_tokens() {
        let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(70), "]".repeat(70));
        let items = [
            r#"{"a":[1,-2.5,true,null,"é",{"b":{}},[]],"c":{"d":"e"}}"#,
            r#"{ "a" : "x\n\u00e9" , "b\"":1}"#,
            "12",
            "[[],[1]]",
            &deep,
            r#"{"a":1,"a":{"b":[2]}}"#,
            "{}",
            "\"text\"",
            "{\n    \"a\": [\n        {\n            \"b\": \"c\"\n        }\n    ]\n}",
        ];
        let items: Vec<&str> = items.into_iter().cycle().take(90).collect();
        let text = format!("{{\"kind\":\"List\",\"items\":[\n {}\n]}}", items.join(" ,\n "));
        let read = |part, start, tokens: &Tokens| {
            let documents = read_part(SourceId::new(0), part, start, tokens);
            documents.map(|document| format!("{document:?}")).collect::<Vec<_>>()
        };
        for (distance, step, is_taken) in
            [(1, 5000, false), (60, 70, false), (400, 300, false), (400, 150, true)]
        {
            let (mut scan, mut from, mut end) = (JsonScan::new(0, distance), 0, step.min(text.len()));
            let (mut start, mut known, mut count) = (Start::List, 0, 0);
            loop {
                let progress = scan.run(&text.as_bytes()[from..end], end == text.len());
                let before = from;
                for cut in scan.take_cuts() {
                    let part = &text[from..before + cut.end];
                    let plain = read(part, start, &Tokens::default());
                    assert_eq!(read(part, start, &cut.tokens), plain, "{part}");
                    known += usize::from(cut.tokens != Tokens::default());
                    (from, start, count) = (before + cut.end, Start::Items, count + plain.len());
                }
                if is_taken && from == before && scan.last_item() > 0 {
                    // What precedes the next cut is taken before it.
                    let part = &text[from..before + scan.last_item()];
                    count += read(part, start, &Tokens::default()).len();
                    (from, start) = (before + scan.last_item(), Start::Items);
                }
                scan.removed(from - before);
                match progress {
                    Progress::More => end = (end + step).min(text.len()),
                    Progress::Complete(_) => break,
                    Progress::Invalid => panic!("not JSON: {}", &text[from..]),
                }
            }
            count += read(&text[from..text.len() - 2], start, &Tokens::default()).len();
            assert_eq!(count, items.len());
            assert_eq!(known > 0, !is_taken, "{known} parts with tokens");
        }
    }
}
