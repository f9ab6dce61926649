//! Links inside a profile: claim → class, pod → claim; and names that two objects share.

use std::collections::HashMap;

use super::again::Same;
use super::object::{Index, Object, objects, objects_of};
use super::schema::{Kind, Section, Table};
use super::{builtin, sections};
use crate::catalog::driver;
use crate::finding::Finding;
use crate::finding::fix::{Applicability, Fix, Intent, Place};
use crate::grammar::dns_subdomain;
use crate::hash::FastMap;
use crate::nearest::nearest;
use crate::profile::rules::{
    DUPLICATE_NAME, INVALID_PROFILE_VALUE, MISSING_KEY, UNKNOWN_REFERENCE, UNUSED_SCRATCH,
};
use crate::source::Span;
use crate::yaml::node::{Node, Value};

/// The most names that a finding lists.
const MOST: usize = 20;

/// Where a reference may lead.
struct Scope<'p> {
    root: &'p Node<'static>,
    index: Index,
}

/// Checks what refers to what.
pub(super) fn check(root: &Node<'static>, top: Span, findings: &mut Vec<Finding>) {
    let list: Vec<_> = objects(root).collect();
    tables(root, &list, findings);
    duplicates(&list, findings);
    prefix(root, list.iter().cloned(), findings);
    unused_scratch(&list, findings);
    without_driver(root, top, &list, findings);
}

/// Checks a profile again in which nothing was found, and in which nothing differs but classes and its name.
pub(super) fn check_again(root: &Node<'static>, top: Span, same: &Same, findings: &mut Vec<Finding>) {
    let classes: Vec<_> = objects_of(root, Section::is_class).collect();
    tables(root, &classes, findings);
    if !same.is_of_same_name() {
        if !same.has_same_references() {
            duplicates(&objects(root).collect::<Vec<_>>(), findings);
        }
        prefix(root, objects(root), findings);
    }
    without_driver(root, top, &classes, findings);
}

/// Checks what some objects refer to.
fn tables(root: &Node<'static>, list: &[Object<'_>], findings: &mut Vec<Finding>) {
    let scope = Scope { root, index: Index::default() };
    for object in list {
        table(&scope, object.node, object.node, object.section.table, findings);
    }
}

/// Reports objects of the same kind and name.
fn duplicates(list: &[Object<'_>], findings: &mut Vec<Finding>) {
    let mut known = FastMap::default();
    for object in list.iter().filter(|object| object.node.get("existing").is_none()) {
        let id = (object.section.name, kind_of(object), object.name.as_str(), object.namespace);
        let first = *known.entry(id).or_insert(object);
        if !std::ptr::eq(first, object) {
            let place = |object: &Object<'_>| object.node.get("name").map_or(object.span, |name| name.span);
            let mut finding = Finding::new(
                &DUPLICATE_NAME,
                place(object),
                format!("two objects of kind {} have the name `{}`", object.section.kind.name, object.name),
            );
            finding.help(
                "the API server keeps only the one that is applied last; give one of them another `name`",
            );
            finding.related(place(first), "the other has it here");
            findings.push(finding);
        }
    }
}

/// Every class belongs to a driver.
fn without_driver(root: &Node<'static>, top: Span, list: &[Object<'_>], findings: &mut Vec<Finding>) {
    let needs = list.iter().find(|object| {
        let own = match object.section.name {
            "storageClasses" => "provisioner",
            "volumeAttributesClasses" => "driverName",
            "volumeSnapshotClasses" => "driver",
            _ => return false,
        };
        object.node.get(own).is_none()
    });
    if let Some(object) = needs.filter(|_| root.get("driver").is_none()) {
        let mut finding = Finding::new(&MISSING_KEY, top, "the profile has no `driver`");
        finding.help("add `driver`, the name of the CSI driver, at the top: every class belongs to a driver");
        finding.related(object.span, "this class uses it");
        findings.push(finding);
    }
}

