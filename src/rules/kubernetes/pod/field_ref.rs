//! Fields and resources of the pod itself, as environment variables and downward API volumes refer to them.

use k8s_openapi::api::core::v1::{ObjectFieldSelector, ResourceFieldSelector};

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::{quantity, report};
use crate::yaml::path::Path;

/// What a downward API volume can show (validation.go, `validVolumeDownwardAPIFieldPathExpressions`).
pub(in crate::rules::kubernetes) const VOLUME_FIELDS: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/// What a field reference can name at all (pkg/apis/core/pods/helpers.go, `ConvertDownwardAPIFieldLabel`).
const FIELDS: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// The resources of a container (`validContainerResourceFieldPathExpressions`); huge pages come beside them.
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// Checks a reference to a field of the pod; `allowed` is what its user can show (`validateObjectFieldSelector`).
pub(in crate::rules::kubernetes) fn field(
    selector: &ObjectFieldSelector,
    allowed: &[&str],
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let name = selector.field_path.as_str();
    let at = path.field("fieldPath");
    let version = selector.api_version.as_deref().filter(|version| !version.is_empty());
    if name.is_empty() {
        report::required(out, &at, "`fieldPath` is missing: which field of the pod?");
    } else if let Some(version) = version.filter(|version| *version != "v1") {
        report::invalid(out, &at, format!("the fields of a pod of version `{version}` cannot be read"))
            .help("leave `apiVersion` out: it is `v1`");
    } else if let Some((map, key)) = subscript(name) {
        match map {
            "metadata.annotations" => report::qualified_name_ignoring_case(out, path, key),
            "metadata.labels" => report::qualified_name(out, path, key),
            _ => {
                report::invalid(out, &at, format!("`{map}` takes no key in brackets"))
                    .help("only `metadata.annotations` and `metadata.labels` do");
            }
        }
    } else if name != "spec.host" && !FIELDS.contains(&name) {
        let finding = report::invalid(out, &at, format!("`{name}` is not a field that a pod can refer to"));
        report::suggest(finding, &at, name, allowed);
    } else if !allowed.contains(&if name == "spec.host" { "spec.nodeName" } else { name }) {
        report::one_of(out, &at, name, allowed);
    }
}

/// Checks a reference to a container's resource (`validateContainerResourceFieldSelector`).
pub(in crate::rules::kubernetes) fn resource(
    selector: &ResourceFieldSelector,
    volume: bool,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let name = selector.resource.as_str();
    if volume && selector.container_name.as_deref().unwrap_or_default().is_empty() {
        report::required(out, &path.field("containerName"), "a volume must say which container's resource");
    } else if name.is_empty() {
        report::required(out, &path.field("resource"), "`resource` is missing");
    } else if !RESOURCES.contains(&name) && !is_huge_pages(name) {
        report::one_of(out, &path.field("resource"), name, &RESOURCES);
    }
    let Some(divisor) = &selector.divisor else { return };
    let cpu = matches!(name, "limits.cpu" | "requests.cpu");
    if !(cpu || RESOURCES.contains(&name) || is_huge_pages(name)) {
        return;
    }
    if !quantity::is_divisor(&divisor.0, cpu) {
        let allowed =
            if cpu { "1m or 1" } else { "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi or 1Ei" };
        report::invalid(
            out,
            &path.field("divisor"),
            format!("`{}` is not a valid divisor of `{name}`", divisor.0),
        )
        .help(format!("write {allowed}"));
    }
}

fn is_huge_pages(name: &str) -> bool {
    name.starts_with("limits.hugepages-") || name.starts_with("requests.hugepages-")
}

/// `metadata.labels['a']` is the map `metadata.labels` and the key `a`.
fn subscript(name: &str) -> Option<(&str, &str)> {
    name.strip_suffix("']")?.split_once("['").filter(|(map, _)| !map.is_empty())
}
