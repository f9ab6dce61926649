//! What is for Windows pods alone, and what is not for them.

use k8s_openapi::api::core::v1::{PodSpec, SecurityContext, WindowsSecurityContextOptions};

use crate::document::reporter::Reporter;
use crate::grammar;
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// The largest specification of group managed service accounts, in bytes.
const LARGEST_SPECIFICATION: usize = 64 << 10;

/// Checks `windowsOptions` (validation.go, `validateWindowsSecurityContextOptions`).
pub(in crate::rules::kubernetes) fn options(
    options: &WindowsSecurityContextOptions,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    if let Some(name) = &options.gmsa_credential_spec_name {
        report::dns_subdomain(out, &path.field("gmsaCredentialSpecName"), name);
    }
    if let Some(text) = &options.gmsa_credential_spec {
        let at = path.field("gmsaCredentialSpec");
        if text.is_empty() {
            report::invalid(out, &at, "the credential specification is empty");
        } else if text.len() > LARGEST_SPECIFICATION {
            report::invalid(out, &at, "the credential specification is larger than 64 KiB");
        }
    }
    if let Some(name) = &options.run_as_user_name
        && let Some(wrong) = user_name(name)
    {
        report::invalid(out, &path.field("runAsUserName"), format!("`{name}` {wrong}"));
    }
}

/// What is wrong with `DOMAIN\user`.
fn user_name(name: &str) -> Option<&'static str> {
    let (domain, user) = match name.split_once('\\') {
        Some((domain, user)) => (Some(domain), user),
        None => (None, name),
    };
    let net_bios = |domain: &str| {
        (1..=15).contains(&domain.chars().count())
            && !domain.starts_with('.')
            && !domain.contains(['\\', '/', ':', '*', '?', '"', '<', '>', '|'])
    };
    let dns = |domain: &str| domain.split('.').all(|part| grammar::dns_label(&part.to_lowercase()).is_none());
    match () {
        () if name.is_empty() => Some("is empty"),
        () if name.chars().any(char::is_control) => Some("holds control characters"),
        () if user.contains('\\') => Some("holds more than one backslash"),
        () if domain.is_some_and(|domain| domain.len() >= 256) => {
            Some("has a domain of 256 characters or more")
        }
        () if domain.is_some_and(|domain| !net_bios(domain) && !dns(domain)) => {
            Some("has no domain before its backslash")
        }
        () if user.is_empty() => Some("has no user"),
        () if user.len() > 104 => Some("has a user of more than 104 characters"),
        () if user.chars().all(|letter| matches!(letter, '.' | ' ')) => {
            Some("has a user of dots or spaces only")
        }
        () if user
            .contains(['"', '/', '\\', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>', '@', '[', ']']) =>
        {
            Some("has a user with one of the characters \" / \\ : ; | = , + * ? < > @ [ ]")
        }
        () => None,
    }
}

/// Checks the pod's system and what goes with it (`validateOS`, `validateLinux`, `validateWindows`).
pub(in crate::rules::kubernetes) fn system(spec: &PodSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(system) = &spec.os else { return };
    match system.name.as_str() {
        "" => {
            let at = path.field("os");
            report::required(out, &at.field("name"), "the system has no name");
        }
        "linux" => linux(spec, path, out),
        "windows" => windows(spec, path, out),
        other => {
            report::one_of(out, &path.field("os"), other, &["linux", "windows"]);
        }
    }
}

/// Calls `visit` with the security context of each container and its path.
fn contexts(spec: &PodSpec, path: &Path<'_>, visit: &mut dyn FnMut(Option<&SecurityContext>, &Path<'_>)) {
    let init = path.field("initContainers");
    for (index, container) in spec.init_containers.iter().flatten().enumerate() {
        let path = init.index(index);
        visit(container.security_context.as_ref(), &path.field("securityContext"));
    }
    let regular = path.field("containers");
    for (index, container) in spec.containers.iter().enumerate() {
        let path = regular.index(index);
        visit(container.security_context.as_ref(), &path.field("securityContext"));
    }
    let ephemeral = path.field("ephemeralContainers");
    for (index, container) in spec.ephemeral_containers.iter().flatten().enumerate() {
        let path = ephemeral.index(index);
        visit(container.security_context.as_ref(), &path.field("securityContext"));
    }
}

