//! Shapes of values: what the text of a parameter, an attribute or a mount option must look like.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::json::JsonShape;
use super::pattern::Pattern;

/// What a value looks like.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Shape {
    /// Anything.
    Text,
    /// The name of a disk type.
    DiskType,
    /// A whole number in base 10, with or without a sign: no spaces, no fraction, no unit.
    Integer(IntegerShape),
    /// A decimal number.
    Number {
        /// The least value.
        #[serde(default)]
        least: Option<f64>,
        /// A value that it must exceed.
        #[serde(default)]
        above: Option<f64>,
        /// What it must be a multiple of.
        #[serde(default)]
        multiple_of: Option<f64>,
    },
    /// A quantity as Kubernetes writes one, which the driver reads into 64 bits.
    Quantity {
        /// Whether it must be above zero.
        #[serde(default)]
        positive: bool,
        /// Whether it must not be below zero, in MiB.
        #[serde(default)]
        not_negative: bool,
        /// Whether it must not be below zero at all.
        #[serde(default)]
        unsigned: bool,
        /// Whether an empty value means none.
        #[serde(default)]
        empty: bool,
        /// Whether the driver rounds it up to whole GiB.
        #[serde(default)]
        whole_gib: bool,
        /// The only quantities, if these are all; compared by value.
        #[serde(default)]
        values: Vec<String>,
    },
    /// A duration as Go's `time.ParseDuration` reads one.
    Duration {
        /// Whether it must be above zero.
        #[serde(default)]
        positive: bool,
    },
    /// An octal number, such as the mode of a file.
    Octal {
        /// The greatest value, in decimal.
        most: u64,
        /// Whether an empty value means none.
        #[serde(default)]
        empty: bool,
    },
    /// An IP address.
    IpAddress {
        /// Whether only IPv4 is accepted.
        #[serde(default)]
        v4_only: bool,
    },
    /// An IPv4 network in CIDR notation, this wide or wider, whose address is on a boundary of this width.
    Cidr {
        /// The width, in bits.
        prefix: u32,
    },
    /// A regular expression describes all of it.
    Pattern {
        /// The expression.
        pattern: Pattern,
        /// What it describes, in words: "an id such as `fs-0123456789abcdef0`".
        expected: String,
        /// Whether surrounding blanks are removed first.
        #[serde(default)]
        trim: bool,
        /// Whether an empty value means none.
        #[serde(default)]
        empty: bool,
    },
    /// One of several shapes.
    AnyOf {
        /// The shapes.
        shapes: Vec<Self>,
        /// All of them in words.
        expected: String,
    },
    /// A text that compiles as a regular expression.
    RegularExpression,
    /// Several values between separators.
    List {
        /// What each looks like.
        item: Box<Self>,
        /// The separator.
        #[serde(default = "comma")]
        separator: char,
        /// Whether blanks around an item are removed.
        #[serde(default)]
        trim: bool,
        /// Whether an empty value means no items.
        #[serde(default)]
        empty: bool,
    },
    /// JSON text.
    Json {
        /// What the JSON value looks like.
        json: JsonShape,
        /// Whether a whole number or a Go boolean is read before JSON is tried.
        #[serde(default)]
        scalars_first: bool,
        /// Whether an empty value means none.
        #[serde(default)]
        empty: bool,
    },
    /// Text with placeholders such as `${.PVC.name}`; any other `${` or `}` is rejected.
    Placeholders {
        /// The placeholders.
        placeholders: Vec<String>,
    },
    /// Mount options in one text.
    MountOptions {
        /// The table of the driver's options that it uses.
        table: OptionTable,
    },
    /// A mount option without a value.
    Flag,
    /// One of a few words.
    OneOf {
        /// The words.
        values: Vec<String>,
        /// Whether letter case is ignored.
        #[serde(default)]
        any_case: bool,
        /// Whether an empty value means the default.
        #[serde(default)]
        empty: bool,
    },
    /// On where it is `true`, off whatever else it is.
    Switch {
        /// Whether it is read in any case.
        #[serde(default)]
        any_case: bool,
        /// The one value that turns it off, where every other turns it on.
        #[serde(default)]
        off: Option<String>,
    },
    /// A boolean as Go's `strconv.ParseBool` reads one.
    GoBoolean {
        /// Whether an empty value means the default.
        #[serde(default)]
        empty: bool,
    },
    /// Letters and digits of ASCII, or nothing.
    Alphanumeric,
    /// Begins so, in any case; nothing is taken for none.
    StartsWith {
        /// The beginning.
        start: String,
        /// The parts between slashes that the cloud requires; `*` is any.
        #[serde(default)]
        path: Option<String>,
    },
    /// Parts between slashes; `*` is any part, and a path may be followed by further parts where `more` says so.
    Path {
        /// The parts.
        path: String,
        /// Several paths between commas.
        #[serde(default)]
        list: bool,
        /// Whether nothing is taken for none.
        #[serde(default)]
        empty: bool,
        /// Further parts that may follow.
        #[serde(default)]
        more: Option<String>,
    },
    /// `key=value`, several of them between a separator.
    Pairs {
        /// What a key must look like.
        #[serde(default)]
        key: Option<Letters>,
        /// What a value must look like.
        #[serde(default)]
        value: Option<Letters>,
        /// Characters that a key must not hold.
        #[serde(default)]
        forbidden: String,
        /// The parameter that names another separator than the comma.
        #[serde(default)]
        separator_key: Option<String>,
        /// How many the driver takes.
        #[serde(default)]
        most: Option<usize>,
        /// How many the cloud takes.
        #[serde(default)]
        cloud_most: Option<usize>,
        /// Whether a value may contain `=`.
        #[serde(default)]
        open_value: bool,
        /// Whether a comma may follow the last pair.
        #[serde(default)]
        trailing_separator: bool,
        /// Keys that the driver sets itself.
        #[serde(default)]
        reserved: Vec<String>,
        /// Beginnings of keys that the cloud reserves.
        #[serde(default)]
        cloud_prefixes: Vec<String>,
        /// What the cloud accepts as a key and as a value: a description of all of it.
        #[serde(default)]
        cloud_pattern: Option<Pattern>,
    },
    /// `parent/key/value`, several of them between commas.
    Triples {
        /// What a key must look like.
        key: Letters,
        /// What a value must look like.
        value: Letters,
        /// How many there may be.
        most: usize,
    },
    /// One tag: `key=value`, whose value may be a Go template.
    Tag {
        /// Keys that the driver keeps for itself.
        reserved: Vec<String>,
        /// How keys begin that the driver keeps for itself.
        reserved_prefixes: Vec<String>,
        /// How keys begin that the cloud keeps for itself, in any case.
        #[serde(default)]
        cloud_prefixes: Vec<String>,
        /// Fields that templates can name, and what they hold.
        #[serde(default)]
        fields: BTreeMap<String, TemplateField>,
        /// Whether the value is a key alone.
        #[serde(default)]
        key_only: bool,
    },
    /// Zones between commas, in the forms of the driver's topology.
    Zones,
    /// An ARN.
    Arn,
    /// A time as RFC 3339 writes one.
    Time {
        /// A day that had passed when the fact was written down, such as `2026-08-19`.
        after: String,
    },
    /// One word of letters, or a region such as `us-central1`.
    Location,
}

