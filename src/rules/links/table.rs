//! The rules L: what is wrong between objects. Each text is in the page next to this file.

use crate::embedded::pages;
use crate::rule::Rule;

/// The rules of this family, sorted by code.
pub static RULES: &[&Rule] = &[
    &BLOCK_VOLUME_MOUNTED,
    &FILESYSTEM_VOLUME_AS_DEVICE,
    &READ_ONLY_CLAIM_MOUNTED_FOR_WRITING,
    &EPHEMERAL_VOLUME_RETAINED,
    &CLAIM_IN_SEVERAL_ZONES,
    &ZONE_OUTSIDE_ALLOWED_TOPOLOGIES,
    &NODE_NAME_WITH_WAITING_CLASS,
    &CLONE_OF_ANOTHER_MODE,
    &CLONE_SMALLER_THAN_ITS_SOURCE,
    &CLONE_OF_ANOTHER_DRIVER,
    &VOLUME_DOES_NOT_FIT_CLAIM,
    &CLAIM_NAME_COLLISION,
    &DUPLICATE_OBJECT,
    &SINGLE_POD_CLAIM_OF_SEVERAL_WORKLOADS,
    &SINGLE_NODE_CLAIM_OF_SEVERAL_WORKLOADS,
    &SNAPSHOT_CLASS_OF_ANOTHER_DRIVER,
    &WRONG_DATA_SOURCE_GROUP,
    &MACHINE_CANNOT_ATTACH_DISK,
    &DRIVER_NOT_ON_SELECTED_NODES,
    &SPREAD_OVER_TOO_FEW_ZONES,
    &ACCESS_MODE_OF_CLUSTER_CLASS,
    &MISSPELLED_DRIVER,
    &MISSPELLED_REFERENCE,
];

pub(crate) static BLOCK_VOLUME_MOUNTED: Rule = Rule::error(&pages::L101);
pub(crate) static FILESYSTEM_VOLUME_AS_DEVICE: Rule = Rule::error(&pages::L102);
pub(crate) static READ_ONLY_CLAIM_MOUNTED_FOR_WRITING: Rule = Rule::warning(&pages::L103);
pub(crate) static EPHEMERAL_VOLUME_RETAINED: Rule = Rule::warning(&pages::L104);
pub(crate) static CLAIM_IN_SEVERAL_ZONES: Rule = Rule::error(&pages::L105);
pub(crate) static ZONE_OUTSIDE_ALLOWED_TOPOLOGIES: Rule = Rule::error(&pages::L106);
pub(crate) static NODE_NAME_WITH_WAITING_CLASS: Rule = Rule::error(&pages::L107);
pub(crate) static CLONE_OF_ANOTHER_MODE: Rule = Rule::error(&pages::L108);
pub(crate) static CLONE_SMALLER_THAN_ITS_SOURCE: Rule = Rule::error(&pages::L109);
pub(crate) static CLONE_OF_ANOTHER_DRIVER: Rule = Rule::error(&pages::L110);
pub(crate) static VOLUME_DOES_NOT_FIT_CLAIM: Rule = Rule::error(&pages::L111);
pub(crate) static CLAIM_NAME_COLLISION: Rule = Rule::error(&pages::L112);
pub(crate) static DUPLICATE_OBJECT: Rule = Rule::warning(&pages::L113);
pub(crate) static SINGLE_POD_CLAIM_OF_SEVERAL_WORKLOADS: Rule = Rule::error(&pages::L114);
pub(crate) static SINGLE_NODE_CLAIM_OF_SEVERAL_WORKLOADS: Rule = Rule::warning(&pages::L115);
pub(crate) static SNAPSHOT_CLASS_OF_ANOTHER_DRIVER: Rule = Rule::error(&pages::L116);
pub(crate) static WRONG_DATA_SOURCE_GROUP: Rule = Rule::error(&pages::L117);
pub(crate) static MACHINE_CANNOT_ATTACH_DISK: Rule = Rule::warning(&pages::L118);
pub(crate) static DRIVER_NOT_ON_SELECTED_NODES: Rule = Rule::warning(&pages::L119);
pub(crate) static SPREAD_OVER_TOO_FEW_ZONES: Rule = Rule::warning(&pages::L120);
pub(crate) static ACCESS_MODE_OF_CLUSTER_CLASS: Rule = Rule::warning(&pages::L121);
pub(crate) static MISSPELLED_DRIVER: Rule = Rule::warning(&pages::L122);
pub(crate) static MISSPELLED_REFERENCE: Rule = Rule::warning(&pages::L123);
