//! Files that a volume makes from keys or fields, and the name of its pod.

use k8s_openapi::api::core::v1::{DownwardAPIVolumeFile, KeyToPath};

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::pod::{field_ref, file_path};
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// The keys of a ConfigMap or Secret that become files; `path` leads to the source.
pub(in crate::rules::kubernetes) fn items(
    items: Option<&[KeyToPath]>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let path = path.field("items");
    for (index, item) in items.unwrap_or_default().iter().enumerate() {
        let path = path.index(index);
        if item.key.is_empty() {
            report::required(out, &path.field("key"), "an item names the `key` that becomes a file");
        }
        if item.path.is_empty() {
            report::required(out, &path.field("path"), "an item names the `path` of its file");
        }
        file_path::local(out, &path.field("path"), &item.path);
        file_path::mode(out, &path.field("mode"), item.mode);
    }
}

/// One file of a downward API volume. The server names its fields without an index (`validateDownwardAPIVolumeFile`).
pub(in crate::rules::kubernetes) fn downward_file(
    file: &DownwardAPIVolumeFile,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    if file.path.is_empty() {
        report::required(out, &path.field("path"), "an item names the `path` of its file");
    }
    file_path::local(out, &path.field("path"), &file.path);
    match (&file.field_ref, &file.resource_field_ref) {
        (Some(field), resource) => {
            field_ref::field(field, field_ref::VOLUME_FIELDS, &path.field("fieldRef"), out);
            if resource.is_some() {
                report::invalid(out, path, "an item has either `fieldRef` or `resourceFieldRef`, not both");
            }
        }
        (None, Some(resource)) => {
            field_ref::resource(resource, true, &path.field("resourceFieldRef"), out);
        }
        (None, None) => {
            report::required(out, path, "an item needs `fieldRef` or `resourceFieldRef`");
        }
    }
    file_path::mode(out, &path.field("mode"), file.mode);
}

/// The pod's name, where it has one yet.
pub(in crate::rules::kubernetes) fn named(pod: Option<&str>) -> Option<&str> {
    pod.filter(|name| !name.is_empty())
}
