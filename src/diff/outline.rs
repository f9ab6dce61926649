//! What is kept of every object while both inputs are read: enough to find those that a comparison needs.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use super::key::key;
use crate::bundle::default_class::default_annotation;
use crate::catalog::driver;
use crate::document::Document;
use crate::document::object::Object;
use crate::schema::definition::Definition;
use crate::source::SourceId;
use crate::yaml::node::Node;

/// What is kept of one object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    /// The position of its document in the whole input.
    pub(super) index: u32,
    /// Its text.
    pub(super) source: SourceId,
    /// A hash of group, kind, namespace and name.
    pub(super) key: u64,
    /// A hash of kind, namespace and name.
    pub(super) named: u32,
    /// A hash of everything in it.
    pub(super) content: u64,
    /// A hash of its namespace.
    pub(super) namespace: u32,
    /// Where its mentions end in those of all objects.
    pub(super) mentions: u32,
    /// Whether its annotations suppress rules.
    pub(super) suppresses: bool,
    /// Whether any change may depend on it, as on a default class.
    pub(super) is_general: bool,
    /// Whether it is a class whose volumes several nodes can mount, which advice names.
    pub(super) is_shared_class: bool,
}

/// What others refer to an object by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A class, by name.
    Class,
    /// A claim, by namespace and name.
    Claim,
    /// A volume by name, or a definition by kind.
    Other,
}

/// A name that an object has, or gives to an object that an operator makes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Provided {
    /// The place of the object among all.
    pub(super) of: u32,
    /// What has the name.
    pub(super) role: Role,
    /// A hash of the namespace and the name; of the name alone for what has no namespace.
    pub(super) name: u64,
}

/// The outlines of the objects of one input, in its order.
#[derive(Debug, Default)]
pub struct Outlines {
    pub(super) list: Vec<Outline>,
    /// Hashes of all texts in the objects: they may be names of other objects.
    mentions: Vec<u32>,
    pub(super) provided: Vec<Provided>,
}

/// Makes outlines. Hashes are keyed at random, so that no input can be written to hide a change.
#[derive(Clone, Debug, Default)]
pub struct Outliner {
    state: RandomState,
}

/// The longest text that may be a name, in bytes.
const LONGEST_NAME: usize = 253;

/// What claims without a class mention, and the second name of default classes: no text of YAML.
const DEFAULT: &str = "\0default";

/// Fields whose claim templates may have no class.
const TEMPLATES: [&str; 2] = ["volumeClaimTemplate", "volumeClaimTemplates"];

impl Outliner {
    /// The hash of a name as it is mentioned.
    fn mention(&self, name: &str) -> u32 {
        self.state.hash_one(name) as u32
    }

    fn namespace(&self, namespace: Option<&str>) -> u32 {
        self.state.hash_one(namespace) as u32
    }

    /// A hash of a whole text, to find out whether a file has changed.
    #[must_use]
    pub fn text(&self, text: &str) -> u64 {
        self.state.hash_one(text)
    }
}

/// A mention in a namespace; in none for what has none.
pub(super) fn scoped(mention: u32, namespace: u32) -> u64 {
    u64::from(namespace) << 32 | u64::from(mention)
}

/// The namespace of what has none.
pub(super) const CLUSTER: u32 = 0;

impl Outlines {
    /// Adds the outline of an object; `suppresses` is whether its annotations suppress rules.
    pub fn add(&mut self, document: &Document<'_>, suppresses: bool, outliner: &Outliner) {
        let mut hasher = outliner.state.build_hasher();
        let of = self.list.len() as u32;
        let namespace = outliner.namespace(document.namespace.as_deref());
        let mut is_general = false;
        self.walk(&document.root, outliner, &mut hasher);
        let content = hasher.finish();
        self.provide(document, of, outliner, &mut is_general);
        for derived in &document.derived {
            // What an operator makes is the same if the object is.
            self.walk(&derived.document.root, outliner, &mut hasher);
            self.provide(&derived.document, of, outliner, &mut is_general);
            is_general |= outliner.namespace(derived.document.namespace.as_deref()) != namespace;
        }
        self.list.push(Outline {
            index: document.index as u32,
            source: document.source,
            key: outliner.state.hash_one(key(document)),
            named: outliner.state.hash_one((&document.kind, &document.namespace, &document.name)) as u32,
            content,
            namespace,
            mentions: self.mentions.len() as u32,
            suppresses,
            is_general,
            is_shared_class: match &document.object {
                Object::StorageClass(class) => driver::creates_shared_volumes(&class.provisioner),
                _ => false,
            },
        });
    }

    /// Adds the outlines of the following objects.
    pub fn append(&mut self, mut behind: Self, count: usize) {
        let (objects, mentions) = (self.list.len() as u32, self.mentions.len() as u32);
        for outline in &mut behind.list {
            outline.index += count as u32;
            outline.mentions += mentions;
        }
        behind.provided.iter_mut().for_each(|provided| provided.of += objects);
        self.list.append(&mut behind.list);
        self.mentions.append(&mut behind.mentions);
        self.provided.append(&mut behind.provided);
    }

    /// The number of objects.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no objects.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The position in the whole input, and the text, of the document of an object.
    #[must_use]
    pub fn place(&self, at: usize) -> (usize, SourceId) {
        (self.list[at].index as usize, self.list[at].source)
    }

    /// What an object mentions.
    pub(super) fn mentions(&self, at: usize) -> &[u32] {
        let start = at.checked_sub(1).map_or(0, |before| self.list[before].mentions);
        &self.mentions[start as usize..self.list[at].mentions as usize]
    }

    fn walk(&mut self, node: &Node<'_>, outliner: &Outliner, hasher: &mut impl Hasher) {
        node.hash_own(hasher);
        if let Some(text) = node.as_str().filter(|text| text.len() <= LONGEST_NAME) {
            self.mentions.push(outliner.mention(text));
        }
        node.items().iter().for_each(|item| self.walk(item, outliner, hasher));
        for entry in node.entries() {
            entry.key.value.hash(hasher);
            if TEMPLATES.contains(&entry.key.value.as_ref()) {
                self.mentions.push(outliner.mention(DEFAULT));
            }
            self.walk(&entry.value, outliner, hasher);
        }
    }

    /// Adds the names by which others refer to an object.
    fn provide(&mut self, document: &Document<'_>, of: u32, outliner: &Outliner, is_general: &mut bool) {
        let name = outliner.mention(&document.name);
        let mut add = |role, name| self.provided.push(Provided { of, role, name });
        match &*document.kind {
            "StorageClass" | "VolumeAttributesClass" => {
                add(Role::Class, scoped(name, CLUSTER));
                if let Object::StorageClass(class) = &document.object
                    && default_annotation(class).is_some()
                {
                    *is_general = true;
                    add(Role::Class, scoped(outliner.mention(DEFAULT), CLUSTER));
                }
            }
            "PersistentVolumeClaim" => {
                add(Role::Claim, scoped(name, outliner.namespace(document.namespace.as_deref())));
                let class = document.root.get("spec").and_then(|spec| spec.get("storageClassName"));
                if class.and_then(Node::as_str).is_none() {
                    self.mentions.push(outliner.mention(DEFAULT));
                }
            }
            "PersistentVolume" => add(Role::Other, scoped(name, CLUSTER)),
            kind if Definition::is_one(&document.api_version, kind) => {
                if let Some((_, kind)) = Definition::names(&document.root) {
                    add(Role::Other, scoped(outliner.mention(kind), CLUSTER));
                }
            }
            _ => {}
        }
    }
}
