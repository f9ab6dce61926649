//! The rules K: a few general causes, as the API server's answers name them. Each text is in the page next to this file.
//!
//! K101 to K106 are the error types of apimachinery's `field.ErrorType`: Required, Invalid, `NotSupported`, Forbidden,
//! Duplicate, and `TooLong` or `TooMany`.

use crate::embedded::pages;
use crate::rule::Rule;

/// The rules of this family, sorted by code.
pub static RULES: &[&Rule] = &[
    &UNKNOWN_FIELD,
    &WRONG_TYPE,
    &WRONG_API_VERSION,
    &MISSING_API_VERSION,
    &DROPPED_FIELD,
    &REAPPLY_REJECTED,
    &PLACEHOLDER,
    &REQUIRED_FIELD,
    &INVALID_VALUE,
    &UNSUPPORTED_VALUE,
    &FORBIDDEN_FIELD,
    &DUPLICATE_ITEM,
    &LIMIT_EXCEEDED,
];

pub(crate) static UNKNOWN_FIELD: Rule = Rule::error(&pages::K001);
pub(crate) static WRONG_TYPE: Rule = Rule::error(&pages::K002);
pub(crate) static WRONG_API_VERSION: Rule = Rule::error(&pages::K003);
pub(crate) static MISSING_API_VERSION: Rule = Rule::warning(&pages::K004);
pub(crate) static DROPPED_FIELD: Rule = Rule::warning(&pages::K005);
pub(crate) static REAPPLY_REJECTED: Rule = Rule::warning(&pages::K006);
pub(crate) static PLACEHOLDER: Rule = Rule::error(&pages::K007);
pub(crate) static REQUIRED_FIELD: Rule = Rule::error(&pages::K101);
pub(crate) static INVALID_VALUE: Rule = Rule::error(&pages::K102);
pub(crate) static UNSUPPORTED_VALUE: Rule = Rule::error(&pages::K103);
pub(crate) static FORBIDDEN_FIELD: Rule = Rule::error(&pages::K104);
pub(crate) static DUPLICATE_ITEM: Rule = Rule::error(&pages::K105);
pub(crate) static LIMIT_EXCEEDED: Rule = Rule::error(&pages::K106);
