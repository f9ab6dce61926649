//! Layers: which texts make up a profile, and how one is laid over another.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::request::Request;
use super::{builtin, schema, set, table, text};
use crate::error::Error;
use crate::finding::Finding;
use crate::profile::rules::{PROFILE_EXTENDS, PROFILE_TEXT, UNKNOWN_KEY};
use crate::source::{SourceId, SourceKind, Sources, Span};
use crate::yaml::node::{Node, Value};

/// The most bytes of a profile or overlay: 1 MiB.
const LARGEST: u64 = 1 << 20;

/// The texts that were read, of one store: each is parsed once, however many profiles it is a layer of.
#[derive(Debug, Default)]
pub struct Texts {
    trees: HashMap<SourceId, Arc<Node<'static>>>,
}

impl Texts {
    fn read(
        &mut self,
        source: SourceId,
        text: Cow<'static, str>,
        findings: &mut Vec<Finding>,
    ) -> Arc<Node<'static>> {
        if let Some(known) = self.trees.get(&source) {
            return Arc::clone(known);
        }
        let before = findings.len();
        let root = Arc::new(match text {
            Cow::Borrowed(text) => text::read(source, text, findings),
            Cow::Owned(text) => text::read(source, &text, findings).into_owned(),
        });
        // What is wrong with a text is found again for each profile.
        if findings.len() == before {
            self.trees.insert(source, Arc::clone(&root));
        }
        root
    }
}

/// One text of a profile.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) source: SourceId,
    /// Shared with other profiles that have the layer; what merges the layers takes a copy.
    pub(super) root: Arc<Node<'static>>,
}

/// All layers from lowest to highest.
#[derive(Debug)]
pub(super) struct Stack {
    pub(super) layers: Vec<Layer>,
    /// The profile that was asked for: what is missing altogether is reported there.
    pub(super) base: SourceId,
    /// Whether a text could not be read whole, so that nothing is said of what is missing.
    pub(super) broken: bool,
}

/// Where a layer comes from.
#[derive(Clone, Debug, PartialEq)]
enum Origin {
    BuiltIn(String),
    File(PathBuf),
}

/// Reads every layer of a request.
pub(super) fn stack(
    sources: &mut Sources,
    texts: &mut Texts,
    request: &Request<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Stack, Error> {
    let mut layers = Vec::new();
    let before = findings.len();
    let base = match request.values {
        Some(values) if request.profile.is_empty() => values.span.source,
        _ => file(sources, texts, &origin(request.profile)?, &mut Vec::new(), &mut layers, findings)?,
    };
    let bases = layers.len();
    for overlay in request.overlays {
        let name = overlay.to_str().filter(|name| builtin::text(name).is_some() && !overlay.exists());
        if let Some(name) = name {
            return Err(Error::usage(
                format!("`{name}` is a built-in profile, and no file to lay over one"),
                format!("name it first: volwright render {name} -f OVERLAY"),
            ));
        }
        file(sources, texts, &Origin::File(overlay.clone()), &mut Vec::new(), &mut layers, findings)?;
    }
    let (below, above) = layers.split_at(bases);
    let has = |layers: &[Layer], key| layers.iter().any(|layer| layer.root.get(key).is_some());
    // Either would be taken for the other, and its values would win.
    if bases > 0 && !has(below, "driver") && has(above, "driver") && has(above, "name") {
        let overlay = request.overlays.last().map(|overlay| overlay.display().to_string());
        let overlay = overlay.unwrap_or_default();
        let profile = request.profile;
        return Err(Error::usage(
            format!("{profile} names no driver, and the overlay {overlay} is a whole profile"),
            format!("are the two swapped? volwright render {overlay} -f {profile}"),
        ));
    }
    if let Some(values) = request.values {
        if let Some(node) = values.get("extends").filter(|node| node.as_str().is_some()) {
            let here = Origin::File(PathBuf::new());
            extend(sources, texts, &here, node, &mut Vec::new(), &mut layers, findings);
        }
        layers.push(Layer { source: values.span.source, root: Arc::new(values.clone()) });
    }
    for argument in request.sets {
        let source = sources.add_once("--set", argument, SourceKind::Argument);
        if let Some(root) = set::read(source, argument, findings) {
            layers.push(Layer { source, root: Arc::new(root) });
        }
    }
    Ok(Stack { layers, base, broken: findings.len() > before })
}

/// Lays all layers over each other, fills in the defaults and drops what steers the merging.
pub(super) fn merge(base: SourceId, layers: Vec<Layer>, findings: &mut Vec<Finding>) -> Node<'static> {
    let mut layers = layers.into_iter();
    let mut root = match layers.next() {
        Some(first) => Arc::unwrap_or_clone(first.root),
        None => Node::new(Value::Mapping(Vec::new()), Span::new(base, 0, 0)),
    };
    let mut unset = Vec::new();
    for layer in layers {
        for path in layer.root.get("unset").map(Node::items).unwrap_or_default() {
            if let Some(parts) = unset_path(path, findings) {
                remove(&mut root, &parts);
                unset.push(parts);
            }
        }
        over(&mut root, Arc::unwrap_or_clone(layer.root));
    }
    let set: Vec<bool> = unset.iter().map(|parts| exists(&root, parts)).collect();
    fill(&mut root);
    for (parts, _) in unset
        .iter()
        .zip(set)
        .filter(|(parts, set)| !set && parts.first().is_some_and(|part| part != "defaults"))
    {
        remove(&mut root, parts);
    }
    root
}

