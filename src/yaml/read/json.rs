//! JSON, which kubectl tries before YAML for text that begins with a brace. Written here because `serde_json`
//! has no spans and differs from Go in what it accepts.

use std::borrow::Cow;

use crate::source::{SourceId, Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};
use crate::yaml::read::compose::Composer;
use crate::yaml::read::json_scan::{JsonScan, Progress};
use crate::yaml::read::json_token::scalar_end;
use crate::yaml::read::json_tokens::{Form, Tokens, Words};
use crate::yaml::read::mapping::KnownKeys;
use crate::yaml::read::problem::Outcome;
use crate::yaml::read::resolve::Scalar;
use crate::yaml::room;

/// The end of the JSON value that starts at `start`, or nothing if it is not valid JSON by Go's rules. Sets
/// `reached` to the position at which parsing stopped.
pub(super) fn value_end(text: &str, start: usize, reached: &mut usize) -> Option<usize> {
    let mut scan = JsonScan::new(start, 0);
    let progress = scan.run(text.as_bytes(), true);
    *reached = scan.reached();
    match progress {
        Progress::Complete(end) => Some(end),
        Progress::More | Progress::Invalid => None,
    }
}

/// The tree of the JSON value at `start`, which something else may follow; nothing if it is unusual, and a composer must read
/// it: large, deep, or with a duplicate key.
pub(super) fn tree<'t>(source: SourceId, text: &'t str, start: usize) -> Option<Node<'t>> {
    let mut tokens = Tokens::default();
    tokens.record(text.as_bytes(), start, 0)?;
    Tree { source, text, words: tokens.words() }.value()
}

/// The tree of a value whose tokens are the next ones.
pub(super) fn tree_of<'t>(source: SourceId, text: &'t str, words: &mut Words<'_>) -> Option<Node<'t>> {
    let mut tree = Tree { source, text, words: words.clone() };
    let root = tree.value()?;
    *words = tree.words;
    Some(root)
}

/// A tree under construction; `None` from its functions leaves it to a composer.
struct Tree<'t, 'w> {
    source: SourceId,
    text: &'t str,
    words: Words<'w>,
}

impl<'t> Tree<'t, '_> {
    fn value(&mut self) -> Option<Node<'t>> {
        let (form, start, end) = self.words.token()?;
        let value = self.value_of(form, start, end)?;
        Some(self.node(value, start, end))
    }

    #[inline]
    fn node(&self, value: Value<'t>, start: usize, end: usize) -> Node<'t> {
        Node::new(value, Span::new(self.source, start, end))
    }

    /// What is between the quotes of a string.
    #[inline]
    fn body(&self, start: usize, end: usize) -> Option<&'t str> {
        self.text.get(start + 1..end - 1)
    }

    #[inline]
    fn plain(&self, start: usize, end: usize) -> Option<Value<'t>> {
        Some(Value::String(Cow::Borrowed(self.body(start, end)?)))
    }

    /// The value of a token.
    fn value_of(&mut self, form: Form, start: usize, end: usize) -> Option<Value<'t>> {
        Some(match form {
            Form::Plain => self.plain(start, end)?,
            Form::Escaped => Value::String(unescape(self.body(start, end)?)),
            Form::Word => scalar(self.text.get(start..end)?).into_value()?,
            Form::Mapping => Value::Mapping(self.entries()?),
            Form::Sequence => Value::Sequence(self.items()?),
            Form::Unknown => return None,
        })
    }

    fn items(&mut self) -> Option<Vec<Node<'t>>> {
        let count = self.words.count()?;
        let mut items = room::items(count);
        for _ in 0..count {
            items.push(self.value()?);
        }
        Some(items)
    }

    fn entries(&mut self) -> Option<Vec<Entry<'t>>> {
        let count = self.words.count()?;
        let mut entries = room::entries(count);
        let mut keys = KnownKeys::default();
        for _ in 0..count {
            let (form, start, end) = self.words.token()?;
            let body = self.body(start, end)?;
            let value = if form == Form::Plain { Cow::Borrowed(body) } else { unescape(body) };
            if !keys.is_new(&value, &entries) {
                return None;
            }
            let key = Spanned { value, span: Span::new(self.source, start, end) };
            // Most values are plain strings. They are put where they belong: copying an entry takes longer than making one.
            let (form, start, end) = self.words.token()?;
            if form == Form::Plain {
                entries.push(Entry { key, value: self.node(self.plain(start, end)?, start, end) });
            } else {
                let value = self.value_of(form, start, end)?;
                entries.push(Entry { key, value: self.node(value, start, end) });
            }
        }
        Some(entries)
    }
}

