//! Tags and labels: pairs, triples, and single tags with templates.

use super::go_template;
use super::mismatch::{Mismatch, cloud_mismatch, mismatch};
use crate::catalog::driver::{Letters, Map, Pattern, TemplateField};

/// What pairs look like.
pub(super) struct PairsShape<'a> {
    pub(super) key: Option<&'a Letters>,
    pub(super) value: Option<&'a Letters>,
    pub(super) forbidden: &'a str,
    pub(super) most: Option<usize>,
    pub(super) cloud_most: Option<usize>,
    pub(super) open_value: bool,
    pub(super) trailing_separator: bool,
    pub(super) reserved: &'a [&'a str],
    pub(super) cloud_prefixes: &'a [&'a str],
    pub(super) cloud_pattern: Option<&'a Pattern>,
}

pub(super) fn pairs(text: &str, separator: &str, shape: &PairsShape<'_>) -> Result<(), Mismatch> {
    const FORM: &str = "write key=value, with a comma between two";
    if text.is_empty() {
        return Ok(());
    }
    let text = text.strip_suffix(separator).filter(|_| shape.trailing_separator).unwrap_or(text);
    let mut keys: Vec<&str> = Vec::new();
    for item in text.split(separator) {
        let Some((key, value)) = item.split_once('=') else {
            return mismatch(format!("`{item}` has no `=`"), FORM);
        };
        let (key, value) = (key.trim(), value.trim());
        if !shape.open_value && value.contains('=') {
            return mismatch(format!("`{item}` has more than one `=`"), FORM);
        }
        if key.is_empty() {
            return mismatch(format!("`{item}` has no key"), FORM);
        }
        if let Some(letter) = key.chars().find(|letter| shape.forbidden.contains(*letter)) {
            return mismatch(
                format!("the key `{key}` holds `{letter}`"),
                format!("a key holds none of {}", shape.forbidden),
            );
        }
        if shape.key.is_some_and(|letters| !letters.fits(key)) {
            let help = "a lowercase letter, then lowercase letters, digits, `_` and `-`, at most 63 in all";
            return mismatch(format!("`{key}` is not a valid tag key"), help);
        }
        if shape.value.is_some_and(|letters| !letters.fits(value)) {
            return mismatch(
                format!("`{value}` is not a valid tag value"),
                "lowercase letters, digits, `_` and `-`, at most 63",
            );
        }
        if shape.reserved.contains(&key) {
            return mismatch(format!("the driver sets `{key}` itself"), "choose another key");
        }
        if shape.cloud_prefixes.iter().any(|prefix| key.starts_with(prefix)) {
            return cloud_mismatch(format!("the cloud reserves the key `{key}`"), "choose another key");
        }
        if let Some(part) =
            [key, value].into_iter().find(|part| shape.cloud_pattern.is_some_and(|p| !p.matches(part)))
        {
            return cloud_mismatch(
                format!("`{part}` has characters that tags do not allow, or is too long"),
                "use letters, digits, blanks and `+ - = . _ : / @`",
            );
        }
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if let Some(most) = shape.most.filter(|most| keys.len() > *most) {
        return mismatch(format!("there are {} keys, and {most} are allowed", keys.len()), "remove some");
    }
    if let Some(most) = shape.cloud_most.filter(|most| keys.len() > *most) {
        return cloud_mismatch(
            format!("there are {} keys, and {most} are allowed", keys.len()),
            "remove some",
        );
    }
    Ok(())
}

pub(super) fn triples(text: &str, key: &Letters, value: &Letters, most: usize) -> Result<(), Mismatch> {
    const FORM: &str = "write parent/key/value, with a comma between two";
    if text.is_empty() {
        return Ok(());
    }
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for item in text.split(',') {
        let parts: Vec<&str> = item.split('/').map(str::trim).collect();
        let [parent, name, tag] = parts.as_slice() else {
            return mismatch(format!("`{item}` does not have three parts"), FORM);
        };
        if !is_parent(parent) {
            let help = "a parent is a project's id (6 to 30 characters) or an organization's number";
            return mismatch(format!("`{parent}` is not a valid parent of a tag"), help);
        }
        if !key.fits(name) {
            return mismatch(
                format!("`{name}` is not a valid tag key"),
                "1 to 63 characters, with a letter or digit at both ends",
            );
        }
        if !value.fits(tag) {
            return mismatch(
                format!("`{tag}` is not a valid tag value"),
                "1 to 63 characters, with a letter or digit at both ends",
            );
        }
        if seen.contains(&(parent, name)) {
            return mismatch(format!("`{parent}/{name}` is given twice"), "keep one");
        }
        seen.push((parent, name));
    }
    if seen.len() > most {
        return mismatch(format!("there are {} tags, and {most} are allowed", seen.len()), "remove some");
    }
    Ok(())
}

/// A project's id, or an organization's number.
fn is_parent(text: &str) -> bool {
    let number = (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0');
    let project = (6..=30).contains(&text.len())
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    number || project
}

pub(super) fn tag(
    text: &str,
    reserved: &[&str],
    reserved_prefixes: &[&str],
    cloud_prefixes: &[&str],
    fields: &Map<TemplateField>,
    key_only: bool,
) -> Result<(), Mismatch> {
    let (key, value) = match text.split_once('=') {
        _ if key_only => (text, ""),
        Some(pair) => pair,
        None => return mismatch(format!("`{text}` has no `=`"), "write key=value"),
    };
    let kept = reserved.contains(&key) || reserved_prefixes.iter().any(|prefix| key.starts_with(prefix));
    if kept {
        return mismatch(format!("the driver keeps the tag `{key}` for itself"), "choose another key");
    }
    let begins =
        |prefix: &&str| key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if cloud_prefixes.iter().any(begins) {
        return cloud_mismatch(format!("the cloud keeps the tag `{key}` for itself"), "choose another key");
    }
    if key.is_empty() && !key_only {
        return cloud_mismatch("the tag has no key".to_owned(), "write key=value");
    }
    if key.chars().count() > 128 || value.chars().count() > 256 && !value.contains("{{") {
        return cloud_mismatch(
            "the tag is too long".to_owned(),
            "a key has at most 128 characters, a value 256",
        );
    }
    go_template::check(value, fields)
}
