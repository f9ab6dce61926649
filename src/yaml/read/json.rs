//! JSON, which kubectl tries before YAML for text that begins with a brace. Written here because `serde_json`
//! has no spans and differs from Go in what it accepts.

use std::borrow::Cow;

use crate::source::{SourceId, Span};
use crate::yaml::read::compose::Composer;
use crate::yaml::read::problem::Outcome;
use crate::yaml::read::resolve::Scalar;

/// The maximum depth of Go's decoder.
const DEEPEST: usize = 10_000;

/// The end of the JSON value that starts at `start`, or nothing if it is not valid JSON by Go's rules. Sets
/// `reached` to the position at which parsing stopped.
pub(super) fn value_end(text: &str, start: usize, reached: &mut usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let mut at = start;
    loop {
        // A value.
        at = skip_space(bytes, at);
        *reached = at;
        let mut closed = false;
        match bytes.get(at)? {
            opening @ (b'{' | b'[') => {
                open.push(*opening);
                if open.len() > DEEPEST {
                    return None;
                }
                at = skip_space(bytes, at + 1);
                if bytes.get(at) == Some(&closing(*opening)) {
                    open.pop();
                    at += 1;
                    closed = true;
                } else if *opening == b'{' {
                    at = key_end(bytes, at)?;
                }
            }
            _ => {
                at = scalar_end(bytes, at)?;
                closed = true;
            }
        }
        // What may follow the value.
        while closed {
            let Some(opening) = open.last().copied() else { return Some(at) };
            at = skip_space(bytes, at);
            match bytes.get(at)? {
                b',' => {
                    at = skip_space(bytes, at + 1);
                    if opening == b'{' {
                        at = key_end(bytes, at)?;
                    }
                    closed = false;
                }
                byte if *byte == closing(opening) => {
                    open.pop();
                    at += 1;
                }
                _ => return None,
            }
        }
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

fn closing(opening: u8) -> u8 {
    if opening == b'{' { b'}' } else { b']' }
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The position after the colon of the key at `at`.
fn key_end(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let at = skip_space(bytes, scalar_end(bytes, at)?);
    (bytes.get(at) == Some(&b':')).then_some(at + 1)
}

fn scalar_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    match rest.first()? {
        b'"' => string_end(bytes, at + 1),
        b't' => rest.starts_with(b"true").then_some(at + 4),
        b'f' => rest.starts_with(b"false").then_some(at + 5),
        b'n' => rest.starts_with(b"null").then_some(at + 4),
        _ => number_end(bytes, at),
    }
}

fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => match bytes.get(at + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at += 2,
                b'u' if bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => at += 6,
                _ => return None,
            },
            0..=0x1f => return None,
            _ => at += 1,
        }
    }
}

fn number_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        let start = at;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        (at > start).then_some(at)
    };
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    at = if bytes.get(at) == Some(&b'0') { at + 1 } else { digits(at)? };
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        if let Some(b'+' | b'-') = bytes.get(at) {
            at += 1;
        }
        at = digits(at)?;
    }
    Some(at)
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
