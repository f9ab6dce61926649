//! Conditions on a request.
//!
//! This file is the only one that knows the forms of a condition: how the catalogue writes them, when they hold, whether
//! they concern the claim, and how a page explains them. A new form is a field of `Written`, a variant, and an arm in each
//! of the exhaustive matches. Tests of a value are in `value_test.rs` in the same way.

use std::fmt;

use serde::Deserialize;

use super::pattern::Pattern;
use super::subject::{Field, Subject};
use super::value_test::{AboveEach, Test, Words};
use super::value_test::{bytes, contains};

/// One condition on a request. It cannot be constructed without the thing that it tests.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub enum Condition {
    /// A parameter passes all tests.
    Parameter {
        /// The key.
        key: String,
        /// Whether only this spelling of the key counts.
        exact: bool,
        /// The tests, at least one.
        tests: Vec<Test>,
    },
    /// A mount option passes all tests.
    MountOption {
        /// The option's name.
        option: String,
        /// The tests, at least one.
        tests: Vec<Test>,
    },
    /// A field of the manifest passes all tests.
    Field {
        /// The field.
        field: Field,
        /// The tests, at least one.
        tests: Vec<Test>,
    },
    /// A label of the object has this value.
    Label {
        /// The label's key.
        label: String,
        /// Its value.
        is: String,
    },
    /// More than so many of these parameters are filled.
    FilledAbove {
        /// The keys.
        keys: Vec<String>,
        /// How many may be.
        above: usize,
    },
    /// Fewer than so many of these parameters are filled.
    FilledBelow {
        /// The keys.
        keys: Vec<String>,
        /// How many must be.
        below: usize,
    },
    /// The object has, or has not, any parameter at all.
    AnyParameter(bool),
    /// The disk type is one of these.
    DiskType(Words),
    /// The disk type is not one of these.
    OtherDiskType(Words),
    /// The file system is one of these.
    FileSystem(Vec<String>),
    /// The parameter comes from the claim's VolumeAttributesClass.
    FromAttributesClass(String),
    /// The claim is a clone of another claim whose class gives the parameter another value: one that neither is the
    /// beginning of the other.
    DiffersFromSource(String),
    /// The claim has this volume mode.
    VolumeMode(String),
    /// The claim is smaller than this, in GiB.
    SizeBelow(i64),
    /// The claim is this large or larger, in GiB.
    SizeFrom(i64),
    /// The claim is larger than the quantity that a parameter gives.
    SizeAboveKey(String),
    /// The claim is made from a snapshot or another claim, or is not.
    FromSource(bool),
    /// The claim is made from another claim, or is not.
    FromClone(bool),
    /// The claim has, or has not, an access mode that only reads.
    ReadOnly(bool),
}

impl Condition {
    /// Whether the condition concerns the claim, so that a class alone cannot answer it.
    #[must_use]
    pub fn is_about_claim(&self) -> bool {
        match self {
            Self::Parameter { .. }
            | Self::MountOption { .. }
            | Self::Field { .. }
            | Self::Label { .. }
            | Self::FilledAbove { .. }
            | Self::FilledBelow { .. }
            | Self::AnyParameter(_)
            | Self::DiskType(_)
            | Self::OtherDiskType(_)
            | Self::FileSystem(_) => false,
            Self::FromAttributesClass(_)
            | Self::DiffersFromSource(_)
            | Self::VolumeMode(_)
            | Self::SizeBelow(_)
            | Self::SizeFrom(_)
            | Self::SizeAboveKey(_)
            | Self::FromSource(_)
            | Self::FromClone(_)
            | Self::ReadOnly(_) => true,
        }
    }

