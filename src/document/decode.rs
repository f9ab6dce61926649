//! Nodes checked against the API's types as strictly as the server's `fieldValidation=Strict`, and read into them.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

use super::fields::{Field, Shape, Type};
use super::object::Decode;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::reporter::Reporter;
use crate::document::rules::{UNKNOWN_FIELD, WRONG_TYPE};
use crate::quantity::Quantity;
use crate::time;
use crate::yaml::node::{Node, Value};
use crate::yaml::path::Path;

/// The values of a tree that do not fit their fields.
#[derive(Debug, Default)]
pub(super) struct DecodeErrors<'n, 't> {
    nodes: Vec<&'n Node<'t>>,
    /// Where they are, in the API server's notation.
    pub(super) paths: Vec<String>,
}

/// Checks a whole object of type `kind` and reports every unknown field and every value of a wrong type.
pub(super) fn check<'n, 't>(
    root: &'n Node<'t>,
    kind: &'static Type,
    version: KubernetesVersion,
    out: &mut Reporter<'_>,
) -> DecodeErrors<'n, 't> {
    // A kind that came to its present version later had the same fields in the one before.
    let version = if kind.is_in(version) { version } else { KubernetesVersion::NEWEST };
    let mut checker = Checker { version, misfits: DecodeErrors::default() };
    checker.object(root, kind, &Path::root(), out);
    checker.misfits
}

/// A checked tree and the values that do not fit.
pub(super) struct Checked<'c, 'n, 't> {
    pub(super) root: &'c Node<'t>,
    pub(super) errors: &'c DecodeErrors<'n, 't>,
}

impl Decode for Checked<'_, '_, '_> {
    fn decode<T: DeserializeOwned>(&self) -> Option<T> {
        if self.errors.nodes.is_empty() {
            T::deserialize(self.root).ok()
        } else {
            T::deserialize(&without(self.root, self.errors)).ok()
        }
    }
}

/// A copy of the tree with `null` in the place of each misfit.
fn without<'t>(node: &Node<'t>, misfits: &DecodeErrors<'_, '_>) -> Node<'t> {
    let at: *const Node<'_> = node;
    if misfits
        .nodes
        .iter()
        .any(|misfit| std::ptr::eq(at.cast::<()>(), std::ptr::from_ref(*misfit).cast::<()>()))
    {
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

struct Checker<'n, 't> {
    version: KubernetesVersion,
    misfits: DecodeErrors<'n, 't>,
}

impl<'n, 't> Checker<'n, 't> {
    fn object(&mut self, node: &'n Node<'t>, kind: &'static Type, path: &Path<'_>, out: &mut Reporter<'_>) {
        let Value::Mapping(entries) = &node.value else {
            if node.value != Value::Null {
                self.misfit(node, path, "a table", out);
            }
            return;
        };
        for entry in entries {
            let key = entry.key.value.as_ref();
            let path = path.field(key);
            match kind.field(key) {
                Some(field) if field.is_in(self.version) => self.value(&entry.value, field.shape, &path, out),
                other => unknown(key, kind, other, self.version, &path, out),
            }
        }
    }

    fn value(&mut self, node: &'n Node<'t>, shape: Shape, path: &Path<'_>, out: &mut Reporter<'_>) {
        if node.value == Value::Null {
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
                    self.value(&entry.value, *item, &path.key(&entry.key.value), out);
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
            (Shape::Bytes, Value::String(text)) if is_base64(text) => {}
            _ => self.misfit(node, path, wanted(shape), out),
        }
    }

    fn misfit(&mut self, node: &'n Node<'t>, path: &Path<'_>, wanted: &str, out: &mut Reporter<'_>) {
        let given: Cow<'_, str> = match &node.value {
            Value::String(text) => format!("`{}`", shorten(text)).into(),
            Value::Integer(number) => format!("`{number}`").into(),
            Value::Float(number) => format!("`{number}`").into(),
            Value::Bool(value) => format!("`{value}`").into(),
            _ => node.type_name().into(),
        };
        let finding = out.report(&WRONG_TYPE, path, format!("{given} is not {wanted}"));
        match &node.value {
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) if wanted == "text" => {
                finding
                    .help("put it in quotes: YAML reads it as another type, and the API server refuses that");
            }
            Value::String(text) if wanted.starts_with("a quantity") => {
                finding.help(quantity_help(text));
            }
            _ => {}
        }
        self.misfits.nodes.push(node);
        self.misfits.paths.push(path.to_string());
    }
}

fn wanted(shape: Shape) -> &'static str {
    match shape {
        Shape::String => "text",
        Shape::Bool => "`true` or `false`",
        Shape::Int32 => "a whole number of 32 bits",
        Shape::Int64 => "a whole number",
        Shape::Float => "a number",
        Shape::Quantity => "a quantity such as `10Gi`, `500m` or `2`",
        Shape::IntOrString => "a whole number of 32 bits or text",
        Shape::Time => "a time such as `2026-01-31T12:00:00Z`",
        Shape::Bytes => "text in base64",
        Shape::Object(_) | Shape::Map(_) => "a table",
        Shape::List(_) => "a list",
        Shape::Any => "anything",
    }
}

/// `10GB` and `10 Gi` are what people write.
fn quantity_help(text: &str) -> String {
    let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let number: String = compact
        .chars()
        .take_while(|letter| letter.is_ascii_digit() || matches!(letter, '.' | '+' | '-'))
        .collect();
    let unit = compact[number.len()..].trim_end_matches(['b', 'B']).trim_end_matches("yte").to_owned();
    let unit = match unit.to_lowercase().as_str() {
        "ki" | "kib" => "Ki".to_owned(),
        "mi" => "Mi".to_owned(),
        "gi" => "Gi".to_owned(),
        "ti" => "Ti".to_owned(),
        "g" => "G".to_owned(),
        "t" => "T".to_owned(),
        "k" => "k".to_owned(),
        _ => unit,
    };
    let near = format!("{number}{unit}");
    if near != text && Quantity::parse(&near).is_ok() {
        format!(
            "did you mean `{near}`? The suffixes are Ki, Mi, Gi, Ti (powers of 1024) and k, M, G, T (powers of 1000)"
        )
    } else {
        "write a number with a suffix: Ki, Mi, Gi, Ti (powers of 1024) or k, M, G, T (powers of 1000)"
            .to_owned()
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
    let finding =
        out.report_at_key(&UNKNOWN_FIELD, path, format!("{} has no field `{}`", kind.name, shorten(key)));
    if let Some(field) = other {
        finding.help(if version.at_least(field.since) {
            format!("it was last in Kubernetes 1.{}, and this is judged for {version}", field.until)
        } else {
            format!("it came with Kubernetes 1.{}, and this is judged for {version}", field.since)
        });
        return;
    }
    let names = kind.fields().iter().filter(|field| field.is_in(version)).map(|field| field.name);
    if let Some(near) = crate::nearest::nearest(key, names) {
        finding.help(format!("did you mean `{near}`?"));
    }
}

/// The beginning of a text, for a message.
fn shorten(text: &str) -> Cow<'_, str> {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return Cow::Borrowed(text);
    }
    let mut short: String = text.chars().take(MOST).collect();
    short.push('…');
    Cow::Owned(short)
}

/// Base64 with padding, and line ends anywhere, as Go's decoder takes it.
fn is_base64(text: &str) -> bool {
    let bytes: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let padding = bytes.iter().rev().take_while(|byte| **byte == b'=').count();
    let digits = &bytes[..bytes.len() - padding];
    bytes.len().is_multiple_of(4)
        && padding <= 2
        && digits.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}
