//! Values of parameters against what they must look like.

use super::json;
use super::mismatch::{Mismatch, cloud_mismatch, mismatch};
use super::network::{cidr, ip_address};
use super::number::{duration, integer, number, octal, quantity};
use super::request::VolumeRequest;
use super::tag::{PairsShape, pairs, tag, triples};
use crate::catalog::driver::{Shape, Topology, go_boolean};
use crate::nearest::{did_you_mean, nearest};
use crate::quantity::Quantity;

/// Checks a value.
pub(super) fn check(shape: &Shape, value: &str, request: &VolumeRequest<'_>) -> Result<(), Mismatch> {
    match shape {
        Shape::Text | Shape::DiskType | Shape::Switch { .. } => Ok(()),
        Shape::Integer(shape) => integer(value, shape),
        Shape::Number { least, above, multiple_of } => number(value, *least, *above, *multiple_of),
        Shape::Quantity { empty: true, .. } if value.is_empty() => Ok(()),
        Shape::Quantity { positive, not_negative, unsigned, values, .. } => {
            quantity(value, *positive, *not_negative, *unsigned, values)
        }
        Shape::Duration { positive } => duration(value, *positive),
        Shape::Octal { most, empty } => octal(value, *most, *empty),
        Shape::IpAddress { v4_only } => ip_address(value, *v4_only),
        Shape::Cidr { prefix } => cidr(value, *prefix),
        Shape::Pattern { pattern, expected, trim, empty } => {
            let text = if *trim { value.trim() } else { value };
            if *empty && text.is_empty() || pattern.matches(text) {
                Ok(())
            } else {
                mismatch(format!("`{value}` is not {expected}"), format!("write {expected}"))
            }
        }
        Shape::AnyOf { shapes, expected } => {
            if shapes.iter().any(|shape| check(shape, value, request).is_ok()) {
                Ok(())
            } else {
                mismatch(format!("`{value}` is not {expected}"), format!("write {expected}"))
            }
        }
        Shape::RegularExpression => match regex::Regex::new(value) {
            Ok(_) => Ok(()),
            Err(_) => mismatch(format!("`{value}` is not a regular expression"), "check its parentheses"),
        },
        Shape::List { item, separator, trim, empty } => {
            if *empty && value.is_empty() {
                return Ok(());
            }
            value
                .split(*separator)
                .try_for_each(|part| check(item, if *trim { part.trim() } else { part }, request))
        }
        Shape::Json { json, scalars_first, empty } => json::check(value, json, *scalars_first, *empty),
        Shape::Placeholders { placeholders } => placeholder_text(value, placeholders),
        // Mount options and flags are checked where they are read.
        Shape::MountOptions { .. } | Shape::Flag => Ok(()),
        Shape::OneOf { values, any_case, empty } => one_of(value, values, *any_case, *empty),
        Shape::GoBoolean { empty } => {
            if go_boolean(value).is_some() || *empty && value.is_empty() {
                Ok(())
            } else {
                mismatch(format!("`{value}` is not a boolean"), "write `true` or `false`")
            }
        }
        Shape::Alphanumeric => {
            let sound = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if sound {
                Ok(())
            } else {
                mismatch(format!("`{value}` holds more than letters and digits"), "write digits only")
            }
        }
        Shape::StartsWith { start, path } => starts_with(value, start, *path),
        Shape::Path { path, list, empty, more } => paths(value, path, *list, *empty, *more),
        Shape::Pairs {
            key,
            value: letters,
            forbidden,
            separator_key,
            most,
            cloud_most,
            open_value,
            trailing_separator,
            reserved,
            cloud_prefixes,
            cloud_pattern,
        } => {
            let separator = separator_key.and_then(|key| request.value(key)).filter(|text| !text.is_empty());
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
                    trailing_separator: *trailing_separator,
                    reserved,
                    cloud_prefixes,
                    cloud_pattern: *cloud_pattern,
                },
            )
        }
        Shape::Triples { key, value: letters, most } => triples(value, key, letters, *most),
        Shape::Tag { reserved, reserved_prefixes, cloud_prefixes, fields, key_only } => {
            tag(value, reserved, reserved_prefixes, cloud_prefixes, fields, *key_only)
        }
        Shape::Zones => zones(value, request),
        Shape::Arn => {
            if value.starts_with("arn:") && value.split(':').count() >= 6 {
                Ok(())
            } else {
                mismatch(
                    format!("`{value}` is not an ARN"),
                    "write it whole: arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE",
                )
            }
        }
        Shape::Time { after } => {
            if !crate::time::is_time(value) {
                return mismatch(
                    format!("`{value}` is not a time"),
                    "write one such as 2099-01-01T00:00:00Z",
                );
            }
            // Both begin with the year, the month and the day.
            if value < *after {
                return cloud_mismatch(format!("`{value}` has passed"), "write a time to come");
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
        return (value != *off && meant).then_some("`true`");
    }
    let on = value == "true" || *any_case && value.eq_ignore_ascii_case("true");
    let meant = ["true", "1", "yes", "on", "y", "t", "enabled"]
        .iter()
        .any(|yes| value.trim().eq_ignore_ascii_case(yes));
    (!on && meant).then_some("`false`")
}

