//! The rules T: what is wrong with a template. Each text is in the page next to this file.

use crate::embedded::pages;
use crate::rule::Rule;

/// The rules of this family, sorted by code.
pub static RULES: &[&Rule] =
    &[&TEMPLATE_SYNTAX, &UNDEFINED_VALUE, &MISSING_TEMPLATE, &TEMPLATE_LIMIT, &TEMPLATE_FAILURE];

pub(crate) static TEMPLATE_SYNTAX: Rule = Rule::error(&pages::T001);
pub(crate) static UNDEFINED_VALUE: Rule = Rule::error(&pages::T002);
pub(crate) static MISSING_TEMPLATE: Rule = Rule::error(&pages::T003);
pub(crate) static TEMPLATE_LIMIT: Rule = Rule::error(&pages::T004);
pub(crate) static TEMPLATE_FAILURE: Rule = Rule::error(&pages::T005);
