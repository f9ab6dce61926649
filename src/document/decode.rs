//! Strict decoding: nodes are checked against the API's types as with the server's `fieldValidation=Strict`, then read into
//! those types. Fields whose feature gate is off are dropped in between, as the server does.

use std::borrow::Cow;
use std::collections::HashSet;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::fields::{self, Field, Shape, Type};
use super::read::Read;
use crate::catalog::feature_gate;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::reporter::Reporter;
use crate::document::rules::{DROPPED_FIELD, UNKNOWN_FIELD, WRONG_TYPE};
use crate::encoding::decode_base64;
use crate::finding::fix::{Applicability, Fix};
use crate::quantity::{self, Quantity};
use crate::time;
use crate::yaml::node::{Node, Value};
use crate::yaml::path::Path;

/// The values of a tree that the typed object lacks: those that do not fit their fields, and those that the server drops.
#[derive(Debug, Default)]
pub(super) struct DecodeErrors {
    /// The addresses of their nodes.
    nodes: HashSet<*const ()>,
    /// The addresses of those that are read as text, although they lack quotes.
    texts: HashSet<*const ()>,
    /// Their paths, in the API server's notation.
    pub(super) paths: Vec<String>,
}

impl DecodeErrors {
    fn add(&mut self, node: &Node<'_>, path: &Path<'_>) {
        self.nodes.insert(address(node));
        self.paths.push(path.to_string());
    }
}

fn address(node: &Node<'_>) -> *const () {
    std::ptr::from_ref(node).cast()
}

/// Checks a whole object of type `kind`. Reports every unknown field and every value of a wrong type as an error, and every
/// field that the server drops as a warning, once for each feature gate. Messages quote values as `text` has them.
pub(super) fn check(
    root: &Node<'_>,
    text: Option<&str>,
    kind: &'static Type,
    version: KubernetesVersion,
    out: &mut Reporter<'_>,
) -> DecodeErrors {
    // A kind that reached its present API version later had the same fields in the previous one.
    let version = if kind.is_in(version) { version } else { KubernetesVersion::NEWEST };
    let mut checker = Checker { version, text, misfits: DecodeErrors::default(), gates: Vec::new() };
    checker.object(root, kind, &Path::root(), out);
    checker.misfits
}

/// Checks the metadata of a custom resource, or of an object embedded in one, and reads it; returns the paths of values that
/// do not fit their fields, too.
pub(crate) fn object_meta(
    node: &Node<'_>,
    path: &Path<'_>,
    version: KubernetesVersion,
    out: &mut Reporter<'_>,
) -> (Option<ObjectMeta>, Vec<String>) {
    let Some(kind) = fields::find("ObjectMeta") else { return (None, Vec::new()) };
    let mut checker = Checker { version, text: None, misfits: DecodeErrors::default(), gates: Vec::new() };
    checker.object(node, kind, path, out);
    let mut found = ObjectMeta::zero();
    let is_read = found.read(&checked(node, &checker.misfits)).is_some();
    (is_read.then_some(found), checker.misfits.paths)
}

/// A checked tree without the values that the typed object lacks: they are `null`.
pub(super) fn checked<'n, 't>(root: &'n Node<'t>, errors: &DecodeErrors) -> Cow<'n, Node<'t>> {
    if errors.nodes.is_empty() { Cow::Borrowed(root) } else { Cow::Owned(without(root, errors)) }
}

/// A copy of the tree with `null` in the place of each misfit.
fn without<'t>(node: &Node<'t>, misfits: &DecodeErrors) -> Node<'t> {
    if misfits.texts.contains(&address(node)) {
        let text = match &node.value {
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            _ => String::new(),
        };
        return Node::new(Value::String(text.into()), node.span);
    }
    if misfits.nodes.contains(&address(node)) {
        return Node::new(Value::Null, node.span);
    }
    let value = match &node.value {
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| without(item, misfits)).collect()),
        Value::Mapping(entries) => {
            let entries = entries.iter().map(|entry| crate::yaml::node::Entry {
                key: entry.key.clone(),
                value: without(&entry.value, misfits),
            });
            Value::Mapping(entries.collect())
        }
        value => value.clone(),
    };
    Node::new(value, node.span)
}

