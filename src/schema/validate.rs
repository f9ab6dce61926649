//! Structural validation with the server's verdict (kube-openapi, pkg/validation/validate).

use super::fault::{Cause, Fault, Sink};
use super::format::Format;
use super::structural::{Additional, Checks, Schema, Type};
use super::value::Value;
use crate::nearest::nearest;
use crate::yaml::path::Path;

/// Reports what a schema does not accept about a value.
pub(super) fn validate(value: &Value<'_>, schema: &Schema, sink: &mut Sink<'_>) {
    Validator { sink: Some(sink), failed: false }.value(value, schema, &Path::root());
}

struct Validator<'s, 'k> {
    /// Receives the faults; none if only the verdict counts.
    sink: Option<&'s mut Sink<'k>>,
    failed: bool,
}

/// Whether a schema accepts a value.
fn accepts(value: &Value<'_>, schema: &Schema, path: &Path<'_>) -> bool {
    let mut quiet = Validator { sink: None, failed: false };
    quiet.value(value, schema, path);
    !quiet.failed
}

impl Validator<'_, '_> {
    fn fail(&mut self, path: &Path<'_>, fault: impl FnOnce() -> Fault) {
        self.failed = true;
        if let Some(sink) = &mut self.sink {
            sink(path, fault());
        }
    }

    fn invalid(&mut self, path: &Path<'_>, message: impl FnOnce() -> String) {
        self.fail(path, || Fault::new(Cause::Invalid, message()));
    }

    fn value(&mut self, value: &Value<'_>, schema: &Schema, path: &Path<'_>) {
        if *value == Value::Pruned || (self.sink.is_none() && self.failed) {
            return;
        }
        self.kind(value, schema, path);
        let checks = schema.checks.as_deref();
        if let Some(checks) = checks {
            self.combinations(value, checks, path);
        }
        match value {
            Value::Null | Value::Pruned => {}
            Value::Map(members) => {
                for (key, value) in members {
                    let path = path.field(key);
                    match (schema.property(key), &schema.additional) {
                        (Some(schema), _) => self.value(value, schema, &path),
                        (None, Additional::Schema(schema)) => self.value(value, schema, &path),
                        _ => {}
                    }
                }
                if let Some(checks) = checks {
                    self.object(value, checks, schema, path);
                }
            }
            Value::List(items) => {
                if let Some(schema) = &schema.items {
                    for (index, item) in items.iter().enumerate() {
                        self.value(item, schema, &path.index(index));
                    }
                }
                if let Some(checks) = checks {
                    self.list(items, checks, path);
                }
            }
            Value::String(text) => {
                if let Some(checks) = checks {
                    self.string(text, checks, path);
                }
            }
            Value::Int(_) | Value::Float(_) => self.number(value, schema, path),
            Value::Bool(_) => {}
        }
        if let Some(checks) = checks.filter(|checks| !checks.one_of_values.is_empty()) {
            self.one_of_values(value, checks, path);
        }
    }

    /// The JSON type; a format constrains it, too.
    fn kind(&mut self, value: &Value<'_>, schema: &Schema, path: &Path<'_>) {
        let format = schema.format();
        let declares = |kind: Type| {
            schema.kind == Some(kind)
                || (schema.int_or_string && matches!(kind, Type::Integer | Type::String))
        };
        if schema.kind.is_none() && !schema.int_or_string && format.is_none() {
            return;
        }
        let has_type = schema.kind.is_some() || schema.int_or_string;
        let sound = match value {
            Value::Pruned => true,
            Value::Null => !has_type || schema.nullable,
            // With a format, the server leaves strings and, by mistake, lists to the format's own check.
            Value::String(_) | Value::List(_)
                if format.is_some() && !declares(Type::Number) && !declares(Type::Integer) =>
            {
                true
            }
            Value::String(_) => declares(Type::String),
            Value::List(_) => declares(Type::Array),
            Value::Map(_) => declares(Type::Object),
            Value::Bool(_) => declares(Type::Boolean),
            Value::Int(_) => declares(Type::Integer) || declares(Type::Number),
            Value::Float(number) => declares(Type::Number) || (declares(Type::Integer) && is_whole(*number)),
        };
        if !sound {
            self.fail(path, || type_fault(value, schema));
        }
    }

