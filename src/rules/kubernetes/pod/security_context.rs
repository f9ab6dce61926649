//! Security contexts of pods and containers.

use k8s_openapi::api::core::v1::{
    AppArmorProfile, PodSecurityContext, PodSpec, SeccompProfile, SecurityContext, Sysctl,
};

use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::reporter::Reporter;
use crate::rules::kubernetes::pod::{file_path, windows};
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// Users and groups are numbers of 31 bits (apimachinery, `IsValidUserID`).
const GREATEST_ID: i64 = i32::MAX as i64;

/// The version from which a pod can choose `MountOption` (feature gate `SELinuxMount`).
const SELINUX_MOUNT_SINCE: u8 = 37;

/// Checks a pod's security context (validation.go, `validatePodSpecSecurityContext`).
pub(in crate::rules::kubernetes) fn check_pod(
    context: &PodSecurityContext,
    spec: &PodSpec,
    version: KubernetesVersion,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for (field, id) in [
        ("fsGroup", context.fs_group),
        ("runAsUser", context.run_as_user),
        ("runAsGroup", context.run_as_group),
    ] {
        self::id(id, &path.field(field), out);
    }
    let groups = path.field("supplementalGroups");
    for (index, group) in context.supplemental_groups.iter().flatten().enumerate() {
        id(Some(*group), &groups.index(index), out);
    }
    if spec.share_process_namespace == Some(true) && spec.host_pid == Some(true) {
        // The server keeps the field here.
        report::invalid(
            out,
            &path.field("shareProcessNamespace"),
            "`shareProcessNamespace` and `hostPID` exclude each other",
        )
        .help("remove one of them");
    }
    sysctls(context.sysctls.as_deref().unwrap_or_default(), spec, &path.field("sysctls"), out);
    for (field, value, allowed) in [
        ("fsGroupChangePolicy", &context.fs_group_change_policy, ["Always", "OnRootMismatch"]),
        ("supplementalGroupsPolicy", &context.supplemental_groups_policy, ["Merge", "Strict"]),
    ] {
        if let Some(value) = value {
            report::one_of(out, &path.field(field), value, &allowed);
        }
    }
    if let Some(value) = &context.se_linux_change_policy {
        let all = ["MountOption", "Recursive"];
        let allowed = if version.at_least(SELINUX_MOUNT_SINCE) { &all[..] } else { &all[1..] };
        report::one_of(out, &path.field("seLinuxChangePolicy"), value, allowed);
    }
    if let Some(profile) = &context.seccomp_profile {
        seccomp(profile, &path.field("seccompProfile"), out);
    }
    if let Some(options) = &context.windows_options {
        windows::options(options, &path.field("windowsOptions"), out);
    }
    if let Some(profile) = &context.app_armor_profile {
        app_armor(profile, &path.field("appArmorProfile"), out);
    }
}

/// Checks a container's security context; `host_users` is whether the pod uses the node's users
/// (`ValidateSecurityContext`).
pub(in crate::rules::kubernetes) fn check(
    context: &SecurityContext,
    host_users: bool,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    id(context.run_as_user, &path.field("runAsUser"), out);
    id(context.run_as_group, &path.field("runAsGroup"), out);
    if let Some(mount) = context.proc_mount.as_deref() {
        let at = path.field("procMount");
        report::one_of(out, &at, mount, &["Default", "Unmasked"]);
        if host_users && mount == "Unmasked" {
            report::invalid(out, &at, "`procMount: Unmasked` needs users of the pod's own")
                .help("set `hostUsers: false` on the pod");
        }
    }
    if context.allow_privilege_escalation == Some(false) {
        let adds = |name: &str| {
            let added = context.capabilities.as_ref().and_then(|list| list.add.as_ref());
            added.is_some_and(|added| added.iter().any(|capability| capability == name))
        };
        if context.privileged == Some(true) {
            report::invalid(
                out,
                path,
                "`privileged: true` and `allowPrivilegeEscalation: false` exclude each other",
            )
            .help("remove `privileged`");
        }
        if adds("CAP_SYS_ADMIN") {
            report::invalid(
                out,
                path,
                "CAP_SYS_ADMIN and `allowPrivilegeEscalation: false` exclude each other",
            )
            .help("remove the capability");
        }
    }
    if let Some(profile) = &context.seccomp_profile {
        seccomp(profile, &path.field("seccompProfile"), out);
    }
    if let Some(options) = &context.windows_options {
        windows::options(options, &path.field("windowsOptions"), out);
    }
    if let Some(profile) = &context.app_armor_profile {
        app_armor(profile, &path.field("appArmorProfile"), out);
    }
}

