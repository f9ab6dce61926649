//! Tolerations.

use k8s_openapi::api::core::v1::Toleration;
use serde_json::Value;

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// Parses a JSON list of tolerations as Go does: names in any case, unknown ones ignored, `null` as nothing.
///
/// # Errors
///
/// What is wrong with the text.
pub(in crate::rules::kubernetes) fn parse(text: &str) -> Result<Vec<Toleration>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let items = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(items) => items,
        _ => return Err("it is not a list".to_owned()),
    };
    items.iter().map(parse_item).collect()
}

fn parse_item(item: &Value) -> Result<Toleration, String> {
    let mut toleration = Toleration::default();
    let fields = match item {
        Value::Null => return Ok(toleration),
        Value::Object(fields) => fields,
        _ => return Err("an item is not an object".to_owned()),
    };
    for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        let field = match key.to_ascii_lowercase().as_str() {
            "key" => &mut toleration.key,
            "operator" => &mut toleration.operator,
            "value" => &mut toleration.value,
            "effect" => &mut toleration.effect,
            "tolerationseconds" => {
                let seconds = value.as_i64().ok_or_else(|| format!("`{key}` is not a whole number"))?;
                toleration.toleration_seconds = Some(seconds);
                continue;
            }
            _ => continue,
        };
        *field = Some(value.as_str().ok_or_else(|| format!("`{key}` is not a string"))?.to_owned());
    }
    Ok(toleration)
}

/// Checks the tolerations of a pod: `path` is `spec.tolerations` (validation.go, `ValidateTolerations`).
pub(in crate::rules::kubernetes) fn check(
    tolerations: &[Toleration],
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for (index, toleration) in tolerations.iter().enumerate() {
        let path = path.index(index);
        let key = toleration.key.as_deref().unwrap_or_default();
        let operator = toleration.operator.as_deref().unwrap_or_default();
        let value = toleration.value.as_deref().unwrap_or_default();
        let effect = toleration.effect.as_deref().unwrap_or_default();
        if !key.is_empty() {
            report::qualified_name(out, &path.field("key"), key);
        } else if operator != "Exists" {
            report::invalid(out, &path.field("operator"), "without a `key` the operator is `Exists`")
                .help("a toleration without a key matches every taint");
        }
        if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
            report::invalid(
                out,
                &path.field("effect"),
                "`tolerationSeconds` goes with `effect: NoExecute` only",
            );
        }
        match operator {
            // The server reports the value at the operator.
            "" | "Equal" => report::label_value(out, &path.field("operator"), value),
            "Exists" if !value.is_empty() => {
                report::invalid(out, &path.field("operator"), "operator `Exists` takes no `value`");
            }
            "Exists" => {}
            other => report::one_of(out, &path.field("operator"), other, &["Equal", "Exists"]),
        }
        if !effect.is_empty() {
            let allowed = ["NoExecute", "NoSchedule", "PreferNoSchedule"];
            report::one_of(out, &path.field("effect"), effect, &allowed);
        }
    }
}
