//! Edits of the layers of a profile: plain, dotted and inline keys, with the quotes and the line breaks of the text around them.

use std::ops::Range;

use super::value;
use crate::finding::fix::{Intent, NewValue, Place};
use crate::lines::{line_break, line_end, line_start};
use crate::profile::path_parts;

type Edits = Vec<(Range<usize>, String)>;

/// The edits that carry out `intent` at `place` of `text`; none if the text is written in a form that is not changed.
pub(super) fn edits(text: &str, intent: &Intent, place: &Place) -> Option<Edits> {
    match intent {
        Intent::Rename(name) => {
            let key = place.key?.range();
            let old = text.get(key.clone())?;
            (!old.is_empty() && !old.contains(['.', '\n', '='])).then(|| vec![(key, value::toml_key(name))])
        }
        Intent::Quote => {
            let range = place.value?.range();
            let old = text.get(range.clone())?;
            is_bare(old).then(|| vec![(range, format!("\"{old}\""))])
        }
        Intent::Replace(new) => {
            let range = place.value?.range();
            Some(vec![(range.clone(), replaced(text.get(range)?, new)?)])
        }
        Intent::Insert(new) => insert(text, place, new),
        Intent::Prepend(new) => prepend(text, place, new),
        Intent::Remove => remove(text, place),
    }
}

/// Whether a scalar is written without quotes.
fn is_bare(old: &str) -> bool {
    !old.is_empty() && old.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-._:".contains(&byte))
}

/// The new scalar in the form of the old one: numbers stay numbers.
fn replaced(old: &str, new: &NewValue) -> Option<String> {
    let is_text = old.starts_with(['"', '\'']) && !old.starts_with("\"\"\"") && !old.starts_with("'''");
    if !is_bare(old) && !is_text {
        return None;
    }
    Some(match new {
        NewValue::Text(new) if is_bare(old) && new.parse::<i64>().is_ok() => new.clone(),
        NewValue::Text(new) if is_bare(old) && matches!(new.as_str(), "true" | "false") => new.clone(),
        NewValue::Text(new)
            if old.starts_with('\'') && !new.contains('\'') && !new.contains(char::is_control) =>
        {
            format!("'{new}'")
        }
        NewValue::Text(new) => value::double_quoted(new),
        NewValue::Integer(_) | NewValue::Bool(_) => value::toml(new),
        NewValue::Table(_) | NewValue::List(_) => return None,
    })
}

/// How a key and its value are written.
enum Form<'t> {
    /// On a line of their own, after the dotted parents of the key.
    Line(&'t str),
    /// Between braces.
    Inline,
}

fn form<'t>(text: &'t str, key: &Range<usize>, value: &Range<usize>) -> Option<Form<'t>> {
    let between = text.get(key.end..value.start)?;
    if between.trim() != "=" {
        return None;
    }
    let before = &text[line_start(text, key.start)..key.start];
    if before.contains(['{', ',', '=', '#']) {
        return before.contains(['{', ',']).then_some(Form::Inline);
    }
    let is_parents = before.trim().is_empty() || before.trim_end().ends_with('.');
    is_parents.then_some(Form::Line(before))
}

/// The end of the line with its line break, if nothing but a comment follows.
fn rest_of_line(text: &str, at: usize) -> Option<usize> {
    let end = line_end(text, at);
    let rest = text[at..end].trim();
    (rest.is_empty() || rest.starts_with('#')).then_some(end)
}

