//! Values of parameters against what they must look like.

use std::collections::BTreeMap;

use super::{Given, go_template};
use crate::catalog::driver::{Letters, Shape, Stage, TemplateField, Topology};
use crate::nearest::{did_you_mean, nearest};
use crate::quantity::Quantity;

/// Why a value is refused.
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) help: String,
    /// Who refuses it, where that is not who refuses others.
    pub(super) stage: Option<Stage>,
}

pub(super) fn wrong(message: String, help: impl Into<String>) -> Result<(), Wrong> {
    Err(Wrong { message, help: help.into(), stage: None })
}

fn cloud(message: String, help: impl Into<String>) -> Result<(), Wrong> {
    Err(Wrong { message, help: help.into(), stage: Some(Stage::Cloud) })
}

/// Checks a value.
pub(super) fn check(shape: &Shape, value: &str, given: &Given<'_>) -> Result<(), Wrong> {
    match shape {
        Shape::Text | Shape::DiskType | Shape::Switch { .. } => Ok(()),
        Shape::Integer { bits, least, most, above } => integer(value, *bits, *least, *most, *above),
        Shape::Quantity { positive, not_negative } => quantity(value, *positive, *not_negative),
        Shape::OneOf { values, any_case, empty } => one_of(value, values, *any_case, *empty),
        Shape::GoBoolean => {
            const BOOLEANS: [&str; 12] =
                ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"];
            if BOOLEANS.contains(&value) {
                Ok(())
            } else {
                wrong(format!("`{value}` is no boolean"), "write `true` or `false`")
            }
        }
        Shape::Alphanumeric => {
            let sound = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if sound {
                Ok(())
            } else {
                wrong(format!("`{value}` holds more than letters and digits"), "write digits only")
            }
        }
        Shape::StartsWith { start, path } => starts_with(value, start, path.as_deref()),
        Shape::Path { path, list, empty, more } => paths(value, path, *list, *empty, more.as_deref()),
        Shape::Pairs { key, value: letters, forbidden, separator_key, most, cloud_most, open_value } => {
            let separator =
                separator_key.as_deref().and_then(|key| given.value(key)).filter(|text| !text.is_empty());
            pairs(
                value,
                separator.unwrap_or(","),
                &PairsShape {
                    key: key.as_ref(),
                    value: letters.as_ref(),
                    forbidden,
                    most: *most,
                    cloud_most: *cloud_most,
                    open_value: *open_value,
                },
            )
        }
        Shape::Triples { key, value: letters, most } => triples(value, key, letters, *most),
        Shape::Tag { reserved, reserved_prefixes, cloud_prefixes, fields, key_only } => {
            tag(value, reserved, reserved_prefixes, cloud_prefixes, fields, *key_only)
        }
        Shape::Zones => zones(value, &given.driver.topology),
        Shape::Arn => {
            if value.starts_with("arn:") && value.split(':').count() >= 6 {
                Ok(())
            } else {
                wrong(
                    format!("`{value}` is no ARN"),
                    "write it whole: arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE",
                )
            }
        }
        Shape::Time { after } => {
            if !crate::time::is_time(value) {
                return wrong(format!("`{value}` is no time"), "write one such as 2099-01-01T00:00:00Z");
            }
            // Both begin with the year, the month and the day.
            if value < after.as_str() {
                return cloud(format!("`{value}` has passed"), "write a time to come");
            }
            Ok(())
        }
        Shape::Location => location(value),
    }
}

/// What a value that looks like yes is read as.
pub(super) fn misread(shape: &Shape, value: &str) -> Option<&'static str> {
    let Shape::Switch { any_case, off } = shape else { return None };
    if let Some(off) = off {
        let meant = ["false", "0", "no", "off", "n", "f", "disabled"]
            .iter()
            .any(|no| value.trim().eq_ignore_ascii_case(no));
        return (value != off && meant).then_some("`true`");
    }
    let on = value == "true" || *any_case && value.eq_ignore_ascii_case("true");
    let meant = ["true", "1", "yes", "on", "y", "t", "enabled"]
        .iter()
        .any(|yes| value.trim().eq_ignore_ascii_case(yes));
    (!on && meant).then_some("`false`")
}

