//! Completion: keys with their meaning, and the values that a key accepts.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::analysis::Analysis;
use super::toml::{self, Place, Scan};
use super::workspace::{Workspace, is_toml};
use super::{hover, manifest, navigation, price};
use crate::catalog::driver::{self, Driver, Shape};
use crate::catalog::kind;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::choose::prices::Prices;
use crate::output::driver_shape;
use crate::profile::schema::Kind;
use crate::profile::{builtin, example, sections};
use crate::project;
use crate::registry;

/// Sizes that are offered where a quantity is accepted.
const SIZES: &[&str] = &["10Gi", "100Gi", "500Gi", "1Ti", "10Ti"];

/// The most files that are offered.
const MOST_FILES: usize = 200;

/// `CompletionItemKind` of the protocol.
const PROPERTY: u8 = 10;
const VALUE: u8 = 12;
const ENUM_MEMBER: u8 = 20;
const REFERENCE: u8 = 18;

/// One proposal.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) label: String,
    pub(super) kind: u8,
    pub(super) detail: String,
    pub(super) documentation: String,
    /// What is inserted, if it is not the label.
    pub(super) insert: Option<String>,
}

impl Item {
    pub(super) fn key(label: &str, detail: impl Into<String>, documentation: impl Into<String>) -> Self {
        Self {
            label: label.to_owned(),
            kind: PROPERTY,
            detail: detail.into(),
            documentation: documentation.into(),
            insert: None,
        }
    }

    pub(super) fn value(label: &str, detail: impl Into<String>) -> Self {
        Self {
            label: label.to_owned(),
            kind: VALUE,
            detail: detail.into(),
            documentation: String::new(),
            insert: None,
        }
    }
}

/// The proposals at a place of an open file.
pub(super) fn at(workspace: &mut Workspace<'_>, path: &Path, at: usize) -> Vec<Value> {
    let Some(text) = workspace.text(path).cloned() else { return Vec::new() };
    let whole = text.as_str();
    let (items, start) = if is_toml(path) {
        let Some((mut items, start, is_quoted)) = in_toml(workspace, path, whole, at) else {
            return Vec::new();
        };
        for item in
            items.iter_mut().filter(|item| item.kind != PROPERTY && !is_quoted && item.insert.is_none())
        {
            item.insert = Some(format!("\"{}\"", item.label));
        }
        (items, start)
    } else {
        in_manifest(workspace, path, whole, at)
    };
    let range = text.range(start..at, workspace.encoding);
    let items = items.into_iter().enumerate().map(|(order, item)| {
        json!({
            "label": item.label,
            "kind": item.kind,
            "detail": item.detail,
            "documentation": {"kind": "markdown", "value": item.documentation},
            "sortText": format!("{order:04}"),
            "filterText": item.label,
            "textEdit": {"range": range, "newText": item.insert.as_ref().unwrap_or(&item.label)},
        })
    });
    items.collect()
}

/// The proposals, the start of what they replace, and whether a quote has been opened.
fn in_toml(
    workspace: &mut Workspace<'_>,
    path: &Path,
    whole: &str,
    at: usize,
) -> Option<(Vec<Item>, usize, bool)> {
    let before = &whole[..at];
    let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let start = at - before.bytes().rev().take_while(is_bare).count();
    let place = toml::scan(before).place;
    let place = match place {
        Place::Value(_, true) => place,
        _ => toml::scan(&whole[..start]).place,
    };
    let analysis = workspace.analysis(path);
    let scan = toml::scan(whole);
    match place {
        Place::Elsewhere => None,
        Place::Header(keys) => Some((headers(path, &analysis, &keys), start, false)),
        Place::Key(keys) => Some((self::keys(path, &analysis, &scan, &keys), start, false)),
        Place::Value(keys, is_quoted) => {
            let start =
                if is_quoted { before.rfind(['"', '\'']).map_or(start, |quote| quote + 1) } else { start };
            let prices = workspace.prices(path);
            Some((values(path, (&analysis, &prices), &scan, &keys), start, is_quoted))
        }
    }
}

/// The tables that a header may name.
fn headers(path: &Path, analysis: &Analysis, keys: &[String]) -> Vec<Item> {
    let plain = toml::plain(keys);
    if let [section] = plain.as_slice()
        && sections::section(section).is_some()
    {
        return roles(analysis, section);
    }
    let Some(table) = toml::table_at(hover::top(path), &plain) else { return Vec::new() };
    let is_table = |kind: &Kind| {
        matches!(
            kind,
            Kind::Table(_)
                | Kind::Map(_)
                | Kind::Named(..)
                | Kind::Api
                | Kind::Either(_, Kind::Table(_))
                | Kind::List(Kind::Table(_))
        )
    };
    table
        .keys()
        .filter(|key| is_table(&key.kind))
        .map(|key| Item::key(key.name, example::type_name(&key.kind), key.about))
        .collect()
}

