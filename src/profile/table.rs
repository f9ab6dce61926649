//! The tables of a profile: keys, the values that they accept and what they mean.

use std::sync::OnceLock;

use super::builtin;
use super::need_table::NEEDS;
use super::schema::{Groups, Key, Kind, Table, key, open, required};
use crate::catalog::driver;

pub(super) const TEXTS: Kind = Kind::List(&Kind::String);
pub(super) const LABELS: Kind = Kind::Map(&Kind::String);
pub(super) const APIS: Kind = Kind::List(&Kind::Api);
pub(super) const MODES: Kind =
    Kind::List(&Kind::Enum(&["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]));
pub(super) const VOLUME_MODE: Kind = Kind::Enum(&["Filesystem", "Block"]);
pub(super) const KEEP: Kind = Kind::Enum(&["Retain", "Delete"]);

pub(super) static META_KEYS: &[Key] = &[
    key("name", Kind::String, "`metadata.name`; without it `<profile name>-<key>`"),
    key("labels", LABELS, "`metadata.labels`, merged into those of the profile"),
    key("annotations", LABELS, "`metadata.annotations`, merged into those of the profile"),
    key(
        "spec",
        Kind::Api,
        "any further field of `spec` (of the object itself if the kind has no `spec`), merged last",
    ),
];

/// Keys of whole objects, which templates of claims do not have.
pub(super) static OBJECT_META_KEYS: &[Key] = &[
    key("metadata", Kind::Api, "any further field of `metadata`, such as `finalizers`, merged last"),
    key(
        "nulls",
        TEXTS,
        "dotted paths of fields of the rendered object that are `null`, which TOML cannot express",
    ),
];

pub(super) static NAMESPACE_KEYS: &[Key] =
    &[key("namespace", Kind::String, "`metadata.namespace`, instead of the profile's")];

static EXISTING_KEYS: &[Key] =
    &[required("existing", Kind::String, "the name of an object that exists in the cluster")];

static EXISTING: Table = open("an object of the cluster", &[EXISTING_KEYS]);

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

static SIZE_KEYS: &[Key] = &[required("size", Kind::Quantity, "`resources.requests.storage`").or(&[
    "existing",
    "volume",
    "spec.resources.requests.storage",
])];

static CLAIM_KEYS: &[Key] = &[
    key(
        "needs",
        Kind::Table(&NEEDS),
        "what the disk must provide, instead of `storageClass`: a class with the claim's key is also rendered",
    ),
    key(
        "existing",
        Kind::String,
        "the name of a claim that exists in the cluster: pods mount it, and nothing is rendered",
    ),
    key(
        "volume",
        Kind::Either(&Kind::Reference("persistentVolumes"), &Kind::Table(&EXISTING)),
        "the volume to bind to, a key of `persistentVolumes` or `{ existing = \"…\" }`: `volumeName`, and the class, the \
         modes and the size of that volume unless they are set",
    ),
    key(
        "cloneOf",
        Kind::Either(&Kind::Reference("claims"), &Kind::Table(&EXISTING)),
        "`dataSource`: the claim to copy, a key of `claims` or `{ existing = \"…\" }`",
    ),
    key("restoreFrom", Kind::String, "`dataSource`: the name of the VolumeSnapshot to restore"),
    key("dataSource", Kind::Api, "`dataSource`, for any other source"),
    key("dataSourceRef", Kind::Api, "`dataSourceRef`"),
    key("selector", Kind::Api, "`selector` of existing volumes"),
    key("volumeName", Kind::String, "`volumeName` of an existing volume"),
];

pub(super) static CLAIM: Table = Table {
    name: "a claim",
    groups: Groups::Fixed(&[
        META_KEYS,
        OBJECT_META_KEYS,
        NAMESPACE_KEYS,
        STORAGE_KEYS,
        SIZE_KEYS,
        CLAIM_KEYS,
    ]),
    exclusive: &[&["storageClass", "needs"], &["cloneOf", "restoreFrom", "dataSource"]],
    one: false,
    shorthand: None,
    extra: false,
    lookup: OnceLock::new(),
};

static CLAIM_TEMPLATE: Table = open("a volume claim template", &[META_KEYS, STORAGE_KEYS, SIZE_KEYS]);

pub(super) const CLAIM_TEMPLATES: Kind = Kind::Map(&Kind::Table(&CLAIM_TEMPLATE));

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
    groups: Groups::Fixed(&[ENV_KEYS]),
    exclusive: &[&["value", "secret", "configMap", "fieldPath", "resource"]],
    one: true,
    shorthand: None,
    extra: false,
    lookup: OnceLock::new(),
};

static RESOURCES_KEYS: &[Key] = &[
    key("requests", Kind::Map(&Kind::Quantity), "`requests`"),
    key("limits", Kind::Map(&Kind::Quantity), "`limits`"),
];

static RESOURCES: Table = open("resources", &[RESOURCES_KEYS]);

static GPUS_KEYS: &[Key] = &[
    key("count", Kind::Integer, "how many, as requests and as limits; without it none"),
    required("vendor", Kind::Vendor, "the vendor, which determines the resource name and the taint")
        .or(&["resource"]),
    key("resource", Kind::String, "the resource name, if it is not the usual one of the vendor"),
    key(
        "toleration",
        Kind::Either(&Kind::Boolean, &Kind::Table(&TOLERATION)),
        "whether to tolerate the taint that such nodes usually carry; a table changes the toleration",
    ),
    key("requests", Kind::Boolean, "whether the count is also set in `requests` (default: `true`)"),
];

static GPUS: Table = Table {
    name: "accelerators",
    groups: Groups::Fixed(&[GPUS_KEYS]),
    exclusive: &[],
    one: false,
    shorthand: Some("count"),
    extra: false,
    lookup: OnceLock::new(),
};

static TOLERATION_KEYS: &[Key] = &[
    key("key", Kind::String, "`key`; by default the taint of the vendor"),
    key("operator", Kind::Enum(&["Exists", "Equal"]), "`operator` (default: `Exists`)"),
    key("value", Kind::String, "`value`"),
    key(
        "effect",
        Kind::Enum(&["NoSchedule", "PreferNoSchedule", "NoExecute"]),
        "`effect` (default: `NoSchedule`)",
    ),
    key("tolerationSeconds", Kind::Integer, "`tolerationSeconds`, in seconds"),
];

static TOLERATION: Table = open("a toleration", &[TOLERATION_KEYS]);

static SHARED_MEMORY_KEYS: &[Key] = &[
    required("size", Kind::Quantity, "`sizeLimit` of the volume"),
    key("volume", Kind::String, "the name of the volume (default: `shared-memory`)"),
    key("mountPath", Kind::String, "`mountPath` (default: `/dev/shm`)"),
];

static SHARED_MEMORY: Table = Table {
    name: "shared memory",
    groups: Groups::Fixed(&[SHARED_MEMORY_KEYS]),
    exclusive: &[],
    one: false,
    shorthand: Some("size"),
    extra: false,
    lookup: OnceLock::new(),
};

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
    key("emptyDir", Kind::Api, "`emptyDir`; `{}` uses the node's disk"),
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
    groups: Groups::Fixed(&[MOUNT_KEYS]),
    exclusive: &[&[
        "claim",
        "scratch",
        "volumeClaimTemplate",
        "configMap",
        "secret",
        "emptyDir",
        "volumeSource",
    ]],
    one: true,
    shorthand: None,
    extra: false,
    lookup: OnceLock::new(),
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
    groups: Groups::Fixed(&[DEVICE_KEYS]),
    exclusive: &[&["claim", "scratch", "volumeClaimTemplate"]],
    one: true,
    shorthand: None,
    extra: false,
    lookup: OnceLock::new(),
};

pub(super) static CONTAINER_KEYS: &[Key] = &[
    required("image", Kind::String, "`image`").or(&[
        "containerSpec.image",
        "podSpec.containers",
        "spec.containers",
        "spec.template.spec.containers",
        "spec.jobTemplate.spec.template.spec.containers",
    ]),
    key("container", Kind::String, "the container's name; without it the object's key"),
    key("imagePullPolicy", Kind::Enum(&["Always", "IfNotPresent", "Never"]), "`imagePullPolicy`"),
    key("command", TEXTS, "`command`"),
    key("args", TEXTS, "`args`"),
    key("workingDir", Kind::String, "`workingDir`"),
    key(
        "env",
        Kind::Map(&Kind::Either(&Kind::Scalar, &Kind::Table(&ENV))),
        "environment variables: a value, or the source of one",
    ),
    key("envFrom", APIS, "`envFrom`"),
    key("resources", Kind::Table(&RESOURCES), "`resources`"),
    key(
        "gpus",
        Kind::Either(&Kind::Integer, &Kind::Table(&GPUS)),
        "accelerators: a count, or a table with `count`, `vendor`, …",
    ),
    key(
        "sharedMemory",
        Kind::Either(&Kind::Quantity, &Kind::Table(&SHARED_MEMORY)),
        "the size of `/dev/shm`, an `emptyDir` in memory",
    ),
    key("mounts", Kind::Named("mountPath", &Kind::Table(&MOUNT)), "volumes mounted into the container"),
    key(
        "devices",
        Kind::Named("devicePath", &Kind::Table(&DEVICE)),
        "volumes attached to the container as block devices",
    ),
    key("ports", APIS, "`ports`"),
    key("readinessProbe", Kind::Api, "`readinessProbe`"),
    key("livenessProbe", Kind::Api, "`livenessProbe`"),
    key("startupProbe", Kind::Api, "`startupProbe`"),
    key("lifecycle", Kind::Api, "`lifecycle`"),
    key(
        "scratch",
        Kind::Map(&Kind::Table(&SCRATCH)),
        "generic ephemeral volumes, which exist as long as the pod",
    ),
    key("containerSecurityContext", Kind::Api, "`securityContext` of the container"),
    key("containerSpec", Kind::Api, "any further field of the container, merged last"),
];

pub(super) static POD_SPEC_KEYS: &[Key] = &[
    key("nodeSelector", LABELS, "`nodeSelector`"),
    key("zone", Kind::String, "the zone, as `nodeSelector` on `topology.kubernetes.io/zone`"),
    key("tolerations", Kind::Named("key", &Kind::Api), "`tolerations`"),
    key("affinity", Kind::Api, "`affinity`"),
    key("topologySpreadConstraints", Kind::Named("topologyKey", &Kind::Api), "`topologySpreadConstraints`"),
    key("securityContext", Kind::Api, "`securityContext` of the pod, including `fsGroup`"),
    key("serviceAccountName", Kind::String, "`serviceAccountName`"),
    key("automountServiceAccountToken", Kind::Boolean, "`automountServiceAccountToken`"),
    key("imagePullSecrets", TEXTS, "names of Secrets, for `imagePullSecrets`"),
    key("initContainers", Kind::Named("name", &Kind::Api), "`initContainers`"),
    key("restartPolicy", Kind::Enum(&["Always", "OnFailure", "Never"]), "`restartPolicy`"),
    key("priorityClassName", Kind::String, "`priorityClassName`"),
    key("runtimeClassName", Kind::String, "`runtimeClassName`"),
    key("terminationGracePeriodSeconds", Kind::Integer, "`terminationGracePeriodSeconds`, in seconds"),
];

pub(super) static POD_TEMPLATE_KEYS: &[Key] = &[
    key("podLabels", LABELS, "labels of the pods, instead of those of the object and the profile"),
    key("podAnnotations", LABELS, "annotations of the pods, instead of those of the object and the profile"),
    key("podSpec", Kind::Api, "any further field of the pod template's `spec`, merged last"),
];

pub(super) static SELECTOR_KEYS: &[Key] = &[key(
    "selector",
    Kind::Api,
    "`selector`: labels, or `matchLabels` and `matchExpressions`; replaces the default, `app.kubernetes.io/name`",
)];

static RETENTION_KEYS: &[Key] =
    &[key("whenDeleted", KEEP, "`whenDeleted`"), key("whenScaled", KEEP, "`whenScaled`")];

pub(super) static RETENTION: Table = open("a retention policy", &[RETENTION_KEYS]);

static OBJECT_KEYS: &[Key] = &[
    required("apiVersion", Kind::String, "`apiVersion`"),
    required("kind", Kind::String, "`kind`"),
    key(
        "pods",
        Kind::Map(&Kind::Either(&Kind::Reference("pods"), &Kind::Table(&INSERTED_POD))),
        "pods of the profile to insert, by the path of the pod template, or of a path that ends with `spec`",
    ),
];

static INSERTED_POD_KEYS: &[Key] =
    &[required("pod", Kind::Reference("pods"), "the pod to insert, which is not rendered on its own")];

pub(super) static INSERTED_POD: Table = Table {
    name: "an inserted pod",
    groups: Groups::Fixed(&[INSERTED_POD_KEYS]),
    exclusive: &[],
    one: false,
    shorthand: Some("pod"),
    extra: true,
    lookup: OnceLock::new(),
};

/// An object of any kind, whose fields are those of the API.
pub(super) static OBJECT: Table = Table {
    name: "an object",
    groups: Groups::Fixed(&[META_KEYS, OBJECT_META_KEYS, NAMESPACE_KEYS, OBJECT_KEYS]),
    exclusive: &[],
    one: false,
    shorthand: None,
    extra: true,
    lookup: OnceLock::new(),
};

pub(super) const CLAIM_REFERENCE: Kind = Kind::Either(&Kind::Reference("claims"), &Kind::Table(&EXISTING));
pub(super) const SNAPSHOT_CLASS_REFERENCE: Kind =
    Kind::Either(&Kind::Reference("volumeSnapshotClasses"), &Kind::Table(&EXISTING));

pub(super) static PROFILE_KEYS: &[Key] = &[
    required(
        "name",
        Kind::String,
        "the profile's name: objects without `name` are named `<profile name>-<key>`",
    ),
    key("driver", Kind::Suggested(drivers), "the CSI driver of the classes, such as `csi.example.com`"),
    key("kubernetes", Kind::Version, "the oldest API server that must accept the output, such as `1.36`"),
    key("namespace", Kind::String, "`metadata.namespace` of every namespaced object"),
    key("labels", LABELS, "`metadata.labels` of every object"),
    key("annotations", LABELS, "`metadata.annotations` of every object"),
    key(
        "podSecurity",
        Kind::Enum(&["baseline", "restricted"]),
        "the level of the Pod Security Standards that pods must meet",
    ),
    key(
        "unset",
        TEXTS,
        "dotted paths of keys, or of rendered fields, to remove from the layers below before this layer is merged",
    ),
];

/// The names of the built-in profiles.
pub(super) fn profiles() -> Vec<&'static str> {
    builtin::names().collect()
}

/// The names of the known drivers.
fn drivers() -> Vec<&'static str> {
    driver::all().iter().map(|driver| driver.provisioner).collect()
}
