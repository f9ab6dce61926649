//! JSON values inside parameters: their types and the cloud's rules for them.

use super::map::Map;
use super::pattern::Pattern;

/// What a JSON value looks like.
#[derive(Clone, Debug)]
pub enum JsonShape {
    /// A boolean.
    Boolean,
    /// A whole number of 32 or 64 bits.
    Integer {
        /// How many bits it must fit.
        bits: u32,
        /// The least that the cloud accepts.
        least: Option<i64>,
        /// The greatest that the cloud accepts.
        most: Option<i64>,
        /// The only values that the cloud accepts, if these are all.
        values: &'static [i64],
    },
    /// A text.
    String {
        /// The only values that the cloud accepts, if these are all; an empty text means none.
        values: &'static [&'static str],
        /// What the cloud accepts.
        pattern: Option<&'static Pattern>,
        /// The same in words.
        expected: Option<&'static str>,
        /// Whether the driver itself rejects what the pattern does not describe.
        strict: bool,
    },
    /// A list.
    List {
        /// What each item looks like.
        items: &'static Self,
        /// The fewest items that the cloud accepts.
        least: usize,
        /// The most items that the cloud accepts.
        most: Option<usize>,
    },
    /// An object with known fields.
    Object {
        /// The fields; an empty table and `open` describe an object of any fields.
        fields: Map<JsonField>,
        /// Whether the driver rejects unknown fields; otherwise it drops them silently.
        strict: bool,
        /// What every value looks like, of an object of any fields.
        values: Option<&'static Self>,
    },
}

/// A field of a JSON object. Names are compared ignoring letter case, as Go's decoder does.
#[derive(Clone, Debug)]
pub struct JsonField {
    /// What its value looks like.
    pub json: JsonShape,
    /// Whether it must be present.
    pub required: bool,
    /// Why it must not be present.
    pub refused: Option<&'static str>,
}
