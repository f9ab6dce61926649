//! Custom resources from their short forms: rows of the catalogue say where pods and keys go.

use super::context;
use super::fields::{Fields, list, overlay, text};
use super::unset::Removed;
use crate::catalog::kind::{Part, Role};
use crate::profile::{Object, Profile, path_parts, sections};
use crate::source::Span;
use crate::yaml::node::{Entry, Node, Value};

/// The keys in the profile of the pods that a short form inserts.
pub(super) fn inserted_pods<'p>(object: &Object<'p>) -> Vec<&'p str> {
    let roles = object.section.kind.pods.iter();
    roles.flat_map(|role| items(object, role)).filter_map(|(_, entry)| pod_of(&entry.value)).collect()
}

/// The key of the pod: the value itself, or that of `pod` in a table.
fn pod_of<'n>(node: &'n Node<'static>) -> Option<&'n str> {
    node.as_str().or_else(|| node.get("pod")?.as_str())
}

/// What a role of an object inserts: the path, in which `[]` is the position of the item, and the table.
fn items<'p>(object: &Object<'p>, role: &Role) -> Vec<(Option<usize>, &'p Entry<'static>)> {
    let Some(entry) = object.node.entry(role.name) else { return Vec::new() };
    if role.path.contains("[]") {
        entry.value.entries().iter().enumerate().map(|(index, entry)| (Some(index), entry)).collect()
    } else {
        vec![(None, entry)]
    }
}

