//! Rules S: Pod Security Standards, checked as the API server's own admission checks a namespace that enforces a
//! level (k8s.io/pod-security-admission, policy/check_*.go).

mod part;
mod probe;
mod table;

use k8s_openapi::api::core::v1::{
    Capabilities, PodSecurityContext, PodSpec, SELinuxOptions, SecurityContext, Volume,
    WindowsSecurityContextOptions,
};

use crate::bundle::Bundle;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::pod_security::PodSecurityLevel;
use crate::document::Document;
use crate::document::object::PodPart;
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix, NewValue};
use crate::yaml::path::Path;

use part::Part;
use probe::{handler, host};

pub use table::RULES;

/// Checks the pod, or the pod template, of one document.
pub fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let Some(pod) = document.object.pod() else { return };
    let enforced = document.namespace.as_deref().and_then(|namespace| bundle.index.enforced_level(namespace));
    // The stricter of the requested level and the one that the namespace enforces.
    let Some(level) = bundle.pod_security.max(enforced) else { return };
    pod.at(&mut |base| {
        let check = LevelCheck {
            version: bundle.version,
            level,
            windows: pod.spec.os.as_ref().is_some_and(|os| os.name == "windows"),
            user_namespace: pod.spec.host_users == Some(false),
        };
        check.pod(&pod, base, out);
    });
}

/// What the checks of one pod have in common.
struct LevelCheck {
    version: KubernetesVersion,
    level: PodSecurityLevel,
    windows: bool,
    user_namespace: bool,
}

impl LevelCheck {
    fn restricted(&self) -> bool {
        self.level == PodSecurityLevel::Restricted
    }

    /// Restricted checks that only make sense on Linux are waived for Windows pods.
    fn restricted_linux(&self) -> bool {
        self.restricted() && !self.windows
    }

    /// From 1.35 a pod in a user namespace may run as root.
    fn root_is_harmless(&self) -> bool {
        self.version.at_least(35) && self.user_namespace
    }

    fn pod(&self, pod: &PodPart<'_>, base: &Path<'_>, out: &mut Reporter<'_>) {
        if let Some(annotations) = pod.metadata.and_then(|metadata| metadata.annotations.as_ref()) {
            let path = base.field("metadata");
            let path = path.field("annotations");
            for (key, value) in annotations {
                if key.starts_with(table::APP_ARMOR_ANNOTATION)
                    && !(value.is_empty() || value == "runtime/default" || value.starts_with("localhost/"))
                {
                    out.report(
                        &table::APP_ARMOR_PROFILE,
                        &path.key(key),
                        format!("AppArmor profile `{value}` is not allowed"),
                    )
                    .help("write `runtime/default` or `localhost/<profile>`, or remove the annotation");
                }
            }
        }
        let path = base.field("spec");
        self.namespaces(pod.spec, &path, out);
        self.volumes(pod.spec, &path, out);
        if let Some(context) = &pod.spec.security_context {
            self.pod_context(context, &path.field("securityContext"), out);
        }
        let spec = pod.spec;
        let init = spec.init_containers.iter().flatten().map(Part::from).enumerate();
        let ephemeral = spec.ephemeral_containers.iter().flatten().map(Part::from).enumerate();
        let regular = spec.containers.iter().map(Part::from).enumerate();
        for (list, (index, part)) in init
            .map(|part| ("initContainers", part))
            .chain(regular.map(|part| ("containers", part)))
            .chain(ephemeral.map(|part| ("ephemeralContainers", part)))
        {
            self.container(&part, spec.security_context.as_ref(), &path.field(list).index(index), out);
        }
    }

    fn namespaces(&self, spec: &PodSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
        for (field, value) in
            [("hostNetwork", spec.host_network), ("hostPID", spec.host_pid), ("hostIPC", spec.host_ipc)]
        {
            if value == Some(true) {
                out.report(
                    &table::HOST_NAMESPACE,
                    &path.field(field),
                    format!("`{field}` shares the node's namespace"),
                )
                .help(format!("remove `{field}`"))
                .fix(Fix::remove(&path.field(field), Applicability::Unsafe));
            }
        }
    }

