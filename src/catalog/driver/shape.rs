//! Shapes of values: what the text of a parameter, an attribute or a mount option must look like.

use super::json::JsonShape;
use super::map::Map;
use super::pattern::Pattern;

/// What a value looks like.
#[derive(Clone, Debug)]
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
        least: Option<f64>,
        /// A value that it must exceed.
        above: Option<f64>,
        /// What it must be a multiple of.
        multiple_of: Option<f64>,
    },
    /// A quantity as Kubernetes writes one, which the driver reads into 64 bits.
    Quantity {
        /// Whether it must be above zero.
        positive: bool,
        /// Whether it must not be below zero, in MiB.
        not_negative: bool,
        /// Whether it must not be below zero at all.
        unsigned: bool,
        /// Whether an empty value means none.
        empty: bool,
        /// Whether the driver rounds it up to whole GiB.
        whole_gib: bool,
        /// The only quantities, if these are all; compared by value.
        values: &'static [&'static str],
    },
    /// A duration as Go's `time.ParseDuration` reads one.
    Duration {
        /// Whether it must be above zero.
        positive: bool,
    },
    /// An octal number, such as the mode of a file.
    Octal {
        /// The greatest value, in decimal.
        most: u64,
        /// Whether an empty value means none.
        empty: bool,
    },
    /// An IP address.
    IpAddress {
        /// Whether only IPv4 is accepted.
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
        pattern: &'static Pattern,
        /// What it describes, in words: "an id such as `fs-0123456789abcdef0`".
        expected: &'static str,
        /// Whether surrounding blanks are removed first.
        trim: bool,
        /// Whether an empty value means none.
        empty: bool,
    },
    /// One of several shapes.
    AnyOf {
        /// The shapes.
        shapes: &'static [Self],
        /// All of them in words.
        expected: &'static str,
    },
    /// A text that compiles as a regular expression.
    RegularExpression,
    /// Several values between separators.
    List {
        /// What each looks like.
        item: &'static Self,
        /// The separator.
        separator: char,
        /// Whether blanks around an item are removed.
        trim: bool,
        /// Whether an empty value means no items.
        empty: bool,
    },
    /// JSON text.
    Json {
        /// What the JSON value looks like.
        json: JsonShape,
        /// Whether a whole number or a Go boolean is read before JSON is tried.
        scalars_first: bool,
        /// Whether an empty value means none.
        empty: bool,
    },
    /// Text with placeholders such as `${.PVC.name}`; any other `${` or `}` is rejected.
    Placeholders {
        /// The placeholders.
        placeholders: &'static [&'static str],
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
        values: &'static [&'static str],
        /// Whether letter case is ignored.
        any_case: bool,
        /// Whether an empty value means the default.
        empty: bool,
    },
    /// On where it is `true`, off whatever else it is.
    Switch {
        /// Whether it is read in any case.
        any_case: bool,
        /// The one value that turns it off, where every other turns it on.
        off: Option<&'static str>,
    },
    /// A boolean as Go's `strconv.ParseBool` reads one.
    GoBoolean {
        /// Whether an empty value means the default.
        empty: bool,
    },
    /// Letters and digits of ASCII, or nothing.
    Alphanumeric,
    /// Begins so, in any case; nothing is taken for none.
    StartsWith {
        /// The beginning.
        start: &'static str,
        /// The parts between slashes that the cloud requires; `*` is any.
        path: Option<&'static str>,
    },
    /// Parts between slashes; `*` is any part, and a path may be followed by further parts where `more` says so.
    Path {
        /// The parts.
        path: &'static str,
        /// Several paths between commas.
        list: bool,
        /// Whether nothing is taken for none.
        empty: bool,
        /// Further parts that may follow.
        more: Option<&'static str>,
    },
    /// `key=value`, several of them between a separator.
    Pairs {
        /// What a key must look like.
        key: Option<Letters>,
        /// What a value must look like.
        value: Option<Letters>,
        /// Characters that a key must not hold.
        forbidden: &'static str,
        /// The parameter that names another separator than the comma.
        separator_key: Option<&'static str>,
        /// How many the driver takes.
        most: Option<usize>,
        /// How many the cloud takes.
        cloud_most: Option<usize>,
        /// Whether a value may contain `=`.
        open_value: bool,
        /// Whether a comma may follow the last pair.
        trailing_separator: bool,
        /// Keys that the driver sets itself.
        reserved: &'static [&'static str],
        /// Beginnings of keys that the cloud reserves.
        cloud_prefixes: &'static [&'static str],
        /// What the cloud accepts as a key and as a value: a description of all of it.
        cloud_pattern: Option<&'static Pattern>,
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
        reserved: &'static [&'static str],
        /// How keys begin that the driver keeps for itself.
        reserved_prefixes: &'static [&'static str],
        /// How keys begin that the cloud keeps for itself, in any case.
        cloud_prefixes: &'static [&'static str],
        /// Fields that templates can name, and what they hold.
        fields: Map<TemplateField>,
        /// Whether the value is a key alone.
        key_only: bool,
    },
    /// Zones between commas, in the forms of the driver's topology.
    Zones,
    /// An ARN.
    Arn,
    /// A time as RFC 3339 writes one.
    Time {
        /// A day that had passed when the fact was written down, such as `2026-08-19`.
        after: &'static str,
    },
    /// One word of letters, or a region such as `us-central1`.
    Location,
}

/// A whole number.
#[derive(Clone, Debug)]
pub struct IntegerShape {
    /// How many bits it must fit.
    pub bits: u32,
    /// Whether it has no sign.
    pub unsigned: bool,
    /// The bits that it is silently cut to afterwards.
    pub wraps_at: Option<u32>,
    /// The least that the cloud accepts.
    pub least: Option<i64>,
    /// The greatest that the cloud accepts.
    pub most: Option<i64>,
    /// The greatest value that the driver rejects as too low.
    pub above: Option<i64>,
    /// The only values that the cloud accepts, if these are all.
    pub values: &'static [i64],
    /// What it must be a multiple of.
    pub multiple_of: Option<i64>,
    /// Whether an empty value means none.
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
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
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
#[derive(Clone, Debug)]
pub struct Letters {
    /// What it begins with: `lower` or `alphanumeric`.
    pub first: Option<&'static str>,
    /// What it ends with: `alphanumeric`.
    pub last: Option<&'static str>,
    /// Whether it consists of lowercase letters of any alphabet and digits only, or of those of ASCII in any case.
    pub of: &'static str,
    /// Other characters that it may hold.
    pub also: &'static str,
    /// The least length.
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
        let ends = |kind: Option<&str>, letter: Option<char>| {
            kind.is_none_or(|kind| letter.is_some_and(|letter| is(kind, letter)))
        };
        (self.least..=self.most).contains(&length)
            && word.chars().all(|letter| is(self.of, letter) || self.also.contains(letter))
            && (word.is_empty()
                || ends(self.first, word.chars().next()) && ends(self.last, word.chars().last()))
    }
}

/// Which table of mount options applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionTable {
    /// That of classes and persistent volumes.
    Mount,
    /// That of inline volumes.
    Inline,
}
