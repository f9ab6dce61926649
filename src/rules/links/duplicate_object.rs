//! Objects of one name that appear more than once.

use super::table;
use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

pub(super) fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let path = root.field("metadata");
    let path = path.field("name");
    if let Some(first) = bundle.index.namesake(document) {
        out.report(
            &table::DUPLICATE_OBJECT,
            &path,
            format!("this file defines {} `{}` twice", document.kind, document.name),
        )
        .help(
            "to the API server both are one object: `kubectl apply` changes the first into the second, or fails; give this \
             one another name, or remove it",
        )
        .related(first.place_of(&["metadata", "name"]), "the other one");
    } else if let Some(first) = bundle.index.other_content(document) {
        out.report(
            &table::DUPLICATE_OBJECT,
            &path,
            format!("another file defines {} `{}` with other content", document.kind, document.name),
        )
        .help(
            "in one cluster both are one object, and whichever is applied last wins, or is rejected; give this one \
             another name if both go to the same cluster",
        )
        .related(first.place_of(&["metadata", "name"]), "the other one");
    }
}
