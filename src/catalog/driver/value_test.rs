//! Tests of one value: how they are passed, and how a page explains them.

use std::fmt;

use super::pattern::Pattern;
use super::subject::{Field, Subject};
use crate::quantity::Quantity;

/// A test of one value.
#[derive(Clone, Debug)]
pub enum Test {
    /// It is present, or absent.
    Given(bool),
    /// It is present and not empty, or is absent or empty.
    Filled(bool),
    /// It is one of these.
    Is(Words),
    /// It is not one of these; an absent value is not either.
    Not(Words),
    /// A regular expression describes all of it.
    Matches(&'static Pattern),
    /// It is present, and a regular expression does not describe it.
    Mismatches(&'static Pattern),
    /// It is a whole number above this.
    Above(i64),
    /// It is a whole number below this.
    Below(i64),
    /// It is a whole number above what another parameter's allows.
    AboveEach(AboveEach),
    /// It is a whole number, and not above the number of another parameter.
    NotAbove(&'static str),
    /// It is a whole number of MiB above the quantity of a parameter.
    AboveMebibytesOf(&'static str),
    /// It is a quantity above that of another parameter.
    AboveQuantityOf(&'static str),
    /// It is filled, and not a part of this field.
    NotPartOf(Field),
    /// It is this boolean as Go's `strconv.ParseBool` reads one.
    Boolean(bool),
}

/// A list of values.
#[derive(Clone, Debug)]
pub struct Words {
    /// The values.
    pub list: &'static [&'static str],
    /// Whether letter case is ignored.
    pub any_case: bool,
    /// What an absent value counts as, if it counts as one.
    pub default: Option<&'static str>,
}

/// How much of one parameter another one allows.
#[derive(Clone, Debug)]
pub struct AboveEach {
    /// The other parameter.
    pub key: &'static str,
    /// How much each of it allows.
    pub each: f64,
    /// What it counts as if it is less or absent.
    pub least: i64,
}

/// Whether a list contains a value.
#[must_use]
pub(super) fn contains(list: &[&str], value: &str, any_case: bool) -> bool {
    list.iter().any(|word| *word == value || any_case && word.eq_ignore_ascii_case(value))
}

impl Words {
    fn contain(&self, value: &str) -> bool {
        contains(self.list, value, self.any_case)
    }
}

impl Test {
    /// Whether a value passes; `number` reads it as a whole number.
    #[must_use]
    pub fn passes(
        &self,
        value: Option<&str>,
        number: &dyn Fn() -> Option<i64>,
        subject: &dyn Subject,
    ) -> bool {
        match self {
            Self::Given(given) => value.is_some() == *given,
            Self::Filled(filled) => value.is_some_and(|value| !value.is_empty()) == *filled,
            Self::Is(words) => value.or(words.default).is_some_and(|value| words.contain(value)),
            Self::Not(words) => !value.or(words.default).is_some_and(|value| words.contain(value)),
            Self::Matches(pattern) => value.is_some_and(|value| pattern.matches(value)),
            Self::Mismatches(pattern) => value.is_some_and(|value| !pattern.matches(value)),
            Self::Above(above) => number().is_some_and(|number| number > *above),
            Self::Below(below) => number().is_some_and(|number| number < *below),
            Self::AboveEach(most) => {
                let other = subject.number_of(most.key).unwrap_or(most.least).max(most.least);
                number().is_some_and(|number| number as f64 > most.each * other as f64)
            }
            Self::NotAbove(key) => {
                number().zip(subject.number_of(key)).is_some_and(|(number, other)| number <= other)
            }
            Self::AboveMebibytesOf(key) => number()
                .zip(subject.value_of(key, false).and_then(bytes))
                .is_some_and(|(number, most)| i128::from(number) > most >> 20),
            Self::AboveQuantityOf(key) => value
                .and_then(bytes)
                .zip(subject.value_of(key, false).and_then(bytes))
                .is_some_and(|(ours, theirs)| ours > theirs),
            Self::NotPartOf(field) => value
                .zip(subject.field(*field))
                .is_some_and(|(value, field)| !value.is_empty() && !field.contains(value)),
            Self::Boolean(wanted) => value.and_then(go_boolean) == Some(*wanted),
        }
    }

    /// Explains the test of the value of this name.
    ///
    /// # Errors
    ///
    /// Those of the formatter.
    pub fn explain(&self, name: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(true) | Self::Filled(true) => write!(out, "`{name}`"),
            Self::Given(false) | Self::Filled(false) => write!(out, "no `{name}`"),
            Self::Is(words) => write!(out, "`{name}: {}`", words.list.join(" or ")),
            Self::Not(words) => write!(out, "`{name}` other than {}", words.list.join(", ")),
            Self::Matches(pattern) => write!(out, "`{name}` of the form `{}`", pattern.as_str()),
            Self::Mismatches(pattern) => write!(out, "`{name}` not of the form `{}`", pattern.as_str()),
            Self::Above(above) => write!(out, "`{name}` above {above}"),
            Self::Below(below) => write!(out, "`{name}` below {below}"),
            Self::AboveEach(most) => write!(out, "`{name}` above {} for each `{}`", most.each, most.key),
            Self::NotAbove(key) => write!(out, "`{name}` not above `{key}`"),
            Self::AboveMebibytesOf(key) => write!(out, "`{name}` in MiB above `{key}`"),
            Self::AboveQuantityOf(key) => write!(out, "`{name}` above `{key}`"),
            Self::NotPartOf(field) => write!(out, "`{name}` other than in `{}`", field.name()),
            Self::Boolean(value) => write!(out, "`{name}: {value}`"),
        }
    }

    /// The other parameters that the test reads.
    #[must_use]
    pub fn other_key(&self) -> Option<&str> {
        match self {
            Self::AboveEach(most) => Some(most.key),
            Self::NotAbove(key) | Self::AboveMebibytesOf(key) | Self::AboveQuantityOf(key) => Some(key),
            Self::Given(_)
            | Self::Filled(_)
            | Self::Is(_)
            | Self::Not(_)
            | Self::Matches(_)
            | Self::Mismatches(_)
            | Self::Above(_)
            | Self::Below(_)
            | Self::NotPartOf(_)
            | Self::Boolean(_) => None,
        }
    }
}

/// A quantity in bytes, rounded down.
#[must_use]
pub(super) fn bytes(text: &str) -> Option<i128> {
    Some(Quantity::parse(text).ok()?.nanos().div_euclid(1_000_000_000))
}

/// A boolean as Go's `strconv.ParseBool` reads one.
#[must_use]
pub fn go_boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}
