//! The objects that a profile declares.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::schema::Section;
use super::sections::{self, sections};
use crate::source::Span;
use crate::yaml::node::{Entry, Node};

/// One object of a profile.
#[derive(Clone, Debug)]
pub struct Object<'p> {
    /// The section that holds it.
    pub section: &'static Section,
    /// Its key in the section.
    pub key: &'p str,
    /// The place of the key.
    pub span: Span,
    /// `metadata.name`: the object's `name`, or `<profile name>-<key>`.
    pub name: String,
    /// `metadata.namespace`: the object's, or the profile's; none for cluster-scoped kinds.
    pub namespace: Option<&'p str>,
    /// Its table.
    pub node: &'p Node<'static>,
}

/// The section, the key and the table of every object of a merged tree.
pub(super) fn tables<'p>(
    root: &'p Node<'static>,
) -> impl Iterator<Item = (&'static Section, &'p Entry<'static>)> {
    sections().iter().flat_map(move |section| {
        let entries = root.get(section.name).map(Node::entries).unwrap_or_default();
        entries.iter().map(move |entry| (section, entry))
    })
}

/// Every object of a merged tree.
pub(super) fn objects<'p>(root: &'p Node<'static>) -> impl Iterator<Item = Object<'p>> {
    let common = Common::of(root);
    tables(root).map(move |(section, entry)| common.object(section, entry))
}

/// The objects of some sections.
pub(super) fn objects_of<'p>(
    root: &'p Node<'static>,
    is_wanted: impl Fn(&Section) -> bool,
) -> impl Iterator<Item = Object<'p>> {
    let common = Common::of(root);
    tables(root)
        .filter(move |(section, _)| is_wanted(section))
        .map(move |(section, entry)| common.object(section, entry))
}

/// What objects take from the top of a profile if they do not set it.
#[derive(Clone, Copy)]
struct Common<'p> {
    name: &'p str,
    namespace: Option<&'p str>,
}

fn text<'p>(node: &'p Node<'static>, key: &str) -> Option<&'p str> {
    node.get(key).and_then(Node::as_str)
}

impl<'p> Common<'p> {
    fn of(root: &'p Node<'static>) -> Self {
        Self { name: text(root, "name").unwrap_or_default(), namespace: text(root, "namespace") }
    }

    fn object(self, section: &'static Section, entry: &'p Entry<'static>) -> Object<'p> {
        let own = text(&entry.value, "name").or_else(|| text(&entry.value, "existing"));
        let name = match own {
            Some(name) => name.to_owned(),
            None => [self.name, "-", &entry.key.value].concat(),
        };
        let namespace = text(&entry.value, "namespace").or(self.namespace);
        Object {
            section,
            key: &entry.key.value,
            span: entry.key.span,
            name,
            namespace: namespace.filter(|_| section.kind.namespaced),
            node: &entry.value,
        }
    }
}

/// A profile of this many objects in a section, or fewer, is searched one by one.
const FEW: usize = 16;

/// Where the objects of a profile are; read once something is looked for in a large section.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// The position in its section, by section and key.
    keys: OnceLock<HashMap<&'static str, HashMap<String, usize>>>,
    /// The positions of the claims that name a volume.
    volumes: OnceLock<HashMap<String, Vec<usize>>>,
}

impl Index {
    /// The object of this key in a section.
    pub(super) fn find<'p>(&self, root: &'p Node<'static>, section: &str, key: &str) -> Option<Object<'p>> {
        let (section, entry) = self.table(root, section, key)?;
        Some(Common::of(root).object(section, entry))
    }

    /// The key and the table of an object.
    pub(super) fn table<'p>(
        &self,
        root: &'p Node<'static>,
        section: &str,
        key: &str,
    ) -> Option<(&'static Section, &'p Entry<'static>)> {
        let section = sections::section(section)?;
        let entries = root.get(section.name)?.entries();
        let at = if entries.len() <= FEW {
            entries.iter().position(|entry| entry.key.value == key)?
        } else {
            let keys = self.keys.get_or_init(|| {
                let places = |section: &Section| {
                    let entries = root.get(section.name).map(Node::entries).unwrap_or_default();
                    entries.iter().enumerate().map(|(at, entry)| (entry.key.value.to_string(), at)).collect()
                };
                sections().iter().map(|section| (section.name, places(section))).collect()
            });
            *keys.get(section.name)?.get(key)?
        };
        Some((section, entries.get(at)?))
    }

    /// The claims that name a volume.
    pub(super) fn claims_of_volume<'p>(
        &'p self,
        root: &'p Node<'static>,
        volume: &str,
    ) -> impl Iterator<Item = Object<'p>> + use<'p> {
        let section = sections::section(sections::CLAIMS);
        let entries = root.get(sections::CLAIMS).map(Node::entries).unwrap_or_default();
        let volumes = self.volumes.get_or_init(|| {
            let mut volumes: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, entry) in entries.iter().enumerate() {
                if let Some(volume) = entry.value.get("volume").and_then(Node::as_str) {
                    volumes.entry(volume.to_owned()).or_default().push(at);
                }
            }
            volumes
        });
        let places = volumes.get(volume).map(Vec::as_slice).unwrap_or_default();
        let common = Common::of(root);
        places.iter().filter_map(move |at| Some(common.object(section?, entries.get(*at)?)))
    }
}
