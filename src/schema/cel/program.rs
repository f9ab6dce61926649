//! The expression of a rule, parsed when it is first needed.

use std::sync::OnceLock;

use super::error::Error;
use super::expression::Expression;
use super::parse::parse;

/// An expression of a rule.
#[derive(Debug)]
pub struct Program {
    /// The text.
    pub source: Box<str>,
    parsed: OnceLock<Result<Parsed, String>>,
}

#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) expression: Expression,
    uses_old_self: bool,
}

impl Program {
    /// An expression that is not parsed yet.
    #[must_use]
    pub fn new(source: &str) -> Self {
        Self { source: source.into(), parsed: OnceLock::new() }
    }

    pub(super) fn parsed(&self) -> Result<&Parsed, Error> {
        let parsed = self.parsed.get_or_init(|| {
            let expression = parse(&self.source)?;
            Ok(Parsed { uses_old_self: expression.mentions("oldSelf"), expression })
        });
        parsed.as_ref().map_err(Error::unsupported)
    }

    /// Whether the expression compares with the object before an update.
    ///
    /// # Errors
    ///
    /// If it cannot be parsed.
    pub fn uses_old_self(&self) -> Result<bool, Error> {
        Ok(self.parsed()?.uses_old_self)
    }
}