/// The group and kind of an object of any kind; objects of one section share theirs otherwise.
fn kind_of<'n>(object: &Object<'n>) -> (&'n str, &'n str) {
    let text = |key: &str| object.node.get(key).and_then(Node::as_str).unwrap_or_default();
    if object.section.name != sections::OBJECTS {
        return ("", "");
    }
    (text("apiVersion").split_once('/').map_or("", |(group, _)| group), text("kind"))
}

/// The profile's name is the prefix of the objects' names, so it must be valid as one.
fn prefix<'p>(root: &Node<'static>, mut list: impl Iterator<Item = Object<'p>>, findings: &mut Vec<Finding>) {
    let Some(node) = root.get("name") else { return };
    let unnamed =
        |object: &Object<'_>| object.node.get("name").is_none() && object.node.get("existing").is_none();
    let Some(object) = list.find(unnamed) else { return };
    let Some(name) = node.as_str() else { return };
    if let Some(wrong) = dns_subdomain(&format!("{name}-a")) {
        let message = format!("`{name}` is not a valid prefix of names: `{}` {wrong}", object.name);
        let mut finding = Finding::new(&INVALID_PROFILE_VALUE, node.span, message);
        finding.help("objects without `name` are named `<profile name>-<key>`; change the profile's name, or name each object");
        finding.related(object.span, "this object is named after it");
        findings.push(finding);
    }
}

/// Scratch volumes that nothing mounts: a pod has only the volumes that it mounts. One of `[defaults]` may serve only some
/// pods.
fn unused_scratch(list: &[Object<'_>], findings: &mut Vec<Finding>) {
    let entries = |object: &Object<'_>| {
        let mounts = |key: &str| object.node.get(key).map(Node::items).unwrap_or_default();
        let is_mounted = |key: &str| {
            let mut mounted = mounts("mounts").iter().chain(mounts("devices"));
            mounted.any(|mount| mount.get("scratch").and_then(Node::as_str) == Some(key))
        };
        let scratch = object.node.get("scratch").map(Node::entries).unwrap_or_default();
        scratch.iter().map(|entry| (entry.key.clone(), is_mounted(&entry.key.value))).collect::<Vec<_>>()
    };
    // Objects with the same defaults share a key; one of them may mount it.
    let all: Vec<_> = list.iter().flat_map(entries).collect();
    let mut mounted: HashMap<Span, bool> = HashMap::new();
    for (key, is_mounted) in &all {
        *mounted.entry(key.span).or_default() |= is_mounted;
    }
    for (key, _) in &all {
        if mounted.insert(key.span, true) != Some(false) {
            continue;
        }
        let message = format!("scratch `{}` is not mounted, so no pod has it", key.value);
        let mut finding = Finding::new(&UNUSED_SCRATCH, key.span, message);
        finding
            .help(format!("add `{{ scratch = \"{}\", mountPath = \"/scratch\" }}` to `mounts`", key.value));
        findings.push(finding);
    }
}

fn table(
    scope: &Scope<'_>,
    object: &Node<'static>,
    node: &Node<'static>,
    known: &'static Table,
    findings: &mut Vec<Finding>,
) {
    for entry in node.entries() {
        if let Some(key) = known.key(&entry.key.value) {
            kind(scope, object, &entry.value, &key.kind, findings);
            if key.name == "workload"
                && let Some((section, wanted)) = entry.value.as_str().and_then(|path| path.split_once('.'))
            {
                look_up_object(scope, section, wanted, entry.value.span, findings);
            }
            if matches!(key.name, "scratch" | "volumeClaimTemplate")
                && let Some(wanted) = entry.value.as_str()
            {
                let section = if key.name == "scratch" { "scratch" } else { "volumeClaimTemplates" };
                look_up(object.get(section), section, wanted, entry.value.span, findings);
            }
        }
    }
}