/// Adds a key: in the table behind a key of one line, else under the header of the table, else under a new header at the end.
fn insert(text: &str, place: &Place, new: &NewValue) -> Option<Edits> {
    let (key, nested) = value::nested(&place.missing, new)?;
    let written = format!("{} = {}", value::toml_key(&key), value::toml(&nested));
    let line_break = line_break(text);
    let is_root = place.parents.is_empty();
    let whole = place.value?.range();
    if !is_root && text.get(whole.clone())?.starts_with('{') && place.siblings.is_empty() {
        return Some(vec![(whole, format!("{{ {written} }}"))]);
    }
    // A table of its own reads better than nested braces.
    let wants_header = is_root && place.missing.len() > 1;
    for (key, value) in place.siblings.iter().rev().filter(|_| !wants_header) {
        let (key, value) = (key.range(), value.range());
        match form(text, &key, &value) {
            Some(Form::Inline) => return Some(vec![(key.start..key.start, format!("{written}, "))]),
            Some(Form::Line(before)) => {
                let Some(end) = rest_of_line(text, value.end) else { continue };
                return Some(vec![line(text, end, &format!("{before}{written}"), line_break)]);
            }
            None => {}
        }
    }
    if is_root && !wants_header {
        let first = place.siblings.first().map_or(text.len(), |(key, _)| key.range().start);
        let start = above_comments(text, line_start(text, first));
        return Some(vec![(start..start, format!("{written}{line_break}{line_break}"))]);
    }
    if text.get(whole.clone()).and_then(header).is_some_and(|path| path == place.parents) {
        return Some(vec![line(text, rest_of_line(text, whole.end)?, &written, line_break)]);
    }
    let (last, above) = place.missing.split_last()?;
    let path: Vec<_> = place.parents.iter().chain(above).map(|key| value::toml_key(key)).collect();
    let lines = format!("[{}]{line_break}{} = {}", path.join("."), value::toml_key(last), value::toml(new));
    let gap = match (text.trim().is_empty(), text.ends_with('\n')) {
        (true, _) => String::new(),
        (_, true) => line_break.to_owned(),
        (_, false) => line_break.repeat(2),
    };
    Some(vec![(text.len()..text.len(), format!("{gap}{lines}{line_break}"))])
}

/// A new line at the end of another one, which is the last one or has a line break.
fn line(text: &str, end: usize, written: &str, line_break: &str) -> (Range<usize>, String) {
    match text[..end].ends_with('\n') {
        true => (end..end, format!("{written}{line_break}")),
        false => (end..end, format!("{line_break}{written}")),
    }
}

/// The start of the comment lines directly above a line, or of the line itself.
fn above_comments(text: &str, line: usize) -> usize {
    let mut start = line;
    while start > 0 {
        let previous = line_start(text, start - 1);
        if !text[previous..start].trim_start().starts_with('#') {
            break;
        }
        start = previous;
    }
    start
}

/// The keys of the header of a table.
fn header(text: &str) -> Option<Vec<String>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    if inner.starts_with('[') { None } else { path_parts(inner.trim()) }
}

/// Adds an item in front of those of a list between brackets.
fn prepend(text: &str, place: &Place, new: &NewValue) -> Option<Edits> {
    let first = place.siblings.first()?.0.range().start;
    let before = text.get(..first)?;
    let start = line_start(text, first);
    let is_first = before.trim_end().ends_with('[') || {
        let above = above_comments(text, start);
        before[start..].trim().is_empty() && text[..above].trim_end().ends_with('[')
    };
    let gap = match before[start..].trim().is_empty() {
        true => format!("{}{}", line_break(text), &before[start..]),
        false => " ".to_owned(),
    };
    is_first.then(|| vec![(first..first, format!("{},{gap}", value::toml(new)))])
}

fn remove(text: &str, place: &Place) -> Option<Edits> {
    let (key, value) = (place.key?.range(), place.value?.range());
    match form(text, &key, &value)? {
        Form::Line(before) => {
            let end = rest_of_line(text, value.end)?;
            Some(vec![(key.start - before.len()..end, String::new())])
        }
        Form::Inline => {
            let rest = &text[value.end..];
            let trimmed = rest.trim_start();
            if let Some(after) = trimmed.strip_prefix(',') {
                let gap = after.len() - after.trim_start_matches(' ').len();
                let end = text.len() - after.len() + gap;
                return Some(vec![(key.start..end, String::new())]);
            }
            let comma = text[..key.start].trim_end().strip_suffix(',')?.len();
            Some(vec![(comma..value.end, String::new())])
        }
    }
}
