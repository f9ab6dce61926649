//! Security contexts of pods.

use k8s_openapi::api::core::v1::{PodSecurityContext, SeccompProfile};

use super::{file_path, report};
use crate::document::path::Path;
use crate::rules::Findings;

/// Checks a pod's security context (validation.go, `validatePodSpecSecurityContext`).
pub(super) fn check_pod(context: &PodSecurityContext, path: &Path<'_>, out: &mut Findings<'_>) {
    for (field, value, allowed) in [
        ("fsGroupChangePolicy", &context.fs_group_change_policy, ["Always", "OnRootMismatch"]),
        ("supplementalGroupsPolicy", &context.supplemental_groups_policy, ["Merge", "Strict"]),
        ("seLinuxChangePolicy", &context.se_linux_change_policy, ["MountOption", "Recursive"]),
    ] {
        if let Some(value) = value {
            report::one_of(out, &path.field(field), value, &allowed);
        }
    }
    let list = path.field("sysctls");
    let sysctls = context.sysctls.as_deref().unwrap_or_default();
    for (index, sysctl) in sysctls.iter().enumerate() {
        let path = list.index(index);
        if sysctl.name.is_empty() {
            report::required(out, &path.field("name"), "the sysctl has no name");
        } else if sysctls.iter().take(index).any(|other| other.name == sysctl.name) {
            report::duplicate(out, &path.field("name"), format!("`{}` is set twice", sysctl.name));
        }
    }
    if let Some(profile) = &context.seccomp_profile {
        seccomp(profile, &path.field("seccompProfile"), out);
    }
}

/// Checks a seccomp profile (`validateSeccompProfileField`).
pub(super) fn seccomp(profile: &SeccompProfile, path: &Path<'_>, out: &mut Findings<'_>) {
    let file = path.field("localhostProfile");
    match (profile.type_.as_str(), profile.localhost_profile.as_deref()) {
        ("Localhost", None) => {
            report::required(out, &file, "a profile of type `Localhost` names its file");
        }
        ("Localhost", Some(name)) => {
            file_path::descending(out, &file, name);
        }
        (_, Some(_)) => {
            report::invalid(out, &file, "`localhostProfile` goes with `type: Localhost` only");
        }
        _ => {}
    }
    match profile.type_.as_str() {
        "" => {
            report::required(out, &path.field("type"), "`type` is missing");
        }
        other => {
            report::one_of(out, &path.field("type"), other, &["Localhost", "RuntimeDefault", "Unconfined"]);
        }
    }
}
