//! The rules S and the facts they rest on: k8s.io/pod-security-admission, policy/, July 2026.

use crate::rule::Severity;
use crate::rule::{Example, Rule};

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

/// Kinds that are pods or make them.
const PODS: &[&str] = &["Pod", "Job", "CronJob", "StatefulSet", "Deployment", "DaemonSet", "ReplicaSet"];

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[
    &HOST_NAMESPACE,
    &PRIVILEGED,
    &CAPABILITY,
    &HOST_PATH,
    &HOST_PORT,
    &PROBE_HOST,
    &APP_ARMOR,
    &SE_LINUX,
    &PROC_MOUNT,
    &SECCOMP,
    &SYSCTL,
    &HOST_PROCESS,
    &VOLUME_TYPE,
    &PRIVILEGE_ESCALATION,
    &RUN_AS_NON_ROOT,
    &RUN_AS_ROOT,
    &SECCOMP_REQUIRED,
    &DROP_ALL,
];

/// A pod in a namespace that enforces a level.
macro_rules! pod {
    ($level:literal, $rest:literal) => {
        concat!(
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ml\n  labels: {pod-security.kubernetes.io/enforce: ",
            $level,
            "}\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: trainer\n  namespace: ml\n",
            $rest
        )
    };
}

/// A rule with its explanation and examples; `$level` is the level that the bad example is held to.
macro_rules! rule {
    ($item:ident, $code:literal, $name:literal, $summary:literal, $explanation:literal, $asked:literal, $level:literal, $bad:literal) => {
        pub(super) static $item: Rule = Rule {
            code: $code,
            name: $name,
            severity: Severity::Error,
            kinds: PODS,
            summary: $summary,
            explanation: concat!(
                $explanation,
                "\n\nAsked by: Pod Security Standards, ",
                $asked,
                " (k8s.io/pod-security-admission). Judged where `--pod-security`, the profile's `podSecurity`, or the label \
                 `pod-security.kubernetes.io/enforce` of a Namespace in the input names a level."
            ),
            example: Example::Manifest {
                bad: pod!($level, $bad),
                good: pod!(
                    "restricted",
                    "spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
                ),
            },
            since: "0.1.0",
        };
    };
}

rule!(
    HOST_NAMESPACE,
    "S101",
    "host-namespace",
    "a pod shares no namespace with its node",
    "`hostNetwork`, `hostPID` and `hostIPC` let a pod see and reach what runs on its node.",
    "baseline: policy/check_hostNamespaces.go",
    "restricted",
    "spec:
  hostIPC: true
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
);

rule!(
    PRIVILEGED,
    "S102",
    "privileged-container",
    "no container is privileged",
    "A privileged container is root on its node, whatever else its security context says.",
    "baseline: policy/check_privileged.go",
    "baseline",
    "  annotations: {volwright/ignore: 'A216: the level of the namespace says it already'}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {privileged: true, runAsNonRoot: true, capabilities: {drop: [ALL]}}
"
);

rule!(
    CAPABILITY,
    "S103",
    "added-capability",
    "no container adds a capability beyond the allowed ones",
    "Baseline allows the capabilities that container runtimes give by default; restricted allows `NET_BIND_SERVICE` only.",
    "baseline and restricted: policy/check_capabilities_baseline.go, policy/check_capabilities_restricted.go",
    "restricted",
    "spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [SYS_ADMIN]}}
"
);

rule!(
    HOST_PATH,
    "S104",
    "host-path-volume",
    "no volume is a path of the node",
    "A `hostPath` volume lets a pod read, and often write, the node's files.",
    "baseline: policy/check_hostPathVolumes.go",
    "restricted",
    "spec:
  volumes:
  - name: data
    hostPath: {path: /data}
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
);

rule!(
    HOST_PORT,
    "S105",
    "host-port",
    "no container takes a port of its node",
    "A `hostPort` is reachable on the node's address, past every Service and many network policies.",
    "baseline: policy/check_hostPorts.go",
    "restricted",
    "spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    ports:
    - containerPort: 8080
      hostPort: 8080
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
);

rule!(
    PROBE_HOST,
    "S106",
    "probe-host",
    "no probe or lifecycle handler names a host",
    "The kubelet connects to `host` from the node's network, which a pod may not direct.",
    "baseline, from 1.34: policy/check_hostProbesAndhostLifecycle.go",
    "restricted",
    "spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    livenessProbe:
      tcpSocket: {port: 8080, host: 10.0.0.1}
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
);

rule!(
    APP_ARMOR,
    "S107",
    "app-armor-profile",
    "AppArmor is not turned off",
    "Allowed are the runtime's default profile and profiles loaded on the node.",
    "baseline: policy/check_appArmorProfile.go",
    "restricted",
    "spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}, appArmorProfile: {type: Unconfined}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
);

rule!(
    SE_LINUX,
    "S108",
    "se-linux-options",
    "SELinux options stay within the container types",
    "Only the container types may be asked for, and no user or role.",
    "baseline: policy/check_seLinuxOptions.go",
    "restricted",
    "spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}, seLinuxOptions: {user: system_u}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
);

rule!(
    PROC_MOUNT,
    "S109",
    "proc-mount",
    "/proc stays masked",
    "Only `Default` is allowed; from 1.35 the baseline level lets pods in a user namespace (`hostUsers: false`) have another.",
    "baseline and restricted: policy/check_procMount_baseline.go, policy/check_procMount_restricted.go",
    "restricted",
    "spec:
  hostUsers: false
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, procMount: Unmasked}
"
);

