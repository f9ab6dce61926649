//! Parameters of classes, volumes and mounts: their keys, and who rejects what.

use super::condition::Condition;
use super::keys::{KeyCase, UnknownKeys, squeezed};
use super::map::Map;
use super::pattern::Pattern;
use super::refusal::Refusal;
use super::shape::Shape;
use super::stage::Stage;

/// One parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// What it is for, in one sentence.
    pub about: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// The component that rejects any other value.
    pub stage: Stage,
    /// Further rules for its value, each under conditions.
    pub rules: &'static [ValueRule],
    /// When it is required.
    pub required: Option<Required>,
    /// The conditions under which the parameter exists; otherwise its key is unknown.
    pub when: &'static [Condition],
    /// How its key is compared, if that differs from the others'.
    pub case: Option<KeyCase>,
    /// Whether its value is read under the exact key only, although the key is known in other spellings, too.
    pub exact_effect: bool,
    /// Other names of it.
    pub aliases: &'static [&'static str],
    /// Whether the key is only the beginning of keys.
    pub prefix: bool,
    /// How many such keys the cloud accepts.
    pub most_given: Option<usize>,
    /// The value if it is absent.
    pub default: Option<&'static str>,
    /// Placeholders that the driver replaces in its value.
    pub placeholders: &'static [&'static str],
    /// Why not to use it, and what to use instead.
    pub deprecated: Option<&'static str>,
    /// Why it has no effect.
    pub ignored: Option<&'static str>,
    /// Why it must not be set: the driver rejects it in any case.
    pub refused: Option<&'static str>,
    /// Of a VolumeAttributesClass: the parameter of a StorageClass that it replaces when a volume is created; one that
    /// replaces none is rejected then.
    pub sets: Option<&'static str>,
    /// Another parameter that wins if both are set.
    pub yields_to: Option<&'static str>,
    /// The source of the facts.
    pub source: &'static str,
}

/// A rule for a value under conditions.
#[derive(Clone, Debug)]
pub struct ValueRule {
    /// The conditions, all of which must hold.
    pub when: &'static [Condition],
    /// What the value looks like then.
    pub shape: Shape,
    /// The component that rejects any other value.
    pub stage: Stage,
    /// Why, as a clause: "this deployment type".
    pub because: Option<&'static str>,
    /// Whether the fact is unconfirmed: then it is advice.
    pub disputed: bool,
    /// The source of the fact.
    pub source: &'static str,
}

/// When a parameter is required, and what to write.
#[derive(Clone, Debug)]
pub struct Required {
    /// The conditions, all of which must hold.
    pub when: &'static [Condition],
    /// Whether an empty value counts as absent.
    pub filled: bool,
    /// Whether a JSON null counts as present.
    pub null_counts: bool,
    /// What to write.
    pub help: &'static str,
    /// The component that rejects its absence.
    pub stage: Stage,
    /// Whether the fact is unconfirmed: then it is advice.
    pub disputed: bool,
}

/// The parameters of one kind of object.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// How keys are compared.
    pub keys: KeyCase,
    /// What becomes of a key that is not in the list.
    pub unknown: UnknownKeys,
    /// The component that rejects an unknown key.
    pub stage: Stage,
    /// Only keys that begin so are meant for the driver.
    pub prefix: Option<&'static str>,
    /// Why the driver does not implement such objects at all.
    pub unsupported: Option<&'static str>,
    /// The parameters, by key.
    pub list: Map<Parameter>,
    /// The squeezed names and aliases of parameters that are not prefixes, sorted, with their places in the list.
    pub spellings: &'static [(&'static str, usize)],
    /// The places in the list of those that are prefixes.
    pub prefixes: &'static [usize],
    /// Combinations that are rejected.
    pub refusals: &'static [Refusal],
    /// Keys with this beginning that the sidecar removes before the driver sees them.
    pub reserved: Option<Reserved>,
    /// Paths that the driver computes from several parameters.
    pub paths: &'static [ComputedPath],
    /// Of a VolumeAttributesClass: why parameters of a StorageClass are accepted too and have no effect on an existing
    /// disk.
    pub class_too: Option<&'static str>,
    /// Of a VolumeAttributesClass: whether the driver merges it into the StorageClass key by key, in the exact spelling,
    /// before it reads either.
    pub merged: bool,
}

/// Keys that belong to the sidecar.
#[derive(Clone, Debug)]
pub struct Reserved {
    /// How they begin.
    pub prefix: &'static str,
    /// The rest of the known keys.
    pub names: &'static [&'static str],
    /// The source of the fact.
    pub source: &'static str,
}

/// A path that the driver joins from several parameters, cleans, and sends to the cloud.
#[derive(Clone, Debug)]
pub struct ComputedPath {
    /// Its parts, in order.
    pub parts: &'static [PathPart],
    /// What the driver appends, and when.
    pub suffixes: &'static [PathPart],
    /// The most bytes that the driver accepts.
    pub most_bytes: usize,
    /// The most levels that the driver accepts.
    pub most_levels: usize,
    /// The most levels that the cloud accepts.
    pub cloud_levels: usize,
    /// What one level looks like for the cloud.
    pub level: &'static Pattern,
    /// The same in words.
    pub level_about: &'static str,
    /// The source of the facts.
    pub source: &'static str,
}

/// A part of a computed path: a parameter, or a text if the parameter is absent.
#[derive(Clone, Debug)]
pub struct PathPart {
    /// The parameter.
    pub key: Option<&'static str>,
    /// The text that replaces it if it is absent or empty.
    pub text: &'static str,
    /// Whether placeholders in the parameter's value are replaced.
    pub replaces: bool,
    /// The conditions under which the part is present.
    pub when: &'static [Condition],
}

impl Parameters {
    /// The parameter that a key names, by the driver's own comparison, and its proper spelling.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<(&'static str, &'static Parameter)> {
        let case = |parameter: &Parameter| parameter.case.unwrap_or(self.keys);
        let is_named = |(name, parameter): &(&str, Parameter)| {
            let case = case(parameter);
            case.same(key, name) || parameter.aliases.iter().any(|alias| case.same(key, alias))
        };
        let begins = |(name, parameter): &(&str, Parameter)| {
            key.get(..name.len()).is_some_and(|start| case(parameter).same(start, name))
        };
        let first = self.spellings.partition_point(|(known, _)| known.bytes().lt(squeezed(key)));
        let alike = self.spellings[first..].iter().take_while(|(known, _)| known.bytes().eq(squeezed(key)));
        let row = |at: &usize| &self.list.0[*at];
        let found = alike.map(|(_, at)| row(at)).find(|row| is_named(row));
        let (name, parameter) = found.or_else(|| self.prefixes.iter().map(row).find(|row| begins(row)))?;
        Some((name, parameter))
    }
}

/// Annotations of claims, each named after the driver, that had an effect once.
#[derive(Clone, Debug)]
pub struct RetiredAnnotations {
    /// Why they have none now, one sentence without a full stop.
    pub why: &'static str,
    /// What to do instead.
    pub help: &'static str,
    /// The source of the fact.
    pub source: &'static str,
}
