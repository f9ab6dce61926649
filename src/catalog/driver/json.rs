//! JSON values inside parameters: their types and the cloud's rules for them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::pattern::Pattern;

/// What a JSON value looks like.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum JsonShape {
    /// A boolean.
    Boolean,
    /// A whole number of 32 or 64 bits.
    Integer {
        /// How many bits it must fit.
        bits: u32,
        /// The least that the cloud accepts.
        #[serde(default)]
        least: Option<i64>,
        /// The greatest that the cloud accepts.
        #[serde(default)]
        most: Option<i64>,
        /// The only values that the cloud accepts, if these are all.
        #[serde(default)]
        values: Vec<i64>,
    },
    /// A text.
    String {
        /// The only values that the cloud accepts, if these are all; an empty text means none.
        #[serde(default)]
        values: Vec<String>,
        /// What the cloud accepts.
        #[serde(default)]
        pattern: Option<Pattern>,
        /// The same in words.
        #[serde(default)]
        expected: Option<String>,
        /// Whether the driver itself rejects what the pattern does not describe.
        #[serde(default)]
        strict: bool,
    },
    /// A list.
    List {
        /// What each item looks like.
        items: Box<Self>,
        /// The fewest items that the cloud accepts.
        #[serde(default)]
        least: usize,
        /// The most items that the cloud accepts.
        #[serde(default)]
        most: Option<usize>,
    },
    /// An object with known fields.
    Object {
        /// The fields; an empty table and `open` describe an object of any fields.
        #[serde(default)]
        fields: BTreeMap<String, JsonField>,
        /// Whether the driver rejects unknown fields; otherwise it drops them silently.
        #[serde(default)]
        strict: bool,
        /// What every value looks like, of an object of any fields.
        #[serde(default)]
        values: Option<Box<Self>>,
    },
}

/// A field of a JSON object. Names are compared ignoring letter case, as Go's decoder does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonField {
    /// What its value looks like.
    pub json: JsonShape,
    /// Whether it must be present.
    #[serde(default)]
    pub required: bool,
    /// Why it must not be present.
    #[serde(default)]
    pub refused: Option<String>,
}