fn linux(spec: &PodSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let own = spec.security_context.as_ref().is_some_and(|context| context.windows_options.is_some());
    let at = path.field("securityContext");
    refuse(own, &at.field("windowsOptions"), "Linux", out);
    contexts(spec, path, &mut |context, path| {
        let own = context.is_some_and(|context| context.windows_options.is_some());
        refuse(own, &path.field("windowsOptions"), "Linux", out);
    });
}

fn windows(spec: &PodSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    for (field, set) in [
        ("hostUsers", spec.host_users.is_some()),
        ("hostPID", spec.host_pid == Some(true)),
        ("hostIPC", spec.host_ipc == Some(true)),
        ("shareProcessNamespace", spec.share_process_namespace.is_some()),
    ] {
        refuse(set, &path.field(field), "Windows", out);
    }
    if let Some(context) = &spec.security_context {
        let at = path.field("securityContext");
        for (field, set) in [
            ("appArmorProfile", context.app_armor_profile.is_some()),
            ("seLinuxOptions", context.se_linux_options.is_some()),
            ("seccompProfile", context.seccomp_profile.is_some()),
            ("fsGroup", context.fs_group.is_some()),
            ("fsGroupChangePolicy", context.fs_group_change_policy.is_some()),
            ("sysctls", context.sysctls.as_ref().is_some_and(|list| !list.is_empty())),
            ("runAsUser", context.run_as_user.is_some()),
            ("runAsGroup", context.run_as_group.is_some()),
            ("supplementalGroups", context.supplemental_groups.is_some()),
            ("supplementalGroupsPolicy", context.supplemental_groups_policy.is_some()),
            ("seLinuxChangePolicy", context.se_linux_change_policy.is_some()),
        ] {
            refuse(set, &at.field(field), "Windows", out);
        }
    }
    contexts(spec, path, &mut |context, path| {
        let Some(context) = context else { return };
        for (field, set) in [
            ("appArmorProfile", context.app_armor_profile.is_some()),
            ("seLinuxOptions", context.se_linux_options.is_some()),
            ("seccompProfile", context.seccomp_profile.is_some()),
            ("capabilities", context.capabilities.is_some()),
            ("readOnlyRootFilesystem", context.read_only_root_filesystem.is_some()),
            ("privileged", context.privileged.is_some()),
            ("allowPrivilegeEscalation", context.allow_privilege_escalation.is_some()),
            ("procMount", context.proc_mount.is_some()),
            ("runAsUser", context.run_as_user.is_some()),
            ("runAsGroup", context.run_as_group.is_some()),
        ] {
            refuse(set, &path.field(field), "Windows", out);
        }
    });
}

fn refuse(set: bool, path: &Path<'_>, system: &str, out: &mut Reporter<'_>) {
    if set {
        report::forbidden(out, path, format!("a {system} pod cannot have this"))
            .help("remove it, or change `os.name`");
    }
}

/// Checks host process containers (`validateWindowsHostProcessPod`).
pub(in crate::rules::kubernetes) fn host_process(spec: &PodSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let own =
        |options: Option<&WindowsSecurityContextOptions>| options.and_then(|options| options.host_process);
    let pod = own(spec.security_context.as_ref().and_then(|context| context.windows_options.as_ref()));
    let (mut all, mut processes) = (0, 0);
    contexts(spec, path, &mut |context, path| {
        let container = own(context.and_then(|context| context.windows_options.as_ref()));
        all += 1;
        processes += usize::from(container.or(pod) == Some(true));
        if let (Some(pod), Some(container)) = (pod, container)
            && pod != container
        {
            let options = path.field("windowsOptions");
            report::invalid(out, &options.field("hostProcess"), format!("the pod says `hostProcess: {pod}`"))
                .help("write it once, on the pod");
        }
    });
    if processes == 0 {
        return;
    }
    if processes != all {
        report::invalid(out, path, "either all containers are host processes or none is");
    }
    if spec.host_network != Some(true) {
        report::invalid(out, &path.field("hostNetwork"), "host processes need the node's network")
            .help("set `hostNetwork: true`");
    }
}
