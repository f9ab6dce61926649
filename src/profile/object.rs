//! The objects that a profile declares.

use super::schema::Section;
use super::sections::sections;
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

/// Every object of a merged tree.
pub(super) fn objects<'p>(root: &'p Node<'static>) -> impl Iterator<Item = Object<'p>> {
    sections().iter().flat_map(move |section| {
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
        namespace: namespace.filter(|_| section.kind.namespaced),
        node: &entry.value,
    }
}
