//! Parameters of classes, volumes and mounts: their keys, and who rejects what.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::condition::Condition;
use super::keys::{self, KeyCase, UnknownKeys};
use super::pattern::Pattern;
use super::refusal::Refusal;
use super::shape::Shape;
use super::stage::Stage;

/// One parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What it is for, in one sentence.
    pub about: String,
    /// What its value looks like.
    pub shape: Shape,
    /// The component that rejects any other value.
    #[serde(default = "driver")]
    pub stage: Stage,
    /// Further rules for its value, each under conditions.
    #[serde(default)]
    pub rules: Vec<ValueRule>,
    /// When it is required.
    #[serde(default)]
    pub required: Option<Required>,
    /// The conditions under which the parameter exists; otherwise its key is unknown.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// How its key is compared, if that differs from the others'.
    #[serde(default)]
    pub case: Option<KeyCase>,
    /// Whether its value is read under the exact key only, although the key is known in other spellings, too.
    #[serde(default)]
    pub exact_effect: bool,
    /// Other names of it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether the key is only the beginning of keys.
    #[serde(default)]
    pub prefix: bool,
    /// How many such keys the cloud accepts.
    #[serde(default)]
    pub most_given: Option<usize>,
    /// The value if it is absent.
    #[serde(default)]
    pub default: Option<String>,
    /// Placeholders that the driver replaces in its value.
    #[serde(default)]
    pub placeholders: Vec<String>,
    /// Why not to use it, and what to use instead.
    #[serde(default)]
    pub deprecated: Option<String>,
    /// Why it has no effect.
    #[serde(default)]
    pub ignored: Option<String>,
    /// Why it must not be set: the driver rejects it in any case.
    #[serde(default)]
    pub refused: Option<String>,
    /// Of a VolumeAttributesClass: the parameter of a StorageClass that it replaces when a volume is created; one that
    /// replaces none is rejected then.
    #[serde(default)]
    pub sets: Option<String>,
    /// Another parameter that wins if both are set.
    #[serde(default)]
    pub yields_to: Option<String>,
    /// The source of the facts.
    pub source: String,
}

/// A rule for a value under conditions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueRule {
    /// The conditions, all of which must hold.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// What the value looks like then.
    pub shape: Shape,
    /// The component that rejects any other value.
    pub stage: Stage,
    /// Why, as a clause: "this deployment type".
    #[serde(default)]
    pub because: Option<String>,
    /// Whether the fact is unconfirmed: then it is advice.
    #[serde(default)]
    pub disputed: bool,
    /// The source of the fact.
    pub source: String,
}

/// When a parameter is required, and what to write.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Required {
    /// The conditions, all of which must hold.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// Whether an empty value counts as absent.
    #[serde(default)]
    pub filled: bool,
    /// Whether a JSON null counts as present.
    #[serde(default)]
    pub null_counts: bool,
    /// What to write.
    pub help: String,
    /// The component that rejects its absence.
    pub stage: Stage,
    /// Whether the fact is unconfirmed: then it is advice.
    #[serde(default)]
    pub disputed: bool,
}

fn driver() -> Stage {
    Stage::Driver
}

/// The parameters of one kind of object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// How keys are compared.
    pub keys: KeyCase,
    /// What becomes of a key that is not in the list.
    #[serde(default)]
    pub unknown: UnknownKeys,
    /// The component that rejects an unknown key.
    pub stage: Stage,
    /// Only keys that begin so are meant for the driver.
    #[serde(default)]
    pub prefix: Option<String>,
    /// Why the driver does not implement such objects at all.
    #[serde(default)]
    pub unsupported: Option<String>,
    /// The parameters, by key.
    #[serde(default)]
    pub list: BTreeMap<String, Parameter>,
    /// The hashes of the names and aliases, sorted, each with the name: made when a parameter is looked up.
    #[serde(skip)]
    spellings: OnceLock<Spellings>,
    /// Combinations that are rejected.
    #[serde(default)]
    pub refusals: Vec<Refusal>,
    /// Keys with this beginning that the sidecar removes before the driver sees them.
    #[serde(default)]
    pub reserved: Option<Reserved>,
    /// Paths that the driver computes from several parameters.
    #[serde(default)]
    pub paths: Vec<ComputedPath>,
    /// Of a VolumeAttributesClass: why parameters of a StorageClass are accepted too and have no effect on an existing
    /// disk.
    #[serde(default)]
    pub class_too: Option<String>,
    /// Of a VolumeAttributesClass: whether the driver merges it into the StorageClass key by key, in the exact spelling,
    /// before it reads either.
    #[serde(default)]
    pub merged: bool,
}

