//! Entries that a pod adds to its hosts file.

use k8s_openapi::api::core::v1::HostAlias;

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// Checks the host aliases of a pod: `path` is `spec.hostAliases` (validation.go, `ValidateHostAliases`).
pub(in crate::rules::kubernetes) fn check(
    aliases: &[HostAlias],
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    for (index, alias) in aliases.iter().enumerate() {
        let path = path.index(index);
        report::ip(out, &path.field("ip"), &alias.ip, context.version);
        let list = path.field("hostnames");
        for (index, name) in alias.hostnames.iter().flatten().enumerate() {
            report::dns_subdomain(out, &list.index(index), name);
        }
    }
}
