//! Functions of strings (cel-go, ext/strings.go, version 2).

use std::borrow::Cow;

use super::convert::double_text;
use super::error::Error;
use super::list::list;
use super::value::{Value, no_overload};

/// A text as a value that keeps its lifetime.
type Text<'v> = Cow<'v, str>;

fn out_of_range(at: i64) -> Error {
    Error::failed(format!("index out of range: {at}"))
}

/// A position in characters as one in bytes; the end is a position, too.
fn offset(text: &str, at: i64) -> Result<usize, Error> {
    let wanted = usize::try_from(at).map_err(|_| out_of_range(at))?;
    let mut positions = text.char_indices().map(|(position, _)| position).chain([text.len()]);
    positions.nth(wanted).ok_or_else(|| out_of_range(at))
}

/// A position in bytes as one in characters.
fn characters(text: &str, bytes: usize) -> i64 {
    i64::try_from(text[..bytes].chars().count()).unwrap_or(i64::MAX)
}

/// The character at a position, empty at the end.
pub(super) fn char_at<'v>(text: &Text<'v>, at: i64) -> Result<Value<'v>, Error> {
    let start = offset(text, at)?;
    Ok(Value::text(text[start..].chars().next().map(String::from).unwrap_or_default()))
}

/// Where a text occurs first, from a position on; -1 if it does not.
pub(super) fn index_of<'v>(text: &Text<'v>, wanted: &str, from: i64) -> Result<Value<'v>, Error> {
    if wanted.is_empty() {
        return Ok(Value::Int(from));
    }
    let start = offset(text, from)?;
    Ok(Value::Int(text[start..].find(wanted).map_or(-1, |at| characters(text, start + at))))
}

/// Where a text occurs last, up to a position; -1 if it does not.
pub(super) fn last_index_of<'v>(
    text: &Text<'v>,
    wanted: &str,
    from: Option<i64>,
) -> Result<Value<'v>, Error> {
    let length = characters(text, text.len());
    let end = match from {
        Some(at) if wanted.is_empty() => return Ok(Value::Int(at)),
        None if wanted.is_empty() => return Ok(Value::Int(length)),
        Some(at) => (offset(text, at)? + wanted.len()).min(text.len()),
        None => text.len(),
    };
    let end = (end..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
    Ok(Value::Int(text[..end].rfind(wanted).map_or(-1, |at| characters(text, at))))
}

/// A part of a text, by characters.
pub(super) fn substring<'v>(text: &Text<'v>, from: i64, to: Option<i64>) -> Result<Value<'v>, Error> {
    let start = offset(text, from)?;
    let end = to.map_or(Ok(text.len()), |to| offset(text, to))?;
    if start > end {
        return Err(Error::failed(format!(
            "invalid substring range. start: {from}, end: {}",
            to.unwrap_or_default()
        )));
    }
    Ok(Value::text(&text[start..end]))
}

/// The text with at most `most` occurrences replaced; all if that is negative.
pub(super) fn replace<'v>(text: &Text<'v>, old: &str, new: &str, most: i64) -> Value<'v> {
    match usize::try_from(most) {
        Ok(most) => Value::text(text.replacen(old, new, most)),
        Err(_) => Value::text(text.replace(old, new)),
    }
}

/// The parts between separators, at most `most`; all if that is negative.
pub(super) fn split<'v>(text: &Text<'v>, separator: &str, most: i64) -> Value<'v> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let parts: Vec<Value<'v>> = if most == 0 {
        Vec::new()
    } else if separator.is_empty() {
        // Between all characters, as Go does.
        let mut letters = text.chars();
        let mut parts: Vec<String> = letters.by_ref().take(most - 1).map(String::from).collect();
        if !letters.as_str().is_empty() {
            parts.push(letters.as_str().to_owned());
        }
        parts.into_iter().map(Value::text).collect()
    } else {
        text.splitn(most, separator).map(Value::text).collect()
    };
    Value::list(parts)
}

/// Strings with a separator between them.
pub(super) fn join<'v>(of: &Value<'v>, separator: &str) -> Result<Value<'v>, Error> {
    let mut joined = String::new();
    for (index, item) in list(of)?.iter().enumerate() {
        let Value::String(text) = item else { return Err(no_overload(&[item])) };
        if index > 0 {
            joined.push_str(separator);
        }
        joined.push_str(text);
    }
    Ok(Value::text(joined))
}

/// The text in quotes.
pub(super) fn quote<'v>(text: &Text<'v>) -> Value<'v> {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\x0c' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\x0b' => quoted.push_str("\\v"),
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    Value::text(quoted)
}

/// The text with its verbs (`%s`, `%d`, `%f`, `%x`, `%X`, `%o`, `%b`) replaced by the items of a list.
pub(super) fn format<'v>(text: &Text<'v>, arguments: &Value<'v>) -> Result<Value<'v>, Error> {
    let mut arguments = list(arguments)?.into_iter();
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let mut precision = None;
        if letters.next_if_eq(&'.').is_some() {
            let mut digits = String::new();
            while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
            precision = digits.parse::<usize>().ok().filter(|digits| *digits <= 100);
        }
        let verb = letters.next().ok_or_else(|| Error::failed("unexpected end of string in format"))?;
        if verb == '%' {
            out.push('%');
            continue;
        }
        let value = arguments.next().ok_or_else(|| Error::failed("not enough arguments for format"))?;
        let written = match (verb, &value) {
            ('s', value) => plain(value)?,
            ('d', Value::Int(number)) => number.to_string(),
            ('d', Value::UInt(number)) => number.to_string(),
            ('f', Value::Double(number)) => format!("{number:.*}", precision.unwrap_or(6)),
            ('f', Value::Int(number)) => format!("{:.*}", precision.unwrap_or(6), *number as f64),
            ('x', Value::Int(number)) => format!("{number:x}"),
            ('X', Value::Int(number)) => format!("{number:X}"),
            ('o', Value::Int(number)) => format!("{number:o}"),
            ('b', Value::Int(number)) => format!("{number:b}"),
            ('b', Value::Bool(value)) => u8::from(*value).to_string(),
            ('x', Value::String(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
            ('X', Value::String(text)) => text.bytes().map(|byte| format!("{byte:02X}")).collect(),
            _ => return Err(Error::unsupported(format!("it formats a value of type {}", value.type_name()))),
        };
        out.push_str(&written);
    }
    Ok(Value::text(out))
}

/// A value as `%s` writes it.
fn plain(value: &Value<'_>) -> Result<String, Error> {
    Ok(match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Double(number) => double_text(*number),
        Value::String(text) => text.as_ref().to_owned(),
        Value::Type(name) => (*name).to_owned(),
        Value::Timestamp(time) => time.text(),
        Value::Duration(nanos) => crate::schema::time::duration_text(*nanos),
        _ if super::access::is_list(value) => {
            let items: Result<Vec<String>, Error> = list(value)?.iter().map(plain).collect();
            format!("[{}]", items?.join(", "))
        }
        _ => return Err(Error::unsupported(format!("it formats a value of type {}", value.type_name()))),
    })
}
