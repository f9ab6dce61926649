//! Parameters of classes: keys, and what their values look like.

use std::collections::BTreeMap;

use serde::Deserialize;

/// How keys are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyCase {
    /// In exactly this spelling.
    Exact,
    /// In any case.
    Any,
}

impl KeyCase {
    /// Whether two keys are one.
    #[must_use]
    pub fn same(self, a: &str, b: &str) -> bool {
        match self {
            Self::Exact => a == b,
            Self::Any => a.eq_ignore_ascii_case(b),
        }
    }
}

/// Who refuses a thing, and so when the person would have noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The sidecar beside the driver, before it is asked.
    Sidecar,
    /// The driver itself.
    Driver,
    /// The cloud's API, asked by the driver.
    Cloud,
    /// The driver on the node, when a pod starts.
    Node,
}

impl Stage {
    /// Who refuses.
    #[must_use]
    pub fn who(self) -> &'static str {
        match self {
            Self::Sidecar => "the provisioner beside the driver",
            Self::Driver => "the driver",
            Self::Cloud => "the cloud's API",
            Self::Node => "the driver on the node",
        }
    }

    /// Who refuses, and when it shows, for a class and its claims.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Sidecar => "the provisioner beside the driver refuses it, and claims stay Pending",
            Self::Driver => "the driver refuses it, and claims stay Pending",
            Self::Cloud => "the cloud's API refuses it, and claims stay Pending",
            Self::Node => "the driver on the node refuses it, and pods do not start",
        }
    }
}

/// One parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What it is for, in one sentence.
    pub about: String,
    /// What its value looks like.
    pub shape: Shape,
    /// Who refuses a value that does not.
    #[serde(default = "driver")]
    pub stage: Stage,
    /// How its key is compared, where that differs from the others'.
    #[serde(default)]
    pub case: Option<KeyCase>,
    /// Other names of it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether the key is only how keys begin.
    #[serde(default)]
    pub prefix: bool,
    /// How many of such keys the cloud takes.
    #[serde(default)]
    pub most_given: Option<usize>,
    /// The value where it is not given.
    #[serde(default)]
    pub default: Option<String>,
    /// Why not to use it, and what instead.
    #[serde(default)]
    pub deprecated: Option<String>,
    /// Why it does nothing.
    #[serde(default)]
    pub ignored: Option<String>,
    /// Of a VolumeAttributesClass: the parameter of a StorageClass whose place it takes when a volume is made; one
    /// that takes none is refused then.
    #[serde(default)]
    pub sets: Option<String>,
    /// Another parameter that wins where both stand.
    #[serde(default)]
    pub yields_to: Option<String>,
    /// Where the facts are from.
    pub source: String,
}

fn driver() -> Stage {
    Stage::Driver
}

/// What a value looks like.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Shape {
    /// Anything.
    Text,
    /// The name of a disk type.
    DiskType,
    /// A whole number in base 10, with a sign perhaps: no spaces, no fraction, no unit.
    Integer {
        /// How many bits it must fit.
        bits: u32,
        /// The least that the cloud takes.
        #[serde(default)]
        least: Option<i64>,
        /// The greatest that the cloud takes.
        #[serde(default)]
        most: Option<i64>,
        /// The least that the driver takes.
        #[serde(default)]
        above: Option<i64>,
    },
    /// A quantity as Kubernetes writes one, which the driver reads into 64 bits.
    Quantity {
        /// Whether it must be above zero.
        #[serde(default)]
        positive: bool,
        /// Whether it must not be below zero, in MiB.
        #[serde(default)]
        not_negative: bool,
    },
    /// One of a few words.
    OneOf {
        /// The words.
        values: Vec<String>,
        /// Whether they are read in any case.
        #[serde(default)]
        any_case: bool,
        /// Whether nothing is taken for the default.
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
    GoBoolean,
    /// Letters and digits of ASCII, or nothing.
    Alphanumeric,
    /// Begins so, in any case; nothing is taken for none.
    StartsWith {
        /// The beginning.
        start: String,
        /// The parts between slashes that the cloud asks for; `*` is any.
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
        /// Whether a value may hold `=`.
        #[serde(default)]
        open_value: bool,
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
    /// Whether small letters of any alphabet and digits are all that it holds, or those of ASCII in any case.
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
