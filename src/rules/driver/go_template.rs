//! Go templates in the values of tags: what they may name, and whether they can be filled in for a claim.

use std::collections::BTreeMap;

use super::shape::{Wrong, wrong};
use crate::catalog::driver::TemplateField;

/// Functions of Go's templates that the driver takes away.
const DISABLED: [&str; 4] = ["html", "js", "call", "urlquery"];

/// Checks that every action ends, and names fields and functions that there are.
pub(super) fn check(text: &str, fields: &BTreeMap<String, TemplateField>) -> Result<(), Wrong> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((action, next)) = after.split_once("}}") else {
            return wrong("the template has no end".to_owned(), "close it with `}}`");
        };
        let outside = action.split('"').step_by(2);
        let words = outside.flat_map(|part| {
            part.split(|letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | '|'))
        });
        for word in words {
            if DISABLED.contains(&word) {
                return wrong(format!("a template has no function `{word}` here"), "take it out");
            }
            let Some(field) = word.strip_prefix('.').filter(|field| !field.is_empty()) else { continue };
            if !fields.contains_key(field) {
                return wrong(
                    format!("a template has no field `.{field}` here"),
                    format!("there is {}", names(fields)),
                );
            }
        }
        rest = next;
    }
    Ok(())
}

/// The fields that templates can name, as they write them.
pub(crate) fn names(fields: &BTreeMap<String, TemplateField>) -> String {
    fields.keys().map(|field| format!(".{field}")).collect::<Vec<_>>().join(", ")
}

/// The first action that cannot be filled in with the values of `field`, and why.
///
/// Follows pipelines of one known field through functions with plain arguments; of anything else it says nothing.
pub(super) fn failure(text: &str, field: impl Fn(&str) -> Option<String>) -> Option<(&str, String)> {
    let actions = text.split("{{").skip(1).filter_map(|part| part.split_once("}}"));
    actions.map(|(action, _)| action).find_map(|action| {
        let action = action.trim_matches('-').trim();
        let mut steps = action.split('|').map(str::trim);
        let mut value = field(steps.next()?.strip_prefix('.')?)?;
        for step in steps {
            value = match filled(step, &value)? {
                Ok(value) => value,
                Err(why) => return Some((action, why)),
            };
        }
        None
    })
}

/// What one function makes of a value; none where that is not followed.
fn filled(step: &str, value: &str) -> Option<Result<String, String>> {
    let words: Vec<&str> = step.split_whitespace().collect();
    Some(match words.as_slice() {
        ["toUpper"] => Ok(value.to_uppercase()),
        ["toLower"] => Ok(value.to_lowercase()),
        ["substring", start, end] => {
            let (start, end) = (start.parse::<i64>().ok()?, end.parse::<i64>().ok()?);
            let length = value.len() as i64;
            // A negative start is none, and so is an end that is negative or too far.
            let range = match (start < 0, end < 0 || end > length) {
                (true, _) => 0..end,
                (false, true) => start..length,
                (false, false) => start..end,
            };
            let slice = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
            let slice = slice.and_then(|(start, end)| value.get(start..end));
            slice.map(str::to_owned).ok_or_else(|| format!("`{value}` has {length} characters"))
        }
        ["field", separator, index] => {
            let separator = separator.strip_prefix('"')?.strip_suffix('"').filter(|text| !text.is_empty())?;
            let index = index.parse::<usize>().ok()?;
            let count = value.split(separator).count();
            let part = value.split(separator).nth(index).map(str::to_owned);
            part.ok_or_else(|| format!("`{value}` has {count} parts between `{separator}`, counted from 0"))
        }
        _ => return None,
    })
}
