//! Functions of lists and sets.

use std::cmp::Ordering;

use super::access::{items, size};
use super::equality::{compare, contains, equal};
use super::error::Error;
use super::value::{Value, no_overload};

/// The items of a value that must be a list.
pub(super) fn list<'v>(of: &Value<'v>) -> Result<Vec<Value<'v>>, Error> {
    items(of)?.ok_or_else(|| no_overload(&[of]))
}

/// Whether one of some items equals a value.
pub(super) fn holds<'v>(list: &[Value<'v>], wanted: &Value<'v>) -> Result<bool, Error> {
    for item in list {
        if equal(item, wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn order(one: &Value<'_>, other: &Value<'_>) -> Result<Ordering, Error> {
    compare(one, other)?.ok_or_else(|| no_overload(&[one, other]))
}

/// Whether each item is at least the one before it.
pub(super) fn is_sorted(of: &Value<'_>) -> Result<bool, Error> {
    for pair in list(of)?.windows(2) {
        if order(&pair[0], &pair[1])?.is_gt() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The least item, or the greatest.
pub(super) fn extreme<'v>(of: &Value<'v>, wanted: Ordering) -> Result<Value<'v>, Error> {
    let mut items = list(of)?.into_iter();
    let name = if wanted.is_lt() { "min" } else { "max" };
    let mut best = items.next().ok_or_else(|| Error::failed(format!("{name} called on empty list")))?;
    for item in items {
        if order(&item, &best)? == wanted {
            best = item;
        }
    }
    Ok(best)
}

/// Where an item is; -1 if it is not in the list.
pub(super) fn position<'v>(of: &Value<'v>, wanted: &Value<'v>, from_end: bool) -> Result<Value<'v>, Error> {
    let items = list(of)?;
    let mut positions: Vec<usize> = (0..items.len()).collect();
    if from_end {
        positions.reverse();
    }
    for at in positions {
        if equal(&items[at], wanted)? {
            return Ok(Value::Int(i64::try_from(at).unwrap_or(-1)));
        }
    }
    Ok(Value::Int(-1))
}

/// The items from one position up to another.
pub(super) fn slice<'v>(of: &Value<'v>, from: i64, to: i64) -> Result<Value<'v>, Error> {
    let items = list(of)?;
    let range = usize::try_from(from).ok().zip(usize::try_from(to).ok());
    let part = range.and_then(|(from, to)| items.get(from..to));
    part.map(|part| Value::list(part.to_vec()))
        .ok_or_else(|| Error::failed("cannot slice: the range is not valid"))
}

/// The items of lists in a list, down to a depth.
pub(super) fn flatten<'v>(of: &Value<'v>, depth: i64) -> Result<Value<'v>, Error> {
    if depth < 0 {
        return Err(Error::failed("level must be non-negative"));
    }
    let mut flat = list(of)?;
    for _ in 0..depth.min(16) {
        let mut next = Vec::with_capacity(flat.len());
        let mut changed = false;
        for item in flat {
            match items(&item)? {
                Some(inner) => {
                    changed = true;
                    next.extend(inner);
                }
                None => next.push(item),
            }
        }
        flat = next;
        if !changed {
            break;
        }
    }
    Ok(Value::list(flat))
}

/// The items without repetitions.
pub(super) fn distinct<'v>(of: &Value<'v>) -> Result<Value<'v>, Error> {
    let mut unique = Vec::new();
    for item in list(of)? {
        if !holds(&unique, &item)? {
            unique.push(item);
        }
    }
    Ok(Value::list(unique))
}

/// The items in ascending order.
pub(super) fn sort<'v>(of: &Value<'v>) -> Result<Value<'v>, Error> {
    let mut items = list(of)?;
    for pair in items.windows(2) {
        order(&pair[0], &pair[1])?;
    }
    items.sort_by(|one, other| order(one, other).unwrap_or(Ordering::Equal));
    Ok(Value::list(items))
}

/// Whether every item of `part` is in `of`.
pub(super) fn includes<'v>(of: &Value<'v>, part: &Value<'v>) -> Result<bool, Error> {
    for item in list(part)? {
        if !contains(of, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether two lists share an item.
pub(super) fn intersects<'v>(of: &Value<'v>, other: &Value<'v>) -> Result<bool, Error> {
    for item in list(other)? {
        if contains(of, &item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The numbers below a bound.
pub(super) fn range<'v>(count: i64) -> Result<Value<'v>, Error> {
    const MOST: i64 = 100_000;
    if count > MOST {
        return Err(Error::unsupported("it takes too many steps"));
    }
    Ok(Value::list((0..count).map(Value::Int).collect()))
}

/// How many characters, bytes, items or keys a value has.
pub(super) fn length(of: &Value<'_>) -> Result<i64, Error> {
    let length = match of {
        Value::String(text) => text.chars().count(),
        Value::Bytes(bytes) => bytes.len(),
        _ => size(of).ok_or_else(|| no_overload(&[of]))?,
    };
    Ok(i64::try_from(length).unwrap_or(i64::MAX))
}
