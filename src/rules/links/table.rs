//! The rules L.

use crate::rule::Severity;
use crate::rule::{Example, Rule};

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[
    &BLOCK_MOUNTED,
    &FILESYSTEM_AS_DEVICE,
    &READ_ONLY_CLAIM,
    &EPHEMERAL_RETAINED,
    &SEVERAL_ZONES,
    &ZONE_NOT_ALLOWED,
    &NODE_NAME,
    &CLONE_DIFFERS,
    &CLONE_SMALLER,
    &CLONE_OF_DRIVER,
    &VOLUME_DIFFERS,
    &CLAIM_NAME_TAKEN,
    &NAMED_TWICE,
];

pub(super) use super::claim_table::{CLAIM_NAME_TAKEN, CLONE_OF_DRIVER, NAMED_TWICE, VOLUME_DIFFERS};

const PODS: &[&str] = &["Pod", "Job", "CronJob", "StatefulSet", "Deployment", "DaemonSet", "ReplicaSet"];

pub(super) const fn rule(
    code: &'static str,
    name: &'static str,
    severity: Severity,
    kinds: &'static [&'static str],
    texts: [&'static str; 2],
    bad: &'static str,
    good: &'static str,
) -> Rule {
    let [summary, explanation] = texts;
    Rule {
        code,
        name,
        severity,
        kinds,
        summary,
        explanation,
        example: Example::Manifest { bad, good },
        since: "0.1.0",
    }
}

