//! What objects are matched by.

use crate::document::Document;

/// Group, kind, namespace and name.
pub(super) type Key<'a> = (&'a str, &'a str, Option<&'a str>, &'a str);

/// The key of an object.
pub(super) fn key<'d>(document: &'d Document<'_>) -> Key<'d> {
    let group = document.api_version.rsplit_once('/').map_or("", |(group, _)| group);
    (group, &document.kind, document.namespace.as_deref(), &document.name)
}
