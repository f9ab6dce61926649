//! Go templates in the values of tags: what they may say, and whether they can be filled in.

mod parse;
mod run;
mod tokens;

use super::mismatch::{Mismatch, mismatch};
use crate::catalog::driver::{Map, TemplateField};

use run::{Text, Value};

/// What a volume is named: `pvc-` and a UUID.
const VOLUME: &str = "pvc-00000000-0000-0000-0000-000000000000";
/// As long as people name a namespace, and in as many parts: it may have 63 characters, and hardly any has 48.
const NAMESPACE: &str = "aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-aaaaa";

/// Checks that a template can be read, and filled in for some claim.
pub(super) fn check(text: &str, fields: &Map<TemplateField>) -> Result<(), Mismatch> {
    let template = match parse::parse(text) {
        Ok(template) => template,
        Err(why) => return mismatch(why, "a template is Go's text/template, such as `{{ .PVCName }}`"),
    };
    let value = |field: &str| {
        Some(Value::Text(match fields.get(field)? {
            TemplateField::ClaimNamespace => Text::sample(NAMESPACE),
            TemplateField::VolumeName => Text::sample(VOLUME),
            TemplateField::ClaimName | TemplateField::Unknown => Text::unknown(),
        }))
    };
    match run::run(&template, &value) {
        Ok(()) => Ok(()),
        Err(why) if why.is_field => mismatch(why.message, format!("there is {}", names(fields))),
        Err(why) => mismatch(why.message, "change the template: for such a value it has no result"),
    }
}

/// The fields that templates can name, as they write them.
pub(crate) fn names(fields: &Map<TemplateField>) -> String {
    fields.keys().map(|field| format!(".{field}")).collect::<Vec<_>>().join(", ")
}

/// Why a template cannot be filled in with the values of `field`; none where it can, or where that is not known.
pub(super) fn failure(
    text: &str,
    fields: &Map<TemplateField>,
    field: impl Fn(TemplateField) -> Option<String>,
) -> Option<String> {
    let template = parse::parse(text).ok()?;
    let value =
        |name: &str| Some(Value::Text(field(*fields.get(name)?).map_or_else(Text::unknown, Text::known)));
    run::run(&template, &value).err().map(|why| why.message)
}