fn integer(
    value: &str,
    bits: u32,
    least: Option<i64>,
    most: Option<i64>,
    above: Option<i64>,
) -> Result<(), Wrong> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse::<i64>().ok().filter(|number| bits > 32 || i32::try_from(*number).is_ok());
    let Some(number) = number.filter(|_| plain) else {
        return wrong(
            format!("`{value}` is no whole number of {bits} bits"),
            "write digits alone: no unit, no fraction, no comma, no space",
        );
    };
    if above.is_some_and(|above| number <= above) {
        return wrong(format!("{number} is too low"), format!("write {} or more", above.unwrap_or(0) + 1));
    }
    if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
        let range = match (least.or(above.map(|above| above + 1)), most) {
            (Some(least), Some(most)) => format!("write {least} to {most}"),
            (Some(least), None) => format!("write {least} or more"),
            (None, Some(most)) => format!("write {most} or less"),
            (None, None) => String::new(),
        };
        return wrong(format!("{number} is out of range"), range);
    }
    Ok(())
}

fn quantity(value: &str, positive: bool, not_negative: bool) -> Result<(), Wrong> {
    let Ok(quantity) = Quantity::parse(value) else {
        return wrong(
            format!("`{value}` is no quantity"),
            "write digits with a suffix of Kubernetes, such as 10k or 250Mi",
        );
    };
    if quantity.ceil() >= i128::from(i64::MAX) {
        return wrong(format!("`{value}` is too much to be read"), "write less");
    }
    if positive && quantity.ceil() <= 0 {
        return wrong(format!("`{value}` is not above zero"), "write a quantity such as 100Gi");
    }
    if not_negative && quantity.ceil_to(1 << 20) < 0 {
        return wrong(format!("`{value}` is below zero"), "write a quantity such as 250Mi");
    }
    Ok(())
}

fn one_of(value: &str, values: &[String], any_case: bool, empty: bool) -> Result<(), Wrong> {
    let known = values.iter().any(|known| known == value || any_case && known.eq_ignore_ascii_case(value));
    if known || empty && value.is_empty() {
        return Ok(());
    }
    let near = values.iter().find(|known| known.eq_ignore_ascii_case(value.trim())).map(String::as_str);
    let near = near.or_else(|| nearest(value, values.iter().map(String::as_str)));
    let list = format!("there is {}", values.join(", "));
    wrong(format!("`{value}` is not a value of this parameter"), did_you_mean(near, &list))
}

fn starts_with(value: &str, start: &str, path: Option<&str>) -> Result<(), Wrong> {
    let begins = value.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    if value.is_empty() {
        return Ok(());
    }
    if !begins {
        return wrong(
            format!("`{value}` does not begin with `{start}`"),
            format!("write it whole, from `{start}` on"),
        );
    }
    match path {
        Some(path) if !matches(value, path, None, true) => {
            cloud(format!("`{value}` is not of the form {path}"), "write it whole")
        }
        _ => Ok(()),
    }
}

/// Whether a text has the parts of a path, `*` being any.
fn matches(value: &str, path: &str, more: Option<&str>, any_case: bool) -> bool {
    let mut parts = value.split('/');
    let mut fits = |wanted: &str| {
        wanted.split('/').all(|wanted| {
            parts.next().is_some_and(|part| match wanted {
                "*" => !part.is_empty() && !part.contains(char::is_whitespace),
                _ => part == wanted || any_case && part.eq_ignore_ascii_case(wanted),
            })
        })
    };
    if !fits(path) {
        return false;
    }
    let rest: Vec<&str> = parts.collect();
    rest.is_empty() || more.is_some_and(|more| matches(&rest.join("/"), more, None, any_case))
}

fn paths(value: &str, path: &str, list: bool, empty: bool, more: Option<&str>) -> Result<(), Wrong> {
    if value.is_empty() && empty {
        return Ok(());
    }
    let separator = if list { ',' } else { '\u{0}' };
    match value.split(separator).find(|item| !matches(item, path, more, false)) {
        Some(item) => wrong(format!("`{item}` is not of the form {path}"), "write it whole"),
        None => Ok(()),
    }
}

struct PairsShape<'a> {
    key: Option<&'a Letters>,
    value: Option<&'a Letters>,
    forbidden: &'a str,
    most: Option<usize>,
    cloud_most: Option<usize>,
    open_value: bool,
}