fn is_scalar(node: &Node<'_>) -> bool {
    matches!(node.value, Value::Integer(_) | Value::Float(_) | Value::Bool(_))
}

struct Checker<'t> {
    version: KubernetesVersion,
    /// The text that the spans of the tree point into.
    text: Option<&'t str>,
    misfits: DecodeErrors,
    /// The feature gates whose fields have been reported.
    gates: Vec<&'static str>,
}

impl Checker<'_> {
    fn object(&mut self, node: &Node<'_>, kind: &'static Type, path: &Path<'_>, out: &mut Reporter<'_>) {
        let Value::Mapping(entries) = &node.value else {
            if !node.is_null() {
                self.misfit(node, path, "a table", out);
            }
            return;
        };
        let mut before = None;
        for entry in entries {
            let key = entry.key.value.as_ref();
            let path = path.field(key);
            let field = kind.field_behind(before, key);
            before = field.map(|(at, _)| at).or(before);
            match field.map(|(_, field)| field) {
                Some(field) if field.is_in(self.version) => {
                    self.value(&entry.value, field.shape, &path, out);
                    if field.is_dropped_by(self.version) {
                        self.dropped(&entry.value, kind, field, &path, out);
                    }
                }
                other => {
                    unknown(key, kind, other, self.version, &path, out);
                    // The types are those of the newest version: they may know the field.
                    if other.is_some() {
                        self.misfits.add(&entry.value, &path);
                    }
                }
            }
        }
    }

    fn value(&mut self, node: &Node<'_>, shape: Shape, path: &Path<'_>, out: &mut Reporter<'_>) {
        if node.is_null() {
            return;
        }
        match (shape, &node.value) {
            (Shape::Object(kind), _) => self.object(node, kind, path, out),
            (Shape::List(item), Value::Sequence(items)) => {
                for (index, node) in items.iter().enumerate() {
                    self.value(node, *item, &path.index(index), out);
                }
            }
            (Shape::Map(item), Value::Mapping(entries)) => {
                for entry in entries {
                    let key = entry.key.value.as_ref();
                    // In the path of an unknown field, the server writes a key of a map like a field.
                    let is_object = matches!(item, Shape::Object(_));
                    let path = if is_object { path.field(key) } else { path.key(key) };
                    self.value(&entry.value, *item, &path, out);
                    // What lacks quotes counts as set for the other rules.
                    if matches!(item, Shape::String) && is_scalar(&entry.value) {
                        self.misfits.texts.insert(address(&entry.value));
                    }
                }
            }
            (Shape::Any, _)
            | (Shape::String, Value::String(_))
            | (Shape::Bool, Value::Bool(_))
            | (Shape::Int64, Value::Integer(_))
            | (Shape::Float, Value::Float(_) | Value::Integer(_))
            | (Shape::IntOrString, Value::String(_)) => {}
            (Shape::Int32 | Shape::IntOrString, Value::Integer(value)) if i32::try_from(*value).is_ok() => {}
            (Shape::Quantity, Value::Integer(_) | Value::Float(_)) => {}
            (Shape::Quantity, Value::String(text)) if Quantity::parse(text).is_ok() => {}
            (Shape::Time, Value::String(text)) if time::is_time(text) => {}
            (Shape::Bytes, Value::String(text)) if decode_base64(text).is_some() => {}
            _ => self.misfit(node, path, wanted(shape), out),
        }
    }

    /// Removes a field whose feature gate is off from the typed object.
    fn dropped(
        &mut self,
        node: &Node<'_>,
        kind: &Type,
        field: &Field,
        path: &Path<'_>,
        out: &mut Reporter<'_>,
    ) {
        let is_empty = match &node.value {
            Value::Null => return,
            Value::Sequence(items) => items.is_empty(),
            Value::Mapping(entries) => entries.is_empty(),
            _ => false,
        };
        self.misfits.add(node, path);
        let Some(gate) = feature_gate::guarding(kind.name, field.name) else { return };
        if is_empty || self.gates.contains(&gate.name.as_str()) {
            return;
        }
        self.gates.push(&gate.name);
        let version = self.version;
        let message = format!("Kubernetes {version} drops `{}`: {}", field.name, gate.effect);
        let help = match gate.since {
            Some(since) => format!("the feature gate {} is on by default from 1.{since}", gate.name),
            None => format!("the feature gate {} is off by default", gate.name),
        };
        out.report_at_key(&DROPPED_FIELD, path, message)
            .help(format!("{help}; remove the field, or ignore this if your API server has the gate on"))
            .fix(Fix::remove(path, Applicability::Unsafe));
    }

    fn misfit(&mut self, node: &Node<'_>, path: &Path<'_>, wanted: &str, out: &mut Reporter<'_>) {
        // The values of a Secret are not printed.
        let is_secret = out.kind() == "Secret";
        let is_scalar = is_scalar(node);
        let written =
            self.text.and_then(|text| text.get(node.span.range())).filter(|text| is_scalar && is_word(text));
        let given: Cow<'_, str> = match &node.value {
            Value::String(_) if is_secret => "this text".into(),
            Value::String(text) => format!("`{}`", shorten(text)).into(),
            Value::Integer(number) => format!("`{number}`").into(),
            Value::Float(number) => format!("`{number}`").into(),
            Value::Bool(value) => format!("`{value}`").into(),
            _ => node.type_name().into(),
        };
        let given = written.map_or(given, |written| format!("`{written}`").into());
        let finding = out.report(&WRONG_TYPE, path, format!("{given} is not {wanted}"));
        match &node.value {
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) if wanted == "text" => {
                finding.help("quote it: YAML reads it as another type, which the API server rejects");
                finding.fix(Fix::quote(path));
            }
            Value::String(text) if wanted.starts_with("a quantity") => {
                let near = quantity::misspelled(text);
                finding.help(quantity_help(near.as_deref()));
                if let Some(near) = near {
                    // The number and the power stay; the quantity as it is was never accepted.
                    finding.fix(Fix::replace(path, near, Applicability::Safe));
                }
            }
            _ => {}
        }
        self.misfits.add(node, path);
    }
}

