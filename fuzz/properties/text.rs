//! Reading and writing YAML.

use std::borrow::Cow;

use volwright::source::{SourceKind, Sources, Span, Spanned};
use volwright::yaml::node::{Entry, Node, Value};
use volwright::yaml::read::{read, read_piece, split};
use volwright::yaml::write;

use super::{inside, sound};

/// Any text gives a tree or a finding for each document, with every place inside it; a piece is read alone as it is
/// read with the others; what was read is written so that it is read back.
pub(crate) fn yaml(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut sources = Sources::new();
    let id = sources.add("-", text, SourceKind::Manifest);
    let text = sources.get(id).text.clone();
    let readings = read(id, &text);
    let pieces: Vec<_> = split(&text).collect();
    assert!(pieces.windows(2).all(|two| two[0].range.end <= two[1].range.start), "pieces overlap");
    let apart: Vec<_> = pieces.iter().filter_map(|piece| read_piece(id, &text, piece)).collect();
    assert_eq!(readings.len(), apart.len());
    for (reading, apart) in readings.iter().zip(&apart) {
        assert_eq!(reading.root, apart.root);
        assert!(reading.root.is_some() || !reading.findings.is_empty(), "nothing is said of a document");
        inside(reading.span, &sources);
        sound(&reading.findings, &sources);
        if let Some(root) = &reading.root {
            places(root, &sources);
            round(root);
        }
    }
}

/// `read(write(x)) = x` for a tree that the bytes describe.
pub(crate) fn write(data: &[u8]) {
    let mut bytes = data.iter().copied();
    let nowhere = Span::new(Sources::new().add("-", "", SourceKind::Manifest), 0, 0);
    let mut entries = Vec::new();
    while bytes.len() > 0 && entries.len() < 64 {
        entry(&mut entries, &mut bytes, nowhere, 0);
    }
    round(&Node::new(Value::Mapping(entries), nowhere));
}

/// Writes a tree, reads it back, and writes the same once more.
pub(super) fn round(root: &Node<'_>) {
    let text = write::write(root);
    let mut sources = Sources::new();
    let id = sources.add("-", text.as_str(), SourceKind::Manifest);
    let readings = read(id, &text);
    assert_eq!(readings.len(), 1, "{text}");
    assert!(readings[0].findings.is_empty(), "{text}{:?}", readings[0].findings);
    let again = readings[0].root.as_ref().expect("a tree");
    same(root, again, &text);
    assert_eq!(write::write(again), text);
}

/// Whether two trees hold the same, whatever the order of their keys.
fn same(one: &Node<'_>, other: &Node<'_>, text: &str) {
    match (&one.value, &other.value) {
        (Value::Mapping(entries), Value::Mapping(others)) => {
            assert_eq!(entries.len(), others.len(), "{text}");
            let sorted =
                |entries: &mut Vec<&Entry<'_>>| entries.sort_by(|a, b| a.key.value.cmp(&b.key.value));
            let (mut entries, mut others): (Vec<_>, Vec<_>) =
                (entries.iter().collect(), others.iter().collect());
            sorted(&mut entries);
            sorted(&mut others);
            for (entry, other) in entries.iter().zip(others) {
                assert_eq!(entry.key.value, other.key.value, "{text}");
                same(&entry.value, &other.value, text);
            }
        }
        (Value::Sequence(items), Value::Sequence(others)) => {
            assert_eq!(items.len(), others.len(), "{text}");
            items.iter().zip(others).for_each(|(item, other)| same(item, other, text));
        }
        (value, other) => assert_eq!(value, other, "{text}"),
    }
}

fn places(node: &Node<'_>, sources: &Sources) {
    inside(node.span, sources);
    node.items().iter().for_each(|item| places(item, sources));
    for entry in node.entries() {
        inside(entry.key.span, sources);
        places(&entry.value, sources);
    }
}

/// One more entry, unless its key is there.
fn entry(
    entries: &mut Vec<Entry<'static>>,
    bytes: &mut (impl ExactSizeIterator<Item = u8> + Clone),
    nowhere: Span,
    depth: usize,
) {
    let key = string(bytes);
    let value = node(bytes, nowhere, depth + 1);
    if entries.iter().all(|entry| entry.key.value != key) {
        let key = Spanned { value: Cow::Owned(key), span: nowhere };
        entries.push(Entry { key, value });
    }
}

fn node(
    bytes: &mut (impl ExactSizeIterator<Item = u8> + Clone),
    nowhere: Span,
    depth: usize,
) -> Node<'static> {
    let kind = bytes.next().unwrap_or_default();
    let mut number = || u64::from_le_bytes(std::array::from_fn(|_| bytes.next().unwrap_or_default()));
    let value = match kind {
        0 => Value::Null,
        1 | 2 => Value::Bool(kind == 1),
        3 => Value::Integer(number().cast_signed()),
        4 | 5 => match f64::from_bits(number()) {
            // Readers take whole numbers for integers.
            number if number.fract() == 0.0 && number.abs() < 1e19 => Value::Integer(number as i64),
            number if number.is_finite() => Value::Float(number),
            _ => Value::Null,
        },
        6..=15 if depth < 40 => Value::Sequence((6..kind).map(|_| node(bytes, nowhere, depth + 1)).collect()),
        16..=25 if depth < 40 => {
            let mut entries = Vec::new();
            (16..kind).for_each(|_| entry(&mut entries, bytes, nowhere, depth));
            Value::Mapping(entries)
        }
        _ => Value::String(Cow::Owned(string(bytes))),
    };
    Node::new(value, nowhere)
}

/// A string up to the next 0xff.
fn string(bytes: &mut impl Iterator<Item = u8>) -> String {
    let bytes: Vec<u8> = bytes.take_while(|byte| *byte != 0xff).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
