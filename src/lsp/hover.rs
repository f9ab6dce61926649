//! What is known about a place: the meaning of a key, the limits of a parameter, and what a value renders on each cloud.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::analysis::Analysis;
use super::toml::{self, Scan, Word};
use super::workspace::{Workspace, is_toml};
use super::{manifest, navigation, price};
use crate::catalog::driver::{self, Driver};
use crate::choose::prices::Prices;
use crate::compare::{self, Comparison};
use crate::output::{comparison, driver_shape};
use crate::profile::schema::Table;
use crate::profile::{builtin, example, sections};
use crate::project;
use crate::registry;
use crate::yaml::node::{Node, Value as NodeValue};
use crate::yaml::write;

/// The most lines of rendered YAML in one hover.
const LINES: usize = 40;

/// The hover at a place of an open file.
pub(super) fn at(workspace: &mut Workspace<'_>, path: &Path, at: usize) -> Option<Value> {
    let text = workspace.text(path)?.clone();
    let (markdown, range) = if is_toml(path) {
        let scan = toml::scan(text.as_str());
        let word = scan.word(at)?;
        let range = match &word {
            Word::Key(key) => key.range.clone(),
            Word::Scalar(scalar) => scalar.range.clone(),
        };
        (of_word(workspace, path, &scan, &word)?, range)
    } else {
        in_manifest(text.as_str(), at, &workspace.prices(path))?
    };
    let markdown = workspace.shorten(&markdown);
    let range = text.range(range, workspace.encoding);
    Some(json!({"contents": {"kind": "markdown", "value": markdown}, "range": range}))
}

/// The keys that a file may have at the top.
pub(super) fn top(path: &Path) -> &'static Table {
    if path.file_name().is_some_and(|name| name == project::NAME) {
        &project::PROJECT
    } else {
        sections::profile()
    }
}

fn of_word(workspace: &mut Workspace<'_>, path: &Path, scan: &Scan, word: &Word) -> Option<String> {
    let analysis = workspace.analysis(path);
    let prices = workspace.prices(path);
    let mut out = String::new();
    match word {
        Word::Key(key) => {
            if let Some(role) = navigation::role(word) {
                of_object(&mut out, &analysis, &prices, &format!("{}.{}", role.section, role.key));
            }
            of_key(&mut out, path, (&analysis, scan), &key.path);
        }
        Word::Scalar(scalar) => {
            of_value(&mut out, &prices, drivers(&analysis, scan, &scalar.path), &scalar.text);
            if let Some(role) = navigation::role(word) {
                of_object(&mut out, &analysis, &prices, &format!("{}.{}", role.section, role.key));
            }
            of_place(&mut out, &analysis, path, &scalar.range);
            of_key(&mut out, path, (&analysis, scan), &scalar.path);
        }
    }
    (!out.is_empty()).then_some(out)
}

/// The meaning of a key, and of a parameter what each driver accepts.
fn of_key(out: &mut String, path: &Path, (analysis, scan): (&Analysis, &Scan), written: &[String]) {
    let keys = toml::plain(written);
    if let [section, _, parameters, name] = keys.as_slice()
        && parameters == "parameters"
    {
        for driver in drivers(analysis, scan, written) {
            parameter(out, driver, section, name);
        }
        return;
    }
    let top = top(path);
    let Some(kind) = toml::kind_at(top, &keys) else { return };
    let shown = keys.join(".").replace(&format!(".{}", toml::ITEM), "[]");
    let _ = writeln!(out, "**{shown}**: {}\n", example::type_name(kind));
    let Some(key) = toml::key_at(top, &keys) else { return };
    let _ = writeln!(out, "{}\n", key.about);
    if let Some(example) = example::line(key) {
        let _ = writeln!(out, "```toml\n{example}\n```\n");
    }
}

/// The drivers of the class at a path: its own, that of its layer, or of the profile that the part is for, or those of every
/// layer; all drivers if none is set.
pub(super) fn drivers(analysis: &Analysis, scan: &Scan, keys: &[String]) -> Vec<&'static Driver> {
    if let [on, base, ..] = keys
        && on == "on"
        && let Some(text) = builtin::text(base)
        && let Some(driver) = toml::scan(text).text(&["driver"]).and_then(driver::find)
    {
        return vec![driver];
    }
    let plain = toml::plain(keys);
    let [section, role, ..] = plain.as_slice() else { return driver::all().iter().collect() };
    let own = ["provisioner", "driver", "driverName"].iter().find_map(|key| scan.text(&[section, role, key]));
    if let Some(driver) = own.or_else(|| scan.text(&["driver"])).and_then(driver::find) {
        return vec![driver];
    }
    let mut found: BTreeSet<String> = BTreeSet::new();
    for (_, source) in analysis.layers() {
        found.extend(toml::scan(&source.text).text(&["driver"]).map(str::to_owned));
    }
    let known: Vec<_> = found.iter().filter_map(|name| driver::find(name)).collect();
    if known.is_empty() { driver::all().iter().collect() } else { known }
}

/// The list of parameters that a driver has for the classes of a section.
pub(super) fn parameters<'d>(driver: &'d Driver, section: &str) -> &'d driver::Parameters {
    match section {
        "volumeAttributesClasses" => &driver.attributes,
        "volumeSnapshotClasses" => &driver.snapshot,
        _ => &driver.class,
    }
}