/// Keys that belong to the sidecar.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserved {
    /// How they begin.
    pub prefix: String,
    /// The rest of the known keys.
    pub names: Vec<String>,
    /// The source of the fact.
    pub source: String,
}

/// A path that the driver joins from several parameters, cleans, and sends to the cloud.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComputedPath {
    /// Its parts, in order.
    pub parts: Vec<PathPart>,
    /// What the driver appends, and when.
    #[serde(default)]
    pub suffixes: Vec<PathPart>,
    /// The most bytes that the driver accepts.
    pub most_bytes: usize,
    /// The most levels that the driver accepts.
    pub most_levels: usize,
    /// The most levels that the cloud accepts.
    pub cloud_levels: usize,
    /// What one level looks like for the cloud.
    pub level: Pattern,
    /// The same in words.
    pub level_about: String,
    /// The source of the facts.
    pub source: String,
}

/// A part of a computed path: a parameter, or a text if the parameter is absent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathPart {
    /// The parameter.
    #[serde(default)]
    pub key: Option<String>,
    /// The text that replaces it if it is absent or empty.
    #[serde(default)]
    pub text: String,
    /// Whether placeholders in the parameter's value are replaced.
    #[serde(default)]
    pub replaces: bool,
    /// The conditions under which the part is present.
    #[serde(default)]
    pub when: Vec<Condition>,
}

/// The spellings of parameters that are not prefixes, by hash, with the proper spelling; and the prefixes.
#[derive(Clone, Debug)]
struct Spellings {
    hashed: Vec<(u64, String)>,
    prefixes: Vec<String>,
}

impl Parameters {
    /// The parameter that a key names, by the driver's own comparison, and its proper spelling.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<(&str, &Parameter)> {
        let case = |parameter: &Parameter| parameter.case.unwrap_or(self.keys);
        let is_named = |(name, parameter): &(&String, &Parameter)| {
            let case = case(parameter);
            case.same(key, name) || parameter.aliases.iter().any(|alias| case.same(key, alias))
        };
        let Spellings { hashed, prefixes } = self.spellings.get_or_init(|| {
            let (prefixes, names): (Vec<_>, Vec<_>) =
                self.list.iter().partition(|(_, parameter)| parameter.prefix);
            let all = names.into_iter().flat_map(|(name, parameter)| {
                std::iter::once(name).chain(&parameter.aliases).map(|own| (keys::hash(own), name.clone()))
            });
            let mut hashed: Vec<_> = all.collect();
            hashed.sort();
            Spellings { hashed, prefixes: prefixes.into_iter().map(|(name, _)| name.clone()).collect() }
        });
        let hash = keys::hash(key);
        let alike = hashed[hashed.partition_point(|(known, _)| *known < hash)..]
            .iter()
            .take_while(|(known, _)| *known == hash);
        let begins = |(name, parameter): &(&String, &Parameter)| {
            key.get(..name.len()).is_some_and(|start| case(parameter).same(start, name))
        };
        let prefixes = prefixes.iter().filter_map(|name| self.list.get_key_value(name));
        let found = alike
            .filter_map(|(_, name)| self.list.get_key_value(name))
            .find(is_named)
            .or_else(|| prefixes.into_iter().find(begins));
        found.map(|(name, parameter)| (name.as_str(), parameter))
    }
}

/// Annotations of claims, each named after the driver, that had an effect once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetiredAnnotations {
    /// Why they have none now, one sentence without a full stop.
    pub why: String,
    /// What to do instead.
    pub help: String,
    /// The source of the fact.
    pub source: String,
}
