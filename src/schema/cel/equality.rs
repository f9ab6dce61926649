//! Equality and order of values.

use std::cmp::Ordering;

use super::access::{entries, index, is_list, is_object, item, size};
use super::error::Error;
use super::value::{Value, no_overload};
use crate::schema::structural::{ListType, Schema};
use crate::schema::value::Value as Json;

/// Whether two values are equal; values of different types are not, except numbers.
pub(super) fn equal<'v>(one: &Value<'v>, other: &Value<'v>) -> Result<bool, Error> {
    Ok(match (one, other) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::String(one), Value::String(other)) => one == other,
        (Value::Bytes(one), Value::Bytes(other)) => one == other,
        (Value::Timestamp(one), Value::Timestamp(other)) => one == other,
        (Value::Duration(one), Value::Duration(other)) => one == other,
        (Value::Type(one), Value::Type(other)) => one == other,
        (Value::Quantity(one), Value::Quantity(other)) => one == other,
        (Value::Ip(one), Value::Ip(other)) => one == other,
        (Value::Cidr(one, length), Value::Cidr(other, longer)) => one == other && length == longer,
        (Value::Url(one), Value::Url(other)) => one.text == other.text,
        (Value::Semver(one), Value::Semver(other)) => one.order(other).is_eq(),
        (Value::Format(one), Value::Format(other)) => one == other,
        (Value::Optional(one), Value::Optional(other)) => match (one, other) {
            (Some(one), Some(other)) => equal(one, other)?,
            (one, other) => one.is_none() && other.is_none(),
        },
        (Value::Opaque(one), Value::Opaque(other)) => one.same_as(other),
        (Value::Data(Json::Map(_), _), Value::Data(Json::Map(_), _)) => data_equal(one, other),
        (Value::Data(Json::List(items), schema), Value::Data(Json::List(others), _)) => {
            unordered_equal((items, schema), others).unwrap_or_else(|| data_equal(one, other))
        }
        _ if is_list(one) && is_list(other) => lists_equal(one, other)?,
        _ if number(one).is_some() && number(other).is_some() => {
            compare(one, other)?.is_some_and(Ordering::is_eq)
        }
        _ => match (entries(one)?, entries(other)?) {
            (Some(found), Some(others)) => maps_equal(&found, others.len(), other)?,
            _ => false,
        },
    })
}

/// Whether two parts of the input are equal; numbers by value.
fn data_equal(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one, other) {
        (Value::Data(one, _), Value::Data(other, _)) => one.same_as(other),
        _ => false,
    }
}

fn lists_equal<'v>(one: &Value<'v>, other: &Value<'v>) -> Result<bool, Error> {
    let count = size(one).unwrap_or_default();
    if size(other) != Some(count) {
        return Ok(false);
    }
    match one {
        Value::Data(_, Schema { list: ListType::Set, .. }) => {
            for at in 0..count {
                if !item(one, at)?.map_or(Ok(true), |item| contains(other, &item))? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        Value::Data(_, Schema { list: ListType::Map(_), .. }) => {
            return Err(Error::unsupported("it compares a list map with another list"));
        }
        _ => {}
    }
    for at in 0..count {
        if let (Some(one), Some(other)) = (item(one, at)?, item(other, at)?)
            && !equal(&one, &other)?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

fn maps_equal<'v>(
    entries: &[(Value<'v>, Value<'v>)],
    count: usize,
    other: &Value<'v>,
) -> Result<bool, Error> {
    if entries.len() != count {
        return Ok(false);
    }
    for (key, value) in entries {
        match index(other, key)? {
            Some(other) if equal(value, &other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// A number of any type.
fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::UInt(number) => Some(*number as f64),
        Value::Double(number) => Some(*number),
        _ => None,
    }
}

/// The order of two values; none if one is not a number (`NaN`).
pub(super) fn compare(one: &Value<'_>, other: &Value<'_>) -> Result<Option<Ordering>, Error> {
    Ok(match (one, other) {
        (Value::Int(one), Value::Int(other)) => Some(one.cmp(other)),
        (Value::UInt(one), Value::UInt(other)) => Some(one.cmp(other)),
        (Value::Int(one), Value::UInt(other)) => Some(i128::from(*one).cmp(&i128::from(*other))),
        (Value::UInt(one), Value::Int(other)) => Some(i128::from(*one).cmp(&i128::from(*other))),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        (Value::Bytes(one), Value::Bytes(other)) => Some(one.cmp(other)),
        (Value::Timestamp(one), Value::Timestamp(other)) => Some(one.cmp(other)),
        (Value::Duration(one), Value::Duration(other)) => Some(one.cmp(other)),
        _ => match (number(one), number(other)) {
            (Some(one), Some(other)) => one.partial_cmp(&other),
            _ => return Err(no_overload(&[one, other])),
        },
    })
}

/// Whether a list has an item, or a map a key.
pub(super) fn contains<'v>(of: &Value<'v>, wanted: &Value<'v>) -> Result<bool, Error> {
    match (of, wanted) {
        (Value::Data(Json::Map(_), schema), Value::String(key)) if !is_object(schema) => match of {
            Value::Data(data, _) => Ok(data.get(key).is_some()),
            _ => Ok(false),
        },
        (Value::Map(_), key) => Ok(index(of, key)?.is_some()),
        _ if is_list(of) => {
            let count = size(of).unwrap_or_default();
            let mut failure = None;
            for at in 0..count {
                let Some(item) = item(of, at)? else { continue };
                match equal(&item, wanted) {
                    Ok(true) => return Ok(true),
                    Ok(false) => {}
                    Err(error) => failure = Some(error),
                }
            }
            failure.map_or(Ok(false), Err)
        }
        (Value::Data(..), _) => Err(Error::failed("no such overload")),
        _ => Err(Error::unsupported(format!("`in` with a value of type {}", of.type_name()))),
    }
}

/// Whether two lists of the input are equal in any order; none if their order counts.
pub(super) fn unordered_equal((one, schema): (&[Json<'_>], &Schema), other: &[Json<'_>]) -> Option<bool> {
    let order = |one: &Json<'_>, other: &Json<'_>| match &schema.list {
        ListType::Map(keys) => {
            let key = |key: &str| match (one.get(key), other.get(key)) {
                (Some(one), Some(other)) => one.order(other),
                (one, other) => one.is_some().cmp(&other.is_some()),
            };
            keys.iter().map(|name| key(name)).fold(Ordering::Equal, Ordering::then)
        }
        ListType::Set | ListType::Atomic => one.order(other),
    };
    if schema.list == ListType::Atomic {
        return None;
    }
    if one.len() != other.len() {
        return Some(false);
    }
    let (mut one, mut other): (Vec<_>, Vec<_>) = (one.iter().collect(), other.iter().collect());
    one.sort_by(|one, other| order(one, other));
    other.sort_by(|one, other| order(one, other));
    Some(one.iter().zip(other).all(|(one, other)| one.same_as(other)))
}