fn origin(profile: &str) -> Result<Origin, Error> {
    match builtin::text(profile) {
        Some(_) => Ok(Origin::BuiltIn(profile.to_owned())),
        None if looks_like_a_path(profile) || Path::new(profile).exists() => {
            Ok(Origin::File(PathBuf::from(profile)))
        }
        None => Err(builtin::unknown(profile)),
    }
}

fn looks_like_a_path(name: &str) -> bool {
    name.contains(['/', '\\']) || name.ends_with(".toml")
}

/// Reads one text and, under it, what it extends.
fn file(
    sources: &mut Sources,
    texts: &mut Texts,
    origin: &Origin,
    chain: &mut Vec<(Origin, String)>,
    layers: &mut Vec<Layer>,
    findings: &mut Vec<Finding>,
) -> Result<SourceId, Error> {
    let (name, text, bad) = match origin {
        Origin::BuiltIn(name) => {
            (format!("<built-in {name}>"), Cow::Borrowed(builtin::text(name).unwrap_or_default()), None)
        }
        Origin::File(path) => {
            let (text, bad) = text_of(path)?;
            (path.display().to_string(), Cow::Owned(text), bad)
        }
    };
    let source = sources.add_once(&name, &text, SourceKind::Profile);
    if !is_text(source, &text, bad, findings) {
        return Ok(source);
    }
    if chain.is_empty() && layers.is_empty() && text.trim().is_empty() {
        let mut finding = Finding::new(&PROFILE_TEXT, Span::new(source, 0, 0), "the profile is empty");
        finding.help(format!(
            "begin with `extends = \"…\"` or with `name` and `driver`; {}",
            builtin::choices("")
        ));
        findings.push(finding);
        return Ok(source);
    }
    let root = texts.read(source, text, findings);
    if let Some(node) = root.get("extends").filter(|node| node.as_str().is_some()) {
        chain.push((canonical(origin), name));
        extend(sources, texts, origin, node, chain, layers, findings);
        chain.pop();
    }
    layers.push(Layer { source, root });
    Ok(source)
}

/// A file's text, and the first byte that is not UTF-8.
fn text_of(path: &Path) -> Result<(String, Option<usize>), Error> {
    let bytes = bytes(path)?;
    let bad = std::str::from_utf8(&bytes).err().map(|error| error.valid_up_to());
    Ok((String::from_utf8_lossy(&bytes).into_owned(), bad))
}

/// Whether a file holds text: TOML is UTF-8 without NUL.
fn is_text(source: SourceId, text: &str, bad: Option<usize>, findings: &mut Vec<Finding>) -> bool {
    let nul = || text.find('\0').map(|at| (at, "a NUL byte"));
    let Some((at, what)) = bad.map(|at| (at, "a byte that is not UTF-8")).or_else(nul) else { return true };
    let mut finding =
        Finding::new(&PROFILE_TEXT, Span::new(source, at, at), format!("the file holds {what}"));
    finding.help("it must be a text file: TOML in UTF-8");
    findings.push(finding);
    false
}

/// Reads a TOML file that is no profile.
pub(crate) fn read_file(
    path: &Path,
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) -> Result<(SourceId, Node<'static>), Error> {
    let (text, bad) = text_of(path)?;
    let source = sources.add(path.display().to_string(), text.as_str(), SourceKind::Profile);
    let root = match is_text(source, &text, bad, findings) {
        true => text::read(source, &text, findings).into_owned(),
        false => Node::new(Value::Mapping(Vec::new()), Span::new(source, 0, 0)),
    };
    Ok((source, root))
}

