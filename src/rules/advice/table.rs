//! The rules A2: advice on classes, claims, pods and workloads. Each text is in the page next to this file.

use crate::embedded::pages;
use crate::rule::Rule;

/// The rules of this family, sorted by code.
pub static RULES: &[&Rule] = &[
    &IMMEDIATE_BINDING,
    &CHECKPOINTS_DELETED,
    &SCRATCH_RETAINED,
    &SEVERAL_DEFAULT_CLASSES,
    &EXPANSION_OFF,
    &EMPTY_CLASS_NAME,
    &CLASS_ANNOTATION,
    &STATIC_CLAIM_OF_DEFAULT_CLASS,
    &READ_ONLY_CLAIM_WITHOUT_DATA,
    &SHARED_MEMORY_MISSING,
    &MEMORY_VOLUME_ABOVE_LIMIT,
    &MEMORY_VOLUME_WITHOUT_LIMIT,
    &ACCELERATOR_WITHOUT_TOLERATION,
    &RECURSIVE_OWNERSHIP_CHANGE,
    &PRIVILEGED_POD,
    &IMAGE_TAG,
    &CACHE_ON_READ_ONLY_MOUNT,
    &CHECKPOINTS_ON_PASSING_VOLUME,
    &ROLLING_UPDATE_OF_SINGLE_NODE_CLAIM,
    &SINGLE_NODE_CLAIM_OF_MANY_PODS,
    &DISK_WITHOUT_FS_GROUP,
    &DATA_DIRECTORY_AT_MOUNT_ROOT,
    &FILE_SYSTEM_OF_OTHER_SYSTEM,
    &CLASS_WITHOUT_DRIVER_NODES,
    &UNKNOWN_MEDIUM,
    &VOLUME_WITHOUT_MOUNT,
];

pub(crate) static IMMEDIATE_BINDING: Rule = Rule::warning(&pages::A201);
pub(crate) static CHECKPOINTS_DELETED: Rule = Rule::warning(&pages::A202);
pub(crate) static SCRATCH_RETAINED: Rule = Rule::warning(&pages::A203);
pub(crate) static SEVERAL_DEFAULT_CLASSES: Rule = Rule::warning(&pages::A204);
pub(crate) static EXPANSION_OFF: Rule = Rule::warning(&pages::A205);
pub(crate) static EMPTY_CLASS_NAME: Rule = Rule::warning(&pages::A206);
pub(crate) static CLASS_ANNOTATION: Rule = Rule::warning(&pages::A207);
pub(crate) static STATIC_CLAIM_OF_DEFAULT_CLASS: Rule = Rule::warning(&pages::A208);
pub(crate) static READ_ONLY_CLAIM_WITHOUT_DATA: Rule = Rule::warning(&pages::A209);
pub(crate) static SHARED_MEMORY_MISSING: Rule = Rule::warning(&pages::A211);
pub(crate) static MEMORY_VOLUME_ABOVE_LIMIT: Rule = Rule::warning(&pages::A212);
pub(crate) static MEMORY_VOLUME_WITHOUT_LIMIT: Rule = Rule::warning(&pages::A213);
pub(crate) static ACCELERATOR_WITHOUT_TOLERATION: Rule = Rule::warning(&pages::A214);
pub(crate) static RECURSIVE_OWNERSHIP_CHANGE: Rule = Rule::warning(&pages::A215);
pub(crate) static PRIVILEGED_POD: Rule = Rule::warning(&pages::A216);
pub(crate) static IMAGE_TAG: Rule = Rule::warning(&pages::A217);
pub(crate) static CACHE_ON_READ_ONLY_MOUNT: Rule = Rule::warning(&pages::A218);
pub(crate) static CHECKPOINTS_ON_PASSING_VOLUME: Rule = Rule::warning(&pages::A219);
pub(crate) static ROLLING_UPDATE_OF_SINGLE_NODE_CLAIM: Rule = Rule::warning(&pages::A220);
pub(crate) static SINGLE_NODE_CLAIM_OF_MANY_PODS: Rule = Rule::warning(&pages::A221);
pub(crate) static DISK_WITHOUT_FS_GROUP: Rule = Rule::warning(&pages::A222);
pub(crate) static DATA_DIRECTORY_AT_MOUNT_ROOT: Rule = Rule::warning(&pages::A223);
pub(crate) static FILE_SYSTEM_OF_OTHER_SYSTEM: Rule = Rule::warning(&pages::A224);
pub(crate) static CLASS_WITHOUT_DRIVER_NODES: Rule = Rule::warning(&pages::A225);
pub(crate) static UNKNOWN_MEDIUM: Rule = Rule::warning(&pages::A226);
pub(crate) static VOLUME_WITHOUT_MOUNT: Rule = Rule::warning(&pages::A231);
