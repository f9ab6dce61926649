//! Writes values into a document: quoted flow style on one line, between marks that record their origin.

use std::fmt::Write;

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, ErrorKind, Output, State};

use super::value::{List, Place, Places, Table};

/// Marks around the text of a value: `VALUE place TEXT … END`. Templates and written values never contain
/// these characters.
pub(super) const VALUE: char = '\u{1}';
pub(super) const TEXT: char = '\u{2}';
pub(super) const END: char = '\u{3}';

/// A longer key, in bytes, is written as an explicit key: YAML parsers limit other keys to 1,024 characters.
const LONGEST_KEY: usize = 1000;

/// The maximum size of a written value in bytes: the API server accepts requests of 3 MiB.
const LARGEST: usize = 4 << 20;

/// The formatter for minijinja. Text created by the template itself (a macro, a captured block) already
/// contains written values.
pub(super) fn value(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_safe() {
        return out.write_str(value.as_str().unwrap_or_default()).map_err(Error::from);
    }
    // Most values fit, including their marks.
    let mut text = String::with_capacity(64);
    write(&mut text, value, 0)?;
    out.write_str(&text).map_err(Error::from)
}

fn write(out: &mut String, value: &Value, depth: usize) -> Result<(), Error> {
    if out.len() > LARGEST {
        // A list may contain another many times, which needs no memory until it is written.
        return Err(Error::new(ErrorKind::BadSerialization, "the value is too large"));
    }
    if depth > 128 {
        return Err(Error::new(ErrorKind::BadSerialization, "the value is nested too deeply"));
    }
    let place = PLACES.with_borrow(|places| places.as_ref().and_then(|places| places.find(value)));
    marked(out, place, |out| unmarked(out, value, depth))
}

thread_local! {
    /// The places of the current render of this thread.
    static PLACES: std::cell::RefCell<Option<std::sync::Arc<Places>>> = const { std::cell::RefCell::new(None) };
}

/// Runs `render` with these places.
pub(super) fn with_places<T>(places: &std::sync::Arc<Places>, render: impl FnOnce() -> T) -> T {
    PLACES.set(Some(std::sync::Arc::clone(places)));
    let result = render();
    PLACES.set(None);
    result
}

fn marked(
    out: &mut String,
    place: Option<Place>,
    text: impl FnOnce(&mut String) -> Result<(), Error>,
) -> Result<(), Error> {
    if let Some(place) = place {
        out.push(VALUE);
        let _ = write!(out, "{place}");
        out.push(TEXT);
    }
    text(out)?;
    if place.is_some() {
        out.push(END);
    }
    Ok(())
}

fn unmarked(out: &mut String, value: &Value, depth: usize) -> Result<(), Error> {
    if let Some(table) = value.downcast_object_ref::<Table>() {
        let entries = table
            .entries
            .iter()
            .map(|(key, place, value)| (Value::from(key.clone()), Some(*place), value.clone()));
        return map(out, entries, depth);
    }
    if let Some(list) = value.downcast_object_ref::<List>() {
        return seq(out, list.items.iter().map(|(place, value)| (Some(*place), value.clone())), depth);
    }
    match value.kind() {
        ValueKind::None => out.push_str("null"),
        ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
        ValueKind::Number => {
            let number = value.to_string();
            let plain = number.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
            if plain { out.push_str(&number) } else { quoted(out, &number) }
        }
        ValueKind::String => quoted(out, value.as_str().unwrap_or_default()),
        ValueKind::Seq | ValueKind::Iterable => {
            return seq(out, value.try_iter()?.map(|item| (None, item)), depth);
        }
        ValueKind::Map => {
            let mut entries = Vec::new();
            for key in value.try_iter()? {
                let item = value.get_item(&key)?;
                entries.push((key, None, item));
            }
            return map(out, entries.into_iter(), depth);
        }
        _ => {
            let message = format!("{} cannot be written to a document", value.kind());
            return Err(Error::new(ErrorKind::BadSerialization, message));
        }
    }
    Ok(())
}

fn map(
    out: &mut String,
    entries: impl Iterator<Item = (Value, Option<Place>, Value)>,
    depth: usize,
) -> Result<(), Error> {
    out.push('{');
    for (index, (key, place, value)) in entries.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        if key.as_str().is_none() {
            return Err(Error::new(ErrorKind::BadSerialization, "a key is not a string"));
        }
        let start = out.len();
        write(out, &key, depth + 1)?;
        if out.len() - start > LONGEST_KEY {
            out.insert_str(start, "? ");
        }
        out.push_str(": ");
        item(out, place, &value, depth + 1)?;
    }
    out.push('}');
    Ok(())
}

fn seq(
    out: &mut String,
    items: impl Iterator<Item = (Option<Place>, Value)>,
    depth: usize,
) -> Result<(), Error> {
    out.push('[');
    for (index, (place, value)) in items.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        item(out, place, &value, depth + 1)?;
    }
    out.push(']');
    Ok(())
}

/// Writes an item of a container, whose place is always known.
fn item(out: &mut String, place: Option<Place>, value: &Value, depth: usize) -> Result<(), Error> {
    match place {
        Some(_) if depth <= 128 => marked(out, place, |out| unmarked(out, value, depth)),
        _ => write(out, value, depth),
    }
}

/// Text in double quotes, with everything except plain ASCII escaped.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\') {
        out.push_str(text);
    } else {
        text.chars().for_each(|letter| escaped(out, letter));
    }
    out.push('"');
}

fn escaped(out: &mut String, letter: char) {
    match letter {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        ' '..='~' => out.push(letter),
        _ => {
            let code = u32::from(letter);
            let _ = if code > 0xffff { write!(out, "\\U{code:08x}") } else { write!(out, "\\u{code:04x}") };
        }
    }
}
