//! The profile that an import extends: what it already says is omitted, and what does not apply is unset.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::strip::part;
use super::tree::Table;
use crate::error::Error;
use crate::profile::sections::{OBJECTS, PODS, section};
use crate::profile::toml_text::quoted;
use crate::profile::{self, Profile, path_parts};
use crate::source::Sources;
use crate::yaml::node::{Node, Value};

/// The key of an object that shows the defaults of its section.
const PROBE: &str = "volwright-import";
/// An object of each section with the keys that it must have. Defaults of other sections are rare.
const PROBES: &str = "\
[storageClasses.volwright-import]
[volumeAttributesClasses.volwright-import]
[claims.volwright-import]
size = \"1Gi\"
[pods.volwright-import]
image = \"image\"
[jobs.volwright-import]
image = \"image\"
[cronJobs.volwright-import]
image = \"image\"
schedule = \"0 0 * * *\"
[statefulSets.volwright-import]
image = \"image\"
[deployments.volwright-import]
image = \"image\"
[daemonSets.volwright-import]
image = \"image\"
";
/// The keys of those objects.
const PROBED: [&str; 3] = ["size", "image", "schedule"];
/// Keys whose defaults apply only to classes of the profile's driver, and the keys that name another one.
const OF_DRIVER: [&str; 3] = ["fsType", "parameters", "mountOptions"];
const DRIVER: [&str; 3] = ["provisioner", "driverName", "driver"];
/// Keys of a whole profile that would change every object.
const SHARED: [&str; 3] = ["namespace", "labels", "annotations"];

/// A merged profile, with an object in each section that has nothing but defaults.
#[derive(Debug)]
pub(super) struct Base {
    /// What `extends` names: a built-in profile, or a whole path while the profile is in memory.
    pub(super) name: String,
    /// The same from the folder of the profile.
    shown: String,
    profile: Profile,
}

impl Base {
    /// Reads and merges a built-in profile or a file, which a profile in `folder` extends.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is not a valid profile.
    pub(super) fn read(name: &str, folder: &Path) -> Result<Self, Error> {
        let probe = PathBuf::from("volwright-import.toml");
        let overlays = std::slice::from_ref(&probe);
        let files = [(probe.clone(), PROBES.to_owned())];
        let request =
            profile::Request { profile: name, overlays, files: &files, ..profile::Request::default() };
        let (profile, findings) = profile::load(&mut Sources::new(), &request)?;
        let reason = findings.first().map(|finding| finding.message.clone()).unwrap_or_default();
        let profile = profile.ok_or_else(|| {
            Error::usage(
                format!("`{name}` cannot be extended: {reason}"),
                "`volwright render` shows what is wrong with it",
            )
        })?;
        let (name, shown) = match profile::builtin::text(name) {
            Some(_) => (name.to_owned(), name.to_owned()),
            None => (whole(Path::new(name)).display().to_string(), from_folder(Path::new(name), folder)),
        };
        Ok(Self { name, shown, profile })
    }

    /// A text that extends the profile as it is written to its folder, which may not exist yet.
    pub(super) fn shown_in(&self, text: &str) -> String {
        let extends = |name: &str| format!("extends = {}\n", quoted(name));
        text.replacen(&extends(&self.name), &extends(&self.shown), 1)
    }

    /// The driver of the profile.
    pub(super) fn driver(&self) -> Option<&str> {
        self.profile.get("driver").and_then(Node::as_str)
    }

    /// Removes what the base already has from the objects, and adds the paths that must be unset.
    pub(super) fn omit(&self, tables: &mut BTreeMap<&'static str, Table>, paths: &mut Vec<String>) {
        paths
            .extend(SHARED.iter().filter(|key| self.profile.get(key).is_some()).map(|key| (*key).to_owned()));
        for (name, objects) in tables.iter_mut().filter(|(name, _)| **name != OBJECTS) {
            for object in &mut objects.entries {
                let key = object.key.value.to_string();
                let Some(below) = self.below(name, &key, &object.value) else { continue };
                let path = format!("{name}.{}", part(&key));
                let own = std::mem::replace(&mut object.value.value, Value::Null);
                let own = Node::new(own, object.value.span);
                object.value = difference(&own, &below, &path, paths);
            }
        }
        self.unset_defaults(tables, paths);
    }