/// The roles of a section, in every layer.
fn roles(analysis: &Analysis, section: &str) -> Vec<Item> {
    let mut names = navigation::roles(analysis, section);
    if names.is_empty() {
        for text in builtin::names().filter_map(builtin::text) {
            let words = toml::scan(text).keys.into_iter().map(toml::Word::Key);
            names.extend(
                words
                    .filter_map(|word| navigation::role(&word))
                    .filter(|role| role.section == section)
                    .map(|role| role.key),
            );
        }
    }
    let item = |name: &String| Item { kind: REFERENCE, ..Item::value(name, format!("a key of `{section}`")) };
    names.iter().map(item).map(|item| Item { insert: None, ..item }).collect()
}

/// The keys of a table that are not set yet.
fn keys(path: &Path, analysis: &Analysis, scan: &Scan, keys: &[String]) -> Vec<Item> {
    let plain = toml::plain(keys);
    let is_set = |name: &str| {
        scan.keys.iter().any(|key| {
            key.path.len() == keys.len() + 1 && key.path.starts_with(keys) && key.path[keys.len()] == name
        })
    };
    if let [section, _, parameters] = plain.as_slice()
        && parameters == "parameters"
    {
        let mut items = Vec::new();
        for driver in hover::drivers(analysis, scan, keys) {
            items.extend(parameters_of(driver, section).into_iter().filter(|item| !is_set(&item.label)));
        }
        items.iter_mut().for_each(|item| item.insert = Some(format!("{} = ", item.label)));
        return items;
    }
    if let [section] = plain.as_slice()
        && sections::section(section).is_some()
    {
        return roles(analysis, section).into_iter().map(|item| Item { kind: PROPERTY, ..item }).collect();
    }
    let Some(table) = toml::table_at(hover::top(path), &plain) else { return Vec::new() };
    table
        .keys()
        .filter(|key| !is_set(key.name))
        .map(|key| Item {
            insert: Some(format!("{} = ", key.name)),
            ..Item::key(key.name, example::type_name(&key.kind), key.about)
        })
        .collect()
}

/// The parameters of a driver for the classes of a section.
pub(super) fn parameters_of(driver: &Driver, section: &str) -> Vec<Item> {
    let list = &hover::parameters(driver, section).list;
    let item = |(name, parameter): (&str, &driver::Parameter)| {
        let mut documentation = String::new();
        hover::parameter(&mut documentation, driver, section, name);
        Item::key(name, driver_shape::shape(&parameter.shape), documentation)
    };
    list.iter().filter(|(_, parameter)| parameter.ignored.is_none()).map(item).collect()
}

/// The disk types of a driver, or the values of a parameter.
pub(super) fn parameter_values(driver: &Driver, section: &str, name: &str, prices: &Prices) -> Vec<Item> {
    let Some((_, parameter)) = hover::parameters(driver, section).find(name) else { return Vec::new() };
    match &parameter.shape {
        Shape::DiskType => driver
            .types
            .iter()
            .map(|disk_type| {
                let mut detail = format!("{}Gi to {}Gi", disk_type.least_size, disk_type.most_size);
                for (what, limit) in [("IOPS", &disk_type.iops), ("throughput", &disk_type.throughput)] {
                    if let Some(limit) = limit {
                        let _ = write!(detail, "; {what} {} to {}", limit.least, limit.most);
                    }
                }
                if let Some(price) = price::of_type(prices, driver, disk_type.name) {
                    let _ = write!(detail, "; {price}");
                }
                Item {
                    kind: ENUM_MEMBER,
                    documentation: disk_type.about.to_owned(),
                    ..Item::value(disk_type.name, detail)
                }
            })
            .collect(),
        shape => {
            words(shape).into_iter().map(|word| Item { kind: ENUM_MEMBER, ..Item::value(word, "") }).collect()
        }
    }
}

/// The words that a shape accepts, as far as they are few.
fn words(shape: &Shape) -> Vec<&str> {
    match shape {
        Shape::OneOf { values, .. } => values.to_vec(),
        Shape::Flag | Shape::Switch { .. } | Shape::GoBoolean { .. } => vec!["true", "false"],
        Shape::AnyOf { shapes, .. } => shapes.iter().flat_map(words).collect(),
        _ => Vec::new(),
    }
}