/// The object as it is rendered, before `spec` and `unset` apply.
#[must_use]
pub fn object(profile: &Profile, object: &Object<'_>, removed: &mut Removed) -> Node<'static> {
    let kind = object.section.kind;
    let mut root = Fields::empty(object.span);
    if let Some(entry) = object.node.entry("apiVersion") {
        root.put(entry.clone());
    } else if let Some(version) = kind.api_versions.first() {
        root.set("apiVersion", object.span, text(*version, object.span));
    }
    root.set("kind", object.span, text(kind.name, object.span));
    if let Some(metadata) = context(profile, object, removed).entry("metadata") {
        root.put(metadata.clone());
    }
    root.set("spec", object.span, Fields::empty(object.span).node());
    let mut root = root.node();
    for key in kind.keys {
        if let (Some(path), Some(entry)) = (key.path, object.node.entry(key.name)) {
            set(&mut root, path, 0, entry.key.span, entry.value.clone());
        }
    }
    for role in kind.pods {
        // Items of a key of the same list come first.
        let path = role.path.split("[]").next().unwrap_or_default();
        let first = path_parts(path).map_or(0, |parts| {
            parts.iter().try_fold(&root, |node, part| node.get(part)).map_or(0, |node| node.items().len())
        });
        for (index, entry) in items(object, role) {
            insert(profile, &mut root, role, index.map(|index| index + first), entry);
        }
    }
    root
}

/// Inserts one pod, and the further keys of its table.
fn insert(
    profile: &Profile,
    root: &mut Node<'static>,
    role: &Role,
    index: Option<usize>,
    entry: &Entry<'static>,
) {
    let key = pod_of(&entry.value);
    let found = key.and_then(|key| profile.object(sections::PODS, key));
    let Some(found) = found else { return };
    let built = context(profile, &found, &mut Removed::new());
    let Some(spec) = built.get("podSpec") else { return };
    let (place, at) = (entry.key.span, index.unwrap_or(0));
    let mut spec = Fields::new(spec, spec.span);
    spec.entries.retain(|field| {
        let key = field.key.value.as_ref();
        !role.drop.contains(&key) && (role.keep.is_empty() || key == "containers" || role.keep.contains(&key))
    });
    for (field, value) in json(role.pod) {
        spec.set(field.clone(), place, node(&value, place));
    }
    let lifted = containers(&mut spec, role, place);
    if let (Some(naming), Some(item)) = (role.naming, role.path.split_once("[]")) {
        set(
            root,
            &format!("{}[].{naming}", item.0),
            at,
            place,
            text(entry.key.value.clone().into_owned(), place),
        );
    }
    for (path, value) in role.set {
        set(root, path, at, place, text(*value, place));
    }
    for (path, value) in lifted {
        set(root, path, at, place, value);
    }
    let (parent, last) = role.path.rsplit_once('.').unwrap_or(("", role.path));
    match role.holds {
        Part::Template => {
            let mut template = Fields::empty(place);
            let mut metadata = Fields::empty(place);
            for key in ["labels", "annotations"] {
                metadata
                    .entries
                    .extend(built.get("metadata").and_then(|metadata| metadata.entry(key)).cloned());
            }
            if !metadata.is_empty() {
                template.set("metadata", place, metadata.node());
            }
            template.set("spec", place, spec.node());
            beside(root, role, parent, at, entry);
            set(root, role.path, at, place, template.node());
        }
        Part::Spec => {
            set(root, role.path, at, place, spec.node());
            beside(root, role, role.path, at, entry);
        }
        Part::Container => {
            let container = spec.take("containers").and_then(|list| list.value.items().first().cloned());
            if let Some(container) = container {
                let mut container = Fields::new(&container, place);
                container.take("name");
                set(root, &format!("{parent}.{last}"), at, place, container.node());
            }
            for field in spec.entries {
                let path = format!("{parent}.{}", field.key.value);
                set(root, &path, at, field.key.span, field.value);
            }
            beside(root, role, parent, at, entry);
        }
    }
}

/// Renames the first container, keeps what the location accepts, and takes what goes elsewhere.
fn containers(spec: &mut Fields, role: &Role, place: Span) -> Vec<(&'static str, Node<'static>)> {
    let Some(entry) = spec.entries.iter_mut().find(|field| field.key.value == "containers") else {
        return Vec::new();
    };
    let mut lifted = Vec::new();
    let mut items = entry.value.items().to_vec();
    if let Some(first) = items.first_mut() {
        let mut fields = Fields::new(first, first.span);
        if let Some(name) = role.container {
            let at = fields.get("name").map_or(place, |name| name.key.span);
            fields.set("name", at, text(name, at));
        }
        for (field, path) in role.lift {
            lifted.extend(fields.take(field).map(|field| (*path, field.value)));
        }
        fields.entries.retain(|field| {
            role.keep_in_container.is_empty() || role.keep_in_container.contains(&field.key.value.as_ref())
        });
        *first = fields.node();
    }
    entry.value = list(items, entry.value.span);
    lifted
}

/// The fields of a JSON text of the catalogue.
fn json(text: &str) -> serde_json::Map<String, serde_json::Value> {
    serde_json::from_str(text).unwrap_or_default()
}

/// Sets the further keys of an entry next to the pod, or where the row says, and the row's own.
fn beside(root: &mut Node<'static>, role: &Role, parent: &str, index: usize, entry: &Entry<'static>) {
    for (key, value) in json(role.beside) {
        if entry.value.get(&key).is_none() {
            set(root, &format!("{parent}.{key}"), index, entry.key.span, node(&value, entry.key.span));
        }
    }
    for further in entry.value.entries().iter().filter(|further| further.key.value != "pod") {
        let known = role.at.iter().find(|(key, _)| *key == further.key.value);
        let path =
            known.map_or_else(|| format!("{parent}.{}", further.key.value), |(_, path)| (*path).to_owned());
        set(root, &path, index, further.key.span, further.value.clone());
    }
}

/// Merges a value into the field at a dotted path, whose tables and items are created; `[]` is the item at `index`.
fn set(root: &mut Node<'static>, path: &str, index: usize, place: Span, value: Node<'static>) {
    let mut node = root;
    for step in path.split('.') {
        let name = step.split('[').next().unwrap_or_default();
        let item = match step.strip_prefix(name) {
            Some("") | None => None,
            Some("[]") => Some(index),
            Some(number) => number.trim_matches(['[', ']']).parse().ok(),
        };
        if !matches!(node.value, Value::Mapping(_)) {
            node.value = Value::Mapping(Vec::new());
        }
        let Value::Mapping(entries) = &mut node.value else { return };
        let at = entries.iter().position(|entry| entry.key.value == name).unwrap_or_else(|| {
            let mut fields = Fields::empty(place);
            fields.set(name.to_owned(), place, Fields::empty(place).node());
            entries.extend(fields.entries);
            entries.len() - 1
        });
        node = &mut entries[at].value;
        if let Some(item) = item {
            if !matches!(node.value, Value::Sequence(_)) {
                node.value = Value::Sequence(Vec::new());
            }
            let Value::Sequence(items) = &mut node.value else { return };
            while items.len() <= item {
                items.push(Fields::empty(place).node());
            }
            node = &mut items[item];
        }
    }
    overlay(node, &value);
}

/// A value of the catalogue, at a place of the profile.
fn node(value: &serde_json::Value, place: Span) -> Node<'static> {
    let value = match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(text) => Value::String(text.clone().into()),
        serde_json::Value::Array(items) => {
            Value::Sequence(items.iter().map(|item| node(item, place)).collect())
        }
        serde_json::Value::Object(fields) => {
            let mut entries = Fields::empty(place);
            fields.iter().for_each(|(key, value)| entries.set(key.clone(), place, node(value, place)));
            return entries.node();
        }
    };
    Node::new(value, place)
}