/// Whether a text is the whole of a plain scalar.
fn is_word(text: &str) -> bool {
    const LONGEST: usize = 40;
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-._:".contains(&byte))
}

fn wanted(shape: Shape) -> &'static str {
    match shape {
        Shape::String => "text",
        Shape::Bool => "`true` or `false`",
        Shape::Int32 => "a 32-bit integer",
        Shape::Int64 => "an integer",
        Shape::Float => "a number",
        Shape::Quantity => "a quantity such as `10Gi`, `500m` or `2`",
        Shape::IntOrString => "a 32-bit integer or a string",
        Shape::Time => "a time such as `2026-01-31T12:00:00Z`",
        Shape::Bytes => "text in base64",
        Shape::Object(_) | Shape::Map(_) => "a table",
        Shape::List(_) => "a list",
        Shape::Any => "anything",
    }
}

/// What a suggested quantity and quantities in general look like.
fn quantity_help(near: Option<&str>) -> String {
    match near {
        Some(near) => format!(
            "did you mean `{near}`? The suffixes are Ki, Mi, Gi, Ti (powers of 1024) and k, M, G, T (powers of 1000)"
        ),
        None => {
            "write a number with a suffix: Ki, Mi, Gi, Ti (powers of 1024) or k, M, G, T (powers of 1000)"
                .to_owned()
        }
    }
}

fn unknown(
    key: &str,
    kind: &'static Type,
    other: Option<&Field>,
    version: KubernetesVersion,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let finding = out.report_at_key(
        &UNKNOWN_FIELD,
        path,
        format!("{} has no field `{}`", kind.short_name, shorten(key)),
    );
    if let Some(field) = other {
        finding.help(if version.at_least(field.since) {
            format!("it was removed after Kubernetes 1.{}, and the target is {version}", field.until)
        } else {
            format!("it was added in Kubernetes 1.{}, and the target is {version}", field.since)
        });
        return;
    }
    let names = kind.fields.iter().filter(|field| field.is_in(version)).map(|field| field.name);
    if let Some(near) = crate::nearest::nearest(key, names) {
        finding.help(format!("did you mean `{near}`?"));
        finding.fix(Fix::rename(path, near, Applicability::of_spelling(key, near)));
    }
}

/// Shortens a text for a message.
fn shorten(text: &str) -> Cow<'_, str> {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return Cow::Borrowed(text);
    }
    let mut short: String = text.chars().take(MOST).collect();
    short.push('…');
    Cow::Owned(short)
}
