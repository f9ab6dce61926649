//! JSON texts inside parameters.

use serde_json::Value;

use super::mismatch::{Mismatch, cloud_mismatch, mismatch};
use crate::catalog::driver::{JsonField, JsonShape, Map, go_boolean};

/// Checks a JSON text.
pub(super) fn check(text: &str, shape: &JsonShape, scalars_first: bool, empty: bool) -> Result<(), Mismatch> {
    if empty && text.is_empty() {
        return Ok(());
    }
    let value = if scalars_first { scalar(text) } else { None };
    let value = match value.map_or_else(|| serde_json::from_str(text), Ok) {
        Ok(value) => value,
        Err(_) => {
            let help = match shape {
                JsonShape::String { .. } => {
                    format!(
                        "write JSON: a text has double quotes of its own, '\"{}\"'",
                        text.trim_matches('"')
                    )
                }
                JsonShape::List { .. } => "write a JSON list, such as '[\"a\", \"b\"]'".to_owned(),
                JsonShape::Object { .. } => "write a JSON object, such as '{\"Key\": \"value\"}'".to_owned(),
                JsonShape::Boolean => "write `true` or `false`".to_owned(),
                JsonShape::Integer { .. } => "write digits only".to_owned(),
            };
            return mismatch(format!("`{text}` is not JSON"), help);
        }
    };
    if value.is_null() { Ok(()) } else { check_value(&value, shape, "") }
}

/// A whole number, else a boolean of Go, before JSON is tried.
fn scalar(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let number = (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse::<i64>().ok())
        .flatten();
    number.map(Value::from).or_else(|| go_boolean(text).map(Value::from))
}

fn check_value(value: &Value, shape: &JsonShape, place: &str) -> Result<(), Mismatch> {
    let of = if place.is_empty() { String::new() } else { format!("`{place}` ") };
    match (shape, value) {
        (JsonShape::Boolean, Value::Bool(_)) => Ok(()),
        (JsonShape::Integer { bits, least, most, values }, Value::Number(number)) => {
            let fits = |number: &i64| *bits > 32 || i32::try_from(*number).is_ok();
            let Some(number) = number.as_i64().filter(fits) else {
                return mismatch(
                    format!("{of}{number} is not a whole number of {bits} bits"),
                    "write a whole number",
                );
            };
            if !values.is_empty() && !values.contains(&number) {
                let list = values.iter().map(ToString::to_string).collect::<Vec<_>>();
                return cloud_mismatch(
                    format!("{of}{number} is not a supported value"),
                    format!("write one of {}", list.join(", ")),
                );
            }
            if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
                let least = least.map_or_else(String::new, |least| format!(" from {least}"));
                let most = most.map_or_else(String::new, |most| format!(" up to {most}"));
                return cloud_mismatch(
                    format!("{of}{number} is out of range"),
                    format!("write a number{least}{most}"),
                );
            }
            Ok(())
        }
        (JsonShape::String { values, pattern, expected, strict }, Value::String(text)) => {
            if !values.is_empty() && !text.is_empty() && !values.contains(&text.as_str()) {
                let near = values.iter().find(|known| known.eq_ignore_ascii_case(text));
                let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                return cloud_mismatch(
                    format!("{of}`{text}` is not a supported value"),
                    format!("{near}valid values: {}", values.join(", ")),
                );
            }
            if pattern.as_ref().is_some_and(|pattern| !pattern.matches(text)) {
                let expected = expected.unwrap_or("of the documented form");
                let report = if *strict { mismatch } else { cloud_mismatch };
                return report(format!("{of}`{text}` is not {expected}"), format!("write {expected}"));
            }
            Ok(())
        }
        (JsonShape::List { items, least, most }, Value::Array(list)) => {
            if list.len() < *least || most.is_some_and(|most| list.len() > most) {
                return cloud_mismatch(
                    format!("{of}the list has {} items", list.len()),
                    match most {
                        Some(most) if most == least => format!("list exactly {least}"),
                        Some(most) => format!("list {least} to {most}"),
                        None => format!("list {least} or more"),
                    },
                );
            }
            list.iter()
                .enumerate()
                .filter(|(_, item)| !item.is_null())
                .try_for_each(|(index, item)| check_value(item, items, &format!("{place}[{index}]")))
        }
        (JsonShape::Object { fields, strict, values }, Value::Object(map)) => {
            object(map, fields, *strict, *values, place)
        }
        (_, value) => mismatch(
            format!("{of}{} is not {}", kind(value), expected(shape)),
            format!("write {}", expected(shape)),
        ),
    }
}

fn object(
    map: &serde_json::Map<String, Value>,
    fields: &Map<JsonField>,
    strict: bool,
    values: Option<&JsonShape>,
    place: &str,
) -> Result<(), Mismatch> {
    let join = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    for (name, value) in map {
        let known = fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        match (known, values) {
            (Some((known, field)), _) => {
                if let Some(why) = &field.refused {
                    return mismatch(format!("`{}` must not be set", join(known)), *why);
                }
                if !value.is_null() {
                    check_value(value, &field.json, &join(known))?;
                }
            }
            (None, Some(shape)) => check_value(value, shape, &join(name))?,
            (None, None) if strict => {
                let list = fields.keys().collect::<Vec<_>>();
                return mismatch(
                    format!("`{}` is not a field of the object", join(name)),
                    format!("the fields are {}", list.join(", ")),
                );
            }
            (None, None) => {}
        }
    }
    for (name, _) in fields.iter().filter(|(_, field)| field.required) {
        let given = map.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        if given.is_none_or(|(_, value)| value.is_null()) {
            return mismatch(format!("`{}` is required", join(name)), format!("add `{name}`"));
        }
    }
    Ok(())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text in quotes",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn expected(shape: &JsonShape) -> &'static str {
    match shape {
        JsonShape::Boolean => "a boolean: true or false, without quotes",
        JsonShape::Integer { .. } => "a whole number, without quotes",
        JsonShape::String { .. } => "a text in double quotes",
        JsonShape::List { .. } => "a list in brackets",
        JsonShape::Object { .. } => "an object in braces",
    }
}