/// Puts what `extends` names under the text that says so.
fn extend(
    sources: &mut Sources,
    texts: &mut Texts,
    origin: &Origin,
    node: &Node<'static>,
    chain: &mut Vec<(Origin, String)>,
    layers: &mut Vec<Layer>,
    findings: &mut Vec<Finding>,
) {
    let wanted = node.as_str().unwrap_or_default();
    let folder = match origin {
        Origin::File(path) => path.parent().unwrap_or(Path::new("")),
        Origin::BuiltIn(_) => Path::new(""),
    };
    let base = match builtin::text(wanted) {
        Some(_) => Origin::BuiltIn(wanted.to_owned()),
        None => Origin::File(folder.join(wanted)),
    };
    let own = canonical(&base);
    if let Some(start) = chain.iter().position(|(known, _)| *known == own) {
        let mut names: Vec<&str> = chain.iter().skip(start).map(|(_, name)| name.as_str()).collect();
        names.push(wanted);
        let mut finding = Finding::new(&PROFILE_EXTENDS, node.span, "the profile extends itself in a circle");
        finding.help(format!("the chain is {}", names.join(" → ")));
        findings.push(finding);
        return;
    }
    if let Err(error) = file(sources, texts, &base, chain, layers, findings) {
        let mut finding =
            Finding::new(&PROFILE_EXTENDS, node.span, format!("the profile extends `{wanted}`: {error}"));
        finding.help(builtin::choices(wanted));
        findings.push(finding);
    }
}

fn canonical(origin: &Origin) -> Origin {
    match origin {
        Origin::File(path) => Origin::File(path.canonicalize().unwrap_or_else(|_| path.clone())),
        Origin::BuiltIn(_) => origin.clone(),
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let fail = |source: io::Error| Error::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(fail)?;
    if bytes.len() as u64 > LARGEST {
        return Err(fail(io::Error::other(
            "the file is larger than 1 MiB, the most that a profile may hold",
        )));
    }
    Ok(bytes)
}

/// Lays `upper` over `lower`: tables key by key, anything else as a whole.
fn over(lower: &mut Node<'static>, upper: Node<'static>) {
    match (&mut lower.value, upper.value) {
        (Value::Mapping(old), Value::Mapping(new)) => {
            for entry in new {
                match old.iter_mut().find(|known| known.key.value == entry.key.value) {
                    Some(known) => {
                        known.key.span = entry.key.span;
                        over(&mut known.value, entry.value);
                    }
                    None => old.push(entry),
                }
            }
        }
        (value, new) => *value = new,
    }
    lower.span = upper.span;
}

/// Puts under every object the defaults of its section; jobs and stateful sets take those of pods too.
fn fill(root: &mut Node<'static>) {
    let Some(defaults) = root.get("defaults").cloned() else { return };
    let Value::Mapping(sections) = &mut root.value else { return };
    for section in sections {
        let name = section.key.value.as_ref();
        let under: &[&str] = if matches!(name, "jobs" | "statefulSets") { &["pods", name] } else { &[name] };
        let Some(base) =
            under.iter().filter_map(|name| defaults.get(name)).cloned().reduce(|mut low, high| {
                over(&mut low, high);
                low
            })
        else {
            continue;
        };
        let Value::Mapping(objects) = &mut section.value.value else { continue };
        for object in objects {
            // A claim that exists already is only a name.
            if !matches!(object.value.value, Value::Mapping(_)) || object.value.get("existing").is_some() {
                continue;
            }
            let own = std::mem::replace(&mut object.value, base.clone());
            over(&mut object.value, own);
        }
    }
}

/// The parts of a path in `unset`, where the schema knows it.
fn unset_path(node: &Node<'static>, findings: &mut Vec<Finding>) -> Option<Vec<String>> {
    let path = node.as_str()?;
    let parts = set::path(path).map(|parts| parts.into_iter().map(|(part, _)| part).collect::<Vec<_>>());
    let known = parts
        .as_ref()
        .is_ok_and(|parts| table::at(parts.iter().map(String::as_str)).is_some() || inside_api(parts));
    if !known {
        let mut finding = Finding::new(
            &UNKNOWN_KEY,
            node.span,
            format!("`unset` names `{path}`, which is no key of a profile"),
        );
        finding.help("write the path of a key with dots, such as `claims.data.size`");
        findings.push(finding);
        return None;
    }
    parts.ok()
}

fn inside_api(parts: &[String]) -> bool {
    (1..parts.len())
        .any(|end| matches!(table::at(parts.iter().take(end).map(String::as_str)), Some(schema::Kind::Api)))
}

fn exists(root: &Node<'static>, parts: &[String]) -> bool {
    parts.iter().try_fold(root, |node, part| node.get(part)).is_some()
}

fn remove(node: &mut Node<'static>, parts: &[String]) {
    let (Some((first, rest)), Value::Mapping(entries)) = (parts.split_first(), &mut node.value) else {
        return;
    };
    if rest.is_empty() {
        entries.retain(|entry| entry.key.value != first.as_str());
    } else if let Some(entry) = entries.iter_mut().find(|entry| entry.key.value == first.as_str()) {
        remove(&mut entry.value, rest);
    }
}
