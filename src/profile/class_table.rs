//! The tables of classes: of storage, of volume attributes and of snapshots.

use super::need_table::NEEDS;
use super::schema::{Key, Kind, Table, key, open, required};
use super::table::{APIS, KEEP, LABELS, META_KEYS, OBJECT_META_KEYS, TEXTS};

/// What `parameters` of every class means.
const PARAMETERS: &str = "`parameters`; numbers and booleans are rendered as the text that is written";

static CLASS_KEYS: &[Key] = &[
    key(
        "required",
        LABELS,
        "values that every user of the class must set: dotted paths, each with an example",
    ),
    key("provisioner", Kind::String, "`provisioner`, if it is not the profile's `driver`"),
    key("reclaimPolicy", KEEP, "`reclaimPolicy`"),
    key("volumeBindingMode", Kind::Enum(&["Immediate", "WaitForFirstConsumer"]), "`volumeBindingMode`"),
    key("allowVolumeExpansion", Kind::Boolean, "`allowVolumeExpansion`"),
    key("mountOptions", TEXTS, "`mountOptions`"),
    key("fsType", Kind::String, "the file system, rendered as the parameter of the provisioner"),
    key("parameters", Kind::Map(&Kind::Scalar), PARAMETERS),
    key(
        "needs",
        Kind::Table(&NEEDS),
        "what a disk of the class must provide: the disk type and its parameters are chosen for each cloud",
    ),
    key("allowedTopologies", APIS, "`allowedTopologies`"),
    key(
        "default",
        Kind::Boolean,
        "whether claims without a class get this one: the annotation `storageclass.kubernetes.io/is-default-class`",
    ),
];

pub(super) static CLASS: Table = open("a storage class", &[META_KEYS, OBJECT_META_KEYS, CLASS_KEYS]);

static ATTRIBUTES_CLASS_KEYS: &[Key] = &[
    key("driverName", Kind::String, "`driverName`, if it is not the profile's `driver`"),
    key("parameters", Kind::Map(&Kind::Scalar), PARAMETERS),
];

pub(super) static ATTRIBUTES_CLASS: Table =
    open("a volume attributes class", &[META_KEYS, OBJECT_META_KEYS, ATTRIBUTES_CLASS_KEYS]);

static SNAPSHOT_CLASS_KEYS: &[Key] = &[
    key("driver", Kind::String, "`driver`, if it is not the profile's"),
    required("deletionPolicy", KEEP, "`deletionPolicy`").or(&["spec.deletionPolicy"]),
    key("parameters", Kind::Map(&Kind::Scalar), PARAMETERS),
];

pub(super) static SNAPSHOT_CLASS: Table =
    open("a volume snapshot class", &[META_KEYS, OBJECT_META_KEYS, SNAPSHOT_CLASS_KEYS]);
