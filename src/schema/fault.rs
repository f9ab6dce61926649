//! What is wrong with a value under its schema.

use crate::yaml::path::Path;

/// The API server's cause of a rejection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A field that the schema does not have.
    UnknownField,
    /// A value of the wrong JSON type or format.
    Type,
    /// A required field that is missing.
    Required,
    /// A value that is not in the enum.
    NotSupported,
    /// A value that breaks another constraint.
    Invalid,
    /// A string that is too long.
    TooLong,
    /// A list or an object that is too large.
    TooMany,
    /// Two items of a set, or of a list map, with the same key.
    Duplicate,
}

impl Cause {
    /// Whether no rule of the schema is evaluated if the object has such a fault.
    #[must_use]
    pub fn prevents_rules(self) -> bool {
        !matches!(self, Self::Invalid | Self::Duplicate)
    }
}

/// One fault, and what to write instead.
#[derive(Debug)]
pub struct Fault {
    /// The API server's cause.
    pub cause: Cause,
    /// What is wrong.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
    /// The field that an unknown one probably is, or the valid value.
    pub near: Option<Box<str>>,
}

impl Fault {
    /// A fault without help.
    pub(super) fn new(cause: Cause, message: impl Into<String>) -> Self {
        Self { cause, message: message.into(), help: None, near: None }
    }

    /// Adds how to fix it.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Receives the faults of an object.
pub type Sink<'s> = dyn FnMut(&Path<'_>, Fault) + 's;
