//! Layers: the texts that make up a profile.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::memo::Memo;
use super::request::Request;
use super::{builtin, literal, sections, set, text};
use crate::error::Error;
use crate::finding::Finding;
use crate::profile::rules::{PROFILE_EXTENDS, PROFILE_TEXT};
use crate::source::{SourceId, SourceKind, Sources, Span};
use crate::tree::FileTree;
use crate::yaml::node::{Node, Value};

/// The most bytes of a profile or overlay: 1 MiB.
const LARGEST: u64 = 1 << 20;

/// The texts of one store that were read: each is parsed once, even if it is a layer of many profiles.
#[derive(Debug, Default)]
pub struct Texts<'a> {
    trees: HashMap<SourceId, Arc<Node<'static>>>,
    /// Files that are not on disk.
    files: Vec<(PathBuf, String)>,
    /// Where other files are read from.
    tree: FileTree<'a>,
    /// What was read before.
    memo: Option<&'a Memo>,
}

impl<'a> Texts<'a> {
    /// No texts yet, except those of `memo`.
    pub(crate) fn known(memo: Option<&'a Memo>) -> Self {
        Self { memo, ..Self::default() }
    }

    fn read(
        &mut self,
        source: SourceId,
        built_in: Option<&str>,
        sources: &Sources,
        findings: &mut Vec<Finding>,
    ) -> Arc<Node<'static>> {
        if let Some(known) = self.trees.get(&source) {
            return Arc::clone(known);
        }
        let (name, text) = (&sources.get(source).name, &sources.get(source).text);
        if let Some(known) = self.memo.and_then(|memo| memo.tree(name, source, text)) {
            self.trees.insert(source, Arc::clone(&known));
            return known;
        }
        let before = findings.len();
        let mut root = match built_in.and_then(|name| builtin::tree(name, source)) {
            Some(root) => root,
            None => text::read(source, text, findings).into_owned(),
        };
        literal::keep(&mut root, sections::top(), text);
        let root = Arc::new(root);
        // The findings of a text are reported for each profile.
        if findings.len() == before {
            self.trees.insert(source, Arc::clone(&root));
            if let Some(memo) = self.memo {
                memo.keep_tree(name, source, text, &root);
            }
        }
        root
    }
}

/// One text of a profile.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) source: SourceId,
    /// Its text.
    pub(super) text: Arc<str>,
    /// Shared with other profiles that have the layer; merging copies it.
    pub(super) root: Arc<Node<'static>>,
    /// The built-in profile that the layer is.
    pub(super) built_in: Option<String>,
}

/// All layers from lowest to highest.
#[derive(Debug)]
pub(super) struct Stack {
    pub(super) layers: Vec<Layer>,
    /// The requested profile: a missing key is reported there.
    pub(super) base: SourceId,
    /// Whether a text could not be read completely, so that missing keys are not reported.
    pub(super) broken: bool,
    /// The name of the requested profile, if it is a file without layers below it.
    pub(super) alone: Option<String>,
}

/// Where a layer comes from.
#[derive(Clone, Debug, PartialEq)]
enum Origin {
    BuiltIn(String),
    File(PathBuf),
}

