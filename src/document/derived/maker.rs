//! Makes objects of the places of a custom resource.

use super::place::{Place, select};
use crate::catalog::custom_kind::{CustomKind, Holds, Location};
use crate::document::{Derived, Document};
use crate::finding::Finding;
use crate::yaml::node::Node;

/// Makes objects of a custom resource.
pub(super) struct Maker<'d, 't> {
    pub(super) document: &'d Document<'t>,
    pub(super) kind: &'static CustomKind,
    pub(super) decode: &'d dyn Fn(Node<'t>, &mut Vec<Finding>) -> Document<'t>,
}

impl<'d, 't> Maker<'d, 't> {
    /// The locations of the document's version.
    pub(super) fn locations(&self) -> impl Iterator<Item = &'static Location> + use<'d, 't> {
        locations(self.kind, &self.document.api_version)
    }

    /// The places of a location, with those of its repetitions.
    pub(super) fn places(&self, location: &Location) -> Vec<Place<'d, 't>> {
        const DEEPEST: usize = 8;
        let mut places = select(&self.document.root, &location.path);
        if let (Some(list), Some((parent, last))) = (&location.recursive, location.path.rsplit_once('.')) {
            let mut parent = parent.to_owned();
            for _ in 0..DEEPEST {
                parent = format!("{parent}.{list}");
                places.extend(select(&self.document.root, &format!("{parent}.{last}")));
            }
        }
        places
    }

    /// Decodes an object, whose values are at `paths`.
    pub(super) fn made(
        &self,
        location: &'static Location,
        path: &str,
        root: Node<'t>,
        paths: Vec<(String, Option<String>)>,
    ) -> Derived<'t> {
        let mut findings = Vec::new();
        let mut document = (self.decode)(root, &mut findings);
        document.is_template = location.holds != Holds::Resource;
        if document.namespace.is_none() {
            document.namespace.clone_from(&self.document.namespace);
        }
        if document.name.is_empty() {
            document.name.clone_from(&self.document.name);
        }
        Derived {
            document,
            findings,
            location,
            path: path.to_owned(),
            count: Vec::new(),
            restart: None,
            paths,
        }
    }
}

/// The locations that the version of `api_version` has.
pub(super) fn locations<'v>(
    kind: &'static CustomKind,
    api_version: &'v str,
) -> impl Iterator<Item = &'static Location> + use<'v> {
    let version = api_version.split_once('/').map_or("", |(_, version)| version);
    kind.locations.iter().filter(move |location| {
        location.versions.is_empty() || location.versions.iter().any(|known| known == version)
    })
}
