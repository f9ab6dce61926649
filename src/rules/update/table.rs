//! The rules C: declared once, for running, explaining and testing.

use super::workload_table::{JOB, SELECTOR, STATEFUL_SET, VOLUME};
use crate::rule::Severity;
use crate::rule::{Example, Rule};

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[
    &CLASS,
    &CLAIM,
    &CLAIM_SHRINKS,
    &CLAIM_GROWS,
    &VOLUME,
    &POD,
    &POD_CONTAINERS,
    &POD_DEADLINE,
    &POD_TOLERATION,
    &POD_GATE,
    &POD_NODES,
    &SELECTOR,
    &STATEFUL_SET,
    &JOB,
];

pub(super) const fn rule(
    code: &'static str,
    name: &'static str,
    kinds: &'static [&'static str],
    summary: &'static str,
    explanation: &'static str,
    example: Example,
) -> Rule {
    Rule { code, name, severity: Severity::Error, kinds, summary, explanation, example, since: "0.1.0" }
}

const CLASS_OLD: &str = "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: csi.example.com
parameters:
  type: one
allowVolumeExpansion: true
";

pub(super) static CLASS: Rule = rule(
    "C001",
    "immutable-class",
    &["StorageClass", "VolumeAttributesClass"],
    "how a class makes volumes cannot change",
    "`parameters`, `provisioner`, `reclaimPolicy` and `volumeBindingMode` of a StorageClass are fixed once it exists, \
     and so are `driverName` and `parameters` of a VolumeAttributesClass. \
     Labels, annotations, `mountOptions`, `allowVolumeExpansion` and `allowedTopologies` can change, and hold for volumes \
     made from then on.\n\nThe way out is a class under a new name. Deleting the class and creating it again works as well \
     and touches no volume: existing volumes keep what they were made with.\n\nRefused by: the API server \
     (`ValidateStorageClassUpdate`).",
    Example::Update {
        old: CLASS_OLD,
        bad: "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: csi.example.com
parameters:
  type: two
allowVolumeExpansion: true
",
        good: "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: csi.example.com
parameters:
  type: one
allowVolumeExpansion: false
mountOptions: [noatime]
",
    },
);

const CLAIM_OLD: &str = "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: csi.example.com
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  storageClassName: fast
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi
";

const CLAIM_LARGER_CLASS: &str = "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: csi.example.com
allowVolumeExpansion: true
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  storageClassName: fast
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 20Gi
";

pub(super) static CLAIM: Rule = rule(
    "C101",
    "immutable-claim",
    &["PersistentVolumeClaim"],
    "a claim is fixed but for its size and its VolumeAttributesClass",
    "A PersistentVolumeClaim is taken to be bound. Its specification is fixed then, but for \
     `resources.requests.storage`, which may grow, and `volumeAttributesClassName`. A claim without a class may be given \
     one once.\n\nThe way out is a claim under a new name, into which the data are copied. If the claim is deleted and \
     created again, the reclaim policy of its volume decides whether the data survive.\n\nRefused by: the API server \
     (`ValidatePersistentVolumeClaimUpdate`).",
    Example::Update {
        old: CLAIM_OLD,
        bad: "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: csi.example.com
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  storageClassName: fast
  accessModes: [ReadWriteMany]
  resources:
    requests:
      storage: 10Gi
",
        good: CLAIM_LARGER_CLASS,
    },
);

pub(super) static CLAIM_SHRINKS: Rule = rule(
    "C102",
    "claim-shrinks",
    &["PersistentVolumeClaim"],
    "a claim cannot shrink",
    "No Kubernetes volume shrinks. The API server refuses a request below the volume's capacity.\n\nThe way out is a claim \
     of the smaller size under a new name, into which the data are copied.\n\nRefused by: the API server \
     (`ValidatePersistentVolumeClaimUpdate`).",
    Example::Update {
        old: CLAIM_OLD,
        bad: "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: csi.example.com
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  storageClassName: fast
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 5Gi
",
        good: CLAIM_LARGER_CLASS,
    },
);

pub(super) static CLAIM_GROWS: Rule = rule(
    "C103",
    "claim-cannot-grow",
    &["PersistentVolumeClaim"],
    "a claim grows only where its class allows it",
    "The admission plugin PersistentVolumeClaimResize refuses a larger request unless the claim's class has \
     `allowVolumeExpansion: true`. Judged where either input holds the class.\n\nThe way out is easy: the class can be \
     changed in place.\n\nRefused by: the API server (plugin/pkg/admission/storage/persistentvolume/resize).",
    Example::Update {
        old: CLAIM_OLD,
        bad: "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: csi.example.com
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  storageClassName: fast
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 20Gi
",
        good: CLAIM_LARGER_CLASS,
    },
);

const POD_OLD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  activeDeadlineSeconds: 600
  nodeSelector: {pool: large}
  schedulingGates: [{name: example.com/quota}]
  tolerations: [{key: example.com/batch, operator: Exists}]
  containers:
  - name: main
    image: example.com/trainer:1