rule!(
    SECCOMP,
    "S110",
    "seccomp-profile",
    "seccomp is not turned off",
    "Allowed are the runtime's default profile and profiles on the node.",
    "baseline: policy/check_seccompProfile_baseline.go",
    "baseline",
    "spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: Unconfined}}
"
);

rule!(
    SYSCTL,
    "S111",
    "unsafe-sysctl",
    "only safe sysctls are set",
    "A sysctl is safe where it is namespaced and cannot harm other pods of the node. Later versions allow more.",
    "baseline: policy/check_sysctls.go",
    "restricted",
    "spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}, sysctls: [{name: kernel.msgmax, value: '65536'}]}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
);

rule!(
    HOST_PROCESS,
    "S112",
    "windows-host-process",
    "no Windows container is a host process",
    "A host process container owns its Windows node.",
    "baseline: policy/check_windowsHostProcess.go",
    "restricted",
    "  annotations: {volwright/ignore: 'S101: a host process needs the network of its node'}
spec:
  os: {name: windows}
  hostNetwork: true
  securityContext: {runAsNonRoot: true, windowsOptions: {hostProcess: true}}
  containers:
  - name: main
    image: example.com/trainer:1
"
);

rule!(
    VOLUME_TYPE,
    "S201",
    "restricted-volume-type",
    "only the allowed volume types are used",
    "Allowed are configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected and secret.",
    "restricted: policy/check_restrictedVolumes.go",
    "restricted",
    "spec:
  volumes:
  - name: data
    nfs: {server: nfs.example.com, path: /data}
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
);

rule!(
    PRIVILEGE_ESCALATION,
    "S202",
    "privilege-escalation",
    "no process gains more privileges than its parent",
    "`allowPrivilegeEscalation: false` must be set on every container; Windows pods are exempt.",
    "restricted: policy/check_allowPrivilegeEscalation.go",
    "restricted",
    "spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {capabilities: {drop: [ALL]}}
"
);

rule!(
    RUN_AS_NON_ROOT,
    "S203",
    "run-as-non-root",
    "every container is kept from running as root",
    "`runAsNonRoot: true` on the pod or on each container; from 1.35 a pod in a user namespace (`hostUsers: false`) is exempt.",
    "restricted: policy/check_runAsNonRoot.go",
    "restricted",
    "spec:
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
);

rule!(
    RUN_AS_ROOT,
    "S204",
    "run-as-root-user",
    "no container runs as user 0",
    "`runAsUser: 0` is root; from 1.35 a pod in a user namespace (`hostUsers: false`) is exempt.",
    "restricted: policy/check_runAsUser.go",
    "restricted",
    "  annotations: {volwright/ignore: 'A216: the level of the namespace says it already'}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}, runAsUser: 0}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
);

rule!(
    SECCOMP_REQUIRED,
    "S205",
    "seccomp-profile-required",
    "every container has a seccomp profile",
    "`seccompProfile` of type `RuntimeDefault` or `Localhost`, on the pod or on each container; Windows pods are exempt.",
    "restricted: policy/check_seccompProfile_restricted.go",
    "restricted",
    "spec:
  securityContext: {runAsNonRoot: true}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"
);

rule!(
    DROP_ALL,
    "S206",
    "drop-all-capabilities",
    "every container drops all capabilities",
    "`capabilities: {drop: [ALL]}` must stand on every container; Windows pods are exempt.",
    "restricted: policy/check_capabilities_restricted.go",
    "restricted",
    "spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: main
    image: example.com/trainer:1
    securityContext: {allowPrivilegeEscalation: false}
"
);
