//! An object as the keys of its section: the inverse of the templates and of what they can access.

mod claim;
mod class;
mod container;
mod env;
mod mounts;
mod pod;
mod scope;
mod value;
mod workload;

pub(super) use scope::Scope;

use super::object::Object;
use super::step::Step;
use super::tree::Table;
use super::verbatim::nulls;
use crate::profile::schema::{Key, Section};
use crate::profile::sections::section;
use value::mirror;

/// The keys of an object's metadata, and others that do not mirror a field of the same name.
const OTHER_KEYS: [&str; 8] =
    ["name", "labels", "annotations", "metadata", "spec", "nulls", "namespace", "default"];

/// An object on its way to the keys of its section.
struct Entry<'a> {
    object: &'a Object,
    section: &'static Section,
    key: &'a str,
    step: Step,
    scope: &'a Scope<'a>,
    /// The fields that no key holds yet: of `spec`, or of a class.
    fields: Table,
    /// The keys.
    out: Table,
}

/// The entry of an object in its section, and the paths to unset. None if its keys cannot hold it.
pub(super) fn entry(
    object: &Object,
    at: usize,
    step: Step,
    scope: &Scope<'_>,
) -> Option<(Table, Vec<String>)> {
    let (name, key) = scope.names.places.get(at)?;
    let section = section(name)?;
    let (mut out, mut unset) = (Table::new(object.span()), Vec::new());
    scope.names.metadata(object, at, &mut out, &mut unset);
    let mut fields = Table::of(&object.plain);
    for known in ["apiVersion", "kind", "metadata"] {
        fields.take(known);
    }
    if !section.is_class() {
        let spec = fields.take("spec")?;
        if !fields.is_empty() {
            return None;
        }
        fields = Table::of(&spec.value);
    }
    let mut entry = Entry { object, section, key, step, scope, fields, out };
    entry.fill()?;
    let Entry { fields, mut out, .. } = entry;
    if !fields.is_empty() {
        let span = fields.span;
        let further = match out.take("spec") {
            Some(own) => super::tree::joined(own.value, &fields.node()),
            None => fields.node(),
        };
        out.put("spec", span, further);
    }
    nulls(object, &mut out);
    out.entries.sort_by_key(|entry| rank(section, &entry.key.value));
    Some((out, unset))
}

/// The order of keys as a reader looks for them: names, what the kind is about, the container, the pod, other fields.
fn rank(section: &Section, key: &str) -> usize {
    let position = section.table.keys().position(|known| known.name == key).unwrap_or_default();
    let of_kind = section.kind.keys.iter().position(|known| known.name == key);
    match (key, of_kind) {
        ("name" | "namespace" | "labels" | "annotations" | "metadata", _) => position,
        ("storageClass", _) => 900,
        ("nulls" | "spec", _) => 5000 + position,
        ("podSpec" | "containerSpec", _) => 4000 + position,
        ("volumeClaimTemplates" | "jobSpec", _) => 3000,
        (_, Some(at)) => 1000 + at,
        ("selector" | "podLabels" | "podAnnotations", _) => 1500 + position,
        _ => 2000 + position,
    }
}

impl Entry<'_> {
    /// Moves fields to keys, as far as the step says.
    fn fill(&mut self) -> Option<()> {
        // Without one of its own a class has that of the profile.
        let drivers = [
            ("storageClasses", "provisioner"),
            ("volumeAttributesClasses", "driverName"),
            ("volumeSnapshotClasses", "driver"),
        ];
        let field = drivers.iter().find(|(section, _)| *section == self.section.name);
        if field.is_some_and(|(_, field)| self.fields.get(field).is_none()) {
            return None;
        }
        if self.step == Step::Spec {
            return Some(());
        }
        match self.section.name {
            "storageClasses" => self.class(),
            "volumeAttributesClasses" => self.driver("driverName"),
            "volumeSnapshotClasses" => self.driver("driver"),
            "claims" => claim::keys(&mut self.fields, &mut self.out, self.object, self.scope),
            _ if self.section.kind.has_pods() => return self.workload(),
            _ => self.references(),
        }
        mirror(self.mirrored(), &mut self.fields, &mut self.out);
        self.parameters();
        Some(())
    }

    /// The keys that mirror a field of the same name.
    fn mirrored(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.section.table.keys().filter(|key| !OTHER_KEYS.contains(&key.name))
    }
}
