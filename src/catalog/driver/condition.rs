//! Conditions on a request.
//!
//! This file knows when each form of a condition holds, whether it concerns the claim, and how a page explains it; how the
//! catalogue writes it is in `build/condition.rs`. A new form is a variant and an arm in each of the exhaustive matches.
//! Tests of a value are in `value_test.rs` in the same way.

use std::fmt;

use super::subject::{Field, Subject};
use super::value_test::{Test, Words};
use super::value_test::{bytes, contains};

/// One condition on a request. It cannot be constructed without the thing that it tests.
#[derive(Clone, Debug)]
pub enum Condition {
    /// A parameter passes all tests.
    Parameter {
        /// The key.
        key: &'static str,
        /// Whether only this spelling of the key counts.
        exact: bool,
        /// The tests, at least one.
        tests: &'static [Test],
    },
    /// A mount option passes all tests.
    MountOption {
        /// The option's name.
        option: &'static str,
        /// The tests, at least one.
        tests: &'static [Test],
    },
    /// A field of the manifest passes all tests.
    Field {
        /// The field.
        field: Field,
        /// The tests, at least one.
        tests: &'static [Test],
    },
    /// A label of the object has this value.
    Label {
        /// The label's key.
        label: &'static str,
        /// Its value.
        is: &'static str,
    },
    /// More than so many of these parameters are filled.
    FilledAbove {
        /// The keys.
        keys: &'static [&'static str],
        /// How many may be.
        above: usize,
    },
    /// Fewer than so many of these parameters are filled.
    FilledBelow {
        /// The keys.
        keys: &'static [&'static str],
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
    FileSystem(&'static [&'static str]),
    /// The parameter comes from the claim's VolumeAttributesClass.
    FromAttributesClass(&'static str),
    /// The claim is a clone of another claim whose class gives the parameter another value: one that neither is the
    /// beginning of the other.
    DiffersFromSource(&'static str),
    /// The claim has this volume mode.
    VolumeMode(&'static str),
    /// The claim is smaller than this, in GiB.
    SizeBelow(i64),
    /// The claim is this large or larger, in GiB.
    SizeFrom(i64),
    /// The claim is larger than the quantity that a parameter gives.
    SizeAboveKey(&'static str),
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
        let filled = |keys: &[&str]| {
            keys.iter()
                .filter(|key| subject.value_of(key, false).is_some_and(|value| !value.is_empty()))
                .count()
        };
        let has_type = |types: &Words| {
            let any_case = types.any_case || subject.ignores_disk_type_case();
            contains(types.list, subject.disk_type(), any_case)
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
            Self::VolumeMode(mode) => subject.request().is_some_and(|claim| claim.volume_mode == *mode),
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
            Self::FilledAbove { keys, .. } => keys.last().copied(),
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
            |list: &[&str]| list.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
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
            Self::DiskType(types) => write!(out, "type {}", quoted(types.list)),
            Self::OtherDiskType(types) => write!(out, "a type other than {}", quoted(types.list)),
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
