//! Properties of reading and writing YAML that no list of cases can show: for any text, and for any tree.

use std::borrow::Cow;

use proptest::prelude::{Just, Strategy, any, prop};
use proptest::test_runner::{Config, TestRunner};
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};
use volwright::source::{SourceId, SourceKind, Sources, Span, Spanned};
use volwright::yaml::node::{Entry, Node, Value};
use volwright::yaml::read::{ParsedDocument, read, read_piece, split};
use volwright::yaml::write::write;

/// Pieces that texts are put together from, so that most of them get past the first character.
const BITS: [&str; 64] = [
    " ",
    "  ",
    "\n",
    "\n  ",
    "\t",
    ":",
    ": ",
    "- ",
    "-",
    "#",
    " #",
    "'",
    "\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a ",
    "*a",
    "&b ",
    "*b",
    "!",
    "!!str ",
    "!!int ",
    "!<x> ",
    "|",
    "|\n",
    ">-\n",
    "|2+\n ",
    "? ",
    "?",
    "%",
    "%TAG ! x\n",
    "@",
    "---\n",
    "--- x",
    "...\n",
    "\r",
    "\r\n",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{a0}",
    "<<: ",
    "~",
    "\\",
    "\\x41",
    "\\\n",
    "é",
    "😀",
    "\x07",
    "0x1",
    "1_0",
    "y",
    "null",
    ".5",
    "a: b",
    "a",
    "b c",
    "{\"a\": 1}",
    "\u{0}",
    "\n\n",
    "\u{fffe}",
];

fn texts() -> impl Strategy<Value = String> {
    let bits = prop::collection::vec(prop::sample::select(&BITS[..]), 0..40).prop_map(|bits| bits.concat());
    prop_oneof![4 => bits, 1 => any::<String>(), 1 => prop::collection::vec(any::<u8>(), 0..60)
        .prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())]
}

proptest! {
    #![proptest_config(Config { cases: 4000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_text_is_read_with_places_inside_it(text in texts()) {
        for reading in readings(&text) {
            prop_assert!(reading.root.is_some() || !reading.findings.is_empty());
            if let Some(root) = &reading.root {
                prop_assert!(spans_lie_in(root, &text));
            }
            for finding in &reading.findings {
                prop_assert!(lies_in(finding.primary.span, &text));
                prop_assert!(finding.related.iter().all(|label| lies_in(label.span, &text)));
                prop_assert!(finding.help.is_some());
            }
        }
    }

    #[test]
    fn pieces_are_read_apart_as_they_are_read_together(text in texts()) {
        let whole = readings(&text);
        let mut apart = Vec::new();
        for piece in split(&text) {
            apart.extend(read_piece(source(), &text, &piece));
        }
        prop_assert_eq!(whole.len(), apart.len());
        for (whole, apart) in whole.iter().zip(&apart) {
            prop_assert_eq!(&whole.root, &apart.root);
        }
    }

    #[test]
    fn what_is_written_is_read_back(tree in trees()) {
        let text = write(&tree);
        let readings = readings(&text);
        prop_assert_eq!(readings.len(), 1, "{}", text);
        prop_assert_eq!(readings[0].findings.len(), 0, "{}: {:?}", text, readings[0].findings);
        let root = readings[0].root.as_ref().map(bare);
        prop_assert_eq!(root, Some(sorted(&tree)), "{}", text);
        let witness: serde_yaml::Value = serde_yaml::from_str(&text).expect("serde_yaml reads it");
        prop_assert!(agrees(&tree, &witness), "{} {:?}", text, witness);
        prop_assert_eq!(write(readings[0].root.as_ref().expect("a root")), text);
    }
}

/// Mappings of anything, with nasty strings as keys and values.
fn trees() -> impl Strategy<Value = Node<'static>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        any::<i32>().prop_map(|number| Value::Float(f64::from(number) + 0.5)),
        strings().prop_map(|text| Value::String(Cow::Owned(text))),
        strings().prop_map(|text| Value::String(Cow::Owned(text))),
        strings().prop_map(|text| Value::String(Cow::Owned(text))),
    ];
    let tree = leaf.prop_map(node).prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| node(Value::Sequence(items))),
            mappings(inner),
        ]
    });
    mappings(tree)
}

