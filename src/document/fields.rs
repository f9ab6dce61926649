//! The fields of the API's types, version by version: `fields.txt`, which a test derives from the types themselves and from
//! the table of feature gates.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{LazyLock, OnceLock};

use crate::catalog::kubernetes::KubernetesVersion;
use crate::embedded::TYPES;
use crate::hash::FastSet;
use crate::lookup::{Lookup, slot_count};

/// The shape of a field's value.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Text.
    String,
    /// `true` or `false`.
    Bool,
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// Any number.
    Float,
    /// A string or a number that is a valid quantity.
    Quantity,
    /// A string or a 32-bit integer.
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
    /// A map with string keys.
    Map(&'static Self),
}

/// A type of the API.
#[derive(Debug)]
pub struct Type {
    /// The API's name, such as `PodSpec`, or `group/version/Name` if several types have that name.
    pub name: &'static str,
    /// Its lines of the table.
    lines: &'static str,
    /// Its fields by name, parsed on first use.
    fields: OnceLock<Box<Fields>>,
}

/// The fields of a type.
#[derive(Debug)]
struct Fields {
    /// In the order of their names.
    list: Vec<Field>,
    lookup: Lookup,
    /// The position of the field that stood first in an object last time, and of those that stood behind each field.
    behind: Box<[AtomicU16]>,
}

impl Fields {
    fn new(list: Vec<Field>) -> Self {
        let lookup = Lookup::new(list.iter().map(|field| field.name));
        let behind = list.iter().map(|_| AtomicU16::new(u16::MAX));
        Self { lookup, behind: behind.chain([AtomicU16::new(0)]).collect(), list }
    }
}

/// A field of a type.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in JSON.
    pub name: &'static str,
    /// The shape of its value.
    pub shape: Shape,
    /// The first minor version that has it.
    pub since: u8,
    /// The last minor version that has it.
    pub until: u8,
    /// The first minor version that keeps it: earlier ones drop it, because its feature gate is off by default.
    pub kept_since: u8,
}

impl Field {
    /// Whether this version of the API has the field.
    #[must_use]
    pub fn is_in(&self, version: KubernetesVersion) -> bool {
        (self.since..=self.until).contains(&version.minor())
    }

    /// Whether this version of the API accepts the field and then drops it.
    #[must_use]
    pub fn is_dropped_by(&self, version: KubernetesVersion) -> bool {
        version.minor() < self.kept_since
    }
}

impl Type {
    /// The API's name, without group and version.
    #[must_use]
    pub fn short_name(&self) -> &'static str {
        self.name.rsplit('/').next().unwrap_or(self.name)
    }

    /// Whether this version of the API has the type in its present API version.
    #[must_use]
    pub fn is_in(&self, version: KubernetesVersion) -> bool {
        self.fields().iter().any(|field| field.is_in(version))
    }

    /// Every field, by name.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.table().list
    }

    fn table(&self) -> &Fields {
        self.fields.get_or_init(|| Box::new(Fields::new(self.lines.lines().filter_map(field).collect())))
    }

    /// The field of this name, whatever the version.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        let table = self.table();
        table.lookup.find(name, |at| table.list[at].name).map(|at| &table.list[at])
    }

    /// The field of this name, whatever the version, and its position; `before` is that of the field before it in the object.
    /// Most objects of a type have the same fields in the same order, so that the field of the last time is tried first.
    #[must_use]
    pub fn field_behind(&self, before: Option<usize>, name: &str) -> Option<(usize, &Field)> {
        let table = self.table();
        let behind = table.behind.get(before.map_or(0, |before| before + 1))?;
        let last = usize::from(behind.load(Ordering::Relaxed));
        if let Some(field) = table.list.get(last).filter(|field| field.name == name) {
            return Some((last, field));
        }
        let at = table.lookup.find(name, |at| table.list[at].name)?;
        behind.store(at as u16, Ordering::Relaxed);
        Some((at, &table.list[at]))
    }
}

