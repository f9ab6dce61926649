//! The rules D, and the advice that rests on the same rows.

use crate::rule::Severity;
use crate::rule::{Example, Rule};

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[
    &UNKNOWN,
    &VALUE,
    &DISK_TYPE,
    &TOGETHER,
    &TWICE,
    &FILE_SYSTEM,
    &TOPOLOGY,
    &MOUNT_OPTION,
    &SIZE,
    &IOPS,
    &THROUGHPUT,
    &ACCESS_MODE,
    &SHARES,
    &ATTRIBUTES,
];

/// The advice that rests on the catalogue, by code.
pub static ADVICE: &[&Rule] = &[
    &MISREAD,
    &IGNORED,
    &DEPRECATED,
    &SUPERSEDED,
    &CLAMPED,
    &ROUNDED,
    &DISPUTED,
    &TOPOLOGY_IGNORED,
    &IN_TREE,
];

const CLASSES: &[&str] = &["StorageClass", "VolumeAttributesClass", "VolumeSnapshotClass"];
const CLAIMS: &[&str] = &["PersistentVolumeClaim", "StatefulSet", "Pod"];
/// A class, and a claim of it where only both together tell.
const EITHER: &[&str] = &[
    "StorageClass",
    "VolumeAttributesClass",
    "VolumeSnapshotClass",
    "PersistentVolumeClaim",
    "StatefulSet",
    "Pod",
];

macro_rules! rule {
    ($item:ident, $code:literal, $name:literal, $severity:ident, $kinds:ident, $summary:literal, $explanation:literal, $good:literal) => {
        pub(super) static $item: Rule = Rule {
            code: $code,
            name: $name,
            severity: Severity::$severity,
            kinds: $kinds,
            summary: $summary,
            explanation: concat!(
                $explanation,
                "\n\nSource: the driver's catalogue, which cites each fact: `volwright drivers`."
            ),
            example: Example::Manifest {
                bad: include_str!(concat!("examples/", $code, ".bad.yaml")),
                good: include_str!(concat!("examples/", $good, ".good.yaml")),
            },
            since: "0.1.0",
        };
    };
}

