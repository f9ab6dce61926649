//! Calls of functions.

use std::cmp::Ordering;
use std::rc::Rc;

use super::access::is_list;
use super::arithmetic::sum;
use super::error::Error;
use super::function::Function;
use super::named_format::NamedFormat;
use super::network;
use super::semver::Semver;
use super::value::{Value, no_overload};
use super::{convert, list, text};
use crate::quantity::Quantity;
use crate::schema::pattern::{self, Pattern};
use crate::schema::url::Url;

/// The value of a function; a method's target is the first argument. `pattern` is a literal second argument, compiled.
pub(super) fn call<'v>(
    function: Function,
    mut arguments: Vec<Value<'v>>,
    pattern: Option<&Pattern>,
) -> Result<Value<'v>, Error> {
    use Function as F;
    if let [one] = &arguments[..]
        && let Some(value) = unary(function, one)
    {
        return value;
    }
    Ok(match (function, &arguments[..]) {
        (F::Int, [_]) => convert::int(arguments.remove(0))?,
        (F::UInt, [_]) => convert::uint(arguments.remove(0))?,
        (F::Double, [_]) => convert::double(arguments.remove(0))?,
        (F::String, [_]) => convert::string(arguments.remove(0))?,
        (F::Bytes, [_]) => convert::bytes(arguments.remove(0))?,
        (F::Bool, [_]) => convert::bool(arguments.remove(0))?,
        (F::Timestamp, [_]) => convert::timestamp(arguments.remove(0))?,
        (F::Duration, [_]) => convert::duration(arguments.remove(0))?,
        (F::Dyn, [_]) => arguments.remove(0),
        (
            F::GetFullYear
            | F::GetMonth
            | F::GetDayOfYear
            | F::GetDayOfMonth
            | F::GetDate
            | F::GetDayOfWeek
            | F::GetHours
            | F::GetMinutes
            | F::GetSeconds
            | F::GetMilliseconds,
            [of, zone @ ..],
        ) if zone.len() < 2 => convert::part(function, of, zone.first())?,
        (F::Contains, [Value::String(text), Value::String(part)]) => {
            Value::Bool(text.contains(part.as_ref()))
        }
        (F::StartsWith, [Value::String(text), Value::String(part)]) => {
            Value::Bool(text.starts_with(part.as_ref()))
        }
        (F::EndsWith, [Value::String(text), Value::String(part)]) => {
            Value::Bool(text.ends_with(part.as_ref()))
        }
        (F::Matches | F::Find | F::FindAll, [Value::String(text), Value::String(expression), most @ ..]) => {
            regular_expression(function, text, expression, most, pattern)?
        }
        (F::CharAt, [Value::String(text), Value::Int(at)]) => text::char_at(text, *at)?,
        (F::IndexOf, [Value::String(text), Value::String(part)]) => text::index_of(text, part, 0)?,
        (F::IndexOf, [Value::String(text), Value::String(part), Value::Int(from)]) => {
            text::index_of(text, part, *from)?
        }
        (F::LastIndexOf, [Value::String(text), Value::String(part)]) => {
            text::last_index_of(text, part, None)?
        }
        (F::LastIndexOf, [Value::String(text), Value::String(part), Value::Int(from)]) => {
            text::last_index_of(text, part, Some(*from))?
        }
        (F::IndexOf | F::LastIndexOf, [of, wanted]) if is_list(of) => {
            list::position(of, wanted, function == F::LastIndexOf)?
        }
        (F::Join, [of, Value::String(separator)]) => text::join(of, separator)?,
        (F::Replace, [Value::String(text), Value::String(old), Value::String(new)]) => {
            text::replace(text, old, new, -1)
        }
        (F::Replace, [Value::String(text), Value::String(old), Value::String(new), Value::Int(most)]) => {
            text::replace(text, old, new, *most)
        }
        (F::Split, [Value::String(text), Value::String(separator)]) => text::split(text, separator, -1),
        (F::Split, [Value::String(text), Value::String(separator), Value::Int(most)]) => {
            text::split(text, separator, *most)
        }
        (F::Substring, [Value::String(text), Value::Int(from)]) => text::substring(text, *from, None)?,
        (F::Substring, [Value::String(text), Value::Int(from), Value::Int(to)]) => {
            text::substring(text, *from, Some(*to))?
        }
        (F::Format, [Value::String(text), values]) => text::format(text, values)?,
        (F::Slice, [of, Value::Int(from), Value::Int(to)]) => list::slice(of, *from, *to)?,
        (F::Flatten, [of, Value::Int(depth)]) => list::flatten(of, *depth)?,
        (F::SetsContains, [of, part]) => Value::Bool(list::includes(of, part)?),
        (F::SetsEquivalent, [of, other]) => {
            Value::Bool(list::includes(of, other)? && list::includes(other, of)?)
        }
        (F::SetsIntersects, [of, other]) => Value::Bool(list::intersects(of, other)?),
        (F::OptionalNone, []) => Value::Optional(None),
        (F::Or, [Value::Optional(one), Value::Optional(other)]) => {
            Value::Optional(one.clone().or_else(|| other.clone()))
        }
        (F::OrValue, [Value::Optional(one), other]) => {
            one.as_ref().map_or_else(|| other.clone(), |one| (**one).clone())
        }
        (F::Add | F::Sub, [Value::Quantity(one), other]) => quantity_sum(function, *one, other)?,
        (F::IsGreaterThan | F::IsLessThan | F::CompareTo, [one, other]) => ordered(function, one, other)?,
        (F::Semver | F::IsSemver, [Value::String(text), Value::Bool(tolerant)]) => {
            semver(function, text, *tolerant)?
        }
        (F::ContainsIp, [Value::Cidr(address, length), inner]) => {
            Value::Bool(network::contains((*address, *length), network::address_of(inner)?, None))
        }
        (F::ContainsCidr, [Value::Cidr(address, length), inner]) => {
            let (inner, inner_length) = network::range_of(inner)?;
            Value::Bool(network::contains((*address, *length), inner, Some(inner_length)))
        }
        (F::Validate, [Value::Format(format), Value::String(text)]) => {
            Value::optional(format.validate(text).map(|wrong| Value::list(vec![Value::text(wrong)])))
        }
        (function, []) => {
            let format = function.name().strip_prefix("format.").and_then(NamedFormat::named);
            format.map(Value::Format).ok_or_else(|| mismatch(function, &arguments))?
        }
        _ => return Err(mismatch(function, &arguments)),
    })
}

