//! A structural schema, compiled from a definition's OpenAPI v3 form (apiextensions-apiserver, pkg/apiserver/schema).

use std::ops::RangeInclusive;

use super::format::Format;
use super::pattern::Pattern;
use super::rule::Rule;
use super::value::Value;
use crate::lookup::Lookup;
use crate::yaml::node::{self, Node};

/// The declared type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// `object`.
    Object,
    /// `array`.
    Array,
    /// `string`.
    String,
    /// `integer`.
    Integer,
    /// `number`.
    Number,
    /// `boolean`.
    Boolean,
    /// A type that the specification does not have.
    Other,
}

impl Type {
    /// The name in a schema.
    #[must_use]
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Array => "array",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Other => "unknown",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "object" => Self::Object,
            "array" => Self::Array,
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            _ => Self::Other,
        }
    }
}

/// What an object's other keys may hold.
#[derive(Debug, Default)]
pub(super) enum Additional {
    /// No other keys are known.
    #[default]
    None,
    /// Anything.
    Any,
    /// Values of this schema.
    Schema(Box<Schema>),
}

/// How the items of a list are identified.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum ListType {
    /// The list is one value.
    #[default]
    Atomic,
    /// Items are unique.
    Set,
    /// Items are objects, unique by these keys.
    Map(Box<[Box<str>]>),
}

/// The schema of one value.
#[derive(Debug, Default)]
pub(super) struct Schema {
    /// The declared type, if any.
    pub kind: Option<Type>,
    /// Whether null is a value.
    pub nullable: bool,
    /// Whether whole numbers and strings are both accepted.
    pub int_or_string: bool,
    /// Whether unknown fields are kept.
    pub preserve_unknown: bool,
    /// Whether the value is an object of the API with its own `apiVersion`, `kind` and `metadata`.
    pub embedded: bool,
    /// Whether the items of the map have no identity of their own (`x-kubernetes-map-type: atomic`).
    pub list: ListType,
    /// Known fields, sorted by name.
    pub properties: Vec<(Box<str>, Self)>,
    /// Finds the fields by name, if there are several.
    pub lookup: Option<Lookup>,
    /// What other keys hold.
    pub additional: Additional,
    /// The schema of a list's items.
    pub items: Option<Box<Self>>,
    /// What the server writes where the field is absent.
    pub default: Option<Value<'static>>,
    /// Constraints on the value.
    pub checks: Option<Box<Checks>>,
    /// CEL rules.
    pub rules: Vec<Rule>,
    /// Whether this schema or one below it has rules.
    pub has_rules: bool,
    /// Whether this schema or one below it has a list with unique items.
    pub has_unique_items: bool,
    /// Whether this schema or one below it is of an embedded object.
    pub has_embedded: bool,
}

/// Constraints on one value.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// The only values accepted; empty for any.
    pub one_of_values: Vec<Value<'static>>,
    /// The format, if it is one that the server knows.
    pub format: Option<Format>,
    /// What a string must match.
    pub pattern: Option<Pattern>,
    /// Characters, at least.
    pub min_length: Option<u64>,
    /// Characters, at most.
    pub max_length: Option<u64>,
    /// Items, at least.
    pub min_items: Option<u64>,
    /// Items, at most.
    pub max_items: Option<u64>,
    /// Keys, at least.
    pub min_properties: Option<u64>,
    /// Keys, at most.
    pub max_properties: Option<u64>,
    /// The least number.
    pub minimum: Option<f64>,
    /// Whether the least number itself is excluded.
    pub exclusive_minimum: bool,
    /// The greatest number.
    pub maximum: Option<f64>,
    /// Whether the greatest number itself is excluded.
    pub exclusive_maximum: bool,
    /// What a number must be a multiple of.
    pub multiple_of: Option<f64>,
    /// Whether items must differ.
    pub unique_items: bool,
    /// Fields that must be present.
    pub required: Vec<Box<str>>,
    /// Schemas that must all accept the value.
    pub all_of: Vec<Schema>,
    /// Schemas of which one must accept the value.
    pub any_of: Vec<Schema>,
    /// Schemas of which exactly one must accept the value.
    pub one_of: Vec<Schema>,
    /// A schema that must not accept the value.
    pub not: Option<Box<Schema>>,
}

/// The numbers of fields for which a lookup is made: with fewer a search is as fast, and with more a definition could be written
/// so that all names fall into one slot.
const SEVERAL: RangeInclusive<usize> = 4..=1000;

impl Schema {
    /// Compiles the value of `openAPIV3Schema`, or a schema within it.
    #[must_use]
    pub(super) fn compile(node: &Node<'_>) -> Self {
        let mut schema = Self::default();
        let mut checks = Checks::default();
        let mut constrained = false;
        let (mut list_type, mut keys) = ("", Vec::new());
        for entry in node.entries() {
            let value = &entry.value;
            match entry.key.value.as_ref() {
                "type" => schema.kind = value.as_str().filter(|name| !name.is_empty()).map(Type::named),
                "nullable" => schema.nullable = is_true(value),
                "default" => {
                    schema.default =
                        Some(Value::of(value).into_owned()).filter(|value| *value != Value::Null);
                }
                "properties" => schema.properties = properties(value),
                "items" => schema.items = Some(Box::new(Self::compile(value))),
                "additionalProperties" => {
                    schema.additional = match value.value {
                        node::Value::Bool(true) => Additional::Any,
                        node::Value::Mapping(_) => Additional::Schema(Box::new(Self::compile(value))),
                        _ => Additional::None,
                    }
                }
                "x-kubernetes-int-or-string" => schema.int_or_string = is_true(value),
                "x-kubernetes-preserve-unknown-fields" => schema.preserve_unknown = is_true(value),
                "x-kubernetes-embedded-resource" => schema.embedded = is_true(value),
                "x-kubernetes-list-type" => list_type = value.as_str().unwrap_or_default(),
                "x-kubernetes-list-map-keys" => keys = strings(value),
                "x-kubernetes-validations" => {
                    schema.rules = value.items().iter().filter_map(Rule::of).collect();
                }
                key => constrained |= checks.read(key, value),
            }
        }
        schema.list = match list_type {
            "set" => ListType::Set,
            "map" => ListType::Map(keys.into()),
            _ => ListType::Atomic,
        };
        if SEVERAL.contains(&schema.properties.len()) {
            schema.lookup = Some(Lookup::new(schema.properties.iter().map(|property| &*property.0)));
        }
        schema.checks = constrained.then(|| Box::new(checks));
        schema.summarize();
        schema
    }

