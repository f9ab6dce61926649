//! Regular expressions in the catalogue: they describe whole values and are compiled on first use.

use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

/// A regular expression that describes a whole value.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self { text, compiled: OnceLock::new() }
    }
}

impl Pattern {
    /// The expression as it is written, without anchors.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
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
        self.compiled.get_or_init(|| Regex::new(&format!(r"\A(?:{})\z", self.text)).ok()).as_ref()
    }
}