rule!(
    UNKNOWN,
    "D101",
    "unknown-parameter",
    Error,
    CLASSES,
    "every parameter is one of the driver's",
    "The API server takes any parameter; the driver refuses one that it does not know when the first claim is made, and \
     that claim stays Pending. Keys are compared as the driver does, some in any case and some exactly.",
    "class"
);
rule!(
    VALUE,
    "D102",
    "parameter-value",
    Error,
    EITHER,
    "parameters have values that the driver can read",
    "A number with a unit, a word in another spelling, a list with another separator: the driver cannot read the value \
     and refuses every claim of the class.",
    "class"
);
rule!(
    DISK_TYPE,
    "D103",
    "unknown-disk-type",
    Error,
    CLASSES,
    "the disk type is one that there is",
    "The class names a disk type that the cloud does not have. Most drivers pass the name on, and the cloud's API refuses \
     it.",
    "class"
);
rule!(
    TOGETHER,
    "D104",
    "refused-together",
    Error,
    EITHER,
    "parameters that exclude or need each other stand so",
    "Each parameter is sound by itself, and together the driver or the cloud's API refuses them: one needs another, excludes \
     another, or does not go with the disk type, the file system, the size or the volume mode.",
    "class"
);
rule!(
    TWICE,
    "D105",
    "parameter-given-twice",
    Error,
    CLASSES,
    "a parameter is given once",
    "Two keys that differ only in case, or an old and a new key of one meaning. Drivers read such a class in random order: \
     the same claim may get one disk today and another tomorrow.",
    "class"
);
rule!(
    FILE_SYSTEM,
    "D106",
    "unknown-file-system",
    Error,
    EITHER,
    "the file system is one that the driver makes",
    "The disk is made and paid for, and the pod does not start: the node has no program that makes such a file system.",
    "class"
);
rule!(
    TOPOLOGY,
    "D107",
    "foreign-topology",
    Error,
    CLASSES,
    "allowedTopologies use the driver's labels and zones",
    "The driver places disks by its own node label. A term without it is refused, and so is a zone whose name is none.",
    "topology"
);
rule!(
    MOUNT_OPTION,
    "D108",
    "mount-option",
    Error,
    EITHER,
    "mount options that the driver reads are sound",
    "Most mount options are passed to the node as they are. A few are read by the driver, which refuses to mount where they \
     do not parse.",
    "mount-option"
);
rule!(
    SIZE,
    "D201",
    "size-out-of-range",
    Error,
    CLAIMS,
    "the size is one that the disk type has",
    "The claim is smaller or larger than disks of the class's type can be. The driver passes the size on, and the cloud's \
     API refuses it.",
    "claim"
);
rule!(
    IOPS,
    "D202",
    "iops-out-of-range",
    Error,
    CLAIMS,
    "the IOPS are what the disk type gives at that size",
    "IOPS have a least and a most, and a most for each GiB, so a class can be right for one claim and wrong for another. \
     Judged for each claim whose class is in the input.",
    "claim"
);
rule!(
    THROUGHPUT,
    "D203",
    "throughput-out-of-range",
    Error,
    CLAIMS,
    "the throughput is what the disk type gives",
    "Throughput has a least and a most, and a most for each IOPS. Judged for each claim whose class is in the input.",
    "claim"
);
rule!(
    ACCESS_MODE,
    "D204",
    "access-mode",
    Error,
    CLAIMS,
    "the access modes are what the driver offers",
    "A disk is attached to one node, unless the cloud can share it. The API server takes any mode; the driver refuses what \
     it does not offer for the disk type and volume mode, and the claim stays Pending.",
    "claim"
);
rule!(
    SHARES,
    "D205",
    "too-many-shares",
    Error,
    CLAIMS,
    "a disk is shared by as many nodes as its size allows",
    "How many nodes can attach one disk depends on its type and size. The cloud's API refuses more.",
    "shared"
);
rule!(
    ATTRIBUTES,
    "D206",
    "attributes-class-of-a-new-volume",
    Error,
    CLAIMS,
    "a claim names a VolumeAttributesClass that its volume can be made with",
    "A claim may name a VolumeAttributesClass from the start. It must be of the driver that makes the volume, and hold what \
     can be said of a new volume: some parameters only change a volume that is there. Its parameters take the place of the \
     class's, and both together must fit the size.",
    "attributes"
);
rule!(
    MISREAD,
    "A101",
    "misread-boolean",
    Warning,
    CLASSES,
    "a switch is written `true` in exactly this way",
    "The driver turns the parameter on for `true` alone and reads every other text as off, without a word. `encrypted: \
     \"True\"` makes disks that are not encrypted.",
    "class"
);
rule!(
    IGNORED,
    "A102",
    "parameter-without-effect",
    Warning,
    EITHER,
    "every parameter does something",
    "The driver takes the parameter and does nothing with it.",
    "class"
);
rule!(
    DEPRECATED,
    "A103",
    "deprecated-parameter",
    Warning,
    CLASSES,
    "parameters have their present names",
    "The parameter still works under its former name, which a later driver may refuse.",
    "class"
);
rule!(
    SUPERSEDED,
    "A104",
    "superseded-disk-type",
    Warning,
    CLASSES,
    "the disk type is of the present",
    "A later type does the same better or for less.",
    "class"
);
rule!(
    CLAMPED,
    "A105",
    "clamped-performance",
    Warning,
    CLAIMS,
    "a disk gets the performance that its class asks for",
    "The driver lowers the wish to what the size allows, without a word: the disk works, and is slower than its class says.",
    "claim"
);
rule!(
    ROUNDED,
    "A106",
    "size-rounded-up",
    Warning,
    CLAIMS,
    "a size is a whole number of GiB",
    "Disks are made in whole GiB: `10G` becomes 10 GiB, which is more than was asked for and what is paid for.",
    "claim"
);
rule!(
    DISPUTED,
    "A107",
    "likely-refused",
    Warning,
    EITHER,
    "parameters are ones that are known to work",
    "The sources disagree, or the driver takes the value and fails later for some of them: it may not work.",
    "file-system"
);
rule!(
    TOPOLOGY_IGNORED,
    "A108",
    "topology-ignored",
    Warning,
    CLASSES,
    "allowedTopologies use labels that the driver reads",
    "The driver ignores the label, and with none left it picks a zone by itself.",
    "class"
);
rule!(
    IN_TREE,
    "A109",
    "in-tree-provisioner",
    Warning,
    CLASSES,
    "classes name the CSI driver",
    "The plugin inside Kubernetes is gone since 1.27. A class that names it works only where the CSI driver is installed and \
     takes it over, with its parameters translated; elsewhere claims stay Pending for ever.",
    "class"
);
