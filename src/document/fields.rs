//! The fields of the API's types, version by version: `fields.txt`, which a test derives from the types themselves.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::catalog::kubernetes::KubernetesVersion;

/// What may stand in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Text.
    String,
    /// `true` or `false`.
    Bool,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// Any number.
    Float,
    /// Text or a number that reads as a quantity.
    Quantity,
    /// Text or a whole number of 32 bits.
    IntOrString,
    /// A point in time (RFC 3339).
    Time,
    /// Bytes in base64.
    Bytes,
    /// Anything.
    Any,
    /// An object of a type of the table.
    Object(&'static Type),
    /// A list.
    List(&'static Self),
    /// A map from text.
    Map(&'static Self),
}

/// A type of the API.
#[derive(Debug, PartialEq, Eq)]
pub struct Type {
    /// The API's name, such as `PodSpec`.
    pub name: &'static str,
    /// Its fields, by name.
    fields: OnceLock<Vec<Field>>,
}

/// A field of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name in JSON.
    pub name: &'static str,
    /// What may stand there.
    pub shape: Shape,
    /// The first minor version that has it.
    pub since: u8,
    /// The last minor version that has it.
    pub until: u8,
}

impl Field {
    /// Whether this version of the API has the field.
    #[must_use]
    pub fn is_in(&self, version: KubernetesVersion) -> bool {
        (self.since..=self.until).contains(&version.minor())
    }
}

impl Type {
    /// Whether this version of the API has the type at all, as it is in the newest.
    #[must_use]
    pub fn is_in(&self, version: KubernetesVersion) -> bool {
        self.fields().iter().any(|field| field.is_in(version))
    }

    /// Every field, by name.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        self.fields.get().map_or(&[], Vec::as_slice)
    }

    /// The field of this name, whatever the version.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        let fields = self.fields();
        fields.binary_search_by(|field| field.name.cmp(name)).ok().map(|at| &fields[at])
    }
}

/// The type of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Type> {
    static TABLE: OnceLock<HashMap<&'static str, &'static Type>> = OnceLock::new();
    TABLE.get_or_init(|| read(include_str!("fields.txt"))).get(name).copied()
}

/// Reads the table once for the life of the program; its types refer to each other.
fn read(text: &'static str) -> HashMap<&'static str, &'static Type> {
    let lines = || text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut types = HashMap::new();
    for name in lines().filter(|line| !line.starts_with(' ')) {
        let new: &'static Type = Box::leak(Box::new(Type { name, fields: OnceLock::new() }));
        types.insert(name, new);
    }
    let mut fields: Vec<Field> = Vec::new();
    let mut current: Option<&'static Type> = None;
    let close = |current: Option<&'static Type>, fields: &mut Vec<Field>| {
        if let Some(current) = current {
            fields.sort_unstable_by_key(|field| field.name);
            let _ = current.fields.set(std::mem::take(fields));
        }
    };
    for line in lines() {
        if let Some(line) = line.strip_prefix("  ") {
            fields.extend(field(line, &types));
        } else {
            close(current, &mut fields);
            current = types.get(line).copied();
        }
    }
    close(current, &mut fields);
    types
}

fn field(line: &'static str, types: &HashMap<&'static str, &'static Type>) -> Option<Field> {
    let mut words = line.split(' ');
    let (name, kind) = (words.next()?, words.next()?);
    let (since, until) = match words.next().and_then(|range| range.split_once('-')) {
        Some((since, until)) => (since.parse().ok()?, until.parse().ok()?),
        None => (0, u8::MAX),
    };
    Some(Field { name, shape: shape(kind, types), since, until })
}

fn shape(kind: &'static str, types: &HashMap<&'static str, &'static Type>) -> Shape {
    if let Some(item) = kind.strip_prefix("[]") {
        return Shape::List(Box::leak(Box::new(shape(item, types))));
    }
    if let Some(item) = kind.strip_prefix("{}") {
        return Shape::Map(Box::leak(Box::new(shape(item, types))));
    }
    match kind {
        "string" => Shape::String,
        "bool" => Shape::Bool,
        "int32" => Shape::Int32,
        "int64" => Shape::Int64,
        "float64" => Shape::Float,
        "quantity" => Shape::Quantity,
        "intOrString" => Shape::IntOrString,
        "time" => Shape::Time,
        "bytes" => Shape::Bytes,
        name => types.get(name).map_or(Shape::Any, |kind| Shape::Object(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, find};

    #[test]
    fn types_know_their_fields_and_each_other() {
        let pod = find("Pod").expect("Pod");
        let Some(Shape::Object(spec)) = pod.field("spec").map(|field| field.shape) else { panic!("spec") };
        assert!(matches!(
            spec.field("containers").map(|field| field.shape),
            Some(Shape::List(Shape::Object(_)))
        ));
        assert!(spec.field("contianers").is_none());
        assert_eq!(spec.field("hostnameOverride").map(|field| field.since), Some(34));
    }
}