    fn volumes(&self, spec: &PodSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
        let path = path.field("volumes");
        for (index, volume) in spec.volumes.iter().flatten().enumerate() {
            let path = path.index(index);
            if volume.host_path.is_some() {
                out.report_at_key(
                    &table::HOST_PATH_VOLUME,
                    &path.field("hostPath"),
                    format!("volume `{}` mounts a path of the node", volume.name),
                )
                .help("use a PersistentVolumeClaim or an emptyDir");
            } else if self.restricted()
                && !(volume.config_map.is_some()
                    || volume.csi.is_some()
                    || volume.downward_api.is_some()
                    || volume.empty_dir.is_some()
                    || volume.ephemeral.is_some()
                    || volume.image.is_some()
                    || volume.persistent_volume_claim.is_some()
                    || volume.projected.is_some()
                    || volume.secret.is_some()
                    || is_bare(volume))
            {
                out.report(&table::RESTRICTED_VOLUME_TYPE, &path, format!("volume `{}` is of a type that is not allowed", volume.name))
                    .help(
                        "allowed are configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, \
                         projected and secret",
                    );
            }
        }
    }

    fn pod_context(&self, context: &PodSecurityContext, path: &Path<'_>, out: &mut Reporter<'_>) {
        if let Some(profile) = &context.app_armor_profile {
            app_armor(&profile.type_, path, out);
        }
        if let Some(options) = &context.se_linux_options {
            se_linux(options, &path.field("seLinuxOptions"), out);
        }
        if let Some(profile) = &context.seccomp_profile {
            self.seccomp(&profile.type_, path, out);
        }
        windows(context.windows_options.as_ref(), path, out);
        let sysctls = path.field("sysctls");
        for (index, sysctl) in context.sysctls.iter().flatten().enumerate() {
            let safe = table::SAFE_SYSCTLS
                .iter()
                .any(|(name, since)| *name == sysctl.name && self.version.at_least(*since));
            if !safe {
                let path = sysctls.index(index);
                out.report(
                    &table::UNSAFE_SYSCTL,
                    &path.field("name"),
                    format!("sysctl `{}` is not a safe one", sysctl.name),
                )
                .help("remove it, or let the node set it");
            }
        }
        if self.restricted() && !self.root_is_harmless() {
            if context.run_as_non_root == Some(false) {
                run_as_non_root(path, out);
            }
            if context.run_as_user == Some(0) {
                run_as_root(path, out);
            }
        }
    }

    fn container(
        &self,
        part: &Part<'_>,
        pod: Option<&PodSecurityContext>,
        path: &Path<'_>,
        out: &mut Reporter<'_>,
    ) {
        let ports = path.field("ports");
        for (index, host_port) in part.host_ports.iter().enumerate().filter(|(_, port)| **port != 0) {
            let path = ports.index(index);
            out.report(
                &table::HOST_PORT,
                &path.field("hostPort"),
                format!("port {host_port} of the node is taken"),
            )
            .help("remove `hostPort` and reach the pod through a Service")
            .fix(Fix::remove(&path.field("hostPort"), Applicability::Unsafe));
        }
        if self.version.at_least(34) {
            for (field, probe) in part.probes {
                if let Some(probe) = probe {
                    let path = path.field(field);
                    host(
                        probe.http_get.as_ref().and_then(|get| get.host.as_deref()),
                        &path.field("httpGet"),
                        out,
                    );
                    host(
                        probe.tcp_socket.as_ref().and_then(|tcp| tcp.host.as_deref()),
                        &path.field("tcpSocket"),
                        out,
                    );
                }
            }
            let path = path.field("lifecycle");
            if let Some(lifecycle) = part.lifecycle {
                handler(lifecycle.post_start.as_ref(), &path.field("postStart"), out);
                handler(lifecycle.pre_stop.as_ref(), &path.field("preStop"), out);
            }
        }
        let path = path.field("securityContext");
        if let Some(context) = part.security {
            self.context(context, &path, out);
        }
        if self.restricted() {
            self.restricted_context(part.security, pod, &path, out);
        }
    }