/// The values that are accepted at a path.
fn values(path: &Path, (analysis, prices): (&Analysis, &Prices), scan: &Scan, keys: &[String]) -> Vec<Item> {
    let written = keys;
    let keys = toml::plain(written);
    if let [section, _, parameters, name] = keys.as_slice()
        && parameters == "parameters"
    {
        let drivers = hover::drivers(analysis, scan, written);
        let values = |driver| parameter_values(driver, section, name, prices);
        return drivers.into_iter().flat_map(values).collect();
    }
    if hover::top(path).name == project::PROJECT.name {
        match keys.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["renders", _, "profiles", _] => {
                let built_in = builtin::names().map(|name| Item::value(name, builtin::summary(name)));
                return built_in.chain(files(path)).collect();
            }
            ["renders", _, "overlays", _] => return files(path),
            ["report", "select" | "ignore" | "errors", _] => return rules(),
            _ => {}
        }
    }
    let of_kind = |kind| of_kind(analysis, kind);
    let mut items = toml::kind_at(hover::top(path), &keys).map(of_kind).unwrap_or_default();
    if keys == ["extends"] {
        items.extend(files(path));
    }
    items
}

/// The profiles and overlays next to a file and in the folders there, by path from it.
fn files(path: &Path) -> Vec<Item> {
    let mut found = BTreeSet::new();
    let folder = path.parent().unwrap_or(path);
    let list = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_FILES);
    for entry in list(folder) {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let below = is_folder.then(|| list(&entry.path()).map(|entry| entry.path()));
        found.extend(below.into_iter().flatten().chain([entry.path()]).filter(|file| {
            is_toml(file) && file != path && file.file_name().is_some_and(|name| name != project::NAME)
        }));
    }
    let shown = found.iter().filter_map(|file| file.strip_prefix(folder).ok()?.to_str());
    shown.take(MOST_FILES).map(|file| Item::value(&file.replace('\\', "/"), "a file")).collect()
}

/// The codes of rules.
pub(super) fn rules() -> Vec<Item> {
    registry::all()
        .map(|rule| Item {
            documentation: rule.page.why.to_owned(),
            ..Item::value(rule.code, rule.page.summary)
        })
        .collect()
}

fn of_kind(analysis: &Analysis, kind: &'static Kind) -> Vec<Item> {
    let bare = |label: &str| Item { insert: Some(label.to_owned()), ..Item::value(label, "") };
    match kind {
        Kind::Enum(values) => {
            values.iter().map(|value| Item { kind: ENUM_MEMBER, ..Item::value(value, "") }).collect()
        }
        Kind::Suggested(values) => values()
            .iter()
            .map(|value| {
                let title = driver::find(value).map(|driver| driver.title);
                Item::value(value, title.unwrap_or_else(|| builtin::summary(value)))
            })
            .collect(),
        Kind::Reference(section) => roles(analysis, section),
        Kind::Boolean => vec![bare("true"), bare("false")],
        Kind::Quantity => SIZES.iter().map(|size| Item::value(size, "")).collect(),
        Kind::Version => (KubernetesVersion::OLDEST.minor()..=KubernetesVersion::NEWEST.minor())
            .rev()
            .map(|minor| Item::value(&format!("1.{minor}"), ""))
            .collect(),
        Kind::Either(first, _) => of_kind(analysis, first),
        Kind::List(inner) => of_kind(analysis, inner),
        _ => Vec::new(),
    }
}

/// The proposals at a place, and the start of what they replace. There are none outside the kinds that volwright knows.
fn in_manifest(workspace: &mut Workspace<'_>, path: &Path, text: &str, at: usize) -> (Vec<Item>, usize) {
    let before = &text[..at];
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let start = at - before.bytes().rev().take_while(is_part).count();
    let nothing = (Vec::new(), start);
    if path.extension().is_some_and(|extension| extension == "json") {
        return nothing;
    }
    let Some((document, above, here)) = manifest::context(text, at) else { return nothing };
    if kind::find(&document.kind).is_none() {
        return nothing;
    }
    let value = here.filter(|here| at > text[..here.at].rfind(':').unwrap_or(at));
    let section = manifest::section(&document.kind);
    match (above.as_slice(), value) {
        (["parameters"], None) => {
            let mut items = manifest::driver_of(text, &document)
                .map(|driver| parameters_of(driver, section))
                .unwrap_or_default();
            items.iter_mut().for_each(|item| item.insert = Some(format!("{}: ", item.label)));
            (items, start)
        }
        (["parameters"], Some(here)) => {
            let driver = manifest::driver_of(text, &document);
            let prices = workspace.prices(path);
            let values = |driver| parameter_values(driver, section, here.key, &prices);
            (driver.map(values).unwrap_or_default(), start)
        }
        ([], Some(here)) if matches!(here.key, "provisioner" | "driverName") => (
            driver::all().iter().map(|driver| Item::value(driver.provisioner, driver.title)).collect(),
            start,
        ),
        (_, Some(here)) if here.key == "volwright/ignore" => (rules(), start),
        (_, Some(here)) => {
            let Some(kind) = manifest::referred(here.key) else { return nothing };
            let names = workspace.names(kind, document.namespace.as_deref());
            (names.iter().map(|name| Item::value(name, kind)).collect(), start)
        }
        _ => nothing,
    }
}
