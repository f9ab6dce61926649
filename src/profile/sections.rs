//! The sections of a profile, from the catalogue of kinds: a kind with a row needs no code.

use std::sync::OnceLock;

use super::class_table::{ATTRIBUTES_CLASS, CLASS, SNAPSHOT_CLASS};
use super::schema::{Groups, Key, Kind, Section, Table, key, of, open};
use super::table::{
    APIS, CLAIM, CLAIM_REFERENCE, CLAIM_TEMPLATES, CONTAINER_KEYS, INSERTED_POD, LABELS, META_KEYS, MODES,
    NAMESPACE_KEYS, OBJECT, OBJECT_META_KEYS, POD_SPEC_KEYS, POD_TEMPLATE_KEYS, PROFILE_KEYS, RETENTION,
    SELECTOR_KEYS, SNAPSHOT_CLASS_REFERENCE, TEXTS, profiles,
};
use crate::catalog::kind::{self, Form};

/// The tables that depend on the catalogue of kinds.
struct Tables {
    profile: &'static Table,
    top: &'static Kind,
    part: &'static Table,
    sections: &'static [Section],
}

/// A whole profile.
#[must_use]
pub fn profile() -> &'static Table {
    tables().profile
}

/// A whole profile, as a value.
pub(super) fn top() -> &'static Kind {
    tables().top
}

/// A part of a layer for one base, under `on`.
pub(super) fn part() -> &'static Table {
    tables().part
}

/// Every section, in the order in which objects are applied.
#[must_use]
pub fn sections() -> &'static [Section] {
    tables().sections
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let sections: Vec<Section> = kind::all().iter().filter_map(of_row).collect();
        let sections: &'static [Section] = leak(sections);
        let mut keys = Vec::new();
        let mut defaults = Vec::new();
        for section in sections {
            let about = match section.kind.has_pods() && section.name != PODS {
                true => format!("defaults of the objects of `{}`, merged into those of `pods`", section.name),
                false => format!("defaults of the objects of `{}`", section.name),
            };
            defaults.push(key(section.name, Kind::Table(section.table), text(about)));
            let objects = Kind::Map(leak_one(Kind::Table(section.table)));
            let about = format!("objects of kind {}, by key", section.kind.name);
            keys.push(key(section.name, objects, text(about)));
        }
        defaults.push(key(
            "drivers",
            Kind::Map(leak_one(Kind::Table(&CLASS))),
            "defaults of the storage classes of each further driver, by its name",
        ));
        let defaults = leak_one(open("the defaults", leak(vec![leak(defaults)])));
        let first = key(
            "defaults",
            Kind::Table(defaults),
            "values for every object of a section that does not set them; those of `pods` apply to every kind with pods",
        );
        // A part for one cloud has the same keys as a layer, except `on` and `extends`.
        let part = leak_one(open("a part for one base", leak(vec![PROFILE_KEYS, leak(vec![first]), leak(keys)])));
        let on = key(
            "on",
            Kind::Map(leak_one(Kind::Table(part))),
            "parts of this layer for one base: by the name of a built-in profile or by driver",
        );
        let extends = key(
            "extends",
            Kind::Suggested(profiles),
            "the layer below this one: a built-in profile, or a file, as a path relative to this file",
        );
        let own = leak(vec![extends, on]);
        let profile =
            leak_one(open("the profile", leak(part.groups().iter().copied().chain([own]).collect())));
        Tables { profile, top: leak_one(Kind::Table(profile)), part, sections }
    })
}

/// The section that holds pods; other sections with pods share its defaults.
pub(crate) const PODS: &str = "pods";
/// The section of claims.
pub(crate) const CLAIMS: &str = "claims";

/// The section of classes, whose defaults depend on the driver.
pub(crate) const STORAGE_CLASSES: &str = "storageClasses";

/// The section of volumes that exist.
pub(crate) const PERSISTENT_VOLUMES: &str = "persistentVolumes";

/// The section of objects of any kind.
pub(crate) const OBJECTS: &str = "objects";

fn of_row(kind: &'static kind::Kind) -> Option<Section> {
    let name = kind.section?;
    let table = match name {
        STORAGE_CLASSES => &CLASS,
        "volumeAttributesClasses" => &ATTRIBUTES_CLASS,
        "volumeSnapshotClasses" => &SNAPSHOT_CLASS,
        "claims" => &CLAIM,
        OBJECTS => &OBJECT,
        _ => of_kind(kind),
    };
    Some(Section { name, kind, table })
}