/// Composes the valid JSON value at `start..end`.
pub(super) fn compose<'t>(
    composer: &mut Composer<'t>,
    source: SourceId,
    text: &'t str,
    start: usize,
    end: usize,
) -> Outcome {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < end {
        let from = at;
        match bytes.get(at) {
            Some(b'{') => composer.mapping(None, at)?,
            Some(b'[') => composer.sequence(None, at)?,
            Some(b'}' | b']') => composer.end(Some(at + 1))?,
            Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b':') => {}
            _ => {
                at = scalar_end(bytes, at).unwrap_or(end);
                let raw = text.get(from..at).unwrap_or_default();
                composer.place(scalar(raw), Span::new(source, from, at))?;
                continue;
            }
        }
        at += 1;
    }
    Ok(())
}

fn scalar(raw: &str) -> Scalar<'_> {
    if let Some(body) = raw.strip_prefix('"') {
        return Scalar::String(unescape(body.strip_suffix('"').unwrap_or(body)));
    }
    match raw {
        "true" => Scalar::Bool(true),
        "false" => Scalar::Bool(false),
        "null" => Scalar::Null,
        _ => match raw.parse() {
            Ok(integer) => Scalar::Integer(integer),
            Err(_) => Scalar::Float(raw.parse().unwrap_or(f64::INFINITY)),
        },
    }
}

fn unescape(body: &str) -> Cow<'_, str> {
    if !body.contains('\\') {
        return Cow::Borrowed(body);
    }
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let escape = rest.get(at + 1..).unwrap_or_default();
        let mut chars = escape.chars();
        out.push(match chars.next() {
            Some('b') => '\x08',
            Some('f') => '\x0c',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let (char, length) = code_point(escape);
                chars = escape.get(length..).unwrap_or_default().chars();
                char
            }
            Some(other) => other,
            None => '\u{fffd}',
        });
        rest = chars.as_str();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of `u0041` or of a surrogate pair, and its length in bytes; a lone surrogate is U+FFFD.
fn code_point(escape: &str) -> (char, usize) {
    let unit = |at: usize| escape.get(at..at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let first = unit(1).unwrap_or(0xfffd);
    if let 0xd800..0xdc00 = first
        && escape.get(5..7) == Some("\\u")
        && let Some(second @ 0xdc00..0xe000) = unit(7)
    {
        let number = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (char::from_u32(number).unwrap_or('\u{fffd}'), 11);
    }
    (char::from_u32(first).unwrap_or('\u{fffd}'), 5)
}

#[cfg(test)]
mod tests {
    use super::{compose, tree, value_end};
    use crate::source::SourceId;
    use crate::yaml::read::compose::Composer;

    #[test]
    fn trees_are_those_of_the_composer() {
        let recorded = ["documents", "generated", "keys", "scalars"].map(|name| {
            std::fs::read_to_string(format!("tests/conformance/yaml/{name}.jsonl")).expect("a recording")
        });
        let written = [
            "[]",
            "{ }",
            " [1, -2.50, 1e3, 1e400, 9223372036854775808, true, false, null, \"\"]",
            "{\"a\" : {\"b\\u00e9\\ud83d\\ude00\\n\" : [ { \"c\":\"d\\\\\" } , [] ]}\n}",
            "{\"a\":1,\"a\":2}",
            "\"text\"",
        ];
        let many =
            format!("{{{}}}", (0..60).map(|at| format!("\"k{at}\":{at}")).collect::<Vec<_>>().join(","));
        let twice = many.replace("\"k59\"", "\"k3\"");
        let deep = format!("{}{}", "[".repeat(80), "]".repeat(80));
        let texts =
            recorded.iter().flat_map(|text| text.lines()).chain(written).chain([&*many, &*twice, &*deep]);
        let (mut read, mut left) = (0, 0);
        for text in texts {
            let Some(end) = value_end(text, 0, &mut 0) else { panic!("not JSON: {text}") };
            let source = SourceId::new(0);
            let mut composer = Composer::new(source, end);
            let composed = compose(&mut composer, source, text, 0, end).ok().and_then(|()| composer.finish());
            let start = text.len() - text.trim_start().len();
            match tree(source, text, start) {
                Some(tree) => {
                    assert!(composer.problems.is_empty(), "{text}");
                    assert_eq!(Some(tree), composed, "{text}");
                    read += 1;
                }
                None => left += 1,
            }
        }
        assert!(read > 3_000 && left >= 4, "{read} texts read, {left} left to the composer");
    }
}