    fn string(&mut self, text: &str, checks: &Checks, path: &Path<'_>) {
        if let Some(format) = checks.format.filter(|format| !format.accepts(text)) {
            self.fail(path, || {
                Fault::new(Cause::Type, format!("{} is not {}", shown(text), format.describe()))
            });
        }
        // The first of these that fails is the only one reported.
        if checks.max_length.is_some() || checks.min_length.is_some() {
            let length = text.chars().count() as u64;
            if let Some(most) = checks.max_length.filter(|most| length > *most) {
                self.fail(path, || {
                    let message = format!("the value has {length} characters; at most {most} are accepted");
                    Fault::new(Cause::TooLong, message)
                });
                return;
            }
            if let Some(least) = checks.min_length.filter(|least| length < *least) {
                self.invalid(path, || match (length, least) {
                    (0, 1) => "the value is empty".to_owned(),
                    _ => format!("the value has {length} characters; at least {least} are required"),
                });
                return;
            }
        }
        // An expression that cannot be compiled is reported with the definition.
        if let Some(pattern) = &checks.pattern
            && pattern.regex().is_some_and(|regex| !regex.is_match(text))
        {
            self.invalid(path, || format!("{} does not match `{}`", shown(text), pattern.text));
        }
    }

    fn number(&mut self, value: &Value<'_>, schema: &Schema, path: &Path<'_>) {
        let is_integer = schema.int_or_string || schema.kind == Some(Type::Integer);
        let format = schema.format();
        let in_range = match (value, is_integer) {
            (Value::Int(number), true) => format != Some(Format::Int32) || i32::try_from(*number).is_ok(),
            (Value::Float(number), true) if format == Some(Format::Int32) => {
                number.fract() == 0.0 && *number >= f64::from(i32::MIN) && *number <= f64::from(i32::MAX)
            }
            // The type is reported.
            (Value::Float(number), true) if schema.int_or_string && number.fract() != 0.0 => true,
            // 2⁶³ itself does not fit.
            (Value::Float(number), true) => {
                number.fract() == 0.0 && *number >= i64::MIN as f64 && *number < i64::MAX as f64
            }
            (Value::Float(number), false) => {
                format != Some(Format::Float) || number.abs() <= f64::from(f32::MAX)
            }
            _ => true,
        };
        if !in_range {
            self.invalid(path, || {
                let range = match format {
                    Some(format @ (Format::Int32 | Format::Float)) => format.describe(),
                    _ => "an integer of 64 bits",
                };
                format!("`{value}` is not {range}")
            });
        }
        let Some(checks) = schema.checks.as_deref() else { return };
        // Of a whole number only the whole part of a bound counts.
        let (number, whole) = match value {
            Value::Int(number) => (*number as f64, Some(*number)),
            Value::Float(number) => (*number, None),
            _ => return,
        };
        if let Some(factor) = checks.multiple_of {
            let sound = match whole {
                Some(number) => {
                    number.checked_rem(factor as i64).is_some_and(|rest| rest == 0) && factor >= 1.0
                }
                None => {
                    factor > 0.0
                        && is_whole(if factor < 1.0 { 1.0 / factor * number } else { number / factor })
                }
            };
            if !sound {
                self.invalid(path, || format!("`{value}` is not a multiple of {factor}"));
            }
        }
        let below = |bound: f64, exclusive: bool| match whole {
            Some(number) if exclusive => number <= bound as i64,
            Some(number) => number < bound as i64,
            None if exclusive => number <= bound,
            None => number < bound,
        };
        let above = |bound: f64, exclusive: bool| match whole {
            Some(number) if exclusive => number >= bound as i64,
            Some(number) => number > bound as i64,
            None if exclusive => number >= bound,
            None => number > bound,
        };
        if let Some(most) = checks.maximum.filter(|most| above(*most, checks.exclusive_maximum)) {
            let bound = if checks.exclusive_maximum { "less than" } else { "at most" };
            self.invalid(path, || format!("`{value}` is too large; it must be {bound} {most}"));
        }
        if let Some(least) = checks.minimum.filter(|least| below(*least, checks.exclusive_minimum)) {
            let bound = if checks.exclusive_minimum { "greater than" } else { "at least" };
            self.invalid(path, || format!("`{value}` is too small; it must be {bound} {least}"));
        }
    }

