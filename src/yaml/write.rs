//! Nodes as canonical YAML: one block style; every scalar and key that any parser could misread is quoted.

use crate::yaml::node::{Entry, Node, Value};

/// Indentation of a mapping or sequence relative to its parent, in spaces.
const INDENT: usize = 2;

/// A longer key is written as an explicit key (`? key`), because YAML parsers limit a plain `key:` to 1,024
/// characters (YAML 1.1, section 5.2; YAML 1.2, section 7.4).
const LONGEST_IMPLICIT_KEY: usize = 512;

/// The first keys of an object, in this order.
const FIRST_KEYS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Words that some YAML 1.1 or 1.2 parser reads as a boolean, null or a number, in lower case.
const RESERVED_WORDS: [&str; 12] =
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"];

/// Writes one document: block style, two spaces of indentation, `apiVersion`, `kind` and `metadata` first,
/// multi-line text as literal blocks, a final newline and no `---`.
///
/// Parsing the result and writing it again gives the same bytes.
#[must_use]
pub fn write(root: &Node<'_>) -> String {
    let mut out = String::with_capacity(512);
    match &root.value {
        Value::Mapping(entries) if !entries.is_empty() => {
            let first = FIRST_KEYS.iter().filter_map(|key| root.entry(key));
            let rest = entries.iter().filter(|entry| !FIRST_KEYS.contains(&&*entry.key.value));
            mapping(&mut out, first.chain(rest), 0, false);
        }
        _ => block(&mut out, root, 0),
    }
    out
}

/// Writes the entries of a mapping, one key per line; `inline` if the first key follows a `- `.
fn mapping<'a, 't: 'a>(
    out: &mut String,
    entries: impl Iterator<Item = &'a Entry<'t>>,
    indent: usize,
    mut inline: bool,
) {
    for entry in entries {
        if !std::mem::take(&mut inline) {
            spaces(out, indent);
        }
        let start = out.len();
        scalar_text(out, &entry.key.value, Position::Key);
        if out.len() - start > LONGEST_IMPLICIT_KEY {
            out.insert_str(start, "? ");
            out.push('\n');
            spaces(out, indent);
        }
        out.push(':');
        below(out, &entry.value, indent);
    }
}

/// Writes what follows the colon of a key.
fn below(out: &mut String, node: &Node<'_>, indent: usize) {
    match &node.value {
        Value::Mapping(entries) if !entries.is_empty() => {
            out.push('\n');
            mapping(out, entries.iter(), indent + INDENT, false);
        }
        Value::Sequence(items) if !items.is_empty() => {
            out.push('\n');
            sequence(out, items, indent + INDENT, false);
        }
        _ => {
            out.push(' ');
            block(out, node, indent);
        }
    }
}

/// Writes the items of a sequence, one per line; `inline` if the first item follows a `- `.
fn sequence(out: &mut String, items: &[Node<'_>], indent: usize, mut inline: bool) {
    for item in items {
        if !std::mem::take(&mut inline) {
            spaces(out, indent);
        }
        out.push_str("- ");
        match &item.value {
            Value::Mapping(entries) if !entries.is_empty() => {
                mapping(out, entries.iter(), indent + INDENT, true);
            }
            Value::Sequence(items) if !items.is_empty() => sequence(out, items, indent + INDENT, true),
            _ => block(out, item, indent),
        }
    }
}

/// Writes a scalar or an empty container, and ends the line. The lines of a literal block are indented one
/// step more than `indent`.
fn block(out: &mut String, node: &Node<'_>, indent: usize) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Integer(value) => out.push_str(&value.to_string()),
        Value::Float(value) => out.push_str(&float(*value)),
        Value::String(text) if is_literal(text) => return literal(out, text, indent + INDENT),
        Value::String(text) => scalar_text(out, text, Position::Value),
        Value::Sequence(items) if items.is_empty() => out.push_str("[]"),
        Value::Mapping(entries) if entries.is_empty() => out.push_str("{}"),
        Value::Sequence(items) => return sequence(out, items, indent, false),
        Value::Mapping(entries) => return mapping(out, entries.iter(), indent, false),
    }
    out.push('\n');
}

/// A number with a fraction or an exponent. YAML 1.1 parsers require a point in the mantissa and a sign in
/// the exponent of a number.
fn float(value: f64) -> String {
    let text = format!("{value:?}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

/// The position of a scalar: plain keys are more restricted than plain values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Key,
    Value,
}

fn scalar_text(out: &mut String, text: &str, position: Position) {
    if is_plain(text, position) {
        out.push_str(text);
    } else {
        double_quoted(out, text);
    }
}

/// Whether every parser reads the unquoted `text` as this string.
fn is_plain(text: &str, position: Position) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    let starts_well = match first {
        b'a'..=b'z' | b'A'..=b'Z' => !is_reserved(text),
        b'0'..=b'9' => bytes.iter().any(|byte| is_never_numeric(*byte)),
        b'/' => true,
        // A long command-line option.
        b'-' => matches!(bytes, [b'-', b'-', b'a'..=b'z' | b'A'..=b'Z', ..]),
        _ => false,
    };
    starts_well
        && last != b':'
        && last != b' '
        && bytes.iter().enumerate().all(|(at, byte)| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => true,
            _ if position == Position::Key => false,
            b'+' | b'=' | b'@' | b'(' | b')' | b',' | b';' => true,
            b' ' => bytes.get(at + 1) != Some(&b' '),
            b':' => bytes.get(at + 1) != Some(&b' '),
            _ => false,
        })
}

fn is_reserved(text: &str) -> bool {
    RESERVED_WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// A letter that cannot occur in a number or timestamp of any parser: not a hexadecimal digit, and not a
/// letter of `0x`, `0o`, `1e3` or `2020-01-01T00:00:00Z`.
fn is_never_numeric(byte: u8) -> bool {
    matches!(byte.to_ascii_lowercase(), b'g'..=b'n' | b'p'..=b's' | b'u'..=b'w' | b'y')
}

/// Whether multi-line text is written as a literal block: only if all parsers agree on it.
fn is_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    text.contains('\n')
        && !body.is_empty()
        && !body.starts_with([' ', '\n'])
        && body.lines().all(|line| !line.starts_with('\t') && (line.is_empty() || !line.trim().is_empty()))
        && !body.ends_with('\n')
        && body.chars().all(|char| char == '\n' || char == '\t' || !needs_escape(char))
}

fn literal(out: &mut String, text: &str, indent: usize) {
    out.push_str(if text.ends_with('\n') { "|\n" } else { "|-\n" });
    for line in text.lines() {
        if !line.is_empty() {
            spaces(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn double_quoted(out: &mut String, text: &str) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if !needs_escape(char) => out.push(char),
            _ if (char as u32) < 0x100 => out.push_str(&format!("\\x{:02X}", char as u32)),
            _ if (char as u32) < 0x1_0000 => out.push_str(&format!("\\u{:04X}", char as u32)),
            _ => out.push_str(&format!("\\U{:08X}", char as u32)),
        }
    }
    out.push('"');
}

/// Characters that are escaped: control characters, line separators that only some parsers know, and
/// characters a reviewer cannot see (zero-width and direction marks, private use, everything outside the
/// basic plane).
fn needs_escape(char: char) -> bool {
    matches!(char,
        '\0'..='\x1f' | '\x7f'..='\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{2000}'..='\u{200f}'
        | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{e000}'..='\u{f8ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..)
}

fn spaces(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}
