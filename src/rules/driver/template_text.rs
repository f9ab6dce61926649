//! Templates that a driver does not expand: it uses them as they are written.

use super::request::Pair;
use super::table;
use crate::catalog::driver::{Parameter, Shape};
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

/// Reports a template in a value that is valid otherwise.
pub(super) fn check(pair: &Pair<'_>, parameter: &Parameter, at: &Path<'_>, out: &mut Reporter<'_>) {
    let go = match &parameter.shape {
        Shape::Tag { fields, key_only, .. } => !fields.is_empty() && !key_only,
        Shape::Placeholders { .. } => return,
        _ => false,
    };
    let Some(template) = literal(pair.value, parameter.placeholders, go) else { return };
    let message = format!("the driver uses `{template}` literally: it does not expand such a template");
    out.report(&table::TEMPLATE_TEXT, at, message).help(match (&parameter.shape, parameter.placeholders) {
        (Shape::Tag { fields, .. }, _) if go => {
            format!("write the value itself, or a Go template with {}", super::go_template::names(fields))
        }
        (_, []) => "write the value itself".to_owned(),
        (_, known) => format!("write the value itself, or one of {}", known.join(", ")),
    });
}

/// The first template of a text that is not expanded. `go` says whether templates of Go are.
fn literal<'v>(value: &'v str, known: &[&str], go: bool) -> Option<&'v str> {
    let mut rest = value;
    while let Some(start) = rest.find(['$', '{']) {
        let text = &rest[start..];
        let end = match () {
            () if text.starts_with("${") => text.find('}').map(|end| end + 1),
            () if text.starts_with("{{") => text.find("}}").map(|end| end + 2),
            () => None,
        };
        let Some(end) = end else {
            rest = &text[1..];
            continue;
        };
        let template = &text[..end];
        let expanded = if template.starts_with('$') { known.contains(&template) } else { go };
        if !expanded {
            return Some(template);
        }
        rest = &text[end..];
    }
    None
}
