//! The rules D, and the advice based on the same catalogue. Each text is in the page next to this file.

use crate::embedded::pages;
use crate::rule::Rule;

/// The rules of this family, sorted by code.
pub static RULES: &[&Rule] = &[
    &UNKNOWN_PARAMETER,
    &PARAMETER_VALUE,
    &UNKNOWN_DISK_TYPE,
    &CONFLICTING_PARAMETERS,
    &DUPLICATE_PARAMETER,
    &UNKNOWN_FILE_SYSTEM,
    &UNSUPPORTED_TOPOLOGY_KEY,
    &MOUNT_OPTION,
    &REQUIRED_PARAMETER,
    &UNSUPPORTED_BY_DRIVER,
    &SIZE_OUT_OF_RANGE,
    &IOPS_OUT_OF_RANGE,
    &THROUGHPUT_OUT_OF_RANGE,
    &ACCESS_MODE,
    &TOO_MANY_SHARES,
    &ATTRIBUTES_CLASS_OF_A_NEW_VOLUME,
    &INVALID_VOLUME_HANDLE,
    &MISSING_POD_ANNOTATION,
];

/// The advice based on the catalogue, sorted by code.
pub static ADVICE: &[&Rule] = &[
    &MISREAD_BOOLEAN,
    &PARAMETER_WITHOUT_EFFECT,
    &DEPRECATED_PARAMETER,
    &PREVIOUS_GENERATION_DISK,
    &CLAMPED_PERFORMANCE,
    &SIZE_ROUNDED_UP,
    &LIKELY_REFUSED,
    &TOPOLOGY_IGNORED,
    &IN_TREE_PROVISIONER,
    &DUPLICATE_VOLUME_HANDLE,
    &TEMPLATE_TEXT,
];

pub(crate) static UNKNOWN_PARAMETER: Rule = Rule::error(&pages::D101);
pub(crate) static PARAMETER_VALUE: Rule = Rule::error(&pages::D102);
pub(crate) static UNKNOWN_DISK_TYPE: Rule = Rule::error(&pages::D103);
pub(crate) static CONFLICTING_PARAMETERS: Rule = Rule::error(&pages::D104);
pub(crate) static DUPLICATE_PARAMETER: Rule = Rule::error(&pages::D105);
pub(crate) static UNKNOWN_FILE_SYSTEM: Rule = Rule::error(&pages::D106);
pub(crate) static UNSUPPORTED_TOPOLOGY_KEY: Rule = Rule::error(&pages::D107);
pub(crate) static MOUNT_OPTION: Rule = Rule::error(&pages::D108);
pub(crate) static REQUIRED_PARAMETER: Rule = Rule::error(&pages::D109);
pub(crate) static UNSUPPORTED_BY_DRIVER: Rule = Rule::error(&pages::D110);
pub(crate) static SIZE_OUT_OF_RANGE: Rule = Rule::error(&pages::D201);
pub(crate) static IOPS_OUT_OF_RANGE: Rule = Rule::error(&pages::D202);
pub(crate) static THROUGHPUT_OUT_OF_RANGE: Rule = Rule::error(&pages::D203);
pub(crate) static ACCESS_MODE: Rule = Rule::error(&pages::D204);
pub(crate) static TOO_MANY_SHARES: Rule = Rule::error(&pages::D205);
pub(crate) static ATTRIBUTES_CLASS_OF_A_NEW_VOLUME: Rule = Rule::error(&pages::D206);
pub(crate) static INVALID_VOLUME_HANDLE: Rule = Rule::error(&pages::D301);
pub(crate) static MISSING_POD_ANNOTATION: Rule = Rule::error(&pages::D302);
pub(crate) static MISREAD_BOOLEAN: Rule = Rule::warning(&pages::A101);
pub(crate) static PARAMETER_WITHOUT_EFFECT: Rule = Rule::warning(&pages::A102);
pub(crate) static DEPRECATED_PARAMETER: Rule = Rule::warning(&pages::A103);
pub(crate) static PREVIOUS_GENERATION_DISK: Rule = Rule::warning(&pages::A104);
pub(crate) static CLAMPED_PERFORMANCE: Rule = Rule::warning(&pages::A105);
pub(crate) static SIZE_ROUNDED_UP: Rule = Rule::warning(&pages::A106);
pub(crate) static LIKELY_REFUSED: Rule = Rule::warning(&pages::A107);
pub(crate) static TOPOLOGY_IGNORED: Rule = Rule::warning(&pages::A108);
pub(crate) static IN_TREE_PROVISIONER: Rule = Rule::warning(&pages::A109);
pub(crate) static DUPLICATE_VOLUME_HANDLE: Rule = Rule::warning(&pages::A110);
pub(crate) static TEMPLATE_TEXT: Rule = Rule::warning(&pages::A111);