/// The type of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Type> {
    static LOOKUP: Lookup<[u16; slot_count(TYPES.len())]> = Lookup::of_rows(TYPES);
    LOOKUP.find(name, |at| ALL[at].name).map(|at| &ALL[at])
}

/// The type of a kind in one of its API versions. Several types of one name are listed as `group/version/Name`, except for the
/// first of them.
#[must_use]
pub fn find_kind(kind: &str, api_version: &str) -> Option<&'static Type> {
    let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
    let group = group.split('.').next().unwrap_or_default();
    let group = if group == "internal" { "apiserverinternal" } else { group };
    /// The names that several types have. Those with a group, which begins with a small letter, are the last of the table.
    static SEVERAL: LazyLock<FastSet<&str>> = LazyLock::new(|| {
        ALL.iter().rev().take_while(|known| known.name.contains('/')).map(Type::short_name).collect()
    });
    let qualified = || find(&[group, "/", version, "/", kind].concat());
    SEVERAL.contains(kind).then(qualified).flatten().or_else(|| find(kind))
}

/// Every type, by name: part of the program's file, so that a run that needs few types does not build the table.
static ALL: [Type; TYPES.len()] = {
    let mut all = [const { Type { name: "", lines: "", fields: OnceLock::new() } }; TYPES.len()];
    let mut at = 0;
    while at < all.len() {
        (all[at].name, all[at].lines) = TYPES[at];
        at += 1;
    }
    all
};

fn field(line: &'static str) -> Option<Field> {
    let mut words = line.trim_start().split(' ');
    let (name, kind) = (words.next()?, words.next()?);
    let (mut since, mut until, mut kept_since) = (0, u8::MAX, 0);
    for word in words {
        if let Some(version) = word.strip_prefix("kept:") {
            kept_since = if version == "never" { u8::MAX } else { version.parse().ok()? };
        } else if let Some((first, last)) = word.split_once('-') {
            (since, until) = (first.parse().ok()?, last.parse().ok()?);
        }
    }
    Some(Field { name, shape: shape(kind), since, until, kept_since })
}

fn shape(kind: &str) -> Shape {
    if let Some(item) = kind.strip_prefix("[]") {
        return Shape::List(Box::leak(Box::new(shape(item))));
    }
    if let Some(item) = kind.strip_prefix("{}") {
        return Shape::Map(Box::leak(Box::new(shape(item))));
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
        name => find(name).map_or(Shape::Any, Shape::Object),
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Shape, find};

    #[test]
    fn the_table_is_sorted() {
        assert!(ALL.len() > 200);
        assert!(ALL.is_sorted_by_key(|kind| kind.name));
        assert!(ALL.is_sorted_by_key(|kind| kind.name.contains('/')));
        assert!(ALL.iter().all(|kind| kind.fields().is_sorted_by_key(|field| field.name)));
        for kind in &ALL {
            assert_eq!(find(kind.name).map(|found| found.name), Some(kind.name));
            for field in kind.fields() {
                assert_eq!(kind.field(field.name).map(|found| found.name), Some(field.name));
            }
            // Whatever stood behind each of them before.
            let last = kind.fields().len().checked_sub(1);
            for (at, field) in kind.fields().iter().enumerate().rev().chain(kind.fields().iter().enumerate())
            {
                for before in [None, last, Some(at)] {
                    assert_eq!(kind.field_behind(before, field.name).map(|(at, _)| at), Some(at));
                    assert!(kind.field_behind(before, "nothing").is_none());
                }
            }
            assert!(kind.field("").is_none() && kind.field("nothing").is_none());
        }
    }

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
        assert_eq!(spec.field("hostnameOverride").map(|field| field.kept_since), Some(35));
        assert_eq!(spec.field("schedulingGroup").map(|field| field.kept_since), Some(u8::MAX));
        assert_eq!(spec.field("containers").map(|field| field.kept_since), Some(0));
    }
}
