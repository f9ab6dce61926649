//! The rules C of workloads and volumes.

use super::table::rule;
use crate::rule::{Example, Rule};

const VOLUME_OLD: &str = "\
apiVersion: v1
kind: PersistentVolume
metadata:
  name: models
spec:
  capacity: {storage: 10Gi}
  accessModes: [ReadOnlyMany]
  storageClassName: ''
  csi: {driver: csi.example.com, volumeHandle: models-1}
";

pub(super) static VOLUME: Rule = rule(
    "C104",
    "immutable-volume",
    &["PersistentVolume"],
    "what storage a volume is cannot change",
    "The source of a PersistentVolume (such as `csi` and all below it), its `volumeMode` and its `nodeAffinity` are fixed \
     once it exists; a secret for expanding and a node affinity can be added. Size, access modes, class, mount options \
     and reclaim policy can change.\n\nThe way out is a volume under a new name. A volume with the reclaim policy Retain \
     can be deleted and created again: the disk behind it stays.\n\nRefused by: the API server \
     (`ValidatePersistentVolumeUpdate`).",
    Example::Update {
        old: VOLUME_OLD,
        bad: "\
apiVersion: v1
kind: PersistentVolume
metadata:
  name: models
spec:
  capacity: {storage: 10Gi}
  accessModes: [ReadOnlyMany]
  storageClassName: ''
  csi: {driver: csi.example.com, volumeHandle: models-2}
",
        good: "\
apiVersion: v1
kind: PersistentVolume
metadata:
  name: models
spec:
  capacity: {storage: 20Gi}
  accessModes: [ReadOnlyMany]
  storageClassName: ''
  persistentVolumeReclaimPolicy: Retain
  csi: {driver: csi.example.com, volumeHandle: models-1}
",
    },
);

pub(super) static SELECTOR: Rule = rule(
    "C301",
    "immutable-selector",
    &["Deployment", "DaemonSet", "ReplicaSet"],
    "which pods belong to a workload cannot change",
    "The selector of a Deployment, a DaemonSet or a ReplicaSet is fixed once it exists; labels of the template that it \
     does not ask for can change.\n\nThe way out is a workload under a new name, or to delete this one with \
     `--cascade=orphan` and create it again.\n\nRefused by: the API server (pkg/registry/apps, `ValidateUpdate`).",
    Example::Update {
        old: "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: notebook
spec:
  selector: {matchLabels: {app: notebook}}
  template:
    metadata: {labels: {app: notebook, team: ml}}
    spec:
      containers:
      - name: main
        image: example.com/notebook:1
",
        bad: "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: notebook
spec:
  selector: {matchLabels: {app: notebook, team: ml}}
  template:
    metadata: {labels: {app: notebook, team: ml}}
    spec:
      containers:
      - name: main
        image: example.com/notebook:1
",
        good: "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: notebook
spec:
  replicas: 2
  selector: {matchLabels: {app: notebook}}
  template:
    metadata: {labels: {app: notebook}}
    spec:
      containers:
      - name: main
        image: example.com/notebook:2
",
    },
);

pub(super) static STATEFUL_SET: Rule = rule(
    "C302",
    "immutable-stateful-set",
    &["StatefulSet"],
    "a StatefulSet's selector, service and claim templates cannot change",
    "Of a StatefulSet only `replicas`, `ordinals`, `template`, `updateStrategy`, `revisionHistoryLimit`, \
     `persistentVolumeClaimRetentionPolicy` and `minReadySeconds` can change.\n\nThe way out for larger disks: let the \
     claims themselves grow one by one, delete the set with `--cascade=orphan`, which leaves pods and claims alone, and \
     create it again with the new template.\n\nRefused by: the API server (`ValidateStatefulSetUpdate`).",
    Example::Update {
        old: "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - name: main
        image: example.com/db:1
        volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 10Gi}}
",
        bad: "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - name: main
        image: example.com/db:1
        volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 20Gi}}
",
        good: "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 3
  podManagementPolicy: OrderedReady
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - name: main
        image: example.com/db:2
        volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      volumeMode: Filesystem
      resources: {requests: {storage: 10240Mi}}
",
    },
);

pub(super) static JOB: Rule = rule(
    "C303",
    "immutable-job",
    &["Job"],
    "a job's pods, and when it is done, cannot change",
    "The template of a Job is fixed, and so are `selector`, `completionMode`, `podFailurePolicy`, `successPolicy`, \
     `backoffLimitPerIndex`, `managedBy` and, but for indexed jobs, `completions`. While a job is suspended and has not \
     started, what decides about nodes can change, and from 1.35 on the resources of its containers.\n\nThe way out is to \
     delete the job and create it again, or a new name for each run, such as one from `generateName`.\n\nRefused by: the \
     API server (`ValidateJobSpecUpdate`).",
    Example::Update {
        old: "\
apiVersion: batch/v1
kind: Job
metadata:
  name: train
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: example.com/trainer:1
",
        bad: "\
apiVersion: batch/v1
kind: Job
metadata:
  name: train
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: example.com/trainer:2
",
        good: "\
apiVersion: batch/v1
kind: Job
metadata:
  name: train
spec:
  completions: 1
  parallelism: 0
  backoffLimit: 2
  ttlSecondsAfterFinished: 600
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: example.com/trainer:1
        imagePullPolicy: IfNotPresent
",
    },
);