    /// Whether the condition holds. One that concerns the claim does not hold without a claim.
    #[must_use]
    pub fn holds(&self, subject: &dyn Subject) -> bool {
        let filled = |keys: &[String]| {
            keys.iter()
                .filter(|key| subject.value_of(key, false).is_some_and(|value| !value.is_empty()))
                .count()
        };
        let has_type = |types: &Words| {
            let any_case = types.any_case || subject.ignores_disk_type_case();
            contains(&types.list, subject.disk_type(), any_case)
        };
        match self {
            Self::Parameter { key, exact, tests } => {
                let value = subject.value_of(key, *exact);
                let number = || subject.number_of(key);
                tests.iter().all(|test| test.passes(value, &number, subject))
            }
            Self::MountOption { option, tests } => {
                let value = subject.mount_option(option);
                let number = || value.and_then(|value| value.parse().ok());
                tests.iter().all(|test| test.passes(value, &number, subject))
            }
            Self::Field { field, tests } => {
                let value = subject.field(*field);
                let number = || value.and_then(|value| value.parse().ok());
                tests.iter().all(|test| test.passes(value, &number, subject))
            }
            Self::Label { label, is } => subject.label(label) == Some(is),
            Self::FilledAbove { keys, above } => filled(keys) > *above,
            Self::FilledBelow { keys, below } => filled(keys) < *below,
            Self::AnyParameter(any) => subject.has_parameters() == *any,
            Self::DiskType(types) => has_type(types),
            Self::OtherDiskType(types) => !has_type(types),
            Self::FileSystem(systems) => contains(systems, subject.file_system(), true),
            Self::FromAttributesClass(key) => {
                subject.request().is_some() && subject.is_from_attributes_class(key)
            }
            Self::DiffersFromSource(key) => subject.source_differs(key),
            Self::VolumeMode(mode) => subject.request().is_some_and(|claim| claim.volume_mode == mode),
            Self::SizeBelow(size) => subject.request().is_some_and(|claim| claim.size < *size),
            Self::SizeFrom(size) => subject.request().is_some_and(|claim| claim.size >= *size),
            Self::SizeAboveKey(key) => subject
                .request()
                .zip(subject.value_of(key, false).and_then(bytes))
                .is_some_and(|(claim, most)| i128::from(claim.size) << 30 > most),
            Self::FromSource(from) => subject.request().is_some_and(|claim| claim.from_source == *from),
            Self::FromClone(from) => subject.request().is_some_and(|claim| claim.from_clone == *from),
            Self::ReadOnly(only) => subject
                .request()
                .is_some_and(|claim| claim.modes.iter().any(|mode| mode == "ReadOnlyMany") == *only),
        }
    }

    /// The parameter that the condition tests, if it tests one.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Parameter { key, .. } | Self::FromAttributesClass(key) | Self::DiffersFromSource(key) => {
                Some(key)
            }
            Self::FilledAbove { keys, .. } => keys.last().map(String::as_str),
            Self::MountOption { .. }
            | Self::Field { .. }
            | Self::Label { .. }
            | Self::FilledBelow { .. }
            | Self::AnyParameter(_)
            | Self::DiskType(_)
            | Self::OtherDiskType(_)
            | Self::FileSystem(_)
            | Self::VolumeMode(_)
            | Self::SizeBelow(_)
            | Self::SizeFrom(_)
            | Self::SizeAboveKey(_)
            | Self::FromSource(_)
            | Self::FromClone(_)
            | Self::ReadOnly(_) => None,
        }
    }

    /// The mount option that the condition tests, if it tests one.
    #[must_use]
    pub fn option(&self) -> Option<&str> {
        if let Self::MountOption { option, .. } = self { Some(option) } else { None }
    }
}