/// Text whose placeholders the driver replaces; it rejects what looks like another one.
fn placeholder_text(value: &str, placeholders: &[&str]) -> Result<(), Mismatch> {
    let mut text = value.to_owned();
    for known in placeholders {
        text = text.replace(known, "");
    }
    if text.contains("${") || text.contains('}') {
        let list = placeholders.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>();
        return mismatch(
            format!("`{value}` contains an unknown placeholder"),
            format!("the driver knows {}, in this letter case", list.join(", ")),
        );
    }
    Ok(())
}

fn one_of(value: &str, values: &[&str], any_case: bool, empty: bool) -> Result<(), Mismatch> {
    let known = values.iter().any(|known| *known == value || any_case && known.eq_ignore_ascii_case(value));
    if known || empty && value.is_empty() {
        return Ok(());
    }
    let near = values.iter().find(|known| known.eq_ignore_ascii_case(value.trim())).copied();
    let near = near.or_else(|| nearest(value, values.iter().copied()));
    let list = format!("valid values: {}", values.join(", "));
    mismatch(format!("`{value}` is not a value of this parameter"), did_you_mean(near, &list))
}

fn starts_with(value: &str, start: &str, path: Option<&str>) -> Result<(), Mismatch> {
    let begins = value.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    if value.is_empty() {
        return Ok(());
    }
    if !begins {
        return mismatch(
            format!("`{value}` does not begin with `{start}`"),
            format!("write it whole, from `{start}` on"),
        );
    }
    match path {
        Some(path) if !matches(value, path, None, true) => {
            cloud_mismatch(format!("`{value}` is not of the form {path}"), "write it whole")
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

fn paths(value: &str, path: &str, list: bool, empty: bool, more: Option<&str>) -> Result<(), Mismatch> {
    if value.is_empty() && empty {
        return Ok(());
    }
    let separator = if list { ',' } else { '\u{0}' };
    match value.split(separator).find(|item| !matches(item, path, more, false)) {
        Some(item) => mismatch(format!("`{item}` is not of the form {path}"), "write it whole"),
        None => Ok(()),
    }
}

fn zones(text: &str, request: &VolumeRequest<'_>) -> Result<(), Mismatch> {
    let topology = request.driver.topology.as_ref();
    let is_zone =
        |topology: &Topology, zone: &str| topology.is_zone(zone, |condition| condition.holds(request));
    let compact: String = text.chars().filter(|letter| *letter != ' ').collect();
    match compact
        .split(',')
        .find(|zone| zone.is_empty() || topology.is_some_and(|topology| !is_zone(topology, zone)))
    {
        Some(zone) => mismatch(
            format!("`{zone}` is not a zone"),
            "name zones of the cluster's region, with a comma between two",
        ),
        None => Ok(()),
    }
}

fn location(text: &str) -> Result<(), Mismatch> {
    let word = text.trim();
    let region = word.split_once('-').is_some_and(|(area, place)| {
        let name = place.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let letters = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        letters(area) && letters(name) && (1..=2).contains(&(place.len() - name.len()))
    });
    if region || !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Ok(())
    } else {
        mismatch(format!("`{text}` is not a location"), "write a multi-region or a region, not a zone")
    }
}

/// The GiB that a driver makes of a quantity below one of them.
pub(super) fn rounded_up(shape: &Shape, value: &str) -> Option<i128> {
    const GIB: i128 = 1 << 30;
    let Shape::Quantity { whole_gib: true, .. } = shape else { return None };
    let bytes = Quantity::parse(value).ok()?.ceil();
    (0 < bytes && bytes < GIB).then_some(1)
}