    /// What a container's security context may not say.
    fn context(&self, context: &SecurityContext, path: &Path<'_>, out: &mut Reporter<'_>) {
        if context.privileged == Some(true) {
            out.report(
                &table::PRIVILEGED_CONTAINER,
                &path.field("privileged"),
                "a privileged container owns its node",
            )
            .help("remove `privileged`, and add the one capability that is needed")
            .fix(Fix::remove(&path.field("privileged"), Applicability::Unsafe));
        }
        if let Some(profile) = &context.app_armor_profile {
            app_armor(&profile.type_, path, out);
        }
        if let Some(options) = &context.se_linux_options {
            se_linux(options, &path.field("seLinuxOptions"), out);
        }
        if let Some(profile) = &context.seccomp_profile {
            self.seccomp(&profile.type_, path, out);
        }
        windows(context.windows_options.as_ref(), path, out);
        let unmasked = context.proc_mount.as_deref().filter(|mount| *mount != "Default");
        let relaxed = self.version.at_least(35) && self.user_namespace && !self.restricted();
        if let (Some(mount), false) = (unmasked, relaxed) {
            out.report(
                &table::PROC_MOUNT,
                &path.field("procMount"),
                format!("procMount `{mount}` shows the node's /proc"),
            )
            .help("remove `procMount`; `Default` is allowed")
            .fix(Fix::remove(&path.field("procMount"), Applicability::Unsafe));
        }
        // The restricted check of added capabilities replaces this one, but not on Windows pods.
        if !self.restricted() {
            self.added_capabilities(context.capabilities.as_ref(), table::DEFAULT_CAPABILITIES, path, out);
        }
    }

    fn seccomp(&self, profile: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
        // The restricted check replaces the baseline one, and waives Windows pods.
        let waived = self.restricted() && self.windows;
        if !waived && !matches!(profile, "RuntimeDefault" | "Localhost") {
            let path = path.field("seccompProfile");
            out.report(
                &table::SECCOMP_PROFILE,
                &path.field("type"),
                format!("seccomp profile `{profile}` is not allowed"),
            )
            .help("write `RuntimeDefault` or `Localhost`")
            .fix(Fix::replace(&path.field("type"), "RuntimeDefault", Applicability::Unsafe));
        }
    }

    fn added_capabilities(
        &self,
        capabilities: Option<&Capabilities>,
        allowed: &[&str],
        path: &Path<'_>,
        out: &mut Reporter<'_>,
    ) {
        let path = path.field("capabilities");
        let path = path.field("add");
        for (index, name) in
            capabilities.and_then(|list| list.add.as_deref()).unwrap_or_default().iter().enumerate()
        {
            if !allowed.contains(&name.as_str()) {
                let level = self.level;
                out.report(
                    &table::ADDED_CAPABILITY,
                    &path.index(index),
                    format!("capability `{name}` may not be added"),
                )
                .help(format!("the {level} level allows {}", allowed.join(", ")));
            }
        }
    }

    /// What a container must say, itself or through its pod, at the restricted level.
    fn restricted_context(
        &self,
        context: Option<&SecurityContext>,
        pod: Option<&PodSecurityContext>,
        path: &Path<'_>,
        out: &mut Reporter<'_>,
    ) {
        if self.restricted_linux() {
            if context.and_then(|context| context.allow_privilege_escalation) != Some(false) {
                out.report(
                    &table::PRIVILEGE_ESCALATION,
                    &path.field("allowPrivilegeEscalation"),
                    "the container may gain more privileges than its parent process",
                )
                .help("set `allowPrivilegeEscalation: false`")
                .fix(Fix::set(
                    &path.field("allowPrivilegeEscalation"),
                    context.is_some_and(|context| context.allow_privilege_escalation.is_some()),
                    false,
                    Applicability::Unsafe,
                ));
            }
            let capabilities = context.and_then(|context| context.capabilities.as_ref());
            let dropped = capabilities.and_then(|list| list.drop.as_deref()).unwrap_or_default();
            if !dropped.iter().any(|name| name == "ALL") {
                let path = path.field("capabilities");
                out.report(
                    &table::DROP_ALL_CAPABILITIES,
                    &path.field("drop"),
                    "the container keeps capabilities that it does not need",
                )
                .help("set `capabilities: {drop: [ALL]}`")
                .with_fix(dropped.is_empty().then(|| {
                    let all = NewValue::List(vec!["ALL".into()]);
                    Box::new(Fix::insert(&path.field("drop"), all, Applicability::Unsafe))
                }));
            }
            self.added_capabilities(capabilities, table::RESTRICTED_CAPABILITIES, path, out);
            let profile = context.is_some_and(|context| context.seccomp_profile.is_some())
                || pod.is_some_and(|pod| pod.seccomp_profile.is_some());
            if !profile {
                let path = path.field("seccompProfile");
                out.report(
                    &table::SECCOMP_PROFILE_REQUIRED,
                    &path.field("type"),
                    "no seccomp profile is set",
                )
                .help("set `seccompProfile: {type: RuntimeDefault}` in the pod's security context")
                .fix(Fix::insert(
                    &path.field("type"),
                    "RuntimeDefault",
                    Applicability::Unsafe,
                ));
            }
        }
        if self.root_is_harmless() {
            return;
        }
        match context.and_then(|context| context.run_as_non_root) {
            Some(true) => {}
            Some(false) => run_as_non_root(path, out),
            None if pod.and_then(|pod| pod.run_as_non_root).is_some() => {}
            None => run_as_non_root(path, out),
        }
        if context.and_then(|context| context.run_as_user) == Some(0) {
            run_as_root(path, out);
        }
    }
}