/// A parameter of a driver's class, if the driver has it: what it is for, its values and what rejects others.
pub(super) fn parameter(out: &mut String, driver: &Driver, section: &str, name: &str) {
    let Some((spelling, parameter)) = parameters(driver, section).find(name) else { return };
    let _ = writeln!(out, "**{spelling}** ({}): {}\n", driver.provisioner, parameter.about);
    let _ = writeln!(out, "* values: {}", driver_shape::shape(&parameter.shape));
    let _ = writeln!(out, "* any other value is rejected by {}", parameter.stage.component());
    if let Some(default) = &parameter.default {
        let _ = writeln!(out, "* default: `{default}`");
    }
    if let Some(why) = &parameter.deprecated {
        let _ = writeln!(out, "* deprecated: {why}");
    }
    if let Some(why) = &parameter.ignored {
        let _ = writeln!(out, "* has no effect: {why}");
    }
    out.push('\n');
}

/// What a text is: a disk type of some drivers, a driver or a rule.
pub(super) fn of_value(
    out: &mut String,
    prices: &Prices,
    drivers: impl IntoIterator<Item = &'static Driver>,
    text: &str,
) {
    for driver in drivers {
        if let Some(disk_type) = driver.find_type(text) {
            let _ = writeln!(out, "**{}** ({}): {}\n", disk_type.name, driver.title, disk_type.about);
            let _ = writeln!(out, "* size: {}Gi to {}Gi", disk_type.least_size, disk_type.most_size);
            for (what, limit) in [("IOPS", &disk_type.iops), ("throughput", &disk_type.throughput)] {
                if let Some(limit) = limit {
                    let _ = writeln!(out, "* {what}: {}", crate::output::driver::limit(limit));
                }
            }
            if let Some(price) = price::of_type(prices, driver, disk_type.name) {
                let _ = writeln!(out, "* {price}");
            }
            out.push('\n');
        }
        if driver.provisioner == text {
            let _ = writeln!(out, "**{text}**: {}\n", driver.title);
        }
    }
    if let Some(rule) = registry::find(text) {
        let _ =
            writeln!(out, "**{} {}**: {}\n\n{}\n", rule.code, rule.name, rule.page.summary, rule.page.why);
    }
}

/// What an object is on each cloud: its volumes compared, and its YAML on the first of them.
fn of_object(out: &mut String, analysis: &Analysis, prices: &Prices, key: &str) {
    let Comparison { profiles, volumes, prices } = compare::volumes(&analysis.rendered.borrow(), prices);
    let own = volumes.into_iter().filter(|(volume, _)| {
        volume.strip_prefix(key).is_some_and(|rest| {
            !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-' || next == '_')
        })
    });
    let own = Comparison { profiles, volumes: own.collect(), prices };
    if !own.volumes.is_empty() {
        let _ = writeln!(out, "{}", comparison::markdown(&own));
    }
    for (label, rendered) in &*analysis.rendered.borrow() {
        let Some(at) = rendered.keys.iter().position(|known| known == key) else { continue };
        let yaml = write::write(&rendered.documents[at].root);
        let lines: Vec<_> = yaml.lines().take(LINES).collect();
        let _ = writeln!(out, "Rendered on {label}:\n\n```yaml\n{}\n```\n", lines.join("\n"));
        return;
    }
}

/// What the value at a place renders on each cloud.
fn of_place(out: &mut String, analysis: &Analysis, path: &Path, range: &std::ops::Range<usize>) {
    let mut lines = Vec::new();
    for (label, rendered) in &*analysis.rendered.borrow() {
        for document in &rendered.documents {
            let mut found = Vec::new();
            let is_here = |node: &Node<'_>| {
                let span = node.span.range();
                span.start <= range.start
                    && range.end <= span.end
                    && span.len() <= range.len() + 6
                    && analysis.path(node.span.source).as_deref() == Some(path)
            };
            fields(&document.root, &mut String::new(), &is_here, &mut found);
            for field in found {
                let line = format!("* {label}: {} `{}`: `{field}`", document.kind, document.name);
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
    }
    if !lines.is_empty() {
        lines.truncate(LINES);
        let layer = path.file_name().unwrap_or_default().to_string_lossy();
        let _ = writeln!(out, "Set in `{layer}`, rendered as:\n\n{}\n", lines.join("\n"));
    }
}

/// The scalars of a tree that come from some place, each with its path.
fn fields(node: &Node<'_>, path: &mut String, is_here: &dyn Fn(&Node<'_>) -> bool, found: &mut Vec<String>) {
    let length = path.len();
    match &node.value {
        NodeValue::Mapping(entries) => {
            for entry in entries {
                let dot = if length == 0 { "" } else { "." };
                let _ = write!(path, "{dot}{}", entry.key.value);
                fields(&entry.value, path, is_here, found);
                path.truncate(length);
            }
        }
        NodeValue::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                let _ = write!(path, "[{index}]");
                fields(item, path, is_here, found);
                path.truncate(length);
            }
        }
        value if is_here(node) => {
            let value = match value {
                NodeValue::String(text) => text.to_string(),
                NodeValue::Bool(value) => value.to_string(),
                NodeValue::Integer(number) => number.to_string(),
                NodeValue::Float(number) => number.to_string(),
                _ => "null".to_owned(),
            };
            found.push(format!("{path}: {value}"));
        }
        _ => {}
    }
}

/// The hover at a place of a manifest, and the place of what it is about.
fn in_manifest(text: &str, at: usize, prices: &Prices) -> Option<(String, std::ops::Range<usize>)> {
    let (document, path, here) = manifest::context(text, at)?;
    let here = here?;
    let mut out = String::new();
    if path == ["parameters"] {
        parameter(
            &mut out,
            manifest::driver_of(text, &document)?,
            manifest::section(&document.kind),
            here.key,
        );
    }
    if at >= here.at || path != ["parameters"] {
        of_value(&mut out, prices, driver::all(), here.value);
    }
    (!out.is_empty()).then(|| (out, here.at..here.at + here.value.len()))
}