/// No function of this name has such arguments.
fn mismatch(function: Function, arguments: &[Value<'_>]) -> Error {
    match no_overload(&arguments.iter().collect::<Vec<_>>()) {
        Error::Unsupported(reason) => Error::unsupported(format!("`{}`: {reason}", function.name())),
        error => error,
    }
}

/// Functions of one argument that only look at it; none if the function is another one.
fn unary<'v>(function: Function, of: &Value<'v>) -> Option<Result<Value<'v>, Error>> {
    use Function as F;
    Some(Ok(match (function, of) {
        (F::Size, of) => return Some(list::length(of).map(Value::Int)),
        (F::Type, of) => Value::Type(of.type_name()),
        (F::LowerAscii, Value::String(text)) => Value::text(text.to_ascii_lowercase()),
        (F::UpperAscii, Value::String(text)) => Value::text(text.to_ascii_uppercase()),
        (F::Trim, Value::String(text)) => Value::text(text.trim()),
        (F::Reverse, Value::String(text)) => Value::text(text.chars().rev().collect::<String>()),
        (F::Quote, Value::String(text)) => text::quote(text),
        (F::Reverse, of) => {
            return Some(list::list(of).map(|items| Value::list(items.into_iter().rev().collect())));
        }
        (F::Join, of) => return Some(text::join(of, "")),
        (F::IsSorted, of) => return Some(list::is_sorted(of).map(Value::Bool)),
        (F::Sum, of) => return Some(sum(of)),
        (F::Min, of) => return Some(list::extreme(of, Ordering::Less)),
        (F::Max, of) => return Some(list::extreme(of, Ordering::Greater)),
        (F::Flatten, of) => return Some(list::flatten(of, 1)),
        (F::Distinct, of) => return Some(list::distinct(of)),
        (F::Sort, of) => return Some(list::sort(of)),
        (F::Range, Value::Int(count)) => return Some(list::range(*count)),
        (F::OptionalOf, of) => Value::optional(Some(of.clone())),
        (F::OptionalOfNonZero, of) => Value::optional((!of.is_zero()).then(|| of.clone())),
        (F::HasValue, Value::Optional(value)) => Value::Bool(value.is_some()),
        (F::GetValue, Value::Optional(value)) => {
            let missing = || Error::failed("optional.none() dereference");
            return Some(value.as_ref().map(|value| (**value).clone()).ok_or_else(missing));
        }
        (F::IsQuantity, Value::String(text)) => Value::Bool(Quantity::parse(text).is_ok()),
        (F::Quantity, Value::String(text)) => {
            let wrong = |_| Error::failed(format!("{text:?} is not a quantity"));
            return Some(Quantity::parse(text).map(Value::Quantity).map_err(wrong));
        }
        (F::IsInteger, Value::Quantity(quantity)) => Value::Bool(quantity.to_i64().is_some()),
        (F::AsInteger, Value::Quantity(quantity)) => {
            let wrong = || Error::failed("cannot convert value to integer");
            return Some(quantity.to_i64().map(Value::Int).ok_or_else(wrong));
        }
        (F::AsApproximateFloat, Value::Quantity(quantity)) => Value::Double(quantity.to_f64()),
        (F::Sign, Value::Quantity(quantity)) => Value::Int(quantity.sign() as i64),
        (F::Semver | F::IsSemver, Value::String(text)) => return Some(semver(function, text, false)),
        (F::Major, Value::Semver(version)) => return Some(number(version.numbers[0])),
        (F::Minor, Value::Semver(version)) => return Some(number(version.numbers[1])),
        (F::Patch, Value::Semver(version)) => return Some(number(version.numbers[2])),
        (F::IsIp, Value::String(text)) => Value::Bool(network::address(text).is_some()),
        (F::Ip, Value::Cidr(address, _)) => Value::Ip(*address),
        (F::Ip, Value::String(_)) => return Some(network::address_of(of).map(Value::Ip)),
        (F::IsCanonical, Value::String(text)) => {
            return Some(network::address_of(of).map(|address| Value::Bool(address.to_string() == *text)));
        }
        (F::Family, Value::Ip(address)) => Value::Int(if address.is_ipv4() { 4 } else { 6 }),
        (
            F::IsUnspecified
            | F::IsLoopback
            | F::IsLinkLocalMulticast
            | F::IsLinkLocalUnicast
            | F::IsGlobalUnicast,
            Value::Ip(address),
        ) => Value::Bool(network::is(function, *address)),
        (F::IsCidr, Value::String(text)) => Value::Bool(network::range(text).is_some()),
        (F::Cidr, Value::String(_)) => {
            return Some(network::range_of(of).map(|(address, length)| Value::Cidr(address, length)));
        }
        (F::PrefixLength, Value::Cidr(_, length)) => Value::Int(i64::from(*length)),
        (F::Masked, Value::Cidr(address, length)) => Value::Cidr(network::masked(*address, *length), *length),
        (F::IsUrl, Value::String(text)) => Value::Bool(Url::parse_request(text).is_some()),
        (F::Url, Value::String(text)) => {
            let wrong = || Error::failed("URL parse error during conversion from string");
            return Some(Url::parse(text).map(|url| Value::Url(Rc::new(url))).ok_or_else(wrong));
        }
        (F::GetScheme, Value::Url(url)) => Value::text(url.scheme.as_str()),
        (F::GetHost, Value::Url(url)) => Value::text(url.host.as_str()),
        (F::GetHostname, Value::Url(url)) => Value::text(url.hostname()),
        (F::GetPort, Value::Url(url)) => Value::text(url.port()),
        (F::GetEscapedPath, Value::Url(url)) => Value::text(url.path.as_str()),
        (F::GetQuery, Value::Url(url)) => {
            let entry = |(key, values): (String, Vec<String>)| {
                (Value::text(key), Value::list(values.into_iter().map(Value::text).collect()))
            };
            Value::Map(url.query_values().into_iter().map(entry).collect())
        }
        (F::NamedFormat, Value::String(name)) => Value::optional(NamedFormat::named(name).map(Value::Format)),
        _ => return None,
    }))
}