fn id(id: Option<i64>, path: &Path<'_>, out: &mut Reporter<'_>) {
    if let Some(id) = id {
        report::range(out, path, id, 0, GREATEST_ID);
    }
}

/// Checks the sysctls of a pod (`validateSysctls`).
fn sysctls(sysctls: &[Sysctl], spec: &PodSpec, list: &Path<'_>, out: &mut Reporter<'_>) {
    for (index, sysctl) in sysctls.iter().enumerate() {
        let path = list.index(index);
        let path = path.field("name");
        if sysctl.name.is_empty() {
            report::required(out, &path, "the sysctl has no name");
        } else if !is_sysctl(&sysctl.name) {
            report::invalid(out, &path, format!("`{}` is not a valid sysctl name", sysctl.name))
                .help("use lowercase letters, digits, `-` and `_`, with `.` or `/` between the parts");
        } else if sysctls.iter().take(index).any(|other| other.name == sysctl.name) {
            report::duplicate(out, &path, format!("`{}` is set twice", sysctl.name));
        }
        // Slashes and dots are one, but for dots inside a part after slashes.
        let name = sysctl.name.replace('/', ".");
        let ipc = name == "kernel.sem"
            || ["kernel.shm", "kernel.msg", "fs.mqueue."].iter().any(|prefix| name.starts_with(prefix));
        for (field, shared) in [
            ("hostIPC", spec.host_ipc == Some(true) && ipc),
            ("hostNetwork", spec.host_network == Some(true) && name.starts_with("net.")),
        ] {
            if shared {
                report::invalid(
                    out,
                    &path,
                    format!("with `{field}` the sysctl `{}` would be the node's", sysctl.name),
                )
                .help(format!("remove the sysctl or `{field}`"));
            }
        }
    }
}

/// `IsValidSysctlName`: at most 253 characters.
fn is_sysctl(name: &str) -> bool {
    let small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let segment = |part: &str| {
        let bytes = part.as_bytes();
        bytes.first().is_some_and(|byte| small(*byte))
            && bytes.last().is_some_and(|byte| small(*byte))
            && bytes.iter().all(|byte| small(*byte) || matches!(byte, b'-' | b'_'))
    };
    name.len() <= 253 && name.split(['.', '/']).all(segment)
}

/// Checks a seccomp profile (`validateSeccompProfileField`).
pub(in crate::rules::kubernetes) fn seccomp(
    profile: &SeccompProfile,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
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

/// Checks an `AppArmor` profile (`ValidateAppArmorProfileField`).
fn app_armor(profile: &AppArmorProfile, path: &Path<'_>, out: &mut Reporter<'_>) {
    const LONGEST: usize = 4095;
    let file = path.field("localhostProfile");
    let name = profile.localhost_profile.as_deref();
    match profile.type_.as_str() {
        "Localhost" => match name {
            None | Some("") => {
                report::required(out, &file, "a profile of type `Localhost` has a name");
            }
            Some(name) => {
                if name.trim() != name {
                    report::invalid(out, &file, "the name of the profile has white space around it");
                }
                if name.len() > LONGEST {
                    report::too_much(
                        out,
                        &file,
                        format!("the name of the profile has more than {LONGEST} characters"),
                    );
                }
            }
        },
        "RuntimeDefault" | "Unconfined" => {
            if name.is_some() {
                report::invalid(out, &file, "`localhostProfile` goes with `type: Localhost` only");
            }
        }
        "" => {
            report::required(out, &path.field("type"), "`type` is missing");
        }
        other => {
            report::one_of(out, &path.field("type"), other, &["Localhost", "RuntimeDefault", "Unconfined"]);
        }
    }
}