/// Reads every layer of a request.
pub(super) fn stack<'a>(
    sources: &mut Sources,
    texts: &mut Texts<'a>,
    request: &Request<'a>,
    findings: &mut Vec<Finding>,
) -> Result<Stack, Error> {
    texts.files = request.files.to_vec();
    texts.tree = request.tree;
    let mut layers = Vec::new();
    let before = findings.len();
    let base = match request.values {
        Some(values) if request.profile.is_empty() => values.span.source,
        _ => file(
            sources,
            texts,
            &origin(request.profile, request.tree)?,
            &mut Vec::new(),
            &mut layers,
            findings,
        )?,
    };
    let bases = layers.len();
    let alone = (bases == 1 && layers[0].built_in.is_none() && !request.profile.is_empty())
        .then(|| request.profile.to_owned());
    for overlay in request.overlays {
        let name =
            overlay.to_str().filter(|name| builtin::text(name).is_some() && !request.tree.exists(overlay));
        if let Some(name) = name {
            return Err(Error::usage(
                format!("`{name}` is a built-in profile, not an overlay file"),
                format!("write it first: volwright render {name} -f OVERLAY"),
            ));
        }
        file(sources, texts, &Origin::File(overlay.clone()), &mut Vec::new(), &mut layers, findings)?;
    }
    let (below, above) = layers.split_at(bases);
    let has = |layers: &[Layer], key| layers.iter().any(|layer| layer.root.get(key).is_some());
    // Each would be merged as the other, and the wrong values would win.
    if bases > 0 && !has(below, "driver") && has(above, "driver") && has(above, "name") {
        let overlay = request.overlays.last().map(|overlay| overlay.display().to_string());
        let overlay = overlay.unwrap_or_default();
        let profile = request.profile;
        return Err(Error::usage(
            format!("{profile} sets no driver, and the overlay {overlay} is a complete profile"),
            format!("are they in the wrong order? volwright render {overlay} -f {profile}"),
        ));
    }
    if let Some(values) = request.values {
        if let Some(node) = values.get("extends").filter(|node| node.as_str().is_some()) {
            let here = Origin::File(PathBuf::new());
            extend(sources, texts, &here, node, &mut Vec::new(), &mut layers, findings);
        }
        let source = values.span.source;
        let mut root = values.clone();
        literal::keep(&mut root, sections::top(), &sources.get(source).text);
        let text = Arc::clone(&sources.get(source).text);
        layers.push(Layer { source, text, root: Arc::new(root), built_in: None });
    }
    for (arguments, option) in [(request.sets, "--set"), (request.text_sets, "--set-string")] {
        for argument in arguments {
            let source = sources.add_once(option, argument, SourceKind::Argument);
            if let Some(root) = set::read(source, argument, option == "--set-string", findings) {
                let text = Arc::clone(&sources.get(source).text);
                layers.push(Layer { source, text, root: Arc::new(root), built_in: None });
            }
        }
    }
    Ok(Stack { layers, base, broken: findings.len() > before, alone })
}

fn origin(profile: &str, tree: FileTree<'_>) -> Result<Origin, Error> {
    match builtin::text(profile) {
        Some(_) => Ok(Origin::BuiltIn(profile.to_owned())),
        None if looks_like_a_path(profile) || tree.exists(Path::new(profile)) => {
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
    texts: &mut Texts<'_>,
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
            let (text, bad) = match texts.files.iter().find(|(known, _)| is_same(known, path)) {
                Some((_, text)) => (text.clone(), None),
                None => text_of(texts.tree, path)?,
            };
            (texts.tree.shown(path), Cow::Owned(text), bad)
        }
    };
    let source = sources.add_once(&name, &text, SourceKind::Profile);
    if !is_text(source, &text, bad, findings) {
        return Ok(source);
    }
    if chain.is_empty() && layers.is_empty() && text.trim().is_empty() {
        let mut finding = Finding::new(&PROFILE_TEXT, Span::new(source, 0, 0), "the profile is empty");
        finding.help(format!(
            "begin with `extends = \"…\"`, or with `name` and `driver`; {}",
            builtin::choices("")
        ));
        findings.push(finding);
        return Ok(source);
    }
    let built_in = match origin {
        Origin::BuiltIn(name) => Some(name),
        Origin::File(_) => None,
    };
    let root = texts.read(source, built_in.map(String::as_str), sources, findings);
    if let Some(node) = root.get("extends").filter(|node| node.as_str().is_some()) {
        chain.push((canonical(origin, texts.tree), name));
        extend(sources, texts, origin, node, chain, layers, findings);
        chain.pop();
    }
    let text = Arc::clone(&sources.get(source).text);
    layers.push(Layer { source, text, root, built_in: built_in.cloned() });
    Ok(source)
}

/// A file's text, and the first byte that is not UTF-8.
fn text_of(tree: FileTree<'_>, path: &Path) -> Result<(String, Option<usize>), Error> {
    let bytes = bytes(tree, path)?;
    let bad = std::str::from_utf8(&bytes).err().map(|error| error.valid_up_to());
    Ok((String::from_utf8_lossy(&bytes).into_owned(), bad))
}