fn number<'v>(number: u64) -> Result<Value<'v>, Error> {
    i64::try_from(number).map(Value::Int).map_err(|_| Error::failed("integer overflow"))
}

fn quantity_sum<'v>(function: Function, one: Quantity, other: &Value<'v>) -> Result<Value<'v>, Error> {
    let other = match other {
        Value::Quantity(other) => *other,
        Value::Int(number) => Quantity::whole(*number),
        _ => return Err(no_overload(&[other])),
    };
    let sum = if function == Function::Add { one.checked_add(other) } else { one.checked_sub(other) };
    sum.map(Value::Quantity).ok_or_else(|| Error::unsupported("a quantity is too large"))
}

/// `isGreaterThan`, `isLessThan` and `compareTo`.
fn ordered<'v>(function: Function, one: &Value<'v>, other: &Value<'v>) -> Result<Value<'v>, Error> {
    let order = match (one, other) {
        (Value::Quantity(one), Value::Quantity(other)) => one.cmp(other),
        (Value::Semver(one), Value::Semver(other)) => one.order(other),
        _ => return Err(mismatch(function, &[one.clone(), other.clone()])),
    };
    Ok(match function {
        Function::IsGreaterThan => Value::Bool(order.is_gt()),
        Function::IsLessThan => Value::Bool(order.is_lt()),
        _ => Value::Int(order as i64),
    })
}

