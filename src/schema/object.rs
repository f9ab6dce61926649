//! One custom resource, checked in the order of the API server.

use std::borrow::Cow;

use super::definition::Version;
use super::fault::{Cause, Fault, Sink};
use super::transition::{self, RuleSink, Which};
use super::value::Value;
use super::{embedded, normalize, unique, validate};
use crate::yaml::node::{self, Node};
use crate::yaml::path::{Path, Segment};

/// An object as the server validates it.
#[derive(Debug)]
pub struct CustomResource<'v> {
    version: &'v Version,
    root: &'v Node<'v>,
    value: Value<'v>,
    /// Whether a fault was found that keeps the server from evaluating the rules.
    prevents_rules: bool,
}

impl<'v> CustomResource<'v> {
    /// Reads an object; unknown fields are reported.
    #[must_use]
    pub fn new(root: &'v Node<'v>, version: &'v Version, sink: &mut Sink<'_>) -> Self {
        let mut prevents_rules = false;
        let mut value = normalize::normalize(root, &version.schema, true, &mut |path, fault| {
            prevents_rules |= fault.cause.prevents_rules();
            sink(path, fault);
        });
        if let Value::Map(members) = &mut value {
            if version.has_status_subresource {
                members.retain(|(key, _)| key != "status");
            }
            if let Some((_, Value::Map(metadata))) = members.iter_mut().find(|(key, _)| key == "metadata") {
                generate_name(metadata);
            }
        }
        Self { version, root, value, prevents_rules }
    }

    /// Validates the object against its schema.
    pub fn validate(&mut self, sink: &mut Sink<'_>) {
        let Self { version, value, prevents_rules, .. } = self;
        let mut sink = |path: &Path<'_>, fault: Fault| {
            *prevents_rules |= fault.cause.prevents_rules();
            sink(path, fault);
        };
        validate::validate(value, &version.schema, &mut sink);
        unique::validate(value, &version.schema, &mut sink);
        if !version.replicas.is_empty() {
            replicas(value, &version.replicas, &mut sink);
        }
    }

    /// Calls `visit` with each object of the API that is embedded in this one, and its path.
    pub fn embedded(&self, visit: &mut dyn FnMut(&Path<'_>, &'v Node<'v>)) {
        embedded::visit(self.root, &self.version.schema, visit);
    }

    /// Records a fault that was found elsewhere.
    pub fn note(&mut self, cause: Cause) {
        self.prevents_rules |= cause.prevents_rules();
    }

    /// Evaluates the rules that look at the object alone, unless a fault keeps the server from doing so.
    pub fn rules(&self, sink: &mut RuleSink<'_>) {
        if !self.prevents_rules {
            transition::evaluate(&self.value, None, &self.version.schema, Which::State, sink);
        }
    }

    /// Evaluates the rules that compare this object with its `old` state. Nothing is evaluated if a fault keeps the server
    /// from doing so.
    pub fn transition(&self, old: &CustomResource<'_>, sink: &mut RuleSink<'_>) {
        if !self.prevents_rules {
            let old = Some(&old.value);
            transition::evaluate(&self.value, old, &self.version.schema, Which::Transition, sink);
        }
    }

    /// Whether the schema has rules that could be evaluated.
    #[must_use]
    pub fn has_rules(&self) -> bool {
        self.version.schema.has_rules
    }
}

/// The server completes a prefix to a name before it validates the object.
fn generate_name(metadata: &mut Vec<(Cow<'_, str>, Value<'_>)>) {
    let text = |metadata: &[(Cow<'_, str>, Value<'_>)], wanted: &str| {
        let found = metadata.iter().find(|(key, _)| key == wanted);
        found.and_then(|(_, value)| value.as_str()).map(str::to_owned).filter(|text| !text.is_empty())
    };
    if text(metadata, "name").is_none()
        && let Some(prefix) = text(metadata, "generateName")
    {
        metadata.retain(|(key, _)| key != "name");
        let kept: String = prefix.chars().take(58).collect();
        metadata.push((Cow::Borrowed("name"), Value::String(Cow::Owned(format!("{kept}xxxxx")))));
        metadata.sort_by(|one, other| one.0.cmp(&other.0));
    }
}

/// The number that the scale subresource reads must fit it.
fn replicas(value: &Value<'_>, steps: &[Box<str>], sink: &mut Sink<'_>) {
    let found = steps.iter().try_fold(value, |value, step| value.get(step));
    let message = match found {
        None | Some(Value::Null) => return,
        Some(Value::Int(number)) if i32::try_from(*number).is_ok_and(|number| number >= 0) => return,
        Some(Value::Int(_)) => "the number of replicas must be from 0 to 2147483647",
        // A wrong type is reported where the schema declares it.
        Some(_) => return,
    };
    fn at(steps: &[Box<str>], path: &Path<'_>, visit: &mut dyn FnMut(&Path<'_>)) {
        match steps {
            [] => visit(path),
            [first, rest @ ..] => at(rest, &path.field(first), visit),
        }
    }
    at(steps, &Path::root(), &mut |path| sink(path, Fault::new(Cause::Invalid, message)));
}

/// The node that a path leads to, if the object has it.
#[must_use]
pub fn find<'n, 't>(root: &'n Node<'t>, path: &Path<'_>) -> Option<&'n Node<'t>> {
    let mut found = Some(root);
    path.walk(&mut |segment| {
        found = found.and_then(|node| match segment {
            Segment::Field(name) | Segment::Key(name) => node.get(name),
            Segment::Index(index) => node.items().get(index),
        });
    });
    found.filter(|node| node.value != node::Value::Null)
}
