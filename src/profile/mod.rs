//! TOML text → one layered, spanned [`Profile`], with every problem found on the way.

pub mod builtin;
pub mod check;
pub mod json_schema;
pub(crate) mod layer;
mod object;
pub mod recipe;
mod reference;
mod request;
pub mod rules;
pub mod schema;
mod set;
pub mod table;
mod text;

use crate::error::Error;
use crate::finding::Finding;
use crate::rule::Severity;
use crate::source::{SourceId, Sources, Span};
use crate::yaml::node::Node;

pub use layer::Texts;
use object::objects;

pub use object::Object;
pub use request::Request;
pub use schema::Section;
pub use table::SECTIONS;

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