fn mappings(inner: impl Strategy<Value = Node<'static>>) -> impl Strategy<Value = Node<'static>> {
    prop::collection::btree_map(strings(), inner, 0..6).prop_map(|map| {
        let entry = |(key, value)| Entry { key: Spanned { value: Cow::Owned(key), span: nowhere() }, value };
        node(Value::Mapping(map.into_iter().map(entry).collect()))
    })
}

/// Strings that readers disagree on, and any other.
fn strings() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "",
        "y",
        "Yes",
        "no",
        "on",
        "OFF",
        "true",
        "~",
        "null",
        "<<",
        "=",
        "1_000",
        "0o14",
        "014",
        "08",
        "0x1F",
        "0b11",
        ".5",
        "5.",
        "1e3",
        ".inf",
        "-.INF",
        ".nan",
        "12:30",
        "190:20:30",
        "2001-01-01",
        "2001-12-14t21:59:43.10-05:00",
        "-",
        "- a",
        "? a",
        ": a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "|",
        ">",
        "[a]",
        "{a}",
        "a,b",
        "---",
        "...",
        "--- a",
        "a\n---\nb",
        "a\n",
        "a\n\n",
        "\na",
        "  a\nb",
        "a\n  b",
        "a \nb",
        "\ta",
        "a\tb",
        "a\t\nb",
        "a\n\tb",
        " a",
        "a ",
        "'a'",
        "\"a\"",
        "a\\b",
        "a\r\nb",
        "\r",
        "\u{85}",
        "\u{2028}a",
        "\u{feff}a",
        "\u{a0}",
        "\u{0}",
        "\u{7}",
        "\u{7f}",
        "é",
        "😀",
        "\u{fffe}",
        "\u{e000}",
        "+1",
        "-0",
        "0",
        "1.0",
        "1__0",
        "+.inf",
        "NaN",
        "None",
        "N",
        "0.",
        "1e",
        "0x",
        "9223372036854775808",
    ])
    .prop_map(str::to_owned);
    let parts = (words.clone(), words.clone()).prop_map(|(one, other)| one + &other);
    prop_oneof![3 => words, 1 => parts, 1 => any::<String>(), 1 => "[-+.0-9eExob_:]{0,8}", 1 => "[ a\\n\\t#:-]{0,12}"]
}

#[test]
fn long_keys_are_read_back() {
    let mut runner = TestRunner::new(Config { cases: 50, failure_persistence: None, ..Config::default() });
    let result = runner.run(&(1usize..2000, "[a-zé\" ]"), |(length, bit)| {
        let key = bit.repeat(length);
        let entry =
            Entry { key: Spanned { value: Cow::Owned(key), span: nowhere() }, value: node(Value::Null) };
        let tree = node(Value::Mapping(vec![entry]));
        let text = write(&tree);
        prop_assert_eq!(readings(&text)[0].root.as_ref().map(bare), Some(bare(&tree)));
        Ok(())
    });
    assert_eq!(result, Ok(()));
}

fn source() -> SourceId {
    Sources::new().add("-", "", SourceKind::Manifest)
}

fn readings(text: &str) -> Vec<ParsedDocument<'_>> {
    read(source(), text)
}

fn nowhere() -> Span {
    Span::new(source(), 0, 0)
}

fn node(value: Value<'static>) -> Node<'static> {
    Node::new(value, nowhere())
}

fn lies_in(span: Span, text: &str) -> bool {
    text.get(span.range()).is_some()
}

fn spans_lie_in(node: &Node<'_>, text: &str) -> bool {
    lies_in(node.span, text)
        && node.items().iter().all(|item| spans_lie_in(item, text))
        && node
            .entries()
            .iter()
            .all(|entry| lies_in(entry.key.span, text) && spans_lie_in(&entry.value, text))
}

/// The tree without places.
fn bare(tree: &Node<'_>) -> Node<'static> {
    node(match &tree.value {
        Value::Null => Value::Null,
        Value::Bool(value) => Value::Bool(*value),
        Value::Integer(value) => Value::Integer(*value),
        Value::Float(value) => Value::Float(*value),
        Value::String(text) => Value::String(Cow::Owned(text.to_string())),
        Value::Sequence(items) => Value::Sequence(items.iter().map(bare).collect()),
        Value::Mapping(entries) => Value::Mapping(
            entries
                .iter()
                .map(|entry| Entry {
                    key: Spanned { value: Cow::Owned(entry.key.value.to_string()), span: nowhere() },
                    value: bare(&entry.value),
                })
                .collect(),
        ),
    })
}

/// The tree as the writer orders it, without places.
fn sorted(tree: &Node<'_>) -> Node<'static> {
    let mut tree = bare(tree);
    if let Value::Mapping(entries) = &mut tree.value {
        let first = ["apiVersion", "kind", "metadata"];
        entries
            .sort_by_key(|entry| first.iter().position(|key| *key == entry.key.value).unwrap_or(first.len()));
    }
    tree
}

fn agrees(tree: &Node<'_>, witness: &serde_yaml::Value) -> bool {
    match (&tree.value, witness) {
        (Value::Null, serde_yaml::Value::Null) => true,
        (Value::Bool(one), serde_yaml::Value::Bool(other)) => one == other,
        (Value::Integer(one), serde_yaml::Value::Number(other)) => Some(*one) == other.as_i64(),
        (Value::Float(one), serde_yaml::Value::Number(other)) => Some(*one) == other.as_f64(),
        (Value::String(one), serde_yaml::Value::String(other)) => *one == *other,
        (Value::Sequence(one), serde_yaml::Value::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| agrees(one, other))
        }
        (Value::Mapping(one), serde_yaml::Value::Mapping(other)) => {
            one.len() == other.len()
                && one.iter().all(|entry| {
                    other.get(&*entry.key.value).is_some_and(|value| agrees(&entry.value, value))
                })
        }
        _ => false,
    }
}