    /// The schema of a field, if it is known.
    #[must_use]
    pub(super) fn property(&self, name: &str) -> Option<&Self> {
        let at = match &self.lookup {
            Some(lookup) => lookup.find(name, |at| &self.properties[at].0)?,
            None => self.properties.binary_search_by(|property| property.0.as_ref().cmp(name)).ok()?,
        };
        Some(&self.properties[at].1)
    }

    /// The schema of a key: of the field, or of what other keys hold.
    #[must_use]
    pub(super) fn member(&self, key: &str) -> Option<&Self> {
        self.property(key).or(match &self.additional {
            Additional::Schema(schema) => Some(schema),
            _ => None,
        })
    }

    /// What values the schema accepts, for a message.
    #[must_use]
    pub(super) fn describe_type(&self) -> &'static str {
        match (self.int_or_string, self.kind) {
            (true, _) => "an integer or a string",
            (false, Some(Type::Object)) => "an object",
            (false, Some(Type::Array)) => "a list",
            (false, Some(Type::String)) => "a string",
            (false, Some(Type::Integer)) => "an integer",
            (false, Some(Type::Number)) => "a number",
            (false, Some(Type::Boolean)) => "`true` or `false`",
            (false, Some(Type::Other) | None) => "a value that the schema accepts",
        }
    }

    /// The format of a string, if the server knows it.
    #[must_use]
    pub(super) fn format(&self) -> Option<Format> {
        self.checks.as_ref()?.format
    }

    fn summarize(&mut self) {
        let mut below: Vec<&Self> = self.properties.iter().map(|property| &property.1).collect();
        below.extend(self.items.as_deref());
        if let Additional::Schema(schema) = &self.additional {
            below.push(schema);
        }
        let any = |what: fn(&Self) -> bool| below.iter().any(|schema| what(schema));
        let has_rules = !self.rules.is_empty() || any(|schema| schema.has_rules);
        let has_unique_items = self.list != ListType::Atomic || any(|schema| schema.has_unique_items);
        let has_embedded = self.embedded || any(|schema| schema.has_embedded);
        (self.has_rules, self.has_unique_items, self.has_embedded) =
            (has_rules, has_unique_items, has_embedded);
    }
}

impl Checks {
    /// Reads one keyword; false if it is not a constraint.
    fn read(&mut self, key: &str, value: &Node<'_>) -> bool {
        match key {
            "enum" => {
                self.one_of_values = value.items().iter().map(|item| Value::of(item).into_owned()).collect();
            }
            "format" => self.format = value.as_str().and_then(Format::named),
            "pattern" => self.pattern = value.as_str().filter(|text| !text.is_empty()).map(Pattern::new),
            "minLength" => self.min_length = count(value),
            "maxLength" => self.max_length = count(value),
            "minItems" => self.min_items = count(value),
            "maxItems" => self.max_items = count(value),
            "minProperties" => self.min_properties = count(value),
            "maxProperties" => self.max_properties = count(value),
            "minimum" => self.minimum = number(value),
            "exclusiveMinimum" => self.exclusive_minimum = is_true(value),
            "maximum" => self.maximum = number(value),
            "exclusiveMaximum" => self.exclusive_maximum = is_true(value),
            "multipleOf" => self.multiple_of = number(value),
            "uniqueItems" => self.unique_items = is_true(value),
            "required" => self.required = strings(value),
            "allOf" => self.all_of = schemas(value),
            "anyOf" => self.any_of = schemas(value),
            "oneOf" => self.one_of = schemas(value),
            "not" => self.not = Some(Box::new(Schema::compile(value))),
            _ => return false,
        }
        true
    }
}

fn properties(node: &Node<'_>) -> Vec<(Box<str>, Schema)> {
    let entries = node.entries().iter();
    let mut properties: Vec<(Box<str>, Schema)> =
        entries.map(|entry| (entry.key.value.as_ref().into(), Schema::compile(&entry.value))).collect();
    properties.sort_by(|one, other| one.0.cmp(&other.0));
    properties
}

fn schemas(node: &Node<'_>) -> Vec<Schema> {
    node.items().iter().map(Schema::compile).collect()
}

fn strings(node: &Node<'_>) -> Vec<Box<str>> {
    node.items().iter().filter_map(|item| item.as_str().map(Into::into)).collect()
}

fn is_true(node: &Node<'_>) -> bool {
    node.value == node::Value::Bool(true)
}

fn count(node: &Node<'_>) -> Option<u64> {
    match node.value {
        node::Value::Integer(number) => u64::try_from(number).ok(),
        _ => None,
    }
}

fn number(node: &Node<'_>) -> Option<f64> {
    match node.value {
        node::Value::Integer(number) => Some(number as f64),
        node::Value::Float(number) => Some(number),
        _ => None,
    }
}
