//! The tables themselves: sections, keys, what they take and what they mean.

use super::schema::{Key, Kind, Section, Table};

const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, required: false, instead: &[], beside: &[], about }
}

const fn required(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, required: true, instead: &[], beside: &[], about }
}

const fn open(name: &'static str, groups: &'static [&'static [Key]]) -> Table {
    Table { name, groups, exclusive: &[], one: false }
}

const TEXTS: Kind = Kind::List(&Kind::String);
const LABELS: Kind = Kind::Map(&Kind::String);
const APIS: Kind = Kind::List(&Kind::Api);
const MODES: Kind =
    Kind::List(&Kind::Enum(&["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]));
const VOLUME_MODE: Kind = Kind::Enum(&["Filesystem", "Block"]);
const KEEP: Kind = Kind::Enum(&["Retain", "Delete"]);

static META_KEYS: &[Key] = &[
    key("name", Kind::String, "`metadata.name`; without it `<profile name>-<key>`"),
    key("labels", LABELS, "`metadata.labels`, over those of the profile"),
    key("annotations", LABELS, "`metadata.annotations`, over those of the profile"),
    key(
        "spec",
        Kind::Api,
        "any further field of `spec` (of the object itself where the kind has no `spec`), merged last",
    ),
];

static NAMESPACE_KEYS: &[Key] =
    &[key("namespace", Kind::String, "`metadata.namespace`, over that of the profile")];

static EXISTING_KEYS: &[Key] =
    &[required("existing", Kind::String, "the name of an object that is in the cluster already")];

static EXISTING: Table = open("an object of the cluster", &[EXISTING_KEYS]);

static CLASS_KEYS: &[Key] = &[
    key("provisioner", Kind::String, "`provisioner`, where it is not the profile's `driver`"),
    key("reclaimPolicy", KEEP, "`reclaimPolicy`"),
    key("volumeBindingMode", Kind::Enum(&["Immediate", "WaitForFirstConsumer"]), "`volumeBindingMode`"),
    key("allowVolumeExpansion", Kind::Boolean, "`allowVolumeExpansion`"),
    key("mountOptions", TEXTS, "`mountOptions`"),
    key("fsType", Kind::String, "the file system, rendered as the parameter that the driver takes"),
    key("parameters", Kind::Map(&Kind::Scalar), "`parameters`; numbers and booleans become text"),
    key("allowedTopologies", APIS, "`allowedTopologies`"),
    key(
        "default",
        Kind::Boolean,
        "whether claims without a class get this one: the annotation `storageclass.kubernetes.io/is-default-class`",
    ),
];

static CLASS: Table = open("a storage class", &[META_KEYS, CLASS_KEYS]);

static STORAGE_KEYS: &[Key] = &[
    key("accessModes", MODES, "`accessModes`"),
    key(
        "storageClass",
        Kind::Either(&Kind::Reference("storageClasses"), &Kind::Table(&EXISTING)),
        "`storageClassName`: a key of `storageClasses`, or `{ existing = \"…\" }`",
    ),
    key("volumeMode", VOLUME_MODE, "`volumeMode`"),
    key(
        "volumeAttributesClass",
        Kind::Either(&Kind::Reference("volumeAttributesClasses"), &Kind::Table(&EXISTING)),
        "`volumeAttributesClassName`: a key of `volumeAttributesClasses`, or `{ existing = \"…\" }`",
    ),
];

static SIZE_KEYS: &[Key] = &[required("size", Kind::Quantity, "`resources.requests.storage`")
    .or(&["existing", "spec.resources.requests.storage"])];

static CLAIM_KEYS: &[Key] = &[
    key(
        "existing",
        Kind::String,
        "the name of a claim that is in the cluster already: nothing is rendered, pods mount it",
    ),
    key(
        "cloneOf",
        Kind::Either(&Kind::Reference("claims"), &Kind::Table(&EXISTING)),
        "`dataSource`: the claim to copy, a key of `claims` or `{ existing = \"…\" }`",
    ),
    key("restoreFrom", Kind::String, "`dataSource`: the name of the VolumeSnapshot to restore"),
    key("dataSource", Kind::Api, "`dataSource`, for any other source"),
    key("dataSourceRef", Kind::Api, "`dataSourceRef`"),
    key("selector", Kind::Api, "`selector`, of volumes made by hand"),
    key("volumeName", Kind::String, "`volumeName`, of a volume made by hand"),
];

static CLAIM: Table = Table {
    name: "a claim",
    groups: &[META_KEYS, NAMESPACE_KEYS, STORAGE_KEYS, SIZE_KEYS, CLAIM_KEYS],
    exclusive: &["cloneOf", "restoreFrom", "dataSource"],
    one: false,
};

static CLAIM_TEMPLATE: Table = open("a volume claim template", &[META_KEYS, STORAGE_KEYS, SIZE_KEYS]);

static SCRATCH: Table = open("scratch", &[META_KEYS, STORAGE_KEYS, SIZE_KEYS]);

static ENV_KEYS: &[Key] = &[
    key("value", Kind::Scalar, "the value itself"),
    key("secret", Kind::String, "`valueFrom.secretKeyRef.name`"),
    key("configMap", Kind::String, "`valueFrom.configMapKeyRef.name`"),
    key("key", Kind::String, "the key in the Secret or ConfigMap").with(&["secret", "configMap"]),
    key("optional", Kind::Boolean, "whether the Secret or ConfigMap may be absent")
        .with(&["secret", "configMap"]),
    key("fieldPath", Kind::String, "`valueFrom.fieldRef.fieldPath`"),
    key("resource", Kind::String, "`valueFrom.resourceFieldRef.resource`"),
];

static ENV: Table = Table {
    name: "an environment variable",
    groups: &[ENV_KEYS],
    exclusive: &["value", "secret", "configMap", "fieldPath", "resource"],
    one: true,
};

static RESOURCES_KEYS: &[Key] = &[
    key("requests", Kind::Map(&Kind::Quantity), "`requests`"),
    key("limits", Kind::Map(&Kind::Quantity), "`limits`"),
];

static RESOURCES: Table = open("resources", &[RESOURCES_KEYS]);

static GPUS_KEYS: &[Key] = &[
    key("count", Kind::Integer, "how many, as requests and as limits; without it none"),
    required("vendor", Kind::Vendor, "the vendor, which gives the resource name and the taint")
        .or(&["resource"]),
    key("resource", Kind::String, "the resource name, where it is not the usual one of a known vendor"),
    key("toleration", Kind::Boolean, "whether to tolerate the taint that such nodes usually carry"),
];

static GPUS: Table = open("accelerators", &[GPUS_KEYS]);

static MOUNT_KEYS: &[Key] = &[
    key(
        "claim",
        Kind::Either(&Kind::Reference("claims"), &Kind::Table(&EXISTING)),
        "a key of `claims`, or `{ existing = \"…\" }`",
    ),
    key("scratch", Kind::String, "a key of this pod's `scratch`"),
    key("volumeClaimTemplate", Kind::String, "a key of this stateful set's `volumeClaimTemplates`"),
    key("configMap", Kind::String, "the name of a ConfigMap"),
    key("secret", Kind::String, "the name of a Secret"),
    key("emptyDir", Kind::Api, "`emptyDir`; `{}` takes the node's disk"),
    key("volumeSource", Kind::Api, "any other volume source, as in `volumes[]`"),
    key("volume", Kind::String, "the volume's name in the pod; mounts of one source share one volume"),
    required("mountPath", Kind::String, "`mountPath`"),
    key("subPath", Kind::String, "`subPath`"),
    key("readOnly", Kind::Boolean, "`readOnly`"),
    key("mountPropagation", Kind::String, "`mountPropagation`"),
    key("items", APIS, "`items` of a ConfigMap or Secret").with(&["configMap", "secret"]),
    key("optional", Kind::Boolean, "`optional` of a ConfigMap or Secret").with(&["configMap", "secret"]),
    key("defaultMode", Kind::Integer, "`defaultMode` of a ConfigMap or Secret")
        .with(&["configMap", "secret"]),
];

static MOUNT: Table = Table {
    name: "a mount",
    groups: &[MOUNT_KEYS],
    exclusive: &[
        "claim",
        "scratch",
        "volumeClaimTemplate",
        "configMap",
        "secret",
        "emptyDir",
        "volumeSource",
    ],
    one: true,
};

static DEVICE_KEYS: &[Key] = &[
    key(
        "claim",
        Kind::Either(&Kind::Reference("claims"), &Kind::Table(&EXISTING)),
        "a key of `claims`, or `{ existing = \"…\" }`",
    ),
    key("scratch", Kind::String, "a key of this pod's `scratch`"),
    key("volumeClaimTemplate", Kind::String, "a key of this stateful set's `volumeClaimTemplates`"),
    key("volume", Kind::String, "the volume's name in the pod"),
    required("devicePath", Kind::String, "`devicePath`"),
];

static DEVICE: Table = Table {
    name: "a device",
    groups: &[DEVICE_KEYS],
    exclusive: &["claim", "scratch", "volumeClaimTemplate"],
    one: true,
};

static CONTAINER_KEYS: &[Key] = &[
    required("image", Kind::String, "`image`").or(&[
        "containerSpec.image",
        "podSpec.containers",
        "spec.containers",
        "spec.template.spec.containers",
    ]),
    key("container", Kind::String, "the container's name; without it the object's key"),
    key("imagePullPolicy", Kind::Enum(&["Always", "IfNotPresent", "Never"]), "`imagePullPolicy`"),
    key("command", TEXTS, "`command`"),
    key("args", TEXTS, "`args`"),
    key("workingDir", Kind::String, "`workingDir`"),
    key(
        "env",
        Kind::Map(&Kind::Either(&Kind::Scalar, &Kind::Table(&ENV))),
        "environment: text, or where the value comes from",
    ),
    key("envFrom", APIS, "`envFrom`"),
    key("resources", Kind::Table(&RESOURCES), "`resources`"),
    key("gpus", Kind::Table(&GPUS), "accelerators"),
    key("sharedMemory", Kind::Quantity, "the size of `/dev/shm`, an `emptyDir` in memory"),
    key("mounts", Kind::List(&Kind::Table(&MOUNT)), "what is mounted where"),
    key("devices", Kind::List(&Kind::Table(&DEVICE)), "claims given to the container as block devices"),
    key(
        "scratch",
        Kind::Map(&Kind::Table(&SCRATCH)),
        "generic ephemeral volumes, which live as long as the pod",
    ),
    key("containerSecurityContext", Kind::Api, "`securityContext` of the container"),
    key("containerSpec", Kind::Api, "any further field of the container, merged last"),
];

static POD_SPEC_KEYS: &[Key] = &[
    key("nodeSelector", LABELS, "`nodeSelector`"),
    key("zone", Kind::String, "the zone, as `nodeSelector` on `topology.kubernetes.io/zone`"),
    key("tolerations", APIS, "`tolerations`"),
    key("affinity", Kind::Api, "`affinity`"),
    key("topologySpreadConstraints", APIS, "`topologySpreadConstraints`"),
    key("securityContext", Kind::Api, "`securityContext` of the pod, `fsGroup` among it"),
    key("serviceAccountName", Kind::String, "`serviceAccountName`"),
    key("automountServiceAccountToken", Kind::Boolean, "`automountServiceAccountToken`"),
    key("imagePullSecrets", TEXTS, "names of Secrets, for `imagePullSecrets`"),
    key("initContainers", APIS, "`initContainers`"),
    key("restartPolicy", Kind::Enum(&["Always", "OnFailure", "Never"]), "`restartPolicy`"),
    key("priorityClassName", Kind::String, "`priorityClassName`"),
    key("runtimeClassName", Kind::String, "`runtimeClassName`"),
    key("terminationGracePeriodSeconds", Kind::Integer, "`terminationGracePeriodSeconds`, in seconds"),
];

static POD: Table = open("a pod", &[META_KEYS, NAMESPACE_KEYS, CONTAINER_KEYS, POD_SPEC_KEYS]);

static POD_TEMPLATE_KEYS: &[Key] =
    &[key("podSpec", Kind::Api, "any further field of the pod template's `spec`, merged last")];

static JOB_KEYS: &[Key] = &[
    key("parallelism", Kind::Integer, "`parallelism`"),
    key("completions", Kind::Integer, "`completions`"),
    key("completionMode", Kind::Enum(&["NonIndexed", "Indexed"]), "`completionMode`"),
    key("backoffLimit", Kind::Integer, "`backoffLimit`"),
    key("activeDeadlineSeconds", Kind::Integer, "`activeDeadlineSeconds`, in seconds"),
    key("ttlSecondsAfterFinished", Kind::Integer, "`ttlSecondsAfterFinished`, in seconds"),
    key("suspend", Kind::Boolean, "`suspend`"),
];

static JOB: Table =
    open("a job", &[META_KEYS, NAMESPACE_KEYS, CONTAINER_KEYS, POD_SPEC_KEYS, POD_TEMPLATE_KEYS, JOB_KEYS]);

static RETENTION_KEYS: &[Key] =
    &[key("whenDeleted", KEEP, "`whenDeleted`"), key("whenScaled", KEEP, "`whenScaled`")];

static RETENTION: Table = open("a retention policy", &[RETENTION_KEYS]);

static STATEFUL_SET_KEYS: &[Key] = &[
    key("replicas", Kind::Integer, "`replicas`"),
    key("serviceName", Kind::String, "`serviceName`"),
    key("podManagementPolicy", Kind::Enum(&["OrderedReady", "Parallel"]), "`podManagementPolicy`"),
    key("updateStrategy", Kind::Api, "`updateStrategy`"),
    key(
        "persistentVolumeClaimRetentionPolicy",
        Kind::Table(&RETENTION),
        "`persistentVolumeClaimRetentionPolicy`",
    ),
    key("minReadySeconds", Kind::Integer, "`minReadySeconds`, in seconds"),
    key(
        "volumeClaimTemplates",
        Kind::Map(&Kind::Table(&CLAIM_TEMPLATE)),
        "`volumeClaimTemplates`: one claim for each replica",
    ),
];

static STATEFUL_SET: Table = open(
    "a stateful set",
    &[META_KEYS, NAMESPACE_KEYS, CONTAINER_KEYS, POD_SPEC_KEYS, POD_TEMPLATE_KEYS, STATEFUL_SET_KEYS],
);

static ATTRIBUTES_CLASS_KEYS: &[Key] = &[
    key("driverName", Kind::String, "`driverName`, where it is not the profile's `driver`"),
    key("parameters", Kind::Map(&Kind::Scalar), "`parameters`; numbers and booleans become text"),
];

static ATTRIBUTES_CLASS: Table = open("a volume attributes class", &[META_KEYS, ATTRIBUTES_CLASS_KEYS]);

static SNAPSHOT_CLASS_KEYS: &[Key] = &[
    key("driver", Kind::String, "`driver`, where it is not the profile's"),
    required("deletionPolicy", KEEP, "`deletionPolicy`").or(&["spec.deletionPolicy"]),
    key("parameters", Kind::Map(&Kind::Scalar), "`parameters`; numbers and booleans become text"),
];

static SNAPSHOT_CLASS: Table = open("a volume snapshot class", &[META_KEYS, SNAPSHOT_CLASS_KEYS]);

static DEFAULTS_KEYS: &[Key] = &[
    key(
        "storageClasses",
        Kind::Table(&CLASS),
        "values for every object of `storageClasses` that does not set them",
    ),
    key(
        "volumeAttributesClasses",
        Kind::Table(&ATTRIBUTES_CLASS),
        "values for every object of `volumeAttributesClasses` that does not set them",
    ),
    key(
        "volumeSnapshotClasses",
        Kind::Table(&SNAPSHOT_CLASS),
        "values for every object of `volumeSnapshotClasses` that does not set them",
    ),
    key("claims", Kind::Table(&CLAIM), "values for every object of `claims` that does not set them"),
    key("pods", Kind::Table(&POD), "values for every object of `pods` that does not set them"),
    key("jobs", Kind::Table(&JOB), "values for every object of `jobs` that does not set them"),
    key(
        "statefulSets",
        Kind::Table(&STATEFUL_SET),
        "values for every object of `statefulSets` that does not set them",
    ),
];

static DEFAULTS: Table = open("the defaults", &[DEFAULTS_KEYS]);

static PROFILE_KEYS: &[Key] = &[
    required("name", Kind::String, "the profile's name, which begins the name of every object without one"),
    key("driver", Kind::String, "the CSI driver that classes are for"),
    key("kubernetes", Kind::Version, "the oldest API server that must accept the output, such as `1.36`"),
    key("namespace", Kind::String, "`metadata.namespace` of every object that has one"),
    key("labels", LABELS, "`metadata.labels` of every object"),
    key("annotations", LABELS, "`metadata.annotations` of every object"),
    key(
        "podSecurity",
        Kind::Enum(&["baseline", "restricted"]),
        "the Pod Security level that pods are held to",
    ),
    key(
        "extends",
        Kind::String,
        "the built-in profile, or the path from this file, that lies under this layer",
    ),
    key(
        "unset",
        TEXTS,
        "dotted paths of keys to take away from lower layers, before this layer's own are laid over",
    ),
    key(
        "defaults",
        Kind::Table(&DEFAULTS),
        "values for every object of a section; `pods` counts for `jobs` and `statefulSets` too",
    ),
    key("storageClasses", Kind::Map(&Kind::Table(&CLASS)), "objects of kind StorageClass, by key"),
    key(
        "volumeAttributesClasses",
        Kind::Map(&Kind::Table(&ATTRIBUTES_CLASS)),
        "objects of kind VolumeAttributesClass, by key",
    ),
    key(
        "volumeSnapshotClasses",
        Kind::Map(&Kind::Table(&SNAPSHOT_CLASS)),
        "objects of kind VolumeSnapshotClass, by key",
    ),
    key("claims", Kind::Map(&Kind::Table(&CLAIM)), "objects of kind PersistentVolumeClaim, by key"),
    key("pods", Kind::Map(&Kind::Table(&POD)), "objects of kind Pod, by key"),
    key("jobs", Kind::Map(&Kind::Table(&JOB)), "objects of kind Job, by key"),
    key("statefulSets", Kind::Map(&Kind::Table(&STATEFUL_SET)), "objects of kind StatefulSet, by key"),
];

/// A whole profile.
pub static PROFILE: Table = open("the profile", &[PROFILE_KEYS]);

/// Every section, in the order in which objects are applied.
pub static SECTIONS: &[&Section] = &[
    &Section { name: "storageClasses", kind: "StorageClass", namespaced: false, table: &CLASS },
    &Section {
        name: "volumeAttributesClasses",
        kind: "VolumeAttributesClass",
        namespaced: false,
        table: &ATTRIBUTES_CLASS,
    },
    &Section {
        name: "volumeSnapshotClasses",
        kind: "VolumeSnapshotClass",
        namespaced: false,
        table: &SNAPSHOT_CLASS,
    },
    &Section { name: "claims", kind: "PersistentVolumeClaim", namespaced: true, table: &CLAIM },
    &Section { name: "pods", kind: "Pod", namespaced: true, table: &POD },
    &Section { name: "jobs", kind: "Job", namespaced: true, table: &JOB },
    &Section { name: "statefulSets", kind: "StatefulSet", namespaced: true, table: &STATEFUL_SET },
];

/// The section of this name.
#[must_use]
pub fn section(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().copied().find(|section| section.name == name)
}

/// What the value at a path takes, where the tables know it.
#[must_use]
pub fn at<'a>(path: impl IntoIterator<Item = &'a str>) -> Option<&'static Kind> {
    static TOP: Kind = Kind::Table(&PROFILE);
    let mut kind = &TOP;
    for part in path {
        kind = match kind {
            Kind::Table(table) | Kind::Either(_, Kind::Table(table)) => &table.key(part)?.kind,
            Kind::Map(kind) => kind,
            _ => return None,
        };
    }
    Some(kind)
}