fn kind(
    scope: &Scope<'_>,
    object: &Node<'static>,
    node: &Node<'static>,
    known: &'static Kind,
    findings: &mut Vec<Finding>,
) {
    match (known, &node.value) {
        (Kind::Reference(section), Value::String(wanted)) => {
            look_up_object(scope, section, wanted, node.span, findings);
            not_offered(scope.root, section, wanted, node.span, findings);
        }
        (Kind::Either(_, inner), Value::Mapping(_)) | (Kind::Either(inner, _), _) => {
            kind(scope, object, node, inner, findings);
        }
        (Kind::List(inner) | Kind::Named(_, inner), Value::Sequence(_)) => {
            node.items().iter().for_each(|item| kind(scope, object, item, inner, findings));
        }
        (Kind::Map(inner) | Kind::Named(_, inner), _) => {
            node.entries().iter().for_each(|entry| kind(scope, object, &entry.value, inner, findings));
        }
        (Kind::Table(inner), _) => table(scope, object, node, inner, findings),
        _ => {}
    }
}

/// A role that has a disk on other clouds and none on this one: reports what is used here instead.
fn not_offered(root: &Node<'static>, section: &str, wanted: &str, at: Span, findings: &mut [Finding]) {
    let Some(finding) = findings.last_mut() else { return };
    let Some(driver) = root.get("driver").and_then(Node::as_str).and_then(driver::find) else { return };
    if finding.primary.span != at || finding.rule.code != UNKNOWN_REFERENCE.code {
        return;
    }
    let table = format!("[{section}.{wanted}]");
    let ours = format!("driver = \"{}\"", driver.provisioner);
    let has =
        |name: &&str, line: &str| builtin::text(name).is_some_and(|text| text.lines().any(|own| own == line));
    let here = builtin::names().any(|name| has(&name, &ours) && has(&name, &table));
    let elsewhere: Vec<_> =
        builtin::names().filter(|name| has(name, &table)).map(|name| format!("`{name}`")).collect();
    if !here && !elsewhere.is_empty() {
        finding.help(format!(
            "{} has such a class; the {} has no disk for it. {}",
            elsewhere.join(" and "),
            driver.title,
            driver.shared_instead
        ));
    }
}

/// Reports an object that the profile does not have.
fn look_up_object(scope: &Scope<'_>, section: &str, wanted: &str, at: Span, findings: &mut Vec<Finding>) {
    if scope.index.table(scope.root, section, wanted).is_none() {
        look_up(scope.root.get(section), section, wanted, at, findings);
    }
}

fn look_up(
    table: Option<&Node<'static>>,
    section: &str,
    wanted: &str,
    at: Span,
    findings: &mut Vec<Finding>,
) {
    let entries = table.map(Node::entries).unwrap_or_default();
    if entries.iter().any(|entry| entry.key.value == wanted) {
        return;
    }
    let names: Vec<&str> = entries.iter().map(|entry| entry.key.value.as_ref()).collect();
    let mut finding = Finding::new(&UNKNOWN_REFERENCE, at, format!("`{section}` has no object `{wanted}`"));
    let existing = format!("for an object of the cluster write `{{ existing = \"{wanted}\" }}`");
    let existing =
        if matches!(section, "scratch" | "volumeClaimTemplates") { String::new() } else { existing };
    let mut list = names.iter().take(MOST).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        list.push_str(&format!(" and {} more", names.len() - MOST));
    }
    if let Some(near) = nearest(wanted, names.iter().copied()) {
        let place = Place { value: Some(at), ..Place::default() };
        let fix = Fix::new(format!("replace it with `{near}`"), Applicability::Unsafe);
        finding.fix(fix.at(place, Intent::Replace(near.into())));
    }
    let first = match nearest(wanted, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => format!("the profile has no `{section}`"),
        None => format!("`{section}` has {list}"),
    };
    finding.help(match existing.is_empty() {
        true => first,
        false if first.ends_with('?') => format!("{first} {}", crate::nearest::capitalize(&existing)),
        false => format!("{first}; {existing}"),
    });
    findings.push(finding);
}
