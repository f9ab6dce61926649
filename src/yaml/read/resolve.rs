//! Resolves scalars as kubectl does: YAML 1.1 types by the rules of the upstream library, then JSON.

use std::borrow::Cow;

use crate::encoding::decode_base64;
use crate::time::days_in_month;
use crate::yaml::node::Value;
use crate::yaml::read::parser::RawScalar;
use crate::yaml::read::problem::{Outcome, Problem};
use crate::yaml::rules::NOT_REPRESENTABLE_IN_JSON;

/// The prefix of the tags that YAML itself defines.
const PREFIX: &str = "tag:yaml.org,2002:";

/// A scalar with its YAML type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar<'t> {
    Null,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    String(Cow<'t, str>),
}

impl<'t> RawScalar<'t> {
    /// Whether the scalar is the merge key `<<`.
    pub(super) fn is_merge(&self) -> bool {
        self.text == "<<" && (self.implicit || self.tag.strip_prefix(PREFIX) == Some("merge"))
    }

    /// The scalar's type and value.
    pub(super) fn resolve(self) -> Outcome<Scalar<'t>> {
        if self.tag.is_empty() {
            return Ok(if self.implicit { plain(self.text) } else { Scalar::String(self.text) });
        }
        let Some(name) = self.tag.strip_prefix(PREFIX) else { return Ok(Scalar::String(self.text)) };
        match name {
            "bool" | "int" | "float" | "null" => {
                let scalar = plain(self.text.clone());
                match (name, scalar) {
                    ("bool", scalar @ Scalar::Bool(_))
                    | ("int", scalar @ (Scalar::Integer(_) | Scalar::Unsigned(_)))
                    | ("float", scalar @ Scalar::Float(_))
                    | ("null", scalar @ Scalar::Null) => Ok(scalar),
                    ("float", Scalar::Integer(number)) => Ok(Scalar::Float(number as f64)),
                    _ => Err(self.not_a(name)),
                }
            }
            "timestamp" if !is_timestamp(&self.text) => Err(self.not_a(name)),
            "binary" => match decode_base64(&self.text) {
                Some(bytes) => Ok(Scalar::String(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))),
                None => Err(self.not_a(name)),
            },
            _ => Ok(Scalar::String(self.text)),
        }
    }

    fn not_a(&self, name: &str) -> Box<Problem> {
        let message = format!("the value does not match its tag `!!{name}`");
        let help = "remove the tag, or write a value of that type";
        Problem::new(&NOT_REPRESENTABLE_IN_JSON, self.start, self.end.max(self.start + 1), message, help)
    }
}

impl<'t> Scalar<'t> {
    /// The value as the API server receives it in JSON: numbers without a point are integers. Nothing for
    /// infinity and NaN, which JSON cannot represent.
    pub(super) fn into_value(self) -> Option<Value<'t>> {
        Some(match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Integer(value) => Value::Integer(value),
            // The decoder reads 64-bit signed integers, and any other number as a float.
            Self::Unsigned(value) => i64::try_from(value).map_or(Value::Float(value as f64), Value::Integer),
            Self::Float(value) => number(value)?,
            Self::String(text) => Value::String(text),
        })
    }

    /// The scalar as a key of a JSON object; nothing for null and integers above [`i64::MAX`].
    pub(super) fn into_key(self) -> Option<Cow<'t, str>> {
        match self {
            Self::Null | Self::Unsigned(_) => None,
            Self::Bool(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
            Self::Integer(value) => Some(Cow::Owned(value.to_string())),
            Self::Float(value) => Some(Cow::Owned(float_key(value))),
            Self::String(text) => Some(text),
        }
    }
}

/// A float as JSON writes it and the decoder reads it back.
pub(super) fn number<'t>(value: f64) -> Option<Value<'t>> {
    if !value.is_finite() {
        return None;
    }
    if value.fract() == 0.0 && value.abs() < 1e21 {
        if value.abs() < 9e15 {
            return Some(Value::Integer(value as i64));
        }
        // The shortest digits, padded with zeros: not always the exact value.
        if let Ok(integer) = value.to_string().parse() {
            return Some(Value::Integer(integer));
        }
    }
    Some(Value::Float(value))
}

/// A float as kubectl converts it to a key: Go's `%g` with 32-bit precision.
fn float_key(value: f64) -> String {
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    match exponent.parse::<i32>().unwrap_or(0) {
        -4..=5 => format!("{value}"),
        exponent => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
    }
}

