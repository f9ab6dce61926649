//! TOML text → one layered, spanned [`Profile`], with every problem found on the way.

mod again;
pub mod builtin;
pub mod check;
mod class_table;
pub(crate) mod compose;
pub mod example;
pub mod json_schema;
pub(crate) mod layer;
mod literal;
mod memo;
pub(crate) mod merge;
mod need_table;
mod needs;
mod object;
mod overlay;
pub mod recipe;
mod reference;
mod request;
mod required;
mod reread;
pub mod rules;
pub mod schema;
pub mod sections;
mod set;
mod substitute;
mod synonym;
mod table;
mod text;
pub(crate) mod toml_text;

use std::collections::HashSet;

use crate::error::Error;
use crate::finding::Finding;
use crate::rule::Severity;
use crate::source::{SourceId, Sources, Span};
use crate::yaml::node::Node;

use again::{Again, Reuse};
pub use again::{PastMerge, Same};
use compose::Composed;
pub use layer::Texts;
pub use memo::Memo;
use rules::{NOTHING_TO_RENDER, OVERLAY_AS_PROFILE};

use object::objects;
use substitute::Substitutes;

pub use compose::Unset;
pub use object::Object;
pub use request::Request;
pub use schema::Section;
pub use set::path_parts;
pub(crate) use set::quoted;

/// The tree of a layer as it is written; nothing if the text is not TOML.
#[must_use]
pub fn tree(source: SourceId, text: &str) -> Option<Node<'static>> {
    let mut findings = Vec::new();
    let root = text::read(source, text, &mut findings).into_owned();
    findings.is_empty().then_some(root)
}

/// A merged profile without errors. The source of each key's and value's span is the layer that set it.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The profile's own `name`.
    pub name: String,
    /// The merged tree, without `extends`, `unset`, `on` and `defaults`, whose values are in the objects.
    pub root: Node<'static>,
    /// The layers from lowest to highest.
    pub layers: Vec<SourceId>,
    /// Section and key of objects that only built-in layers define, and that no layer of the user mentions.
    pub catalogue: HashSet<(&'static str, String)>,
    /// The paths of `unset`, which may name fields of rendered objects.
    pub unsets: Vec<Unset>,
    /// Where objects are, so that a reference is found without reading all of them.
    index: object::Index,
    /// What a merge after an edit needs.
    again: Again,
}

/// Every layer of a profile, read.
#[derive(Debug)]
pub struct Layers {
    stack: layer::Stack,
    findings: Vec<Finding>,
    all_classes: bool,
    examples: bool,
}

/// A profile with errors.
#[derive(Debug, Default)]
pub struct Invalid {
    substitutes: Substitutes,
    layers: Vec<SourceId>,
    catalogue: HashSet<(&'static str, String)>,
    unsets: Vec<Unset>,
}

impl Invalid {
    /// What is wrong with the values that the errors do not concern, by what is wrong with valid profiles that have them.
    pub fn independent(self, findings_of: impl Fn(Profile) -> Vec<Finding>) -> Vec<Finding> {
        let Self { substitutes, layers, catalogue, unsets } = self;
        substitutes.independent(|root| {
            findings_of(Profile::new(root, layers.clone(), catalogue.clone(), unsets.clone()))
        })
    }
}

/// Reads all layers.
///
/// # Errors
///
/// If a profile or an overlay cannot be read, or the built-in profile is unknown.
pub fn read<'a>(
    sources: &mut Sources,
    texts: &mut Texts<'a>,
    request: &Request<'a>,
) -> Result<Layers, Error> {
    let mut findings = Vec::new();
    let stack = layer::stack(sources, texts, request, &mut findings)?;
    Ok(Layers { stack, findings, all_classes: request.all_classes, examples: request.examples })
}

/// Reads and merges all layers, checks the result, and returns it if it has no errors.
///
/// # Errors
///
/// If a profile or an overlay cannot be read, or the built-in profile is unknown.
pub fn load(sources: &mut Sources, request: &Request<'_>) -> Result<(Option<Profile>, Vec<Finding>), Error> {
    let merged = read(sources, &mut Texts::default(), request)?.merge();
    Ok((merged.profile.ok(), merged.findings))
}

/// What merging layers results in.
#[derive(Debug)]
pub struct Merged {
    /// The profile, if it has no errors.
    pub profile: Result<Profile, Invalid>,
    /// What is wrong with the layers, errors and warnings.
    pub findings: Vec<Finding>,
}

impl Layers {
    /// The built-in profiles that parts of the user's layers are for, each with the places of the part's keys and values.
    #[must_use]
    pub fn parts(&self) -> Vec<(&'static str, Vec<Span>)> {
        layer::parts(&self.stack)
    }

    /// Merges the layers and checks the result.
    #[must_use]
    pub fn merge(self) -> Merged {
        self.merge_again(None, None)
    }

