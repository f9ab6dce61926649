//! Several environments: what all of them share in one file, and the rest of each in a file of its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::comments::Comments;
use super::ladder::{Solved, different, solve};
use super::prove::Prover;
use super::request::{Imported, Request};
use super::toml::write;
use super::tree::{Table, texts};
use crate::error::Error;
use crate::yaml::node::{Entry, Node, Value};

/// The files of an import of several environments.
#[derive(Debug, Default)]
pub struct Environments {
    /// The file of what all environments share, and its text; none if nothing is worth sharing.
    pub shared: Option<(String, String)>,
    /// Whether each environment has a profile of its own, and the shared file is an overlay: they are on different clouds.
    pub are_profiles: bool,
    /// The file of each environment and its text.
    pub own: Vec<(String, String)>,
    /// The import of each environment on its own.
    pub imports: Vec<Imported>,
    /// How many different comments were carried over, and how many the manifests have.
    pub comments: (usize, usize),
}

impl Environments {
    /// The profile and the overlays of one environment.
    #[must_use]
    pub fn layers(&self, at: usize) -> (String, Vec<String>) {
        let own = self.own.get(at).map(|(name, _)| name.clone()).unwrap_or_default();
        match &self.shared {
            Some((shared, _)) if self.are_profiles => (own, vec![shared.clone()]),
            Some((shared, _)) => (shared.clone(), vec![own]),
            None => (own, Vec::new()),
        }
    }
}