fn semver<'v>(function: Function, text: &str, tolerant: bool) -> Result<Value<'v>, Error> {
    let version = Semver::parse(text, tolerant);
    if function == Function::IsSemver {
        return Ok(Value::Bool(version.is_some()));
    }
    let wrong = || Error::failed(format!("{text:?} is not a semantic version"));
    version.map(|version| Value::Semver(Rc::new(version))).ok_or_else(wrong)
}

fn regular_expression<'v>(
    function: Function,
    text: &str,
    expression: &str,
    most: &[Value<'v>],
    pattern: Option<&Pattern>,
) -> Result<Value<'v>, Error> {
    let compiled;
    let regex = match pattern {
        Some(pattern) => pattern.regex(),
        None => {
            compiled = pattern::compile(expression);
            compiled.as_ref()
        }
    };
    let regex = regex.ok_or_else(|| Error::unsupported(format!("the regular expression {expression:?}")))?;
    let limit = match most {
        [] => -1,
        [Value::Int(most)] if function == Function::FindAll => *most,
        _ => return Err(Error::failed("no such overload")),
    };
    Ok(match function {
        Function::Matches => Value::Bool(regex.is_match(text)),
        Function::Find => Value::text(regex.find(text).map_or("", |found| found.as_str())),
        _ => {
            let most = usize::try_from(limit).unwrap_or(usize::MAX);
            Value::list(regex.find_iter(text).take(most).map(|found| Value::text(found.as_str())).collect())
        }
    })
}