/// Explains the condition for a page of documentation, such as "`type: fast`".
impl fmt::Display for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted =
            |list: &[String]| list.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
        let tests = |out: &mut fmt::Formatter<'_>, name: &str, tests: &[Test]| {
            for (index, test) in tests.iter().enumerate() {
                if index > 0 {
                    out.write_str(" and ")?;
                }
                test.explain(name, out)?;
            }
            Ok(())
        };
        match self {
            Self::Parameter { key, tests: list, .. } => tests(out, key, list),
            Self::MountOption { option, tests: list } => {
                out.write_str("mount option ")?;
                tests(out, option, list)
            }
            Self::Field { field, tests: list } => tests(out, field.name(), list),
            Self::Label { label, is } => write!(out, "label `{label}: {is}`"),
            Self::FilledAbove { keys, above } => write!(out, "more than {above} of {}", quoted(keys)),
            Self::FilledBelow { keys, below } => write!(out, "fewer than {below} of {}", quoted(keys)),
            Self::AnyParameter(true) => out.write_str("any parameter"),
            Self::AnyParameter(false) => out.write_str("no parameter"),
            Self::DiskType(types) => write!(out, "type {}", quoted(&types.list)),
            Self::OtherDiskType(types) => write!(out, "a type other than {}", quoted(&types.list)),
            Self::FileSystem(systems) => write!(out, "file system {}", quoted(systems)),
            Self::FromAttributesClass(key) => write!(out, "`{key}` in the VolumeAttributesClass"),
            Self::DiffersFromSource(key) => write!(out, "a clone of a claim with another `{key}`"),
            Self::VolumeMode(mode) => write!(out, "`volumeMode: {mode}`"),
            Self::SizeBelow(size) => write!(out, "a claim below {size} GiB"),
            Self::SizeFrom(size) => write!(out, "a claim of {size} GiB or more"),
            Self::SizeAboveKey(key) => write!(out, "a claim larger than `{key}`"),
            Self::FromSource(true) => out.write_str("a claim made from a snapshot or another claim"),
            Self::FromSource(false) => out.write_str("a claim made from nothing"),
            Self::FromClone(true) => out.write_str("a clone of a claim"),
            Self::FromClone(false) => out.write_str("a claim that is not a clone"),
            Self::ReadOnly(true) => out.write_str("a claim with ReadOnlyMany"),
            Self::ReadOnly(false) => out.write_str("a claim without ReadOnlyMany"),
        }
    }
}

/// A condition as the catalogue writes it: one subject, and for a value its tests.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    key: Option<String>,
    exact_key: bool,
    option: Option<String>,
    field: Option<Field>,
    label: Option<String>,
    of: Vec<String>,
    filled_above: Option<usize>,
    filled_below: Option<usize>,
    any_parameter: Option<bool>,
    types: Vec<String>,
    not_types: Vec<String>,
    file_systems: Vec<String>,
    volume_mode: Option<String>,
    size_below: Option<i64>,
    size_from: Option<i64>,
    size_above_key: Option<String>,
    from_source: Option<bool>,
    from_clone: Option<bool>,
    read_only: Option<bool>,
    from_attributes_class: bool,
    differs_from_source: bool,
    given: Option<bool>,
    filled: Option<bool>,
    is: Vec<String>,
    not: Vec<String>,
    any_case: bool,
    default: Option<String>,
    matches: Option<Pattern>,
    mismatches: Option<Pattern>,
    above: Option<i64>,
    below: Option<i64>,
    above_each: Option<AboveEach>,
    not_above: Option<String>,
    above_mebibytes_of: Option<String>,
    above_quantity_of: Option<String>,
    not_part_of: Option<Field>,
    boolean: Option<bool>,
}

