//! The rules S, and the facts of the Pod Security Standards behind them (k8s.io/pod-security-admission, policy/, July 2026).

use crate::embedded::pages;
use crate::rule::Rule;

/// Annotations that set an `AppArmor` profile before 1.30 begin so (`check_appArmorProfile.go`).
pub(super) const APP_ARMOR_ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

/// Capabilities that the baseline level lets a container add (`check_capabilities_baseline.go`).
pub(super) const DEFAULT_CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Capabilities that the restricted level lets a container add (`check_capabilities_restricted.go`).
pub(super) const RESTRICTED_CAPABILITIES: &[&str] = &["NET_BIND_SERVICE"];

/// `SELinux` types that the baseline level allows (`check_seLinuxOptions.go`, from 1.31).
pub(super) const SE_LINUX_TYPES: &[&str] =
    &["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/// Safe sysctls and the minor version that first allowed them (`check_sysctls.go`).
pub(super) const SAFE_SYSCTLS: &[(&str, u8)] = &[
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
    ("net.ipv4.tcp_slow_start_after_idle", 37),
    ("net.ipv4.tcp_notsent_lowat", 37),
];

/// The rules of this family, sorted by code.
pub static RULES: &[&Rule] = &[
    &HOST_NAMESPACE,
    &PRIVILEGED_CONTAINER,
    &ADDED_CAPABILITY,
    &HOST_PATH_VOLUME,
    &HOST_PORT,
    &PROBE_HOST,
    &APP_ARMOR_PROFILE,
    &SE_LINUX_OPTIONS,
    &PROC_MOUNT,
    &SECCOMP_PROFILE,
    &UNSAFE_SYSCTL,
    &WINDOWS_HOST_PROCESS,
    &RESTRICTED_VOLUME_TYPE,
    &PRIVILEGE_ESCALATION,
    &RUN_AS_NON_ROOT,
    &RUN_AS_ROOT_USER,
    &SECCOMP_PROFILE_REQUIRED,
    &DROP_ALL_CAPABILITIES,
];

pub(crate) static HOST_NAMESPACE: Rule = Rule::error(&pages::S101);
pub(crate) static PRIVILEGED_CONTAINER: Rule = Rule::error(&pages::S102);
pub(crate) static ADDED_CAPABILITY: Rule = Rule::error(&pages::S103);
pub(crate) static HOST_PATH_VOLUME: Rule = Rule::error(&pages::S104);
pub(crate) static HOST_PORT: Rule = Rule::error(&pages::S105);
pub(crate) static PROBE_HOST: Rule = Rule::error(&pages::S106);
pub(crate) static APP_ARMOR_PROFILE: Rule = Rule::error(&pages::S107);
pub(crate) static SE_LINUX_OPTIONS: Rule = Rule::error(&pages::S108);
pub(crate) static PROC_MOUNT: Rule = Rule::error(&pages::S109);
pub(crate) static SECCOMP_PROFILE: Rule = Rule::error(&pages::S110);
pub(crate) static UNSAFE_SYSCTL: Rule = Rule::error(&pages::S111);
pub(crate) static WINDOWS_HOST_PROCESS: Rule = Rule::error(&pages::S112);
pub(crate) static RESTRICTED_VOLUME_TYPE: Rule = Rule::error(&pages::S201);
pub(crate) static PRIVILEGE_ESCALATION: Rule = Rule::error(&pages::S202);
pub(crate) static RUN_AS_NON_ROOT: Rule = Rule::error(&pages::S203);
pub(crate) static RUN_AS_ROOT_USER: Rule = Rule::error(&pages::S204);
pub(crate) static SECCOMP_PROFILE_REQUIRED: Rule = Rule::error(&pages::S205);
pub(crate) static DROP_ALL_CAPABILITIES: Rule = Rule::error(&pages::S206);
