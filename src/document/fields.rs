//! The fields of the API's types, version by version: `fields.txt`, which a test derives from the types themselves and from
//! the table of feature gates.

use std::sync::atomic::{AtomicU16, Ordering};

use crate::catalog::kubernetes::KubernetesVersion;
use crate::embedded::{FIELD_PLACES, TYPES};
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
    /// The API's name, without group and version.
    pub short_name: &'static str,
    /// Whether other types have this name in another group or version.
    has_namesakes: bool,
    /// Every field, by name.
    pub fields: &'static [Field],
    /// The position of its first place among those of all types.
    behind: usize,
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
    /// Whether this version of the API has the type in its present API version.
    #[must_use]
    pub fn is_in(&self, version: KubernetesVersion) -> bool {
        self.fields.iter().any(|field| field.is_in(version))
    }

    /// The field of this name, whatever the version.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.position(name).map(|at| &self.fields[at])
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.fields.binary_search_by(|field| field.name.cmp(name)).ok()
    }

    /// The field of this name, whatever the version, and its position; `before` is that of the field before it in the object.
    /// Most objects of a type have the same fields in the same order, so that the field of the last time is tried first.
    #[must_use]
    pub fn field_behind(&self, before: Option<usize>, name: &str) -> Option<(usize, &'static Field)> {
        let behind = BEHIND.get(self.behind + before.map_or(0, |before| before + 1))?;
        let last = usize::from(behind.load(Ordering::Relaxed));
        if let Some(field) = self.fields.get(last).filter(|field| field.name == name) {
            return Some((last, field));
        }
        let at = self.position(name)?;
        behind.store(at as u16, Ordering::Relaxed);
        Some((at, &self.fields[at]))
    }
}

/// The type of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Type> {
    static LOOKUP: Lookup<[u16; slot_count(TYPES.len())]> = Lookup::of_names(TYPES);
    LOOKUP.find(name, |at| ALL[at].name).map(|at| &ALL[at])
}

/// The type of a kind in one of its API versions. Several types of one name are listed as `group/version/Name`, except for the
/// first of them.
#[must_use]
pub fn find_kind(kind: &str, api_version: &str) -> Option<&'static Type> {
    let found = find(kind)?;
    if !found.has_namesakes {
        return Some(found);
    }
    let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
    let group = group.split('.').next().unwrap_or_default();
    let group = if group == "internal" { "apiserverinternal" } else { group };
    find(&[group, "/", version, "/", kind].concat()).or(Some(found))
}

/// For each place of each type, at the beginning of an object and behind each field, the position of the field that stood there
/// last time. They are not part of the types, which stay on pages that are never written.
static BEHIND: [AtomicU16; FIELD_PLACES] = [const { AtomicU16::new(0) }; FIELD_PLACES];

/// Every type, by name.
static ALL: [Type; TYPES.len()] = include!(concat!(env!("OUT_DIR"), "/fields.rs"));

#[cfg(test)]
mod tests {
    use super::{ALL, Shape, find};

    #[test]
    fn the_table_is_sorted() {
        assert!(ALL.len() > 200);
        assert!(ALL.is_sorted_by_key(|kind| kind.name));
        assert!(ALL.is_sorted_by_key(|kind| kind.name.contains('/')));
        assert!(ALL.iter().all(|kind| kind.fields.is_sorted_by_key(|field| field.name)));
        for kind in &ALL {
            assert_eq!(find(kind.name).map(|found| found.name), Some(kind.name));
            for field in kind.fields {
                assert_eq!(kind.field(field.name).map(|found| found.name), Some(field.name));
            }
            // Whatever stood behind each of them before.
            let last = kind.fields.len().checked_sub(1);
            for (at, field) in kind.fields.iter().enumerate().rev().chain(kind.fields.iter().enumerate()) {
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
