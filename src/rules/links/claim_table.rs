//! The rules L on claims, and on what they take their disks from.

use super::table::rule;
use crate::rule::Rule;
use crate::rule::Severity;

const CLAIM: &[&str] = &["PersistentVolumeClaim"];

/// A class of each of two drivers, a claim, and a clone of it.
macro_rules! clone {
    ($class:literal) => {
        concat!(
            "apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard}
provisioner: csi.example.com
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: csi.example.com
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: other}
provisioner: csi.example.org
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: copy}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ",
            $class,
            "
  dataSource: {kind: PersistentVolumeClaim, name: data}
  resources: {requests: {storage: 10Gi}}
"
        )
    };
}

/// A volume made by hand, and a claim that names it.
macro_rules! volume {
    ($modes:literal) => {
        concat!(
            "apiVersion: v1
kind: PersistentVolume
metadata: {name: models}
spec:
  capacity: {storage: 100Gi}
  accessModes: [ReadOnlyMany]
  storageClassName: by-hand
  csi: {driver: csi.example.com, volumeHandle: vol-1}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: models}
spec:
  accessModes: [",
            $modes,
            "]
  storageClassName: by-hand
  volumeName: models
  resources: {requests: {storage: 100Gi}}
"
        )
    };
}

/// Two claims in one text.
macro_rules! claims {
    ($second:literal) => {
        concat!(
            "apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: ",
            $second,
            "}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: fast
  resources: {requests: {storage: 20Gi}}
"
        )
    };
}

/// A claim, and a pod with an ephemeral volume.
macro_rules! ephemeral {
    ($volume:literal) => {
        concat!(
            "apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: trainer-data}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: trainer}
spec:
  volumes:
  - name: ",
            $volume,
            "
    ephemeral:
      volumeClaimTemplate:
        spec:
          accessModes: [ReadWriteOnce]
          storageClassName: standard
          resources: {requests: {storage: 10Gi}}
  containers:
  - name: main
    image: example.com/trainer:1
"
        )
    };
}

pub(in crate::rules) static CLONE_OF_DRIVER: Rule = rule(
    "L110",
    "clone-of-another-driver",
    Severity::Error,
    CLAIM,
    [
        "a clone is made by the driver of its source",
        "A driver can copy its own volumes only. The class may be another one; its provisioner may not.\n\nSource: \
         external-provisioner, pkg/controller, `getPVCSource` (`the source volume is handled by a different CSI driver`).",
    ],
    clone!("other"),
    clone!("fast"),
);

pub(in crate::rules) static VOLUME_DIFFERS: Rule = rule(
    "L111",
    "volume-does-not-fit-claim",
    Severity::Error,
    CLAIM,
    [
        "the volume that a claim names fits the claim",
        "A claim with `volumeName` is bound to that volume or to none. The volume must be large enough, of the claim's \
         class and volume mode, offer all of its access modes, and not be kept for another claim. Judged where the input \
         has the volume.\n\nSource: kubernetes, pkg/controller/volume/persistentvolume, `checkVolumeSatisfyClaim` and \
         `syncUnboundClaim` (`Cannot bind to requested volume`).",
    ],
    volume!("ReadWriteOnce"),
    volume!("ReadOnlyMany"),
);

pub(in crate::rules) static CLAIM_NAME_TAKEN: Rule = rule(
    "L112",
    "claim-name-taken",
    Severity::Error,
    &["Pod", "StatefulSet"],
    [
        "no other claim has the name of one that a pod or a set makes",
        "A generic ephemeral volume becomes a claim `<pod>-<volume>`, and a claim template of a StatefulSet a claim \
         `<template>-<set>-<number>`. A pod takes no claim of that name that was made for somebody else, and does not \
         start: pod `a` with volume `b-c` and pod `a-b` with volume `c` collide. A set takes a claim that is there \
         for its own, on purpose; two sets must not share one.\n\nSource: kubernetes.io/docs, Ephemeral Volumes, \
         PersistentVolumeClaim naming; kubernetes, component-helpers/storage/ephemeral, `VolumeIsForPod`.",
    ],
    ephemeral!("data"),
    ephemeral!("scratch"),
);

pub(in crate::rules) static NAMED_TWICE: Rule = rule(
    "L113",
    "named-twice",
    Severity::Warning,
    &["StorageClass", "VolumeAttributesClass", "PersistentVolumeClaim", "PersistentVolume"],
    [
        "one text has an object once",
        "Two objects of one kind, namespace and name are one object to the API server. `kubectl apply` sends the first and \
         then changes it into the second, which is refused where a field cannot change; `kubectl create` and kustomize \
         refuse the second. Judged within a file or a stream: several files may be for several clusters.\n\nSource: \
         kubernetes.io/docs, Object Names and IDs; kustomize, `may not add resource with an already registered id`.",
    ],
    claims!("data"),
    claims!("models"),
);
