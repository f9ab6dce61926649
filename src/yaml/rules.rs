//! The rules Y: what is wrong with a text as kubectl reads it. Each text is in the page next to this file.

use crate::embedded::pages;
use crate::rule::Rule;

/// The rules of this family, sorted by code.
pub static RULES: &[&Rule] = &[
    &SYNTAX,
    &TAB_INDENTATION,
    &CONTROL_CHARACTER,
    &DOCUMENT_SEPARATOR,
    &DUPLICATE_KEY,
    &UNKNOWN_ALIAS,
    &NOT_REPRESENTABLE_IN_JSON,
    &NOT_AN_OBJECT,
    &DOCUMENT_LIMIT,
    &IGNORED_TEXT,
];

pub(crate) static SYNTAX: Rule = Rule::error(&pages::Y001);
pub(crate) static TAB_INDENTATION: Rule = Rule::error(&pages::Y002);
pub(crate) static CONTROL_CHARACTER: Rule = Rule::error(&pages::Y003);
pub(crate) static DOCUMENT_SEPARATOR: Rule = Rule::error(&pages::Y004);
pub(crate) static DUPLICATE_KEY: Rule = Rule::error(&pages::Y005);
pub(crate) static UNKNOWN_ALIAS: Rule = Rule::error(&pages::Y006);
pub(crate) static NOT_REPRESENTABLE_IN_JSON: Rule = Rule::error(&pages::Y007);
pub(crate) static NOT_AN_OBJECT: Rule = Rule::error(&pages::Y008);
pub(crate) static DOCUMENT_LIMIT: Rule = Rule::error(&pages::Y009);
pub(crate) static IGNORED_TEXT: Rule = Rule::warning(&pages::Y010);
