//! Keeps a value from containing itself: the engine would follow it until the stack overflows.
//!
//! Only a `namespace` can be changed once it exists, and only `{% set name.key = … %}` changes it. Each such assignment in a
//! user's template is checked: what is assigned must not contain a namespace.

use std::cell::RefCell;
use std::collections::VecDeque;

use minijinja::value::{DynObject, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind};

/// The function that the assignments call.
const CHECK: &str = "__volwright_acyclic";
/// The most values that are looked at for one assignment.
const MOST: usize = 100_000;
/// How many values are remembered as checked: a loop extends the value of its last round.
const REMEMBERED: usize = 16;

thread_local! {
    /// Values that contain no namespace, the newest last.
    static CHECKED: RefCell<VecDeque<Value>> = const { RefCell::new(VecDeque::new()) };
}

/// Adds the check to an environment.
pub(super) fn add(environment: &mut Environment<'_>) {
    environment.add_function(CHECK, check);
}

/// Returns a value that contains no namespace.
fn check(value: Value) -> Result<Value, Error> {
    let probe = minijinja::functions::namespace(None)?;
    let namespace = probe.as_object().map(DynObject::type_name);
    let mut open = vec![value.clone()];
    let mut count = 0;
    while let Some(value) = open.pop() {
        let Some(object) = value.as_object() else { continue };
        count += 1;
        if Some(object.type_name()) == namespace {
            let message = "a namespace cannot contain a namespace";
            return Err(Error::new(ErrorKind::InvalidOperation, message));
        }
        if count > MOST {
            let message = format!("a namespace cannot contain more than {MOST} values");
            return Err(Error::new(ErrorKind::InvalidOperation, message));
        }
        if list_address(&value).is_some_and(|address| {
            CHECKED.with_borrow(|checked| checked.iter().any(|known| list_address(known) == Some(address)))
        }) {
            continue;
        }
        match value.kind() {
            ValueKind::Map => {
                for key in value.try_iter()? {
                    open.push(value.get_item(&key)?);
                }
            }
            ValueKind::Seq | ValueKind::Iterable => open.extend(value.try_iter()?),
            _ => {}
        }
    }
    CHECKED.with_borrow_mut(|checked| {
        if checked.len() >= REMEMBERED {
            checked.pop_front();
        }
        checked.push_back(value.clone());
    });
    Ok(value)
}

/// What identifies a list as long as it is kept.
fn list_address(value: &Value) -> Option<usize> {
    value.downcast_object_ref::<Vec<Value>>().map(|list| std::ptr::from_ref(list).addr())
}

/// A template whose assignments to keys of namespaces are checked; every line stays where it is.
pub(super) fn guarded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min() {
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        let close = match tag.as_bytes().get(1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            _ => "#}",
        };
        let Some(mut end) = end_of(tag, close) else {
            out.push_str(tag);
            return out;
        };
        let body = &tag[2..end - 2];
        if close == "%}" && words(body).next() == Some("raw") {
            // Text up to the end of the block is not a template.
            let raw = tag[end..]
                .match_indices("{%")
                .find(|(at, _)| words(&tag[end + at + 2..]).next() == Some("endraw"));
            end = raw.map_or(tag.len(), |(at, _)| end + at);
        }
        match assignment(body).filter(|_| close == "%}") {
            Some((target, value, trim)) => {
                out.push_str(&format!("{{%{target}= {CHECK}(({value})) {trim}%}}"));
            }
            None => out.push_str(&tag[..end]),
        }
        rest = &tag[end..];
    }
    out.push_str(rest);
    out
}

/// The words of a tag, without the mark that trims blanks.
fn words(body: &str) -> impl Iterator<Item = &str> {
    body.trim_start_matches(['-', '+'])
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
}

/// The end of a tag, behind the `close` that is not in a string.
fn end_of(tag: &str, close: &str) -> Option<usize> {
    let mut string = None;
    let mut escaped = false;
    for (at, letter) in tag.char_indices().skip(2) {
        match string {
            Some(_) if escaped => escaped = false,
            Some(_) if letter == '\\' => escaped = true,
            Some(quote) if letter == quote => string = None,
            Some(_) => {}
            None if tag[at..].starts_with(close) => return Some(at + 2),
            None if close != "#}" && matches!(letter, '"' | '\'') => string = Some(letter),
            None => {}
        }
    }
    None
}

/// The parts of a tag that assigns to a key: up to the `=`, the value, and the mark that trims blanks.
fn assignment(body: &str) -> Option<(&str, &str, &str)> {
    if words(body).next() != Some("set") {
        return None;
    }
    let (target, value) = body.split_once('=')?;
    if !target.contains('.') {
        return None;
    }
    let value = value.trim_end();
    let trimmed = value.trim_end_matches(['-', '+']);
    Some((target, trimmed, &value[trimmed.len()..]))
}
