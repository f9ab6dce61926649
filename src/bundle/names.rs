//! The names of classes and claims, to suggest one for a name that is not among them.

use crate::document::Document;
use crate::document::object::Object;

/// The most names of a kind that are compared: more would make misspelled names slow to find.
const MOST: usize = 256;

/// Where the classes and claims are among the documents of an input, or of the part of a large input that is read at a
/// time; nothing of a kind that has too many.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) classes: Vec<usize>,
    pub(super) attributes_classes: Vec<usize>,
    pub(super) claims: Vec<usize>,
}

impl Names {
    /// The classes and claims among `documents`.
    pub(super) fn new(documents: &[Document<'_>]) -> Self {
        let mut names = Self::default();
        for (index, document) in documents.iter().enumerate() {
            match &document.object {
                Object::StorageClass(_) => names.classes.push(index),
                Object::VolumeAttributesClass(_) => names.attributes_classes.push(index),
                Object::PersistentVolumeClaim(_) => names.claims.push(index),
                _ => {}
            }
        }
        for list in [&mut names.classes, &mut names.attributes_classes, &mut names.claims] {
            if list.len() > MOST {
                list.clear();
            }
        }
        names
    }
}