    /// Whether a text could not be read completely.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.stack.broken
    }

    /// The same with what was checked and merged before.
    #[must_use]
    pub fn merge_again(self, memo: Option<&Memo>, past: Option<PastMerge>) -> Merged {
        let Self { stack, mut findings, all_classes, examples } = self;
        let known = again::layers(&stack);
        let (base, broken, alone) = (stack.base, stack.broken, stack.alone.clone());
        let top = Span::new(base, 0, 0);
        let layers: Vec<_> = stack.layers.iter().map(|layer| layer.source).collect();
        let own = stack.layers.iter().filter(|layer| layer.built_in.is_none());
        let own: Vec<_> = own.map(|layer| layer.source).collect();
        let Composed { mut root, mut catalogue, unsets, reuse, is_resolved } =
            compose::compose(stack, past, &mut findings);
        let layers_again = Some(known).filter(|_| !broken && !examples && is_resolved && unsets.is_empty());
        if all_classes {
            catalogue.clear();
        }
        if examples {
            required::fill(&mut root);
        }
        catalogue.extend(required::incomplete(&root));
        let same = reuse.and_then(Reuse::same).filter(|(_, past)| past.catalogue == catalogue);
        let (same, is_clean) = same.map(|(same, past)| (same, past.is_clean)).unzip();
        // In what is the same nothing would be found again.
        let settled = same.as_ref().filter(|_| is_clean == Some(true));
        let before = findings.len();
        check::check(&root, top, broken, memo, settled.is_some(), &mut findings);
        if !broken {
            match settled {
                Some(same) => reference::check_again(&root, top, same, &mut findings),
                None => {
                    reference::check(&root, top, &mut findings);
                    required::check(&root, &catalogue, &mut findings);
                }
            }
            if let Some(name) = alone {
                overlay::report(&name, &root, top, before, &mut findings);
            }
        }
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            // A mistake about the whole file says nothing about its values.
            let is_whole =
                broken || findings.iter().any(|finding| finding.rule.code == OVERLAY_AS_PROFILE.code);
            let substitutes = match is_whole {
                true => Substitutes::default(),
                false => Substitutes::new(&root, top, &findings[before..], own),
            };
            let invalid = Invalid { substitutes, layers, catalogue, unsets };
            return Merged { profile: Err(invalid), findings };
        }
        let again = Again { layers: layers_again, same, is_clean: findings.is_empty() };
        let profile = Profile { again, ..Profile::new(root, layers, catalogue, unsets) };
        let is_rendered =
            |object: Object<'_>| object.node.get("existing").is_none() && !profile.is_in_catalogue(&object);
        if !profile.objects().any(is_rendered) {
            let at = profile.root.get("name").map_or(top, |node| node.span);
            let mut finding = Finding::new(&NOTHING_TO_RENDER, at, "the profile renders nothing");
            finding.help(match profile.catalogue.is_empty() {
                true => {
                    "add a table such as `[claims.data]`, or merge the profile into another with `extends`"
                }
                false => "nothing uses its classes; `--all-classes` renders them",
            });
            findings.push(finding);
        }
        Merged { profile: Ok(profile), findings }
    }
}

impl Profile {
    fn new(
        root: Node<'static>,
        layers: Vec<SourceId>,
        catalogue: HashSet<(&'static str, String)>,
        unsets: Vec<Unset>,
    ) -> Self {
        let name = root.get("name").and_then(Node::as_str).unwrap_or_default().to_owned();
        let (index, again) = (object::Index::default(), Again::default());
        Self { name, root, layers, catalogue, unsets, index, again }
    }

    /// The objects that are as they were when the profile was last rendered, and so is everything that their templates
    /// access.
    #[must_use]
    pub fn same(&self) -> Option<&Same> {
        self.again.same.as_ref()
    }

    /// What the next merge of the profile needs, after an edit.
    #[must_use]
    pub fn into_past(self) -> Option<PastMerge> {
        self.again.past(self.root, self.catalogue)
    }

    /// The value at the top under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node<'static>> {
        self.root.get(key)
    }

    /// Every object in the order of the sections, then of the text, including claims that exist in the cluster.
    pub fn objects(&self) -> impl Iterator<Item = Object<'_>> {
        objects(&self.root)
    }

    /// The objects of the kinds that insert pods, which are not those of most objects.
    pub(crate) fn inserting(&self) -> impl Iterator<Item = Object<'_>> {
        let inserts = |section: &Section| section.name == sections::OBJECTS || !section.kind.pods.is_empty();
        object::objects_of(&self.root, inserts)
    }

    /// The object of this key in a section.
    #[must_use]
    pub fn object(&self, section: &str, key: &str) -> Option<Object<'_>> {
        self.index.find(&self.root, section, key)
    }

    /// The claims that name a volume of the profile.
    pub fn claims_of_volume<'p>(&'p self, volume: &str) -> impl Iterator<Item = Object<'p>> + use<'p> {
        self.index.claims_of_volume(&self.root, volume)
    }

    /// Whether the object is rendered only if something uses it: only built-in layers define it.
    #[must_use]
    pub fn is_in_catalogue(&self, object: &Object<'_>) -> bool {
        self.catalogue.contains(&(object.section.name, object.key.to_owned()))
    }
}