    /// What an object has without keys of its own.
    fn below(&self, section: &str, key: &str, own: &Node<'_>) -> Option<Node<'static>> {
        let objects = self.profile.get(section)?;
        if let Some(known) = objects.get(key) {
            return Some(known.clone());
        }
        let mut table = Table::of(objects.get(PROBE)?);
        table.entries.retain(|entry| !PROBED.contains(&&*entry.key.value));
        let driver = DRIVER.iter().find_map(|key| own.get(key)).and_then(Node::as_str);
        if driver.is_some_and(|driver| self.driver() != Some(driver)) {
            table.entries.retain(|entry| !OF_DRIVER.contains(&&*entry.key.value));
        }
        Some(table.node())
    }

    /// Whether the base has an object of this key.
    pub(super) fn has(&self, section: &str, key: &str) -> bool {
        self.profile.get(section).is_some_and(|objects| objects.get(key).is_some())
    }

    /// Unsets a default once if it applies to no object of its section, or to none with pods.
    fn unset_defaults(&self, tables: &BTreeMap<&'static str, Table>, paths: &mut Vec<String>) {
        let is_pods = |name: &str| section(name).is_some_and(|section| section.kind.has_pods());
        let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (name, table) in tables.iter().filter(|(name, _)| **name != OBJECTS) {
            let group = groups.entry(if is_pods(name) { PODS } else { name }).or_default();
            group.extend(table.entries.iter().map(|entry| format!("{name}.{}.", part(&entry.key.value))));
        }
        for (name, objects) in groups {
            let [first, ..] = objects.as_slice() else { continue };
            let own = paths.iter().filter_map(|path| path.strip_prefix(first.as_str()).map(str::to_owned));
            for key in own.collect::<Vec<_>>() {
                let parts = path_parts(&key).unwrap_or_default();
                let probe = self.profile.get(name).and_then(|objects| objects.get(PROBE));
                let is_default = probe
                    .and_then(|probe| parts.iter().try_fold(probe, |node, part| node.get(part)))
                    .is_some();
                let all: Vec<String> = objects.iter().map(|object| format!("{object}{key}")).collect();
                if is_default && objects.len() > 1 && all.iter().all(|path| paths.contains(path)) {
                    paths.retain(|path| !all.contains(path));
                    paths.push(format!("defaults.{name}.{key}"));
                }
            }
        }
    }
}

fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The path of a file as a file in `folder` names it.
fn from_folder(path: &Path, folder: &Path) -> String {
    let (path, folder) = (whole(path), whole(folder));
    let (path, folder): (Vec<_>, Vec<_>) = (path.components().collect(), folder.components().collect());
    let shared = path.iter().zip(&folder).take_while(|(one, other)| one == other).count();
    let up = folder.iter().skip(shared).map(|_| Component::ParentDir);
    let parts: PathBuf = up.chain(path.iter().skip(shared).copied()).collect();
    parts.display().to_string()
}

/// Whether a value is that of the base, in which numbers and booleans of text are text.
fn is_same(own: &Node<'_>, base: &Node<'_>) -> bool {
    let text = match &own.value {
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        _ => return own.has_same_value(base),
    };
    own.has_same_value(base) || base.as_str() == Some(&text)
}

/// What `own` has on top of `below`. What only `below` has is added to the paths to unset.
fn difference(
    own: &Node<'static>,
    below: &Node<'static>,
    path: &str,
    paths: &mut Vec<String>,
) -> Node<'static> {
    let mut table = Table::new(own.span);
    for entry in own.entries() {
        match below.get(&entry.key.value) {
            Some(known) if is_same(&entry.value, known) => {}
            Some(known) if !known.entries().is_empty() && !entry.value.entries().is_empty() => {
                let path = format!("{path}.{}", part(&entry.key.value));
                let further = difference(&entry.value, known, &path, paths);
                if !further.entries().is_empty() {
                    table.put(entry.key.value.clone(), entry.key.span, further);
                }
            }
            _ => table.entries.push(entry.clone()),
        }
    }
    for entry in below.entries() {
        // Without a count there are no accelerators.
        let is_nothing = entry.key.value == "gpus" && entry.value.get("count").is_none();
        if own.get(&entry.key.value).is_none() && !is_nothing {
            paths.push(format!("{path}.{}", part(&entry.key.value)));
        }
    }
    table.node()
}
