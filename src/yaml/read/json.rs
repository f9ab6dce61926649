//! JSON, which kubectl tries before YAML for text that begins with a brace. Written here because `serde_json`
//! has no spans and differs from Go in what it accepts.

use std::borrow::Cow;

use crate::source::{SourceId, Span};
use crate::yaml::read::compose::Composer;
use crate::yaml::read::json_scan::{JsonScan, Progress, scalar_end};
use crate::yaml::read::problem::Outcome;
use crate::yaml::read::resolve::Scalar;

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
    match raw {
        "true" => Scalar::Bool(true),
        "false" => Scalar::Bool(false),
        "null" => Scalar::Null,
        _ => match raw.strip_prefix('"') {
            Some(body) => Scalar::String(unescape(body.strip_suffix('"').unwrap_or(body))),
            None => match raw.parse() {
                Ok(integer) => Scalar::Integer(integer),
                Err(_) => Scalar::Float(raw.parse().unwrap_or(f64::INFINITY)),
            },
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