";

const POD_GOOD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  activeDeadlineSeconds: 300
  nodeSelector: {pool: large, zone: a}
  tolerations: [{key: example.com/batch, operator: Exists}, {key: example.com/spot, operator: Exists}]
  containers:
  - name: main
    image: example.com/trainer:2
";

pub(super) static POD: Rule = rule(
    "C201",
    "immutable-pod",
    &["Pod"],
    "a pod is fixed but for images, its deadline, tolerations and gates",
    "Of a pod's specification only the images of containers, `activeDeadlineSeconds`, `tolerations` and \
     `schedulingGates` can change once it exists. Writing out a default changes nothing and is taken.\n\nThe way out is to \
     delete the pod and create it again; claims that it mounts keep their data. A Deployment, StatefulSet or Job does that \
     by itself.\n\nRefused by: the API server (`ValidatePodUpdate`).",
    Example::Update {
        old: POD_OLD,
        bad: "\
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  activeDeadlineSeconds: 600
  nodeSelector: {pool: large}
  schedulingGates: [{name: example.com/quota}]
  tolerations: [{key: example.com/batch, operator: Exists}]
  containers:
  - name: main
    image: example.com/trainer:1
    args: [--epochs, '3']
",
        good: POD_GOOD,
    },
);

pub(super) static POD_CONTAINERS: Rule = rule(
    "C202",
    "pod-containers",
    &["Pod"],
    "a pod's containers cannot be added or removed",
    "The number of containers and of init containers is fixed once the pod exists. Ephemeral containers come through \
     `kubectl debug`.\n\nRefused by: the API server (`ValidateContainerUpdates`).",
    Example::Update {
        old: POD_OLD,
        bad: "\
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  activeDeadlineSeconds: 600
  nodeSelector: {pool: large}
  schedulingGates: [{name: example.com/quota}]
  tolerations: [{key: example.com/batch, operator: Exists}]
  containers:
  - name: main
    image: example.com/trainer:1
  - name: logs
    image: example.com/logs:1
",
        good: POD_GOOD,
    },
);

pub(super) static POD_DEADLINE: Rule = rule(
    "C203",
    "pod-deadline",
    &["Pod"],
    "a pod's deadline cannot be put off or taken away",
    "`activeDeadlineSeconds` can be set where there was none, and shortened.\n\nRefused by: the API server \
     (`ValidatePodUpdate`).",
    Example::Update {
        old: POD_OLD,
        bad: "\
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  activeDeadlineSeconds: 900
  nodeSelector: {pool: large}
  schedulingGates: [{name: example.com/quota}]
  tolerations: [{key: example.com/batch, operator: Exists}]
  containers:
  - name: main
    image: example.com/trainer:1
",
        good: POD_GOOD,
    },
);

pub(super) static POD_TOLERATION: Rule = rule(
    "C204",
    "pod-toleration",
    &["Pod"],
    "a pod's tolerations can only be added to",
    "A toleration of a pod can neither change, but for its `tolerationSeconds`, nor go.\n\nRefused by: the API server \
     (`validateOnlyAddedTolerations`).",
    Example::Update {
        old: POD_OLD,
        bad: "\
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  activeDeadlineSeconds: 600
  nodeSelector: {pool: large}
  schedulingGates: [{name: example.com/quota}]
  tolerations: [{key: example.com/spot, operator: Exists}]
  containers:
  - name: main
    image: example.com/trainer:1
",
        good: POD_GOOD,
    },
);

pub(super) static POD_GATE: Rule = rule(
    "C205",
    "pod-gate",
    &["Pod"],
    "a pod's scheduling gates can only be taken away",
    "A scheduling gate holds a pod back until somebody removes it; none can be added later.\n\nRefused by: the API server \
     (`validateOnlyDeletedSchedulingGates`).",
    Example::Update {
        old: POD_OLD,
        bad: "\
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  activeDeadlineSeconds: 600
  nodeSelector: {pool: large}
  schedulingGates: [{name: example.com/quota}, {name: example.com/budget}]
  tolerations: [{key: example.com/batch, operator: Exists}]
  containers:
  - name: main
    image: example.com/trainer:1
",
        good: POD_GOOD,
    },
);

pub(super) static POD_NODES: Rule = rule(
    "C206",
    "pod-nodes",
    &["Pod"],
    "the nodes of a gated pod can only be narrowed",
    "While a pod has scheduling gates, `nodeSelector` and the terms of its required node affinity can be added to: the set \
     of nodes may shrink, never grow or move. Without gates they are fixed.\n\nRefused by: the API server \
     (`validateNodeSelectorMutation`, `validateNodeAffinityMutation`).",
    Example::Update {
        old: POD_OLD,
        bad: "\
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  activeDeadlineSeconds: 600
  nodeSelector: {pool: small}
  schedulingGates: [{name: example.com/quota}]
  tolerations: [{key: example.com/batch, operator: Exists}]
  containers:
  - name: main
    image: example.com/trainer:1
",
        good: POD_GOOD,
    },
);
