//! Arithmetic and order: the operators between two values.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::access::{index, is_list};
use super::equality::{compare, equal};
use super::error::Error;
use super::expression::Operator;
use super::list::{holds, list};
use super::value::{Value, no_overload};
use crate::schema::structural::{ListType, Schema};

/// The value of `one operator other`, except `in`, `==` and `!=`.
pub(super) fn apply<'v>(operator: Operator, one: Value<'v>, other: Value<'v>) -> Result<Value<'v>, Error> {
    use Operator::{Add, Divide, Greater, GreaterOrEqual, Less, LessOrEqual, Multiply, Remainder, Subtract};
    let ordered = |accept: fn(Ordering) -> bool| Ok(Value::Bool(compare(&one, &other)?.is_some_and(accept)));
    match operator {
        Less => return ordered(Ordering::is_lt),
        LessOrEqual => return ordered(Ordering::is_le),
        Greater => return ordered(Ordering::is_gt),
        GreaterOrEqual => return ordered(Ordering::is_ge),
        _ => {}
    }
    let overflow = |kind: &str| Error::failed(format!("{kind} overflow"));
    let by_zero = || match operator {
        Remainder => Error::failed("modulus by zero"),
        _ => Error::failed("division by zero"),
    };
    Ok(match (&one, &other) {
        (Value::Int(_), Value::Int(0)) | (Value::UInt(_), Value::UInt(0))
            if matches!(operator, Divide | Remainder) =>
        {
            return Err(by_zero());
        }
        (Value::Int(one), Value::Int(other)) => Value::Int(
            match operator {
                Add => one.checked_add(*other),
                Subtract => one.checked_sub(*other),
                Multiply => one.checked_mul(*other),
                Divide => one.checked_div(*other),
                _ => one.checked_rem(*other),
            }
            .ok_or_else(|| overflow("integer"))?,
        ),
        (Value::UInt(one), Value::UInt(other)) => Value::UInt(
            match operator {
                Add => one.checked_add(*other),
                Subtract => one.checked_sub(*other),
                Multiply => one.checked_mul(*other),
                Divide => one.checked_div(*other),
                _ => one.checked_rem(*other),
            }
            .ok_or_else(|| overflow("unsigned integer"))?,
        ),
        (Value::Double(one), Value::Double(other)) => Value::Double(match operator {
            Add => one + other,
            Subtract => one - other,
            Multiply => one * other,
            Divide => one / other,
            _ => return Err(Error::failed("no such overload")),
        }),
        (Value::Duration(one), Value::Duration(other)) if operator == Add => {
            Value::Duration(one.checked_add(*other).ok_or_else(|| overflow("duration"))?)
        }
        (Value::Duration(one), Value::Duration(other)) if operator == Subtract => {
            Value::Duration(one.checked_sub(*other).ok_or_else(|| overflow("duration"))?)
        }
        (Value::Timestamp(time), Value::Duration(nanos))
        | (Value::Duration(nanos), Value::Timestamp(time))
            if operator == Add =>
        {
            Value::Timestamp(time.plus(*nanos).ok_or_else(|| overflow("timestamp"))?)
        }
        (Value::Timestamp(time), Value::Duration(nanos)) if operator == Subtract => {
            let negative = nanos.checked_neg().ok_or_else(|| overflow("duration"))?;
            Value::Timestamp(time.plus(negative).ok_or_else(|| overflow("timestamp"))?)
        }
        (Value::Timestamp(one), Value::Timestamp(other)) if operator == Subtract => {
            Value::Duration(one.minus(*other).ok_or_else(|| overflow("duration"))?)
        }
        (Value::String(one), Value::String(other)) if operator == Add => {
            let mut text = one.clone().into_owned();
            text.push_str(other);
            Value::String(Cow::Owned(text))
        }
        (Value::Bytes(one), Value::Bytes(other)) if operator == Add => {
            Value::Bytes([&**one, &**other].concat().into())
        }
        _ if operator == Add && is_list(&one) && is_list(&other) => concat(&one, &other)?,
        _ => return Err(no_overload(&[&one, &other])),
    })
}

/// `one + other`: sets and list maps are merged.
pub(super) fn concat<'v>(one: &Value<'v>, other: &Value<'v>) -> Result<Value<'v>, Error> {
    let mut merged = list(one)?;
    let others = list(other)?;
    match one {
        Value::Data(_, Schema { list: ListType::Set, .. }) => {
            for item in others {
                if !holds(&merged, &item)? {
                    merged.push(item);
                }
            }
        }
        Value::Data(_, Schema { list: ListType::Map(keys), .. }) => {
            'items: for item in others {
                for known in &mut merged {
                    let mut same = true;
                    for key in keys {
                        let key = Value::text(&**key);
                        same &= match (index_of(known, &key)?, index_of(&item, &key)?) {
                            (Some(one), Some(other)) => equal(&one, &other)?,
                            (one, other) => one.is_none() && other.is_none(),
                        };
                    }
                    if same {
                        *known = item;
                        continue 'items;
                    }
                }
                merged.push(item);
            }
        }
        _ => merged.extend(others),
    }
    Ok(Value::list(merged))
}

/// The value of a list map's key in an item.
fn index_of<'v>(item: &Value<'v>, key: &Value<'v>) -> Result<Option<Value<'v>>, Error> {
    match (item, key) {
        (Value::Data(data, schema), Value::String(name)) => match (data.get(name), schema.member(name)) {
            (Some(value), Some(schema)) => Value::view(value, schema).map(Some),
            _ => Ok(None),
        },
        _ => index(item, key),
    }
}

/// The sum of numbers or durations; 0 of an empty list.
pub(super) fn sum<'v>(of: &Value<'v>) -> Result<Value<'v>, Error> {
    let mut items = list(of)?.into_iter();
    let Some(mut total) = items.next() else { return Ok(Value::Int(0)) };
    for item in items {
        total = apply(Operator::Add, total, item)?;
    }
    Ok(total)
}