fn comma() -> char {
    ','
}

/// A whole number.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntegerShape {
    /// How many bits it must fit.
    pub bits: u32,
    /// Whether it has no sign.
    #[serde(default)]
    pub unsigned: bool,
    /// The bits that it is silently cut to afterwards.
    #[serde(default)]
    pub wraps_at: Option<u32>,
    /// The least that the cloud accepts.
    #[serde(default)]
    pub least: Option<i64>,
    /// The greatest that the cloud accepts.
    #[serde(default)]
    pub most: Option<i64>,
    /// The greatest value that the driver rejects as too low.
    #[serde(default)]
    pub above: Option<i64>,
    /// The only values that the cloud accepts, if these are all.
    #[serde(default)]
    pub values: Vec<i64>,
    /// What it must be a multiple of.
    #[serde(default)]
    pub multiple_of: Option<i64>,
    /// Whether an empty value means none.
    #[serde(default)]
    pub empty: bool,
}

impl IntegerShape {
    /// The number that the driver reads from a text; none if it is not a whole number of so many bits.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<i128> {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: i128 = text.parse().ok()?;
        let range = match (self.unsigned, self.bits) {
            (true, 32) => 0..=i128::from(u32::MAX),
            (true, _) => 0..=i128::from(u64::MAX),
            (false, 32) => i128::from(i32::MIN)..=i128::from(i32::MAX),
            (false, _) => i128::from(i64::MIN)..=i128::from(i64::MAX),
        };
        let number = Some(number).filter(|number| range.contains(number))?;
        Some(if self.wraps_at == Some(32) { i128::from(number as i32) } else { number })
    }
}

/// What a field of a tag's template holds.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum TemplateField {
    /// The claim's name.
    ClaimName,
    /// The claim's namespace.
    ClaimNamespace,
    /// The volume's name, which the provisioner makes up.
    VolumeName,
    /// A name that no manifest tells.
    Unknown,
}

/// What a word looks like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letters {
    /// What it begins with: `lower` or `alphanumeric`.
    #[serde(default)]
    pub first: Option<String>,
    /// What it ends with: `alphanumeric`.
    #[serde(default)]
    pub last: Option<String>,
    /// Whether it consists of lowercase letters of any alphabet and digits only, or of those of ASCII in any case.
    pub of: String,
    /// Other characters that it may hold.
    #[serde(default)]
    pub also: String,
    /// The least length.
    #[serde(default)]
    pub least: usize,
    /// The greatest length.
    pub most: usize,
}

impl Letters {
    /// Whether a word looks so.
    #[must_use]
    pub fn fits(&self, word: &str) -> bool {
        let is = |kind: &str, letter: char| match kind {
            "lower" => letter.is_lowercase(),
            "lower-or-digit" => letter.is_lowercase() || letter.is_ascii_digit(),
            _ => letter.is_ascii_alphanumeric(),
        };
        let length = word.chars().count();
        let ends = |kind: &Option<String>, letter: Option<char>| {
            kind.as_ref().is_none_or(|kind| letter.is_some_and(|letter| is(kind, letter)))
        };
        (self.least..=self.most).contains(&length)
            && word.chars().all(|letter| is(&self.of, letter) || self.also.contains(letter))
            && (word.is_empty()
                || ends(&self.first, word.chars().next()) && ends(&self.last, word.chars().last()))
    }
}

/// Which table of mount options applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptionTable {
    /// That of classes and persistent volumes.
    Mount,
    /// That of inline volumes.
    Inline,
}
