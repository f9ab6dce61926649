//! Definitions, references and names of roles across the layers of a project, and of objects across manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::analysis::Analysis;
use super::text::Text;
use super::toml::{self, Word};
use super::workspace::{Workspace, is_toml};
use super::{action, manifest, uri};
use crate::profile::layer::normal;
use crate::profile::schema::Kind;
use crate::profile::sections;
use crate::profile::toml_text::is_bare;
use crate::project;

/// An object of a profile: its section and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) section: String,
    pub(super) key: String,
}

/// A place that names a role.
#[derive(Debug)]
struct Mention {
    range: Range<usize>,
    /// Whether the object is defined or changed there.
    is_definition: bool,
}

/// The section whose keys are the values of a kind.
pub(super) fn referred(kind: &'static Kind) -> Option<&'static str> {
    match kind {
        Kind::Reference(section) => Some(section),
        Kind::Either(first, second) => referred(first).or_else(|| referred(second)),
        _ => None,
    }
}

/// The role that a word names.
pub(super) fn role(word: &Word) -> Option<Role> {
    match word {
        Word::Key(key) => {
            let path = toml::plain(&key.path);
            let [section, key] = path.as_slice() else { return None };
            let is_object = sections::section(section).is_some() && key != toml::ANY;
            is_object.then(|| Role { section: section.clone(), key: key.clone() })
        }
        Word::Scalar(scalar) => {
            let path = toml::plain(&scalar.path);
            if path.last().is_some_and(|key| key == "workload") {
                let (section, key) = scalar.text.split_once('.')?;
                return Some(Role { section: section.to_owned(), key: key.to_owned() });
            }
            let section = referred(toml::kind_at(sections::profile(), &path)?)?;
            Some(Role { section: section.to_owned(), key: scalar.text.clone() })
        }
    }
}

/// Every place of a text that names a role.
fn mentions(text: &str, wanted: &Role) -> Vec<Mention> {
    let scan = toml::scan(text);
    let keys = scan.keys.into_iter().map(|key| (key.range.clone(), Word::Key(key)));
    let scalars = scan.scalars.into_iter().map(|scalar| (scalar.range.clone(), Word::Scalar(scalar)));
    let named = keys.chain(scalars).filter(|(_, word)| role(word).as_ref() == Some(wanted));
    named
        .map(|(mut range, word)| {
            // Of `section.key` the key, and of a quoted key its name.
            let written = &text[range.clone()];
            range.end = range.start + written.trim_end_matches(['"', '\'']).len();
            range.start = range.end - wanted.key.len().min(range.len());
            Mention { range, is_definition: matches!(word, Word::Key(_)) }
        })
        .collect()
}

/// The word at a place of an open TOML file.
fn word(workspace: &Workspace<'_>, path: &Path, at: usize) -> Option<Word> {
    toml::scan(workspace.text(path).filter(|_| is_toml(path))?.as_str()).word(at)
}

/// The files that name a role, with the places.
fn places(analysis: &Analysis, role: &Role) -> BTreeMap<PathBuf, (Text, Vec<Mention>)> {
    let files = analysis.layers().filter_map(|(path, source)| Some((path?, source)));
    files
        .map(|(path, source)| (path, (Text::new(&*source.text), mentions(&source.text, role))))
        .filter(|(_, (_, mentions))| !mentions.is_empty())
        .collect()
}

fn locations(
    workspace: &mut Workspace<'_>,
    path: &Path,
    role: &Role,
    wanted: fn(&Mention) -> bool,
) -> Vec<Value> {
    let analysis = workspace.analysis(path);
    let mut list = Vec::new();
    for (file, (text, mentions)) in places(&analysis, role) {
        for mention in mentions.into_iter().filter(wanted) {
            list.push(
                json!({"uri": uri::uri(&file), "range": text.range(mention.range, workspace.encoding)}),
            );
        }
    }
    list
}

/// Where what is named at a place is defined.
pub(super) fn definition(workspace: &mut Workspace<'_>, path: &Path, at: usize) -> Vec<Value> {
    if !is_toml(path) {
        return in_manifests(workspace, path, at, |name| name.is_definition);
    }
    let Some(word) = word(workspace, path, at) else { return Vec::new() };
    if let Some(file) = file(path, &word) {
        let start = json!({"line": 0, "character": 0});
        return vec![json!({"uri": uri::uri(&file), "range": {"start": start, "end": start}})];
    }
    let role = role(&word);
    role.map(|role| locations(workspace, path, &role, |mention| mention.is_definition)).unwrap_or_default()
}

/// The file that a path in a profile or in a project file leads to.
fn file(path: &Path, word: &Word) -> Option<PathBuf> {
    let Word::Scalar(scalar) = word else { return None };
    let keys: Vec<&str> = scalar.path.iter().map(String::as_str).collect();
    let is_project = path.file_name().is_some_and(|name| name == project::NAME);
    let is_path = match keys.as_slice() {
        ["extends"] => true,
        ["renders", _, "profiles" | "overlays", _] => is_project,
        _ => false,
    };
    let file = normal(&path.parent()?.join(&scalar.text));
    (is_path && file.is_file()).then_some(file)
}

/// Every place that names the same object.
pub(super) fn references(workspace: &mut Workspace<'_>, path: &Path, at: usize) -> Vec<Value> {
    if !is_toml(path) {
        return in_manifests(workspace, path, at, |_| true);
    }
    let role = word(workspace, path, at).as_ref().and_then(role);
    role.map(|role| locations(workspace, path, &role, |_| true)).unwrap_or_default()
}

/// The role at a place, unless a built-in layer defines it, whose name cannot be changed.
fn own_role(workspace: &mut Workspace<'_>, path: &Path, at: usize) -> Option<Role> {
    let role = role(&word(workspace, path, at)?)?;
    let analysis = workspace.analysis(path);
    let is_built_in = analysis.layers().any(|(path, source)| {
        path.is_none() && mentions(&source.text, &role).iter().any(|mention| mention.is_definition)
    });
    (!is_built_in && !places(&analysis, &role).is_empty()).then_some(role)
}

/// The range of the name at a place, if it can be changed.
pub(super) fn renamable(workspace: &mut Workspace<'_>, path: &Path, at: usize) -> Option<Value> {
    let role = own_role(workspace, path, at)?;
    let text = workspace.text(path)?;
    let here = mentions(text.as_str(), &role);
    let here = here.into_iter().find(|mention| mention.range.start <= at && at <= mention.range.end)?;
    Some(json!({"range": text.range(here.range, workspace.encoding), "placeholder": role.key}))
}

/// The edits that give the role at a place another name, in every layer of the project.
pub(super) fn rename(workspace: &mut Workspace<'_>, path: &Path, at: usize, name: &str) -> Option<Value> {
    if !is_bare(name) {
        return None;
    }
    let role = own_role(workspace, path, at)?;
    let analysis = workspace.analysis(path);
    let mut changes = BTreeMap::new();
    for (file, (text, mentions)) in places(&analysis, &role) {
        let edit = |mention: Mention| json!({"range": text.range(mention.range, workspace.encoding), "newText": name});
        changes.insert(file, mentions.into_iter().map(edit).collect());
    }
    Some(json!({"changes": action::by_uri(changes)}))
}

/// The keys of a section in every layer, built-in ones included.
pub(super) fn roles(analysis: &Analysis, section: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, source) in analysis.layers() {
        let words = toml::scan(&source.text).keys.into_iter().map(Word::Key);
        found.extend(
            words.filter_map(|word| role(&word)).filter(|role| role.section == section).map(|role| role.key),
        );
    }
    found
}

/// The places in manifests that define or mention the object that is named at a place.
fn in_manifests(
    workspace: &mut Workspace<'_>,
    path: &Path,
    at: usize,
    wanted: fn(&manifest::Name) -> bool,
) -> Vec<Value> {
    let Some(text) = workspace.text(path) else { return Vec::new() };
    let here = |mention: &manifest::Mention| mention.range.start <= at && at <= mention.range.end;
    let Some(here) = manifest::mentions(text.as_str()).into_iter().find(here) else { return Vec::new() };
    let mut found = Vec::new();
    for (file, text) in workspace.mentioning(&here.name) {
        for mention in manifest::mentions(text.as_str()) {
            if mention.name.is_of_same(&here.name) && wanted(&mention.name) {
                let range = text.range(mention.range, workspace.encoding);
                found.push(json!({"uri": uri::uri(&file), "range": range}));
            }
        }
    }
    found
}