/// The type of a plain scalar without a tag.
pub(super) fn plain(text: Cow<'_, str>) -> Scalar<'_> {
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'0'..=b'9' | b'+' | b'-') => numeric(&text).unwrap_or(Scalar::String(text)),
        Some(b'.') => dotted(&text).unwrap_or(Scalar::String(text)),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => match &*text {
            "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
                Scalar::Bool(true)
            }
            "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
                Scalar::Bool(false)
            }
            "~" | "null" | "Null" | "NULL" => Scalar::Null,
            _ => Scalar::String(text),
        },
        Some(_) => Scalar::String(text),
    }
}

fn dotted<'t>(text: &str) -> Option<Scalar<'t>> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(Scalar::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" => Some(Scalar::Float(f64::INFINITY)),
        // Go parses the number after a point, and accepts `_` only between two digits.
        _ if text.contains('_') => {
            let digits = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
            let bytes = text.as_bytes();
            let sound = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_').all(|(at, _)| {
                digits(at.checked_sub(1).and_then(|at| bytes.get(at))) && digits(bytes.get(at + 1))
            });
            float(&text.replace('_', "")).filter(|_| sound)
        }
        _ => float(text),
    }
}

fn numeric<'t>(text: &str) -> Option<Scalar<'t>> {
    match text {
        "+.inf" | "+.Inf" | "+.INF" => return Some(Scalar::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => return Some(Scalar::Float(f64::NEG_INFINITY)),
        _ => {}
    }
    let plain: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    if let Some(magnitude) = integer(digits) {
        if negative && magnitude <= i64::MIN.unsigned_abs() {
            return Some(Scalar::Integer(0i64.wrapping_sub_unsigned(magnitude)));
        }
        if !negative {
            match i64::try_from(magnitude) {
                Ok(value) => return Some(Scalar::Integer(value)),
                // Above 63 bits, a signed number is a float.
                Err(_) if digits.len() == plain.len() => return Some(Scalar::Unsigned(magnitude)),
                Err(_) => {}
            }
        }
    }
    if let Some(scalar) = float(&plain) {
        return Some(scalar);
    }
    // The upstream library accepts a second sign after `0b`.
    let rest = plain.strip_prefix("0b")?;
    let sign = rest.starts_with(['+', '-']);
    i64::from_str_radix(rest, 2).ok().filter(|_| sign).map(Scalar::Integer)
}

/// An integer as Go reads it with base 0: `0x`, `0o` and `0b`, and a leading zero for octal.
fn integer(digits: &str) -> Option<u64> {
    let bytes = digits.as_bytes();
    let (radix, digits) = match bytes {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    // `from_str_radix` would accept another sign.
    let starts_well = digits.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    u64::from_str_radix(digits, radix).ok().filter(|_| starts_well)
}

/// A decimal float as the upstream library reads it; a number that is too large remains text.
fn float<'t>(text: &str) -> Option<Scalar<'t>> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (digits, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let sound = all_digits(whole)
        && all_digits(part)
        && !(whole.is_empty() && part.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && all_digits(exponent));
    text.parse().ok().filter(|value: &f64| sound && value.is_finite()).map(Scalar::Float)
}

/// Whether Go reads the text as one of the four timestamp formats of the upstream library.
fn is_timestamp(text: &str) -> bool {
    let number =
        |text: &str, digits: std::ops::RangeInclusive<usize>, range: std::ops::RangeInclusive<u32>| {
            digits.contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_digit())
                && text.parse().is_ok_and(|value| range.contains(&value))
        };
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at..)),
        None => (text, None),
    };
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let (Ok(in_year), Ok(in_month)) = (year.parse(), month.parse()) else { return false };
    let days = days_in_month(in_year, in_month);
    if !number(year, 4..=4, 0..=9999) || !number(month, 1..=2, 1..=12) || !number(day, 1..=2, 1..=days) {
        return false;
    }
    let Some(time) = time else { return true };
    let (clock, zone) = match (time.as_bytes().first(), time.find(['Z', '+', '-'])) {
        (Some(b' '), None) => (time.get(1..).unwrap_or_default(), None),
        (Some(b'T' | b't'), Some(at)) => (time.get(1..at).unwrap_or_default(), time.get(at..)),
        _ => return false,
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.splitn(3, ':');
    let mut part = || parts.next().unwrap_or_default();
    let zone_is_sound = match zone {
        None | Some("Z") => true,
        Some(zone) => zone
            .get(1..)
            .and_then(|zone| zone.split_once(':'))
            .is_some_and(|(hours, minutes)| number(hours, 2..=2, 0..=24) && number(minutes, 2..=2, 0..=60)),
    };
    number(part(), 1..=2, 0..=23)
        && number(part(), 1..=2, 0..=59)
        && number(part(), 1..=2, 0..=59)
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && zone_is_sound
}
