//! Edits of manifests: block and flow style, with the indentation, the quotes and the line breaks of the text around them.

use std::ops::Range;

use super::value;
use crate::finding::fix::{Intent, NewValue, Place};
use crate::lines::{line_break, line_end};

type Edits = Vec<(Range<usize>, String)>;

/// The edits that carry out `intent` at `place` of `text`; none if the text is written in a form that is not changed.
pub(super) fn edits(text: &str, intent: &Intent, place: &Place) -> Option<Edits> {
    match intent {
        Intent::Rename(name) => {
            let key = place.key?.range();
            let old = text.get(key.clone())?;
            Some(vec![(key, styled(old, name, old.starts_with('"'))?)])
        }
        Intent::Quote => {
            let range = place.value?.range();
            let old = text.get(range.clone())?;
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._:".contains(&byte);
            (!old.is_empty() && old.bytes().all(is_plain)).then(|| vec![(range, format!("\"{old}\""))])
        }
        Intent::Replace(new) => {
            let range = place.value?.range();
            let old = text.get(range.clone())?;
            let json =
                place.key.is_some_and(|key| text.get(key.range()).is_some_and(|key| key.starts_with('"')));
            let new = match new {
                NewValue::Text(new) => styled(old, new, json)?,
                NewValue::Integer(_) | NewValue::Bool(_) if is_changeable(old) => value::json(new),
                _ => return None,
            };
            Some(vec![(range, new)])
        }
        Intent::Insert(new) => insert(text, place, new),
        Intent::Prepend(new) => prepend(text, place, new),
        Intent::Remove => remove(text, place),
    }
}

/// Whether a scalar may be replaced: it is on one line, and has no anchor and no tag.
fn is_changeable(old: &str) -> bool {
    !old.is_empty() && !old.contains('\n') && !old.starts_with(['&', '!', '|', '>', '{', '['])
}

/// The new text in the quotes of the old one.
fn styled(old: &str, new: &str, json: bool) -> Option<String> {
    if !is_changeable(old) {
        return None;
    }
    let is_simple = !new.contains(|letter: char| letter.is_control());
    Some(if old.starts_with('\'') && is_simple {
        format!("'{}'", new.replace('\'', "''"))
    } else if old.starts_with('"') || json {
        value::double_quoted(new)
    } else {
        in_flow(value::yaml_scalar(new), new)
    })
}

/// A plain scalar that is also one inside of brackets.
fn in_flow(written: String, text: &str) -> String {
    let is_quoted = written.starts_with(['"', '\'']);
    if !is_quoted && written.contains([',', '[', ']', '{', '}']) {
        value::double_quoted(text)
    } else {
        written
    }
}

/// Whether nothing but a comment follows on the line.
fn is_last_on_line(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    let trimmed = rest.trim_start_matches([' ', '\t', '\r']);
    trimmed.is_empty()
        || trimmed.starts_with('\n')
        || (trimmed.starts_with('#') && trimmed.len() < rest.len())
}

/// What precedes a byte on its line, if that is nothing but some characters; the line is read no further than them, since a
/// text of one line has many fixes.
fn only_before<'t>(text: &'t str, at: usize, characters: &[char]) -> Option<&'t str> {
    let start = text[..at].trim_end_matches(characters).len();
    (start == 0 || text[..start].ends_with('\n')).then(|| &text[start..at])
}

/// The last character before a byte that is not a blank.
fn last_before(text: &str, at: usize) -> Option<char> {
    text[..at].trim_end_matches([' ', '\t']).chars().next_back()
}

/// The indentation of a key in block style: what precedes it on its line, with spaces in the place of dashes.
fn indentation(text: &str, key: usize) -> Option<String> {
    only_before(text, key, &[' ', '-']).map(|before| " ".repeat(before.len()))
}

/// Lines, each but the first with this indentation.
fn indented(lines: &str, indentation: &str, line_break: &str) -> String {
    lines.trim_end_matches('\n').replace('\n', &format!("{line_break}{indentation}"))
}