/// Imports environments, each checked on its own. If the shared part does not give the same objects, each is a profile.
///
/// # Errors
///
/// If a layer cannot be read.
pub fn environments(requests: &[(&str, Request<'_>)], prover: &Prover) -> Result<Environments, Error> {
    let mut solved = Vec::new();
    for (_, request) in requests {
        solved.push(solve(request, prover)?);
    }
    let names: Vec<&str> = requests.iter().map(|(name, _)| *name).collect();
    let folder = requests.first().map_or(Path::new(""), |(_, request)| request.folder);
    let mut result = Environments::default();
    if let Some(split) = split(&names, &solved)
        && is_exact(&split, &solved, folder, prover)?
    {
        result = split;
    } else {
        for (name, one) in names.iter().zip(&solved) {
            result.own.push((format!("{name}.toml"), one.imported.text.clone()));
        }
    }
    if let Some(base) = solved.first().and_then(|one| one.base.as_ref()) {
        for (_, text) in result.shared.iter_mut().chain(&mut result.own) {
            *text = base.shown_in(text);
        }
    }
    result.comments = comments(&result, &solved);
    result.imports = solved.into_iter().map(|one| one.imported).collect();
    Ok(result)
}

/// The shared part and the rest of each environment. None if an environment has no object, or there is only one.
fn split(names: &[&str], solved: &[Solved]) -> Option<Environments> {
    let roots: Option<Vec<&Node<'static>>> = solved.iter().map(|one| one.root.as_ref()).collect();
    let roots = roots.filter(|roots| roots.len() > 1)?;
    let common = common(&roots)?;
    let driver = |root: &Node<'static>| root.get("driver").and_then(Node::as_str).map(str::to_owned);
    let are_profiles = roots.iter().any(|root| driver(root) != driver(roots[0]));
    let first = solved.first()?;
    let shared = write(&common, &mut first.comments.clone());
    let mut own = Vec::new();
    for (name, (root, one)) in names.iter().zip(roots.iter().zip(solved)) {
        // The comments of shared values are in the shared file.
        let mut comments = one.comments.clone();
        write(&common_of(root, &common), &mut comments);
        let rest = rest(root, &common);
        let text = rest.map(|rest| write(&rest, &mut comments).text).unwrap_or_default();
        let text = if text.is_empty() { format!("# {name} has nothing of its own.\n") } else { text };
        own.push((format!("{name}.toml"), text));
    }
    let file = if are_profiles { "shared.toml" } else { "profile.toml" };
    Some(Environments {
        shared: Some((file.to_owned(), shared.text)),
        are_profiles,
        own,
        ..Environments::default()
    })
}

/// The part of a tree that is also in `common`, with its own places.
fn common_of(root: &Node<'static>, common: &Node<'static>) -> Node<'static> {
    let mut table = Table::new(root.span);
    for entry in root.entries() {
        let Some(known) = common.get(&entry.key.value) else { continue };
        let value = match (&entry.value.value, &known.value) {
            (Value::Mapping(_), Value::Mapping(_)) => common_of(&entry.value, known),
            _ => entry.value.clone(),
        };
        table.entries.push(Entry { key: entry.key.clone(), value });
    }
    table.node()
}

/// What all trees have: equal values, and of tables the equal entries.
fn common(roots: &[&Node<'static>]) -> Option<Node<'static>> {
    let (first, others) = roots.split_first()?;
    let mut table = Table::new(first.span);
    for entry in first.entries() {
        let values: Option<Vec<&Node<'static>>> =
            others.iter().map(|other| other.get(&entry.key.value)).collect();
        let Some(values) = values else { continue };
        let key = entry.key.clone();
        if values.iter().all(|value| value.has_same_value(&entry.value)) {
            table.entries.push(Entry { key, value: entry.value.clone() });
        } else if key.value == "unset" {
            let shared = entry.value.items().iter().filter_map(Node::as_str);
            let in_all = |path: &&str| {
                values.iter().all(|value| value.items().iter().any(|item| item.as_str() == Some(path)))
            };
            let shared: Vec<String> = shared.filter(in_all).map(str::to_owned).collect();
            if !shared.is_empty() {
                table.entries.push(Entry { key, value: texts(shared, entry.value.span) });
            }
        } else if std::iter::once(&entry.value).chain(values.iter().copied()).all(is_table) {
            let all: Vec<_> = std::iter::once(&entry.value).chain(values).collect();
            if let Some(value) = common(&all) {
                table.entries.push(Entry { key, value });
            }
        }
    }
    (!table.is_empty()).then(|| table.node())
}

fn is_table(node: &Node<'_>) -> bool {
    matches!(node.value, Value::Mapping(_))
}

/// What a tree has beyond the common part.
fn rest(root: &Node<'static>, common: &Node<'static>) -> Option<Node<'static>> {
    let mut table = Table::new(root.span);
    for entry in root.entries() {
        let key = entry.key.clone();
        match common.get(&key.value) {
            None => table.entries.push(entry.clone()),
            Some(known) if key.value == "unset" => {
                let own = entry.value.items().iter().filter_map(Node::as_str);
                let is_shared = |path: &&str| known.items().iter().any(|item| item.as_str() == Some(path));
                let own: Vec<String> = own.filter(|path| !is_shared(path)).map(str::to_owned).collect();
                if !own.is_empty() {
                    table.entries.push(Entry { key, value: texts(own, entry.value.span) });
                }
            }
            Some(known) if known.has_same_value(&entry.value) => {}
            Some(known) => {
                if let Some(value) = rest(&entry.value, known) {
                    table.entries.push(Entry { key, value });
                }
            }
        }
    }
    (!table.is_empty()).then(|| table.node())
}

/// Whether the layers of each environment render its objects and no others.
fn is_exact(split: &Environments, solved: &[Solved], folder: &Path, prover: &Prover) -> Result<bool, Error> {
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for (name, text) in split.shared.iter().chain(&split.own) {
        files.push((folder.join(name), text.clone()));
    }
    for (at, one) in solved.iter().enumerate() {
        let (profile, overlays) = split.layers(at);
        let overlays: Vec<PathBuf> = overlays.iter().map(|name| folder.join(name)).collect();
        let proof = match prover.render(&folder.join(&profile), &overlays, &files) {
            Ok(proof) => proof,
            Err(Error::Usage { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let (places, objects): (Vec<String>, Vec<_>) =
            one.objects.iter().map(|(place, object)| (place.clone(), object)).unzip();
        if proof.objects.len() != places.len() || !different(&proof, &places, objects.into_iter()).is_empty()
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How many of the different comments of all environments are in a file.
fn comments(result: &Environments, solved: &[Solved]) -> (usize, usize) {
    let all: BTreeSet<&str> = solved.iter().flat_map(|one| Comments::texts(&one.comments)).collect();
    let files = || result.shared.iter().chain(&result.own);
    let kept = |comment: &&&str| files().any(|(_, text)| text.contains(&format!("# {comment}\n")));
    (all.iter().filter(kept).count(), all.len())
}