/// Whether a volume has no source, or only a null one: the server makes it an emptyDir.
fn is_bare(volume: &Volume) -> bool {
    *volume == Volume { name: volume.name.clone(), ..Volume::default() }
}

fn run_as_non_root(path: &Path<'_>, out: &mut Reporter<'_>) {
    let is_given = out.node(&path.field("runAsNonRoot")).is_some();
    out.report(&table::RUN_AS_NON_ROOT, &path.field("runAsNonRoot"), "the container may run as root")
        .help("set `runAsNonRoot: true` in the pod's security context")
        .fix(Fix::set(&path.field("runAsNonRoot"), is_given, true, Applicability::Unsafe));
}

fn run_as_root(path: &Path<'_>, out: &mut Reporter<'_>) {
    out.report(&table::RUN_AS_ROOT_USER, &path.field("runAsUser"), "user 0 is root")
        .help("set another user, such as 1000");
}

fn app_armor(profile: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    if !matches!(profile, "RuntimeDefault" | "Localhost") {
        let path = path.field("appArmorProfile");
        out.report(
            &table::APP_ARMOR_PROFILE,
            &path.field("type"),
            format!("AppArmor profile `{profile}` is not allowed"),
        )
        .help("write `RuntimeDefault` or `Localhost`")
        .fix(Fix::replace(&path.field("type"), "RuntimeDefault", Applicability::Unsafe));
    }
}

fn se_linux(options: &SELinuxOptions, path: &Path<'_>, out: &mut Reporter<'_>) {
    let set = |value: &Option<String>| value.as_deref().is_some_and(|value| !value.is_empty());
    if set(&options.type_) && !table::SE_LINUX_TYPES.contains(&options.type_.as_deref().unwrap_or_default()) {
        out.report(&table::SE_LINUX_OPTIONS, &path.field("type"), "this SELinux type is not allowed")
            .help(format!("allowed are {}", table::SE_LINUX_TYPES.join(", ")));
    }
    for (field, value) in [("user", &options.user), ("role", &options.role)] {
        if set(value) {
            out.report(
                &table::SE_LINUX_OPTIONS,
                &path.field(field),
                format!("an SELinux {field} may not be set"),
            )
            .help(format!("remove `{field}`"))
            .fix(Fix::remove(&path.field(field), Applicability::Unsafe));
        }
    }
}

fn windows(options: Option<&WindowsSecurityContextOptions>, path: &Path<'_>, out: &mut Reporter<'_>) {
    if options.and_then(|options| options.host_process) == Some(true) {
        let path = path.field("windowsOptions");
        out.report(
            &table::WINDOWS_HOST_PROCESS,
            &path.field("hostProcess"),
            "a host process container owns its node",
        )
        .help("remove `hostProcess`")
        .fix(Fix::remove(&path.field("hostProcess"), Applicability::Unsafe));
    }
}