impl Written {
    /// Takes the tests of a value out.
    fn tests(&mut self) -> Vec<Test> {
        let (any_case, default) = (self.any_case, self.default.take());
        let words = |list: &mut Vec<String>| {
            let list = std::mem::take(list);
            (!list.is_empty()).then(|| Words { list, any_case, default: default.clone() })
        };
        let mut tests = Vec::new();
        tests.extend(self.given.take().map(Test::Given));
        tests.extend(self.filled.take().map(Test::Filled));
        tests.extend(words(&mut self.is).map(Test::Is));
        tests.extend(words(&mut self.not).map(Test::Not));
        tests.extend(self.matches.take().map(Test::Matches));
        tests.extend(self.mismatches.take().map(Test::Mismatches));
        tests.extend(self.above.take().map(Test::Above));
        tests.extend(self.below.take().map(Test::Below));
        tests.extend(self.above_each.take().map(Test::AboveEach));
        tests.extend(self.not_above.take().map(Test::NotAbove));
        tests.extend(self.above_mebibytes_of.take().map(Test::AboveMebibytesOf));
        tests.extend(self.above_quantity_of.take().map(Test::AboveQuantityOf));
        tests.extend(self.not_part_of.take().map(Test::NotPartOf));
        tests.extend(self.boolean.take().map(Test::Boolean));
        tests
    }
}

impl TryFrom<Written> for Condition {
    type Error = String;

    fn try_from(mut written: Written) -> Result<Self, String> {
        let mut tests = written.tests();
        let mut found = Vec::new();
        if let Some(key) = written.key.take() {
            if written.from_attributes_class {
                found.push(Self::FromAttributesClass(key));
            } else if written.differs_from_source {
                found.push(Self::DiffersFromSource(key));
            } else {
                let tests = std::mem::take(&mut tests);
                if tests.is_empty() {
                    return Err(format!("the condition on `{key}` tests nothing"));
                }
                found.push(Self::Parameter { key, exact: written.exact_key, tests });
            }
        }
        if let Some(option) = written.option {
            let tests = std::mem::take(&mut tests);
            if tests.is_empty() {
                return Err(format!("the condition on the mount option `{option}` tests nothing"));
            }
            found.push(Self::MountOption { option, tests });
        }
        if let Some(field) = written.field {
            let tests = std::mem::take(&mut tests);
            if tests.is_empty() {
                return Err(format!("the condition on {} tests nothing", field.name()));
            }
            found.push(Self::Field { field, tests });
        }
        if let Some(label) = written.label {
            match tests.pop() {
                Some(Test::Is(Words { list, .. })) if list.len() == 1 => {
                    found.extend(list.into_iter().map(|is| Self::Label { label: label.clone(), is }));
                }
                _ => return Err(format!("the condition on the label `{label}` needs one value")),
            }
        }
        match (written.filled_above, written.filled_below, written.of) {
            (Some(above), None, keys) if !keys.is_empty() => found.push(Self::FilledAbove { keys, above }),
            (None, Some(below), keys) if !keys.is_empty() => found.push(Self::FilledBelow { keys, below }),
            (None, None, keys) if keys.is_empty() => {}
            _ => return Err("`of` needs one of `filled_above` and `filled_below`".to_owned()),
        }
        for (list, form) in
            [(written.types, Self::DiskType as fn(Words) -> Self), (written.not_types, Self::OtherDiskType)]
        {
            if !list.is_empty() {
                found.push(form(Words { list, any_case: written.any_case, default: None }));
            }
        }
        if !written.file_systems.is_empty() {
            found.push(Self::FileSystem(written.file_systems));
        }
        found.extend(written.any_parameter.map(Self::AnyParameter));
        found.extend(written.volume_mode.map(Self::VolumeMode));
        found.extend(written.size_below.map(Self::SizeBelow));
        found.extend(written.size_from.map(Self::SizeFrom));
        found.extend(written.size_above_key.map(Self::SizeAboveKey));
        found.extend(written.from_source.map(Self::FromSource));
        found.extend(written.from_clone.map(Self::FromClone));
        found.extend(written.read_only.map(Self::ReadOnly));
        if !tests.is_empty() {
            return Err("the condition has tests and no key, option or field".to_owned());
        }
        match (found.pop(), found.is_empty()) {
            (Some(condition), true) => Ok(condition),
            (None, _) => Err("the condition tests nothing".to_owned()),
            (Some(_), false) => Err("a condition tests one thing; write two conditions".to_owned()),
        }
    }
}
