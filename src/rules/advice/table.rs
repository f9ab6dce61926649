//! The rules A2: advice on classes, claims and pods.

use crate::rule::Severity;
use crate::rule::{Example, Rule};

pub(super) use super::workload_table::{
    CACHE_READ_ONLY, CHECKPOINTS_PASSING, ROLLING_UPDATE, SHARED_BY_REPLICAS,
};

pub(super) const PODS: &[&str] =
    &["Pod", "Job", "CronJob", "StatefulSet", "Deployment", "DaemonSet", "ReplicaSet"];
const CLASS: &[&str] = &["StorageClass"];
const CLAIM: &[&str] = &["PersistentVolumeClaim"];
const CLAIMS: &[&str] = &["PersistentVolumeClaim", "StatefulSet"];

pub(super) const fn rule(
    code: &'static str,
    name: &'static str,
    kinds: &'static [&'static str],
    texts: [&'static str; 2],
    bad: &'static str,
    good: &'static str,
) -> Rule {
    let [summary, explanation] = texts;
    let example = Example::Manifest { bad, good };
    Rule { code, name, severity: Severity::Warning, kinds, summary, explanation, example, since: "0.1.0" }
}

/// A pod of one container; `$spec` goes before the containers, `$container` into the container.
macro_rules! pod {
    ($spec:literal, $container:literal) => {
        concat!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: trainer\nspec:\n",
            $spec,
            "  containers:\n  - name: main\n",
            $container
        )
    };
}

/// A class of some driver and a claim of it.
macro_rules! class_and_claim {
    ($policy:literal, $claim:literal) => {
        concat!(
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: standard\nprovisioner: csi.example.com\nreclaimPolicy: ",
            $policy,
            "\n---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: ",
            $claim,
            "\nspec:\n  accessModes: [ReadWriteOnce]\n  storageClassName: standard\n  resources: {requests: {storage: 10Gi}}\n"
        )
    };
}

/// A claim with `$metadata` and `$spec`.
macro_rules! claim {
    ($metadata:literal, $spec:literal) => {
        concat!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n",
            $metadata,
            "spec:\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 500Gi}}\n",
            $spec
        )
    };
}

/// Two classes of one driver; the second's annotation says whether it is a default too.
macro_rules! defaults {
    ($second:literal) => {
        concat!(
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: standard\n  annotations: {storageclass.kubernetes.io/is-default-class: 'true'}\nprovisioner: csi.example.com\n",
            "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: fast\n  annotations: {storageclass.kubernetes.io/is-default-class: '",
            $second,
            "'}\nprovisioner: csi.example.com\n"
        )
    };
}

/// A volume of no class, and a claim that names it.
macro_rules! static_claim {
    ($class:literal) => {
        concat!(
            "apiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: models\nspec:\n  capacity: {storage: 10Gi}\n  accessModes: [ReadWriteOnce]\n  csi: {driver: csi.example.com, volumeHandle: vol-1}\n",
            "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: models\nspec:\n  accessModes: [ReadWriteOnce]\n",
            $class,
            "  volumeName: models\n  resources: {requests: {storage: 10Gi}}\n"
        )
    };
}

pub(super) static IMMEDIATE_BINDING: Rule = rule(
    "A201",
    "immediate-binding",
    CLASS,
    [
        "classes of zonal disks wait for their first consumer",
        "With `Immediate`, which is also what a class without `volumeBindingMode` has, the disk is made in a zone that \
         is picked at random. A pod that then fits into another zone only (accelerators are scarce) cannot attach it. \
         Judged for drivers in the catalogue, all of which make disks that live in zones.\n\nSource: \
         kubernetes.io/docs, Storage Classes, Volume Binding Mode.",
    ],
    include_str!("examples/immediate-binding.bad.yaml"),
    include_str!("examples/class.good.yaml"),
);

pub(super) static CHECKPOINTS_DELETED: Rule = rule(
    "A202",
    "checkpoints-deleted",
    CLAIMS,
    [
        "the disk of a claim for checkpoints or models outlives the claim",
        "A claim, or a StatefulSet's template of claims, is for checkpoints or models where a word of its name or of a \
         label says so (`checkpoint`, `ckpt`; `model`, `weights`, unless it is a copy: a `cache`, or made from a snapshot \
         or another claim). Under `reclaimPolicy: Delete`, which is also the default, the disk goes with the claim or its \
         namespace.\n\nSource: kubernetes.io/docs, Persistent Volumes, Reclaiming.",
    ],
    class_and_claim!("Delete", "checkpoints"),
    class_and_claim!("Retain", "checkpoints"),
);