fn insert(text: &str, place: &Place, new: &NewValue) -> Option<Edits> {
    let (key, value) = value::nested(&place.missing, new)?;
    let whole = place.value.map(|span| span.range());
    let begins =
        |with| whole.as_ref().is_some_and(|whole| text[whole.start.min(text.len())..].starts_with(with));
    if place.siblings.is_empty() {
        let inside = whole.as_ref().filter(|_| begins('{'))?.start + 1;
        let in_json =
            place.key.is_none_or(|key| text.get(key.range()).is_some_and(|key| key.starts_with('"')));
        let key = if in_json { value::double_quoted(&key) } else { in_flow(value::yaml_scalar(&key), &key) };
        return Some(vec![(inside..inside, format!("{key}: {}", value::json(&value)))]);
    }
    let (first, _) = place.siblings.first()?;
    let first = first.range().start;
    if begins('{') {
        let key = match text[first..].starts_with('"') {
            true => value::double_quoted(&key),
            false => in_flow(value::yaml_scalar(&key), &key),
        };
        let gap = match only_before(text, first, &[' ', '\t']) {
            Some(before) => format!(",{}{before}", line_break(text)),
            None => ", ".to_owned(),
        };
        return Some(vec![(first..first, format!("{key}: {}{gap}", value::json(&value)))]);
    }
    let line_break = line_break(text);
    let lines = value::yaml_lines(&key, &value);
    // Behind the last sibling that is on one line, where a comment above the next key stays with that key.
    for (key, value) in place.siblings.iter().rev() {
        let (key, value) = (key.range(), value.range());
        let written = text.get(value.clone())?;
        let is_line = !value.is_empty()
            && is_changeable(written.trim_start_matches(['{', '[']))
            && !text[key.start..value.end].contains('\n')
            && is_last_on_line(text, value.end);
        if let Some(indentation) = indentation(text, key.start).filter(|_| is_line) {
            let end = line_end(text, value.end);
            let lines = format!("{indentation}{}", indented(&lines, &indentation, line_break));
            return Some(vec![if text[..end].ends_with('\n') {
                (end..end, format!("{lines}{line_break}"))
            } else {
                (end..end, format!("{line_break}{lines}"))
            }]);
        }
    }
    let indentation = indentation(text, first)?;
    let lines = indented(&lines, &indentation, line_break);
    Some(vec![(first..first, format!("{lines}{line_break}{indentation}"))])
}

fn prepend(text: &str, place: &Place, new: &NewValue) -> Option<Edits> {
    let first = place.siblings.first()?.0.range().start;
    match last_before(text, first)? {
        '-' => {
            let at = text[..first].trim_end_matches([' ', '\t']).len() - 1;
            let indentation = indentation(text, at)?;
            let line_break = line_break(text);
            let item = crate::yaml::write::write(&value::node(new));
            let item = indented(&item, &format!("{indentation}  "), line_break);
            Some(vec![(at..at, format!("- {item}{line_break}{indentation}"))])
        }
        '[' => Some(vec![(first..first, format!("{}, ", value::json(new)))]),
        _ => None,
    }
}

fn remove(text: &str, place: &Place) -> Option<Edits> {
    let (key, value) = (place.key?.range(), place.value?.range());
    let end = value.end.max(key.end);
    let at = place.siblings.iter().position(|(sibling, _)| sibling.range() == key)?;
    let next = place.siblings.get(at + 1).map(|(key, _)| key.range().start);
    let Some(indentation) = indentation(text, key.start) else {
        // In flow style with the comma behind it, else with the one before it.
        return match (next, at.checked_sub(1).and_then(|at| place.siblings.get(at))) {
            (Some(next), _) => Some(vec![(key.start..next, String::new())]),
            (None, Some((_, previous))) => Some(vec![(previous.range().end..end, String::new())]),
            (None, None) => None,
        };
    };
    let rest = text.get(end..)?.trim_start_matches([' ', '\t']);
    let mut end = end;
    if rest.starts_with(',') || rest.starts_with('}') {
        return match (next, at.checked_sub(1).and_then(|at| place.siblings.get(at))) {
            (Some(next), _) => Some(vec![(key.start..next, String::new())]),
            (None, Some((_, previous))) => Some(vec![(previous.range().end..end, String::new())]),
            (None, None) => None,
        };
    }
    if value.is_empty() {
        // A key without a value: the colon is behind it.
        let colon = text[end..].find(':')?;
        end += colon + 1;
    }
    if !text[..end].ends_with('\n') {
        if !is_last_on_line(text, end) {
            return None;
        }
        end = line_end(text, end);
    }
    if text[..key.start].ends_with(&indentation) {
        return Some(vec![(key.start - indentation.len()..end, String::new())]);
    }
    // The first key of an item: the next one takes its place.
    let next = next.filter(|next| *next >= end && text[end..*next].trim().is_empty())?;
    Some(vec![(key.start..next, String::new())])
}
