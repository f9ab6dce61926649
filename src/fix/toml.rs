//! Edits of the layers of a profile: plain, dotted and inline keys, with the quotes and the line breaks of the text around them.

use std::ops::Range;

use super::value;
use crate::finding::fix::{Intent, NewValue, Place};
use crate::source::Span;

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
        Intent::Prepend(_) => None,
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

/// Whether a key and its value are written as `key = value`.
pub(super) fn is_entry(text: &str, key: Span, value: Span) -> bool {
    form(text, &key.range(), &value.range()).is_some()
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
    let start = memchr::memrchr(b'\n', &text.as_bytes()[..key.start]).map_or(0, |at| at + 1);
    let before = &text[start..key.start];
    if before.contains(['{', ',', '=', '#']) {
        return before.contains(['{', ',']).then_some(Form::Inline);
    }
    let is_parents = before.trim().is_empty() || before.trim_end().ends_with('.');
    is_parents.then_some(Form::Line(before))
}

/// The end of the line with its line break, if nothing but a comment follows.
fn rest_of_line(text: &str, at: usize) -> Option<usize> {
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end + 1);
    let rest = text[at..end].trim();
    (rest.is_empty() || rest.starts_with('#')).then_some(end)
}

fn line_break(text: &str) -> &'static str {
    match memchr::memchr(b'\n', text.as_bytes()) {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

fn insert(text: &str, place: &Place, new: &NewValue) -> Option<Edits> {
    let (key, new) = value::nested(&place.missing, new)?;
    let written = format!("{} = {}", value::toml_key(&key), value::toml(&new));
    let line_break = line_break(text);
    for (key, value) in place.siblings.iter().rev() {
        let (key, value) = (key.range(), value.range());
        match form(text, &key, &value) {
            Some(Form::Inline) => return Some(vec![(key.start..key.start, format!("{written}, "))]),
            Some(Form::Line(before)) => {
                let Some(end) = rest_of_line(text, value.end) else { continue };
                return Some(vec![if text[..end].ends_with('\n') {
                    (end..end, format!("{before}{written}{line_break}"))
                } else {
                    (end..end, format!("{line_break}{before}{written}"))
                }]);
            }
            None => {}
        }
    }
    None
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
