//! Shapes of values in a few words, for the pages on drivers.

use crate::catalog::driver::{IntegerShape, JsonShape, Shape};
use crate::rules::driver::template_fields;

/// What a value looks like, in a few words.
#[must_use]
pub fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::DiskType => "a disk type".to_owned(),
        Shape::Integer(integer) => self::integer(integer),
        Shape::Number { .. } => "a number".to_owned(),
        Shape::Duration { .. } => "a duration such as `2m` or `168h`".to_owned(),
        Shape::Octal { .. } => "an octal mode".to_owned(),
        Shape::IpAddress { .. } => "an IP address".to_owned(),
        Shape::Cidr { prefix } => format!("an IPv4 network, /{prefix} or larger"),
        Shape::Pattern { expected, .. } | Shape::AnyOf { expected, .. } => (*expected).to_owned(),
        Shape::RegularExpression => "a regular expression".to_owned(),
        Shape::List { item, separator, .. } => {
            format!("{}; several between `{separator}`", self::shape(item))
        }
        Shape::Json { json, .. } => format!("JSON: {}", self::json(json)),
        Shape::Placeholders { placeholders } => format!("text with {}", list(placeholders)),
        Shape::MountOptions { .. } => "mount options between commas".to_owned(),
        Shape::Flag => "none".to_owned(),
        Shape::Quantity { values, .. } if !values.is_empty() => list(values),
        Shape::Quantity { .. } => "a quantity".to_owned(),
        Shape::OneOf { values, .. } => list(values),
        Shape::Switch { off: Some(off), .. } => format!("`{off}`; anything else is on"),
        Shape::Switch { .. } => "`true`; anything else is off".to_owned(),
        Shape::GoBoolean { .. } => "`true` or `false`".to_owned(),
        Shape::Alphanumeric => "letters and digits".to_owned(),
        Shape::StartsWith { start, path } => {
            path.as_ref().map_or_else(|| format!("`{start}…`"), |path| format!("`{path}`"))
        }
        Shape::Path { path, list, .. } => {
            format!("`{path}`{}", if *list { ", several between commas" } else { "" })
        }
        Shape::Pairs { .. } => "`key=value`, several between commas".to_owned(),
        Shape::Triples { .. } => "`parent/key/value`, several between commas".to_owned(),
        Shape::Tag { key_only: true, .. } => "a key".to_owned(),
        Shape::Tag { fields, .. } => format!("`key=value`; templates may name {}", template_fields(fields)),
        Shape::Zones => "zones between commas".to_owned(),
        Shape::Arn => "an ARN".to_owned(),
        Shape::Time { .. } => "a time".to_owned(),
        Shape::Location => "a multi-region or a region".to_owned(),
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn integer(integer: &IntegerShape) -> String {
    let least = integer.least.or(integer.above.map(|above| above + 1));
    match (integer.values, least, integer.most) {
        ([], None, None) => "a whole number".to_owned(),
        ([], Some(least), Some(most)) => format!("a whole number, {least} to {most}"),
        ([], Some(least), None) => format!("a whole number, {least} or more"),
        ([], None, Some(most)) => format!("a whole number, {most} or less"),
        (values, ..) => values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "),
    }
}

fn json(shape: &JsonShape) -> String {
    match shape {
        JsonShape::Boolean => "`true` or `false`".to_owned(),
        JsonShape::Integer { values, .. } if !values.is_empty() => {
            values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
        }
        JsonShape::Integer { .. } => "a whole number".to_owned(),
        JsonShape::String { values, .. } if !values.is_empty() => {
            values.iter().map(|value| format!("`\"{value}\"`")).collect::<Vec<_>>().join(", ")
        }
        JsonShape::String { expected: Some(expected), .. } => format!("{expected}, in double quotes"),
        JsonShape::String { .. } => "a text in double quotes".to_owned(),
        JsonShape::List { items, .. } => format!("a list of: {}", json(items)),
        JsonShape::Object { fields, .. } => {
            let names = fields.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>();
            if names.is_empty() {
                "an object".to_owned()
            } else {
                format!("an object with {}", names.join(", "))
            }
        }
    }
}