pub(super) static SCRATCH_RETAINED: Rule = rule(
    "A203",
    "scratch-retained",
    CLAIMS,
    [
        "the disk of a claim for scratch goes with the claim",
        "A claim is for scratch where a word of its name says so (`scratch`, `tmp`, `temp`). Under `reclaimPolicy: \
         Retain` its disk stays when the claim is deleted, and is paid for.\n\nSource: kubernetes.io/docs, Persistent \
         Volumes, Reclaiming.",
    ],
    class_and_claim!("Retain", "scratch"),
    class_and_claim!("Delete", "scratch"),
);

pub(super) static SEVERAL_DEFAULTS: Rule = rule(
    "A204",
    "several-default-classes",
    CLASS,
    [
        "one class of a cluster is the default",
        "Where several classes are marked as the default, a claim without a class gets the newest one. Judged among the \
         classes of one provisioner, because one input may hold the manifests of several clusters.\n\nSource: \
         kubernetes.io/docs, Storage Classes, Default Storage Class.",
    ],
    defaults!("true"),
    defaults!("false"),
);

pub(super) static EXPANSION_OFF: Rule = rule(
    "A205",
    "expansion-off",
    CLASS,
    [
        "claims of a class can grow",
        "Without `allowVolumeExpansion: true` the API server refuses every growth of a claim, and the way out is a new \
         disk and a copy. Judged for drivers in the catalogue, all of which can grow disks.\n\nSource: \
         kubernetes.io/docs, Storage Classes, Volume Expansion.",
    ],
    include_str!("examples/expansion-off.bad.yaml"),
    include_str!("examples/class.good.yaml"),
);

pub(super) static EMPTY_CLASS: Rule = rule(
    "A206",
    "empty-class-name",
    CLAIM,
    [
        "an empty storageClassName goes with a volume that is named or selected",
        "`storageClassName: \"\"` is not the default class: it turns dynamic provisioning off. Without `volumeName` or \
         `selector` the claim waits for any PersistentVolume of no class that fits.\n\nSource: kubernetes.io/docs, \
         Persistent Volumes, Class.",
    ],
    claim!("", "  storageClassName: ''\n"),
    claim!("", "  storageClassName: ''\n  volumeName: data\n"),
);

pub(super) static CLASS_ANNOTATION: Rule = rule(
    "A207",
    "class-annotation",
    CLAIM,
    [
        "a claim names its class in spec.storageClassName",
        "The annotation `volume.beta.kubernetes.io/storage-class` is deprecated, is still obeyed, and wins over the \
         field.\n\nSource: kubernetes.io/docs, Well-Known Labels, Annotations and Taints.",
    ],
    claim!("  annotations: {volume.beta.kubernetes.io/storage-class: standard}\n", ""),
    claim!("", "  storageClassName: standard\n"),
);

pub(super) static STATIC_CLAIM_CLASS: Rule = rule(
    "A208",
    "static-claim-of-default-class",
    CLAIM,
    [
        "a claim for a volume of no class says that it has none",
        "A claim without `storageClassName` gets the cluster's default class, and is then never bound to a volume that \
         has no class, even one that it names. Most clusters have a default class. Judged where the input has the \
         volume.\n\nSource: kubernetes.io/docs, Persistent Volumes, Class; the binder's event `storageClassName does not \
         match`.",
    ],
    static_claim!(""),
    static_claim!("  storageClassName: ''\n"),
);

pub(super) static READ_ONLY_EMPTY: Rule = rule(
    "A209",
    "read-only-claim-without-data",
    CLAIM,
    [
        "a claim that is only read is made from something",
        "A claim whose only access mode is ReadOnlyMany, and that names no source, gets a new, empty disk that is attached \
         read-only everywhere: nobody can fill it. Judged for drivers in the catalogue, where they offer the \
         mode.\n\nSource: kubernetes.io/docs, Persistent Volumes, Access Modes; the drivers' guides, which fill \
         a ReadWriteOnce claim first.",
    ],
    include_str!("examples/read-only-empty.bad.yaml"),
    include_str!("examples/read-only-empty.good.yaml"),
);

pub(super) static SHARED_MEMORY_MISSING: Rule = rule(
    "A211",
    "shared-memory-missing",
    PODS,
    [
        "a container with an accelerator has shared memory of its own",
        "Container runtimes give 64 MiB at `/dev/shm`. Data loaders with workers, and collective communication between \
         processes, need far more, and die with a bus error.\n\nSource: pytorch.org/docs, Multiprocessing; the vendors' \
         container documentation; containerd and CRI-O defaults.",
    ],
    include_str!("examples/shared-memory-missing.bad.yaml"),
    include_str!("examples/accelerator.good.yaml"),
);

