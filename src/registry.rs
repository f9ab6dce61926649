//! Every rule, found by code or name.

use crate::document;
use crate::embedded::pages;
use crate::nearest::nearest;
use crate::profile;
use crate::rule::Rule;
use crate::rules::{advice, driver, kubernetes, links, security, update};
use crate::template;
use crate::yaml;

/// Every rule, family by family, each family sorted by code.
pub static FAMILIES: &[&[&Rule]] = &[
    profile::rules::RULES,
    template::rules::RULES,
    yaml::rules::RULES,
    SUPPRESSIONS,
    document::rules::RULES,
    kubernetes::custom_resource::RULES,
    update::RULES,
    driver::RULES,
    links::RULES,
    security::RULES,
    driver::ADVICE,
    advice::RULES,
];

/// The rules about suppressions: declared here, because a suppression may name any rule.
static SUPPRESSIONS: &[&Rule] = &[&SUPPRESSION_REASON, &SUPPRESSION_UNKNOWN, &SUPPRESSION_UNUSED];

pub(crate) static SUPPRESSION_REASON: Rule = Rule::error(&pages::Y090);
pub(crate) static SUPPRESSION_UNKNOWN: Rule = Rule::error(&pages::Y091);
pub(crate) static SUPPRESSION_UNUSED: Rule = Rule::warning(&pages::Y092);

/// Every rule in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// The rule with this code or name, ignoring case.
#[must_use]
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    all().find(|rule| {
        rule.code.eq_ignore_ascii_case(code_or_name) || rule.name.eq_ignore_ascii_case(code_or_name)
    })
}

/// Parses a rule selector: a code, a code prefix or a name.
///
/// # Errors
///
/// If it selects no rule.
pub fn pattern(text: &str) -> Result<String, String> {
    if !text.is_empty() && all().any(|rule| rule.is_selected(text)) {
        return Ok(text.to_owned());
    }
    let near = nearest(text, all().flat_map(|rule| [rule.code, rule.name]));
    Err(match near {
        Some(near) => format!("unknown rule; did you mean `{near}`?"),
        None => "unknown rule; `volwright rules` lists them".to_owned(),
    })
}