/// Whether a file is text: TOML is UTF-8 without NUL.
fn is_text(source: SourceId, text: &str, bad: Option<usize>, findings: &mut Vec<Finding>) -> bool {
    let nul = || text.find('\0').map(|at| (at, "a NUL byte"));
    let Some((at, what)) = bad.map(|at| (at, "a byte that is not UTF-8")).or_else(nul) else { return true };
    let mut finding =
        Finding::new(&PROFILE_TEXT, Span::new(source, at, at), format!("the file contains {what}"));
    finding.help("a profile is a text file: TOML in UTF-8");
    findings.push(finding);
    false
}

/// Reads a TOML file that is not a profile.
pub(crate) fn read_file(
    tree: FileTree<'_>,
    path: &Path,
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) -> Result<(SourceId, Node<'static>), Error> {
    let (text, bad) = text_of(tree, path)?;
    Ok(read_text(&tree.shown(path), &text, bad, sources, findings))
}

/// Reads the text of a TOML file that is not a profile; `bad` is its first byte that is not UTF-8.
pub(crate) fn read_text(
    name: &str,
    text: &str,
    bad: Option<usize>,
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) -> (SourceId, Node<'static>) {
    let source = sources.add(name, text, SourceKind::Profile);
    let root = match is_text(source, text, bad, findings) {
        true => text::read(source, text, findings).into_owned(),
        false => Node::new(Value::Mapping(Vec::new()), Span::new(source, 0, 0)),
    };
    (source, root)
}

/// Whether a path leads to a file that is known without `.` and `..`.
fn is_same(known: &Path, path: &Path) -> bool {
    known == path || normal(path) == known
}

/// A path without `.` and `..`, as far as its text tells.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Adds the layer that `extends` names, below the one that names it.
fn extend(
    sources: &mut Sources,
    texts: &mut Texts<'_>,
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
    let own = canonical(&base, texts.tree);
    if let Some(start) = chain.iter().position(|(known, _)| *known == own) {
        let mut names: Vec<&str> = chain.iter().skip(start).map(|(_, name)| name.as_str()).collect();
        names.push(wanted);
        let mut finding = Finding::new(&PROFILE_EXTENDS, node.span, "the profile extends itself");
        finding.help(format!("the chain is {}", names.join(" → ")));
        findings.push(finding);
        return;
    }
    if let Err(error) = file(sources, texts, &base, chain, layers, findings) {
        let mut finding =
            Finding::new(&PROFILE_EXTENDS, node.span, format!("cannot extend `{wanted}`: {error}"));
        finding.help(builtin::choices(wanted));
        findings.push(finding);
    }
}

fn canonical(origin: &Origin, tree: FileTree<'_>) -> Origin {
    match origin {
        Origin::File(path) => Origin::File(tree.canonical(path).unwrap_or_else(|_| path.clone())),
        Origin::BuiltIn(_) => origin.clone(),
    }
}

fn bytes(tree: FileTree<'_>, path: &Path) -> Result<Vec<u8>, Error> {
    let fail = |source: io::Error| Error::Read { path: tree.shown(path).into(), source };
    let bytes = tree.read(path, LARGEST).map_err(fail)?;
    if bytes.len() as u64 > LARGEST {
        return Err(fail(io::Error::other("the file is larger than 1 MiB, the limit for a profile")));
    }
    Ok(bytes)
}

/// The built-in profiles that parts of the user's layers are for, each with the places of the part's keys and values.
pub(super) fn parts(stack: &Stack) -> Vec<(&'static str, Vec<Span>)> {
    let mut found: Vec<(&'static str, Vec<Span>)> = Vec::new();
    for layer in stack.layers.iter().filter(|layer| layer.built_in.is_none()) {
        for entry in layer.root.get("on").map(Node::entries).unwrap_or_default() {
            let Some(base) = builtin::base(&entry.key.value) else { continue };
            let at = found.iter().position(|(known, _)| *known == base).unwrap_or_else(|| {
                found.push((base, Vec::new()));
                found.len() - 1
            });
            collect_spans(&entry.value, &mut found[at].1);
        }
    }
    found
}

/// The places of all keys and values below a node.
fn collect_spans(node: &Node<'static>, spans: &mut Vec<Span>) {
    spans.push(node.span);
    for entry in node.entries() {
        spans.push(entry.key.span);
        collect_spans(&entry.value, spans);
    }
    node.items().iter().for_each(|item| collect_spans(item, spans));
}
