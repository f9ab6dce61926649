//! Regular expressions in the catalogue: they describe whole values and are compiled on first use.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// The most bytes that one compiled expression may use.
const SIZE_LIMIT: usize = 1 << 27;

/// A regular expression that describes a whole value.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// An expression, written without anchors.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    /// The expression as it is written, without anchors.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.text
    }

    /// Whether the expression can be compiled. A test checks this for the whole catalogue.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.regex().is_some()
    }

    /// Whether the expression describes the whole of `value`. An expression that does not compile describes everything,
    /// so that a mistake in the catalogue never rejects a value.
    #[must_use]
    pub fn matches(&self, value: &str) -> bool {
        self.regex().is_none_or(|regex| regex.is_match(value))
    }

    fn regex(&self) -> Option<&Regex> {
        // A class of all letters, repeated some hundred times, needs more than the default limit.
        let compile =
            || RegexBuilder::new(&format!(r"\A(?:{})\z", self.text)).size_limit(SIZE_LIMIT).build().ok();
        self.compiled.get_or_init(compile).as_ref()
    }
}