    fn list(&mut self, items: &[Value<'_>], checks: &Checks, path: &Path<'_>) {
        let count = items.len() as u64;
        if let Some(least) = checks.min_items.filter(|least| count < *least) {
            self.invalid(path, || {
                format!("the list has {}; at least {least} are required", counted(count, "item"))
            });
        }
        if let Some(most) = checks.max_items.filter(|most| count > *most) {
            self.fail(path, || {
                let message = format!("the list has {}; at most {most} are accepted", counted(count, "item"));
                Fault::new(Cause::TooMany, message)
            });
        }
        if checks.unique_items {
            let mut sorted: Vec<&Value<'_>> = items.iter().collect();
            sorted.sort_by(|one, other| one.order(other));
            if sorted.windows(2).any(|pair| pair[0].same_as(pair[1])) {
                self.invalid(path, || "the list contains the same item twice".to_owned());
            }
        }
    }

    fn object(&mut self, value: &Value<'_>, checks: &Checks, schema: &Schema, path: &Path<'_>) {
        let count = value.members().len() as u64;
        if let Some(least) = checks.min_properties.filter(|least| count < *least) {
            self.invalid(path, || {
                format!("the object has {}; at least {least} are required", counted(count, "key"))
            });
        }
        if let Some(most) = checks.max_properties.filter(|most| count > *most) {
            self.fail(path, || {
                let message =
                    format!("the object has {}; at most {most} are accepted", counted(count, "key"));
                Fault::new(Cause::TooMany, message)
            });
        }
        for name in &checks.required {
            if value.get(name).is_none() {
                self.fail(&path.field(name), || {
                    let fault = Fault::new(Cause::Required, format!("`{name}` is required"));
                    match example(schema.property(name)) {
                        Some(example) => fault.help(format!("write `{name}: {example}`")),
                        None => fault,
                    }
                });
            }
        }
    }

    fn one_of_values(&mut self, value: &Value<'_>, checks: &Checks, path: &Path<'_>) {
        let known = &checks.one_of_values;
        if known.iter().any(|known| *known != Value::Null && known.same_as(value)) {
            return;
        }
        self.fail(path, || {
            const MOST: usize = 12;
            let mut values: Vec<String> = known.iter().take(MOST).map(plain).collect();
            if known.len() > MOST {
                values.push(format!("{} more", known.len() - MOST));
            }
            let fault =
                Fault::new(Cause::NotSupported, format!("{} is not a valid value", shown_value(value)));
            let near = value.as_str().and_then(|text| nearest(text, known.iter().filter_map(Value::as_str)));
            let all = format!("the valid values are {}", values.join(", "));
            Fault { near: near.map(Into::into), ..fault.help(crate::nearest::did_you_mean(near, &all)) }
        });
    }

    /// `allOf`, `anyOf`, `oneOf` and `not`; of alternatives that all fail, the faults of the first are reported.
    fn combinations(&mut self, value: &Value<'_>, checks: &Checks, path: &Path<'_>) {
        if *value == Value::Null {
            return;
        }
        if !checks.any_of.is_empty() && !checks.any_of.iter().any(|schema| accepts(value, schema, path)) {
            if is_int_or_string(&checks.any_of) {
                // The type itself was reported.
                self.failed = true;
            } else {
                self.alternatives(
                    value,
                    &checks.any_of,
                    "none of the alternatives of `anyOf` accepts the value",
                    path,
                );
            }
        }
        if !checks.one_of.is_empty() {
            match checks.one_of.iter().filter(|schema| accepts(value, schema, path)).count() {
                0 => {
                    let message = "none of the alternatives of `oneOf` accepts the value";
                    self.alternatives(value, &checks.one_of, message, path);
                }
                1 => {}
                several => self.invalid(path, || {
                    format!("{several} alternatives of `oneOf` accept the value; exactly one must")
                }),
            }
        }
        for schema in &checks.all_of {
            self.value(value, schema, path);
        }
        if checks.not.as_ref().is_some_and(|schema| accepts(value, schema, path)) {
            self.invalid(path, || "the value is one that the schema excludes (`not`)".to_owned());
        }
    }

    fn alternatives(&mut self, value: &Value<'_>, schemas: &[Schema], message: &str, path: &Path<'_>) {
        self.invalid(path, || message.to_owned());
        if self.sink.is_some()
            && let Some(first) = schemas.first()
        {
            self.value(value, first, path);
        }
    }
}

/// Whether alternatives only repeat `x-kubernetes-int-or-string`.
fn is_int_or_string(schemas: &[Schema]) -> bool {
    schemas
        .iter()
        .all(|schema| matches!(schema.kind, Some(Type::Integer | Type::String)) && schema.checks.is_none())
}

/// As close to a whole number as the server requires (swag, `IsFloat64AJSONInteger`).
fn is_whole(number: f64) -> bool {
    const GREATEST: f64 = 9_007_199_254_740_991.0;
    if !number.is_finite() || number.abs() > GREATEST {
        return false;
    }
    let (magnitude, whole) = (number.abs(), number.trunc().abs());
    let difference = (magnitude - whole).abs();
    difference == 0.0 || (magnitude != 0.0 && whole != 0.0 && difference / (magnitude + whole) < 1e-9)
}

fn type_fault(value: &Value<'_>, schema: &Schema) -> Fault {
    let fault = Fault::new(Cause::Type, format!("{} is not {}", shown_value(value), schema.describe_type()));
    match (value, schema.kind) {
        (Value::Bool(_) | Value::Int(_) | Value::Float(_), Some(Type::String)) if !schema.int_or_string => {
            fault.help("put it in quotes: YAML reads it as another type, and the API server rejects that")
        }
        (Value::String(text), Some(Type::Integer | Type::Number)) if text.parse::<f64>().is_ok() => {
            fault.help(format!("write `{text}` without quotes"))
        }
        (Value::String(text), Some(Type::Boolean)) if matches!(text.as_ref(), "true" | "false") => {
            fault.help(format!("write `{text}` without quotes"))
        }
        (Value::Map(_), Some(Type::Array)) => fault.help("begin each item with `- `"),
        _ => fault,
    }
}

/// What to write for a missing field, if the schema says.
fn example(schema: Option<&Schema>) -> Option<String> {
    let values = &schema?.checks.as_ref()?.one_of_values;
    values.iter().find_map(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn counted(count: u64, noun: &str) -> String {
    match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let short: String = text.chars().take(MOST).collect();
    if short.len() < text.len() { format!("`{short}…`") } else { format!("`{short}`") }
}

fn shown_value(value: &Value<'_>) -> String {
    match value {
        Value::String(text) => shown(text),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "an object".to_owned(),
        _ => format!("`{value}`"),
    }
}

/// A value of an enum, for a list of them.
fn plain(value: &Value<'_>) -> String {
    match value {
        Value::String(text) if text.is_empty() => "`\"\"`".to_owned(),
        Value::String(text) => format!("`{text}`"),
        _ => format!("`{value}`"),
    }
}