/// The table of a kind whose keys are all data.
fn of_kind(kind: &'static kind::Kind) -> &'static Table {
    let name = text(if kind.is_custom() { named(kind.name) } else { phrase(kind.name) });
    leak_one(of(name, Groups::OfKind { kind, make: groups_of, made: OnceLock::new() }))
}

fn groups_of(kind: &'static kind::Kind) -> &'static [&'static [Key]] {
    let mut groups: Vec<&'static [Key]> = vec![META_KEYS, OBJECT_META_KEYS];
    if kind.namespaced {
        groups.push(NAMESPACE_KEYS);
    }
    if let Some(path) = &kind.pod_template {
        groups.extend([CONTAINER_KEYS, POD_SPEC_KEYS]);
        if !path.is_empty() {
            groups.push(POD_TEMPLATE_KEYS);
        }
    }
    if kind.selector {
        groups.push(SELECTOR_KEYS);
    }
    groups.push(leak(kind.keys.iter().map(own_key).collect()));
    if kind.is_custom() {
        groups.push(leak(kind.pods.iter().map(role_key).collect()));
        let versions = Kind::Enum(kind.api_versions);
        let version =
            key("apiVersion", versions, "`apiVersion`, if it is not the first of the supported ones");
        groups.push(leak(vec![version]));
    }
    leak(groups)
}

/// The key that inserts a pod, or several by name.
fn role_key(role: &'static kind::Role) -> Key {
    static REFERENCE: Kind = Kind::Reference(PODS);
    static TABLE: Kind = Kind::Table(&INSERTED_POD);
    static POD: Kind = Kind::Either(&REFERENCE, &TABLE);
    let kind = if role.path.contains("[]") { Kind::Map(&POD) } else { Kind::Either(&REFERENCE, &TABLE) };
    Key { name: role.name, kind, required: false, instead: &[], beside: &[], about: role.about }
}

fn own_key(row: &'static kind::Key) -> Key {
    let value = match row.value {
        None => Kind::Enum(row.values),
        Some(Form::Text) => Kind::String,
        Some(Form::Texts) => TEXTS,
        Some(Form::Labels) => LABELS,
        Some(Form::Boolean) => Kind::Boolean,
        Some(Form::Integer) => Kind::Integer,
        Some(Form::Quantity) => Kind::Quantity,
        Some(Form::Object) => Kind::Api,
        Some(Form::Objects) => APIS,
        Some(Form::ClaimTemplates) => CLAIM_TEMPLATES,
        Some(Form::Retention) => Kind::Table(&RETENTION),
        Some(Form::AccessModes) => MODES,
        Some(Form::Claim) => CLAIM_REFERENCE,
        Some(Form::SnapshotClass) => SNAPSHOT_CLASS_REFERENCE,
    };
    Key {
        name: row.name,
        kind: value,
        required: row.required,
        instead: row.instead,
        beside: &[],
        about: row.about.unwrap_or_else(|| text(format!("`{}`", row.name))),
    }
}

/// `an MPIJob` for `MPIJob`.
fn named(kind: &str) -> String {
    let mut letters = kind.chars();
    let (first, second) = (letters.next().unwrap_or_default(), letters.next().unwrap_or_default());
    // Letters that are spelt begin with a vowel in more cases: an M, but a MutatingWebhook.
    let vowels = if second.is_ascii_uppercase() { "AEFHILMNORSX" } else { "AEIO" };
    format!("{} {kind}", if vowels.contains(first) { "an" } else { "a" })
}

/// `a stateful set` for `StatefulSet`.
fn phrase(kind: &str) -> String {
    let mut words = String::new();
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {words}")
}

/// The tables are built once and live as long as the program.
fn leak<T>(items: Vec<T>) -> &'static [T] {
    items.leak()
}

fn leak_one<T>(item: T) -> &'static T {
    Box::leak(Box::new(item))
}

fn text(text: String) -> &'static str {
    text.leak()
}

/// The section of this name.
#[must_use]
pub fn section(name: &str) -> Option<&'static Section> {
    sections().iter().find(|section| section.name == name)
}

/// The values that are accepted at a path, if the tables know it.
#[must_use]
pub fn at<'a>(path: impl IntoIterator<Item = &'a str>) -> Option<&'static Kind> {
    let mut path = path.into_iter();
    let mut kind = &profile().key(path.next()?)?.kind;
    for part in path {
        kind = match kind {
            Kind::Table(table) | Kind::Either(_, Kind::Table(table)) => &table.key(part)?.kind,
            Kind::Map(kind) | Kind::Named(_, kind) => kind,
            _ => return None,
        };
    }
    Some(kind)
}

/// The keys of the table at a path.
#[must_use]
pub fn keys_at(path: &[String]) -> Option<Vec<&'static str>> {
    match at(path.iter().map(String::as_str))? {
        Kind::Table(table) | Kind::Either(_, Kind::Table(table)) => {
            Some(table.keys().map(|key| key.name).collect())
        }
        _ => None,
    }
}