/// A claim `data`, and a pod `trainer` that uses it.
macro_rules! claim_and_pod {
    ($claim:literal, $volume:literal, $container:literal) => {
        concat!(
            "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
",
            $claim,
            "---
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  volumes:
  - name: data
    persistentVolumeClaim: {claimName: data",
            $volume,
            "}
  containers:
  - name: main
    image: example.com/trainer:1
",
            $container
        )
    };
}

/// A class, a claim of it, and a pod that mounts the claim.
macro_rules! class_claim_and_pod {
    ($class:literal, $pod:literal) => {
        concat!(
            "apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
provisioner: csi.example.com
volumeBindingMode: WaitForFirstConsumer
",
            $class,
            "---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
---
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
",
            $pod,
            "  volumes:
  - name: data
    persistentVolumeClaim: {claimName: data}
  containers:
  - name: main
    image: example.com/trainer:1
    volumeMounts: [{name: data, mountPath: /data}]
"
        )
    };
}

/// Two pods, each in a zone, that mount one claim.
macro_rules! two_pods {
    ($second:literal) => {
        concat!(
            "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
---
apiVersion: v1
kind: Pod
metadata:
  name: first
spec:
  nodeSelector: {topology.kubernetes.io/zone: zone-a}
  volumes:
  - name: data
    persistentVolumeClaim: {claimName: data}
  containers:
  - name: main
    image: example.com/trainer:1
---
apiVersion: v1
kind: Pod
metadata:
  name: second
spec:
  nodeSelector: {topology.kubernetes.io/zone: ",
            $second,
            "}
  volumes:
  - name: data
    persistentVolumeClaim: {claimName: data}
  containers:
  - name: main
    image: example.com/trainer:1
"
        )
    };
}

/// A class, and a pod with an ephemeral volume of it.
macro_rules! ephemeral {
    ($policy:literal) => {
        concat!(
            "apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: scratch
provisioner: csi.example.com
reclaimPolicy: ",
            $policy,
            "
---
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  volumes:
  - name: scratch
    ephemeral:
      volumeClaimTemplate:
        spec:
          accessModes: [ReadWriteOnce]
          storageClassName: scratch
          resources: {requests: {storage: 10Gi}}
  containers:
  - name: main
    image: example.com/trainer:1
"
        )
    };
}

/// A claim, and another that is cloned from it.
macro_rules! clone {
    ($mode:literal, $size:literal) => {
        concat!(
            "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: copy
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  volumeMode: ",
            $mode,
            "
  dataSource: {kind: PersistentVolumeClaim, name: data}
  resources: {requests: {storage: ",
            $size,
            "}}
"
        )
    };
}

pub(super) static BLOCK_MOUNTED: Rule = rule(
    "L101",
    "block-volume-mounted",
    Severity::Error,
    PODS,
    [
        "a volume of mode Block is listed under volumeDevices",
        "The API server takes the pod; the kubelet refuses it when it starts, because a raw block device has no file \
         system to mount.\n\nSource: kubelet, `volume_manager` (`volumeMode Block, but is specified in volumeMounts`).",
    ],
    claim_and_pod!(
        "  accessModes: [ReadWriteOnce]\n  volumeMode: Block\n",
        "",
        "    volumeMounts: [{name: data, mountPath: /data}]\n"
    ),
    claim_and_pod!(
        "  accessModes: [ReadWriteOnce]\n  volumeMode: Block\n",
        "",
        "    volumeDevices: [{name: data, devicePath: /dev/data}]\n"
    ),
);

pub(super) static FILESYSTEM_AS_DEVICE: Rule = rule(
    "L102",
    "filesystem-volume-as-device",
    Severity::Error,
    PODS,
    [
        "a volume of mode Filesystem is listed under volumeMounts",
        "The API server takes the pod; the kubelet refuses it when it starts.\n\nSource: kubelet, `volume_manager` \
         (`volumeMode Filesystem, but is specified in volumeDevices`).",
    ],
    claim_and_pod!(
        "  accessModes: [ReadWriteOnce]\n",
        "",
        "    volumeDevices: [{name: data, devicePath: /dev/data}]\n"
    ),
    claim_and_pod!(
        "  accessModes: [ReadWriteOnce]\n",
        "",
        "    volumeMounts: [{name: data, mountPath: /data}]\n"
    ),
);

pub(super) static READ_ONLY_CLAIM: Rule = rule(
    "L103",
    "read-only-claim-mounted-for-writing",
    Severity::Warning,
    PODS,
    [
        "a ReadOnlyMany claim is mounted read-only",
        "A volume whose claim allows only `ReadOnlyMany` is attached read-only; a pod that mounts it for writing starts \
         and then fails on its first write, or does not mount at all.\n\nSource: kubernetes.io/docs, Persistent Volumes, \
         Access Modes; the drivers' documentation asks for `readOnly: true` on the pod's volume. On each of its mounts it does as well.",
    ],
    claim_and_pod!(
        "  accessModes: [ReadOnlyMany]\n",
        "",
        "    volumeMounts: [{name: data, mountPath: /data}]\n"
    ),
    claim_and_pod!(
        "  accessModes: [ReadOnlyMany]\n",
        ", readOnly: true",
        "    volumeMounts: [{name: data, mountPath: /data, readOnly: true}]\n"
    ),
);

pub(super) static EPHEMERAL_RETAINED: Rule = rule(
    "L104",
    "ephemeral-volume-retained",
    Severity::Warning,
    PODS,
    [
        "the class of an ephemeral volume deletes its disks",
        "The claim of a generic ephemeral volume is deleted with its pod. Under a class that retains, the disk stays: \
         paid for, and bound to nothing.\n\nSource: kubernetes.io/docs, Ephemeral Volumes, lifecycle and \
         PersistentVolumeClaim.",
    ],
    ephemeral!("Retain"),
    ephemeral!("Delete"),
);

pub(super) static SEVERAL_ZONES: Rule = rule(
    "L105",
    "claim-in-several-zones",
    Severity::Error,
    PODS,
    [
        "pods that share a single-node claim can run in one zone",
        "A ReadWriteOnce claim is one disk, in one zone, attached to one node at a time. Two pods that are pinned to \
         different zones can never both have it: one stays Pending.\n\nSource: kubernetes.io/docs, Persistent Volumes, \
         Access Modes; Running in multiple zones. A class whose `allowedTopologies` names several zones is taken to \
         replicate its disks.",
    ],
    two_pods!("zone-b"),
    two_pods!("zone-a"),
);

pub(super) static ZONE_NOT_ALLOWED: Rule = rule(
    "L106",
    "zone-outside-allowed-topologies",
    Severity::Error,
    PODS,
    [
        "a pod may run where the class of its claim makes disks",
        "`allowedTopologies` says in which zones disks are made; a pod pinned to another zone cannot attach one, so the \
         scheduler finds no node for it.\n\nSource: kubernetes.io/docs, Storage Classes, Allowed Topologies.",
    ],
    class_claim_and_pod!(
        "allowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/zone, values: [zone-a]}]}]\n",
        "  nodeSelector: {topology.kubernetes.io/zone: zone-b}\n"
    ),
    class_claim_and_pod!(
        "allowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/zone, values: [zone-a]}]}]\n",
        "  nodeSelector: {topology.kubernetes.io/zone: zone-a}\n"
    ),
);

pub(super) static NODE_NAME: Rule = rule(
    "L107",
    "node-name-with-waiting-class",
    Severity::Error,
    PODS,
    [
        "a pod with a WaitForFirstConsumer claim leaves its node to the scheduler",
        "With `WaitForFirstConsumer` it is the scheduler that picks a node and tells the provisioner. A pod with \
         `nodeName` never passes the scheduler, so the claim stays Pending and the pod with it.\n\nSource: \
         kubernetes.io/docs, Storage Classes, Volume Binding Mode (the note on `nodeName`).",
    ],
    class_claim_and_pod!("", "  nodeName: node-1\n"),
    class_claim_and_pod!("", "  nodeSelector: {kubernetes.io/hostname: node-1}\n"),
);

pub(super) static CLONE_DIFFERS: Rule = rule(
    "L108",
    "clone-of-another-mode",
    Severity::Error,
    &["PersistentVolumeClaim"],
    [
        "a clone has the volume mode of its source",
        "The external provisioner refuses to clone a volume into a claim of another volume mode; the claim stays \
         Pending.\n\nSource: external-provisioner, `getPVCSource`; kubernetes.io/docs, CSI Volume Cloning.",
    ],
    clone!("Block", "10Gi"),
    clone!("Filesystem", "10Gi"),
);

pub(super) static CLONE_SMALLER: Rule = rule(
    "L109",
    "clone-smaller-than-its-source",
    Severity::Error,
    &["PersistentVolumeClaim"],
    [
        "a clone asks for as much as its source, or more",
        "The external provisioner refuses to clone a volume into a smaller claim; the claim stays Pending.\n\nSource: \
         external-provisioner, `getPVCSource`.",
    ],
    clone!("Filesystem", "9Gi"),
    clone!("Filesystem", "20Gi"),
);
