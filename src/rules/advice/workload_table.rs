//! The rules A2 on what containers keep where, and on workloads that share a claim.

use super::table::{PODS, rule};
use crate::rule::Rule;

/// A server whose model cache stands on a claim.
macro_rules! cache {
    ($mount:literal) => {
        concat!(
            "apiVersion: v1
kind: Pod
metadata: {name: server}
spec:
  volumes:
  - name: models
    persistentVolumeClaim: {claimName: models}
  containers:
  - name: main
    image: example.com/server:1
    env: [{name: HF_HOME, value: /models/hub}]
    volumeMounts: [{name: models, mountPath: /models",
            $mount,
            "}]
"
        )
    };
}

/// A trainer, and where its checkpoints go.
macro_rules! checkpoints {
    ($source:literal) => {
        concat!(
            "apiVersion: v1
kind: Pod
metadata: {name: trainer}
spec:
  volumes:
  - name: out
    ",
            $source,
            "
  containers:
  - name: main
    image: example.com/trainer:1
    volumeMounts: [{name: out, mountPath: /checkpoints}]
"
        )
    };
}

/// A claim for one node, and a Deployment that mounts it.
macro_rules! deployment {
    ($spec:literal) => {
        concat!(
            "apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: server}
spec:
",
            $spec,
            "  selector: {matchLabels: {app: server}}
  template:
    metadata: {labels: {app: server}}
    spec:
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: data}
      containers:
      - name: main
        image: example.com/server:1
        volumeMounts: [{name: data, mountPath: /data}]
"
        )
    };
}

pub(super) static CACHE_READ_ONLY: Rule = rule(
    "A218",
    "cache-on-read-only-mount",
    PODS,
    [
        "a cache stands where the container can write",
        "Some folders are written to while a program runs, even where everything is in them already: lock files, compiled \
         kernels. On a read-only mount the program fails when it starts. Judged by the environment variables in \
         src/catalog/caches.toml, each with its source; silent where the program is told to work offline.\n\nSource: \
         llm-d-modelservice#243, NVIDIA/nim-deploy#16, kserve#3687.",
    ],
    cache!(", readOnly: true"),
    cache!(""),
);

pub(super) static CHECKPOINTS_PASSING: Rule = rule(
    "A219",
    "checkpoints-on-passing-volume",
    PODS,
    [
        "checkpoints are on a volume that outlives the pod",
        "An emptyDir and a generic ephemeral volume go with the pod, and a checkpoint is for the pod that comes after it. A \
         mount is for checkpoints where a word of its path says so (`checkpoint`, `ckpt`).\n\nSource: \
         kubernetes.io/docs, Volumes, emptyDir; Ephemeral Volumes.",
    ],
    checkpoints!("emptyDir: {}"),
    checkpoints!("persistentVolumeClaim: {claimName: out}"),
);

pub(super) static ROLLING_UPDATE: Rule = rule(
    "A220",
    "rolling-update-of-single-node-claim",
    &["Deployment"],
    [
        "a Deployment that holds a single-node claim ends the old pod before it starts the new one",
        "`RollingUpdate`, the default, starts a new pod first. On another node that pod waits for the disk (`Multi-Attach \
         error`), which the old pod keeps until the new one is ready: the update hangs. With ReadWriteOncePod it always \
         does. Judged where the input has the claim; silent where the pods are kept to one node, or \
         `maxSurge` is 0.\n\nSource: kubernetes.io/docs, Deployments, Strategy; Persistent Volumes, Access Modes.",
    ],
    deployment!(""),
    deployment!("  strategy: {type: Recreate}\n"),
);

pub(super) static SHARED_BY_REPLICAS: Rule = rule(
    "A221",
    "single-node-claim-of-many-pods",
    &["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job"],
    [
        "pods that may run on several nodes do not share a single-node claim",
        "A ReadWriteOnce claim is attached to one node at a time, a ReadWriteOncePod claim is for one pod. Of several pods \
         of one template those on other nodes never start. Judged where the input has the claim; silent where the pods \
         are kept to one node.\n\nSource: kubernetes.io/docs, Persistent Volumes, Access Modes.",
    ],
    deployment!("  replicas: 2\n"),
    deployment!("  strategy: {type: Recreate}\n  replicas: 1\n"),
);
