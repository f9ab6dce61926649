//! Fields, keys and items of values.

use std::borrow::Cow;

use super::error::Error;
use super::expression::Field;
use super::value::{Value, object_field};
use crate::schema::structural::{Additional, Schema};
use crate::schema::value::Value as Json;

/// Whether an object has declared fields, not arbitrary keys.
pub(super) fn is_object(schema: &Schema) -> bool {
    !schema.properties.is_empty() || schema.embedded
}

/// The schema of a key, if rules can read it.
fn schema_of<'v>(schema: &'v Schema, key: &str) -> Option<&'v Schema> {
    let own = if schema.embedded { object_field(key) } else { None };
    own.or_else(|| match &schema.additional {
        Additional::Schema(values) if !is_object(schema) => Some(values),
        _ => schema.property(key),
    })
}

/// A field; none if the value does not have it.
pub(super) fn select<'v>(of: &Value<'v>, field: &Field) -> Result<Option<Value<'v>>, Error> {
    match of {
        Value::Data(data @ Json::Map(_), schema) => {
            let name = if is_object(schema) { field.unescaped.as_deref() } else { Some(&*field.name) };
            name.map_or(Ok(None), |name| member(data, schema, name))
        }
        Value::Map(entries) => Ok(find(entries, &Value::text(&*field.name))),
        Value::Optional(None) => Ok(Some(Value::Optional(None))),
        Value::Optional(Some(value)) => Ok(Some(Value::optional(select(value, field)?))),
        Value::Opaque(_) => Err(Error::unsupported("it reads a field that the schema does not declare")),
        _ => Err(Error::unsupported(format!("it reads a field of a value of type {}", of.type_name()))),
    }
}

fn member<'v>(data: &'v Json<'v>, schema: &'v Schema, name: &str) -> Result<Option<Value<'v>>, Error> {
    match (data.get(name), schema_of(schema, name)) {
        (Some(Json::Null), _) if is_object(schema) => Ok(None),
        (Some(value), Some(schema)) => Value::view(value, schema).map(Some),
        (None, Some(_)) => Ok(None),
        (_, None) if is_object(schema) && !schema.preserve_unknown => {
            Err(Error::unsupported(format!("it reads the field `{name}`, which the schema does not declare")))
        }
        (_, None) => Ok(None),
    }
}

/// The value of a key or an index; `None` if it is absent.
pub(super) fn index<'v>(of: &Value<'v>, index: &Value<'v>) -> Result<Option<Value<'v>>, Error> {
    match (of, index) {
        (Value::Data(data @ Json::Map(_), schema), Value::String(key)) => {
            if is_object(schema) {
                return Err(Error::unsupported("it reads a field by a computed name"));
            }
            member(data, schema, key)
        }
        (Value::Map(entries), key) => Ok(find(entries, key)),
        (Value::Optional(None), _) => Ok(Some(Value::Optional(None))),
        (Value::Optional(Some(value)), _) => Ok(Some(Value::optional(self::index(value, index)?))),
        (Value::Data(Json::List(_), _) | Value::List(_), _) => {
            let at = match index {
                Value::Int(at) => usize::try_from(*at).ok(),
                Value::UInt(at) => usize::try_from(*at).ok(),
                Value::Double(at) if at.fract() == 0.0 && *at >= 0.0 => Some(*at as usize),
                _ => return Err(Error::failed("no such overload")),
            };
            at.map_or(Ok(None), |at| item(of, at))
        }
        (Value::Data(..), _) => Err(Error::failed("no such overload")),
        _ => Err(Error::unsupported(format!("it indexes a value of type {}", of.type_name()))),
    }
}

fn find<'v>(entries: &[(Value<'v>, Value<'v>)], key: &Value<'v>) -> Option<Value<'v>> {
    entries.iter().find(|entry| is_key(&entry.0, key)).map(|entry| entry.1.clone())
}

/// Whether two keys of a map are the same; whole numbers by value, whatever their type.
fn is_key(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one == other,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::UInt(one), Value::UInt(other)) => one == other,
        (Value::Int(one), Value::UInt(other)) | (Value::UInt(other), Value::Int(one)) => {
            u64::try_from(*one).is_ok_and(|one| one == *other)
        }
        _ => false,
    }
}

/// An item of a list.
pub(super) fn item<'v>(of: &Value<'v>, at: usize) -> Result<Option<Value<'v>>, Error> {
    match of {
        Value::List(items) => Ok(items.get(at).cloned()),
        Value::Data(Json::List(items), schema) => match (items.get(at), &schema.items) {
            (Some(item), Some(schema)) => Value::view(item, schema).map(Some),
            (Some(_), None) => Err(Error::unsupported("the schema of a list has no items")),
            (None, _) => Ok(None),
        },
        _ => Ok(None),
    }
}

/// How many items or keys a value has, if it is a list or a map.
pub(super) fn size(of: &Value<'_>) -> Option<usize> {
    match of {
        Value::List(items) => Some(items.len()),
        Value::Map(entries) => Some(entries.len()),
        Value::Data(Json::List(items), _) => Some(items.len()),
        Value::Data(Json::Map(members), _) => Some(members.len()),
        _ => None,
    }
}

/// Whether the value is a list.
pub(super) fn is_list(of: &Value<'_>) -> bool {
    matches!(of, Value::List(_) | Value::Data(Json::List(_), _))
}

/// All items of a list; none if the value is not a list.
pub(super) fn items<'v>(of: &Value<'v>) -> Result<Option<Vec<Value<'v>>>, Error> {
    match of {
        Value::List(items) => Ok(Some(items.to_vec())),
        Value::Data(Json::List(items), _) => {
            let view = |at| item(of, at).map(|item| item.unwrap_or(Value::Null));
            (0..items.len()).map(view).collect::<Result<_, _>>().map(Some)
        }
        _ => Ok(None),
    }
}

/// All keys and values of a map; none if the value is not a map.
pub(super) fn entries<'v>(of: &Value<'v>) -> Result<Option<Vec<(Value<'v>, Value<'v>)>>, Error> {
    match of {
        Value::Map(entries) => Ok(Some(entries.to_vec())),
        Value::Data(Json::Map(_), schema) if is_object(schema) => {
            Err(Error::unsupported("it visits all fields of an object"))
        }
        Value::Data(Json::Map(members), schema) => {
            let mut found = Vec::with_capacity(members.len());
            for (key, value) in members {
                if let Some(schema) = schema_of(schema, key) {
                    found.push((Value::String(Cow::Borrowed(key)), Value::view(value, schema)?));
                }
            }
            Ok(Some(found))
        }
        _ => Ok(None),
    }
}