pub(super) static MEMORY_ABOVE_LIMIT: Rule = rule(
    "A212",
    "memory-volume-above-limit",
    PODS,
    [
        "a memory volume fits the memory limit of the container that fills it",
        "What is written to an emptyDir of medium Memory counts towards the container's memory limit: at the limit the \
         container is killed, whatever `sizeLimit` says.\n\nSource: kubernetes.io/docs, Volumes, emptyDir.",
    ],
    pod!(
        "  volumes:\n  - name: shared-memory\n    emptyDir: {medium: Memory, sizeLimit: 16Gi}\n",
        "    image: example.com/trainer:1\n    resources: {limits: {memory: 8Gi}}\n    volumeMounts: [{name: shared-memory, mountPath: /dev/shm}]\n"
    ),
    pod!(
        "  volumes:\n  - name: shared-memory\n    emptyDir: {medium: Memory, sizeLimit: 4Gi}\n",
        "    image: example.com/trainer:1\n    resources: {limits: {memory: 8Gi}}\n    volumeMounts: [{name: shared-memory, mountPath: /dev/shm}]\n"
    ),
);

pub(super) static MEMORY_WITHOUT_LIMIT: Rule = rule(
    "A213",
    "memory-volume-without-limit",
    PODS,
    [
        "a container that mounts a memory volume has a memory limit",
        "Without a memory limit a memory volume may take what the node has, and the kubelet evicts pods to get it \
         back.\n\nSource: kubernetes.io/docs, Volumes, emptyDir; Node-pressure Eviction.",
    ],
    pod!(
        "  volumes:\n  - name: shared-memory\n    emptyDir: {medium: Memory}\n",
        "    image: example.com/trainer:1\n    volumeMounts: [{name: shared-memory, mountPath: /dev/shm}]\n"
    ),
    pod!(
        "  volumes:\n  - name: shared-memory\n    emptyDir: {medium: Memory}\n",
        "    image: example.com/trainer:1\n    resources: {limits: {memory: 8Gi}}\n    volumeMounts: [{name: shared-memory, mountPath: /dev/shm}]\n"
    ),
);

pub(super) static ACCELERATOR_TOLERATION: Rule = rule(
    "A214",
    "accelerator-without-toleration",
    PODS,
    [
        "a pod that asks for an accelerator tolerates the taint of such nodes",
        "Nodes with accelerators usually carry the vendor's taint, so that nothing else runs there. Some clusters add the \
         toleration by an admission plugin; where they do not, the pod stays Pending.\n\nSource: kubernetes.io/docs, \
         Taints and Tolerations; src/catalog/accelerators.toml names each taint's source.",
    ],
    include_str!("examples/accelerator-without-toleration.bad.yaml"),
    include_str!("examples/accelerator.good.yaml"),
);

pub(super) static OWNERSHIP: Rule = rule(
    "A215",
    "recursive-ownership-change",
    PODS,
    [
        "fsGroup on large volumes changes owners only where the root's differs",
        "With `fsGroup` and the default policy `Always` the kubelet walks every file of the volume each time a pod \
         starts. On a data set of millions of files a start takes minutes to hours. Judged where a claim of the input \
         asks for 100Gi or more.\n\nSource: kubernetes.io/docs, Configure a Security Context, volume permission and \
         ownership change policy; kubernetes/kubernetes#69699.",
    ],
    concat!(
        claim!("", "  storageClassName: standard\n"),
        "---\n",
        pod!(
            "  securityContext: {fsGroup: 1000}\n  volumes:\n  - name: data\n    persistentVolumeClaim: {claimName: data}\n",
            "    image: example.com/trainer:1\n    volumeMounts: [{name: data, mountPath: /data}]\n"
        )
    ),
    concat!(
        claim!("", "  storageClassName: standard\n"),
        "---\n",
        pod!(
            "  securityContext: {fsGroup: 1000, fsGroupChangePolicy: OnRootMismatch}\n  volumes:\n  - name: data\n    persistentVolumeClaim: {claimName: data}\n",
            "    image: example.com/trainer:1\n    volumeMounts: [{name: data, mountPath: /data}]\n"
        )
    ),
);

pub(super) static PRIVILEGED: Rule = rule(
    "A216",
    "privileged-pod",
    PODS,
    [
        "no container is privileged or runs as root",
        "A privileged container, or one of user 0, turns every flaw of its code into one of the node. Mounting a claim or \
         using an accelerator needs neither. Silent where the container hands mounts on to the node, which takes a privileged one.\n\nSource: kubernetes.io/docs, Pod Security Standards.",
    ],
    pod!("", "    image: example.com/trainer:1\n    securityContext: {privileged: true}\n"),
    pod!("", "    image: example.com/trainer:1\n    securityContext: {runAsUser: 1000}\n"),
);

pub(super) static IMAGE_TAG: Rule = rule(
    "A217",
    "image-tag",
    PODS,
    [
        "an image names its version",
        "An image without a tag, or with `latest`, is another program tomorrow, and each node may have another \
         one. A name that begins with `your-` is a placeholder, and passes.\n\nSource: kubernetes.io/docs, \
         Configuration Best Practices; Images.",
    ],
    pod!("", "    image: example.com/trainer\n"),
    pod!("", "    image: example.com/trainer:1\n"),
);
