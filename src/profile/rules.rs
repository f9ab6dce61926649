//! The rules P: what is wrong with a profile. Each text is in the page next to this file.

use crate::embedded::pages;
use crate::rule::Rule;

/// The rules of this family, sorted by code.
pub static RULES: &[&Rule] = &[
    &PROFILE_SYNTAX,
    &PROFILE_TEXT,
    &UNKNOWN_KEY,
    &PROFILE_TYPE,
    &INVALID_PROFILE_VALUE,
    &MISSING_KEY,
    &MUTUALLY_EXCLUSIVE_KEYS,
    &UNKNOWN_REFERENCE,
    &DUPLICATE_NAME,
    &PROFILE_EXTENDS,
    &UNUSED_SCRATCH,
    &UNSET_MATCHES_NOTHING,
    &OVERLAY_AS_PROFILE,
    &NOTHING_TO_RENDER,
    &SHARED_CLASS_NAME,
    &SIMILAR_KEY,
    &UNMET_NEED,
    &UNRECORDED_CHOICE,
];

pub(crate) static PROFILE_SYNTAX: Rule = Rule::error(&pages::P001);
pub(crate) static PROFILE_TEXT: Rule = Rule::error(&pages::P002);
pub(crate) static UNKNOWN_KEY: Rule = Rule::error(&pages::P003);
pub(crate) static PROFILE_TYPE: Rule = Rule::error(&pages::P004);
pub(crate) static INVALID_PROFILE_VALUE: Rule = Rule::error(&pages::P005);
pub(crate) static MISSING_KEY: Rule = Rule::error(&pages::P006);
pub(crate) static MUTUALLY_EXCLUSIVE_KEYS: Rule = Rule::error(&pages::P007);
pub(crate) static UNKNOWN_REFERENCE: Rule = Rule::error(&pages::P008);
pub(crate) static DUPLICATE_NAME: Rule = Rule::error(&pages::P009);
pub(crate) static PROFILE_EXTENDS: Rule = Rule::error(&pages::P010);
pub(crate) static UNUSED_SCRATCH: Rule = Rule::warning(&pages::P011);
pub(crate) static UNSET_MATCHES_NOTHING: Rule = Rule::error(&pages::P012);
pub(crate) static OVERLAY_AS_PROFILE: Rule = Rule::error(&pages::P013);
pub(crate) static NOTHING_TO_RENDER: Rule = Rule::warning(&pages::P014);
pub(crate) static SHARED_CLASS_NAME: Rule = Rule::warning(&pages::P015);
pub(crate) static SIMILAR_KEY: Rule = Rule::warning(&pages::P016);
pub(crate) static UNMET_NEED: Rule = Rule::error(&pages::P017);
pub(crate) static UNRECORDED_CHOICE: Rule = Rule::warning(&pages::P018);
