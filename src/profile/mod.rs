//! TOML text → one layered, spanned [`Profile`], with every problem found on the way.

pub mod builtin;
pub mod check;
pub(crate) mod json_schema;
pub(crate) mod layer;
pub mod recipe;
mod reference;
pub mod rules;
pub mod schema;
mod set;
mod table;
mod text;

use std::path::PathBuf;

use crate::error::Error;
use crate::finding::Finding;
use crate::rule::Severity;
use crate::source::{SourceId, Sources, Span};
use crate::yaml::node::{Entry, Node};

pub use layer::Texts;
pub use schema::{SECTIONS, Section};

/// What makes up a profile: a base and what is laid over it, last wins.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// The name of a built-in profile, or the path of a TOML file; empty where `values` are all there is.
    pub profile: &'a str,
    /// The overlays in order.
    pub overlays: &'a [PathBuf],
    /// Values that stand in another text, such as a project file; laid over the overlays.
    pub values: Option<&'a Node<'static>>,
    /// The `--set` arguments in order, each `path.to.key=VALUE`.
    pub sets: &'a [String],
}

/// A merged profile without errors. Every key and value still knows the layer that set it: its span's source.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The profile's own `name`.
    pub name: String,
    /// The merged tree, without `extends`, `unset` and `defaults`, whose values stand in the objects.
    pub root: Node<'static>,
    /// The layers from lowest to highest.
    pub layers: Vec<SourceId>,
}

/// One object that a profile asks for.
#[derive(Clone, Debug)]
pub struct Object<'p> {
    /// The section that it stands in.
    pub section: &'static Section,
    /// Its key in the section.
    pub key: &'p str,
    /// Where the key stands.
    pub span: Span,
    /// `metadata.name`: the object's `name`, or `<profile name>-<key>`.
    pub name: String,
    /// `metadata.namespace`: the object's, or the profile's; none for kinds without one.
    pub namespace: Option<&'p str>,
    /// What it holds.
    pub node: &'p Node<'static>,
}

/// Every layer of a profile, read.
#[derive(Debug)]
pub struct Layers {
    stack: layer::Stack,
    findings: Vec<Finding>,
}

/// Reads all layers.
///
/// # Errors
///
/// Where a profile or an overlay cannot be read, or there is no such built-in profile.
pub fn read(sources: &mut Sources, texts: &mut Texts, request: &Request<'_>) -> Result<Layers, Error> {
    let mut findings = Vec::new();
    let stack = layer::stack(sources, texts, request, &mut findings)?;
    Ok(Layers { stack, findings })
}

/// Reads and merges all layers, checks the result, and returns it where there are no errors.
///
/// # Errors
///
/// Where a profile or an overlay cannot be read, or there is no such built-in profile.
pub fn load(sources: &mut Sources, request: &Request<'_>) -> Result<(Option<Profile>, Vec<Finding>), Error> {
    Ok(read(sources, &mut Texts::default(), request)?.merge())
}

impl Layers {
    /// Merges the layers, checks the result, and returns it where there are no errors.
    #[must_use]
    pub fn merge(self) -> (Option<Profile>, Vec<Finding>) {
        let Self { stack, mut findings } = self;
        let (base, broken) = (stack.base, stack.broken);
        let layers = stack.layers.iter().map(|layer| layer.source).collect();
        let root = layer::merge(base, stack.layers, &mut findings);
        check::check(&root, Span::new(base, 0, 0), broken, &mut findings);
        if !broken {
            reference::check(&root, Span::new(base, 0, 0), &mut findings);
        }
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return (None, findings);
        }
        let name = root.get("name").and_then(Node::as_str).unwrap_or_default().to_owned();
        (Some(Profile { name, root, layers }), findings)
    }
}

impl Profile {
    /// The value at the top under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node<'static>> {
        self.root.get(key)
    }

    /// Every object in the order of the sections, then of the text; claims that exist already are among them.
    pub fn objects(&self) -> impl Iterator<Item = Object<'_>> {
        objects(&self.root)
    }
}

/// Every object of a merged tree.
fn objects<'p>(root: &'p Node<'static>) -> impl Iterator<Item = Object<'p>> {
    SECTIONS.iter().flat_map(move |section| {
        let entries = root.get(section.name).map(Node::entries).unwrap_or_default();
        entries.iter().map(move |entry| object(root, section, entry))
    })
}

fn object<'p>(root: &'p Node<'static>, section: &'static Section, entry: &'p Entry<'static>) -> Object<'p> {
    let text = |node: &'p Node<'static>, key: &str| node.get(key).and_then(Node::as_str);
    let own = text(&entry.value, "name").or_else(|| text(&entry.value, "existing"));
    let name = match own {
        Some(name) => name.to_owned(),
        None => format!("{}-{}", text(root, "name").unwrap_or_default(), entry.key.value),
    };
    let namespace = text(&entry.value, "namespace").or_else(|| text(root, "namespace"));
    Object {
        section,
        key: &entry.key.value,
        span: entry.key.span,
        name,
        namespace: namespace.filter(|_| section.namespaced),
        node: &entry.value,
    }
}