fn pairs(text: &str, separator: &str, shape: &PairsShape<'_>) -> Result<(), Wrong> {
    const FORM: &str = "write key=value, with a comma between two";
    if text.is_empty() {
        return Ok(());
    }
    let mut keys: Vec<&str> = Vec::new();
    for item in text.split(separator) {
        let Some((key, value)) = item.split_once('=') else {
            return wrong(format!("`{item}` has no `=`"), FORM);
        };
        let (key, value) = (key.trim(), value.trim());
        if !shape.open_value && value.contains('=') {
            return wrong(format!("`{item}` has more than one `=`"), FORM);
        }
        if key.is_empty() {
            return wrong(format!("`{item}` has no key"), FORM);
        }
        if let Some(letter) = key.chars().find(|letter| shape.forbidden.contains(*letter)) {
            return wrong(
                format!("the key `{key}` holds `{letter}`"),
                format!("a key holds none of {}", shape.forbidden),
            );
        }
        if shape.key.is_some_and(|letters| !letters.fits(key)) {
            let help = "a small letter, then small letters, digits, `_` and `-`, at most 63 in all";
            return wrong(format!("`{key}` is no key"), help);
        }
        if shape.value.is_some_and(|letters| !letters.fits(value)) {
            return wrong(format!("`{value}` is no value"), "small letters, digits, `_` and `-`, at most 63");
        }
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if let Some(most) = shape.most.filter(|most| keys.len() > *most) {
        return wrong(format!("there are {} keys, and {most} are allowed", keys.len()), "take some out");
    }
    if let Some(most) = shape.cloud_most.filter(|most| keys.len() > *most) {
        return cloud(format!("there are {} keys, and {most} are allowed", keys.len()), "take some out");
    }
    Ok(())
}

fn triples(text: &str, key: &Letters, value: &Letters, most: usize) -> Result<(), Wrong> {
    const FORM: &str = "write parent/key/value, with a comma between two";
    if text.is_empty() {
        return Ok(());
    }
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for item in text.split(',') {
        let parts: Vec<&str> = item.split('/').map(str::trim).collect();
        let [parent, name, tag] = parts.as_slice() else {
            return wrong(format!("`{item}` does not have three parts"), FORM);
        };
        if !is_parent(parent) {
            let help = "a parent is a project's id (6 to 30 characters) or an organization's number";
            return wrong(format!("`{parent}` is no parent of a tag"), help);
        }
        if !key.fits(name) {
            return wrong(
                format!("`{name}` is no key of a tag"),
                "1 to 63 characters, with a letter or digit at both ends",
            );
        }
        if !value.fits(tag) {
            return wrong(
                format!("`{tag}` is no value of a tag"),
                "1 to 63 characters, with a letter or digit at both ends",
            );
        }
        if seen.contains(&(parent, name)) {
            return wrong(format!("`{parent}/{name}` is given twice"), "keep one");
        }
        seen.push((parent, name));
    }
    if seen.len() > most {
        return wrong(format!("there are {} tags, and {most} are allowed", seen.len()), "take some out");
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

fn tag(
    text: &str,
    reserved: &[String],
    reserved_prefixes: &[String],
    cloud_prefixes: &[String],
    fields: &BTreeMap<String, TemplateField>,
    key_only: bool,
) -> Result<(), Wrong> {
    let (key, value) = match text.split_once('=') {
        _ if key_only => (text, ""),
        Some(pair) => pair,
        None => return wrong(format!("`{text}` has no `=`"), "write key=value"),
    };
    let kept = reserved.iter().any(|name| name == key)
        || reserved_prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()));
    if kept {
        return wrong(format!("the driver keeps the tag `{key}` for itself"), "choose another key");
    }
    let begins =
        |prefix: &String| key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if cloud_prefixes.iter().any(begins) {
        return cloud(format!("the cloud keeps the tag `{key}` for itself"), "choose another key");
    }
    if key.is_empty() && !key_only {
        return cloud("the tag has no key".to_owned(), "write key=value");
    }
    if key.chars().count() > 128 || value.chars().count() > 256 && !value.contains("{{") {
        return cloud("the tag is too long".to_owned(), "a key has at most 128 characters, a value 256");
    }
    go_template::check(value, fields)
}

fn zones(text: &str, topology: &Topology) -> Result<(), Wrong> {
    let compact: String = text.chars().filter(|letter| *letter != ' ').collect();
    match compact.split(',').find(|zone| zone.is_empty() || !topology.is_zone(zone)) {
        Some(zone) => wrong(
            format!("`{zone}` is no zone"),
            "name zones of the cluster's region, with a comma between two",
        ),
        None => Ok(()),
    }
}

fn location(text: &str) -> Result<(), Wrong> {
    let word = text.trim();
    let region = word.split_once('-').is_some_and(|(area, place)| {
        let name = place.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let letters = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        letters(area) && letters(name) && (1..=2).contains(&(place.len() - name.len()))
    });
    if region || !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Ok(())
    } else {
        wrong(format!("`{text}` is no location"), "write a multi-region or a region, not a zone")
    }
}
