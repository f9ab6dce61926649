//! Conversions between types, and the parts of times.

use super::error::Error;
use super::function::Function;
use super::value::{Value, no_overload};
use crate::schema::time::{self, Timestamp};

/// `int(value)`
pub(super) fn int<'v>(of: Value<'v>) -> Result<Value<'v>, Error> {
    let range = || Error::failed("integer overflow");
    Ok(Value::Int(match &of {
        Value::Int(number) => *number,
        Value::UInt(number) => i64::try_from(*number).map_err(|_| range())?,
        Value::Double(number) if *number > i64::MIN as f64 && *number < i64::MAX as f64 => {
            number.trunc() as i64
        }
        Value::Double(_) => return Err(range()),
        Value::String(text) => text
            .parse()
            .map_err(|_| Error::failed(format!("strconv.ParseInt: parsing {text:?}: invalid syntax")))?,
        Value::Timestamp(time) => time.seconds,
        Value::Duration(nanos) => *nanos,
        _ => return Err(no_overload(&[&of])),
    }))
}

/// `uint(value)`
pub(super) fn uint<'v>(of: Value<'v>) -> Result<Value<'v>, Error> {
    let range = || Error::failed("unsigned integer overflow");
    Ok(Value::UInt(match &of {
        Value::Int(number) => u64::try_from(*number).map_err(|_| range())?,
        Value::UInt(number) => *number,
        Value::Double(number) if *number >= 0.0 && *number < u64::MAX as f64 => number.trunc() as u64,
        Value::Double(_) => return Err(range()),
        Value::String(text) => text
            .parse()
            .map_err(|_| Error::failed(format!("strconv.ParseUint: parsing {text:?}: invalid syntax")))?,
        _ => return Err(no_overload(&[&of])),
    }))
}

/// `double(value)`
pub(super) fn double<'v>(of: Value<'v>) -> Result<Value<'v>, Error> {
    Ok(Value::Double(match &of {
        Value::Int(number) => *number as f64,
        Value::UInt(number) => *number as f64,
        Value::Double(number) => *number,
        Value::String(text) => text
            .parse()
            .map_err(|_| Error::failed(format!("strconv.ParseFloat: parsing {text:?}: invalid syntax")))?,
        _ => return Err(no_overload(&[&of])),
    }))
}

/// `string(value)`
pub(super) fn string<'v>(of: Value<'v>) -> Result<Value<'v>, Error> {
    Ok(match of {
        Value::String(_) => of,
        Value::Bool(value) => Value::text(value.to_string()),
        Value::Int(number) => Value::text(number.to_string()),
        Value::UInt(number) => Value::text(number.to_string()),
        Value::Double(number) => Value::text(double_text(number)),
        Value::Bytes(bytes) => match std::str::from_utf8(&bytes) {
            Ok(text) => Value::text(text),
            Err(_) => return Err(Error::failed("invalid UTF-8 in bytes, cannot convert to string")),
        },
        Value::Timestamp(time) => Value::text(time.text()),
        Value::Duration(nanos) => Value::text(time::duration_text(nanos)),
        Value::Ip(address) => Value::text(address.to_string()),
        Value::Cidr(address, length) => Value::text(format!("{address}/{length}")),
        _ => return Err(no_overload(&[&of])),
    })
}

/// A number as Go's `%g` with the least digits writes it.
pub(super) fn double_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let exponent = format!("{number:e}");
    let (digits, power) = exponent.split_once('e').unwrap_or((&exponent, "0"));
    match power.parse::<i32>() {
        Ok(power) if !(-4..21).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.abs())
        }
        _ => format!("{number}"),
    }
}

/// `bytes(value)`
pub(super) fn bytes<'v>(of: Value<'v>) -> Result<Value<'v>, Error> {
    match of {
        Value::Bytes(_) => Ok(of),
        Value::String(text) => Ok(Value::Bytes(text.as_bytes().into())),
        _ => Err(no_overload(&[&of])),
    }
}

/// `bool(value)`
pub(super) fn bool<'v>(of: Value<'v>) -> Result<Value<'v>, Error> {
    match &of {
        Value::Bool(_) => Ok(of),
        Value::String(text) => match text.as_ref() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Value::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Value::Bool(false)),
            _ => Err(Error::failed(format!("type conversion error from string to bool: {text:?}"))),
        },
        _ => Err(no_overload(&[&of])),
    }
}

/// `timestamp(value)`
pub(super) fn timestamp<'v>(of: Value<'v>) -> Result<Value<'v>, Error> {
    match &of {
        Value::Timestamp(_) => Ok(of),
        Value::Int(seconds) => Timestamp { seconds: *seconds, nanos: 0 }
            .plus(0)
            .map(Value::Timestamp)
            .ok_or_else(|| Error::failed("timestamp overflow")),
        Value::String(text) => Timestamp::parse(text)
            .map(Value::Timestamp)
            .ok_or_else(|| Error::failed(format!("parsing time {text:?}: it is not RFC 3339"))),
        _ => Err(no_overload(&[&of])),
    }
}

/// `duration(value)`
pub(super) fn duration<'v>(of: Value<'v>) -> Result<Value<'v>, Error> {
    match &of {
        Value::Duration(_) => Ok(of),
        Value::Int(nanos) => Ok(Value::Duration(*nanos)),
        Value::String(text) => time::go_duration(text)
            .map(Value::Duration)
            .ok_or_else(|| Error::failed(format!("time: invalid duration {text:?}"))),
        _ => Err(no_overload(&[&of])),
    }
}

/// A part of a time or a duration, such as `getHours()`; a time may be asked for in a zone.
pub(super) fn part<'v>(
    function: Function,
    of: &Value<'v>,
    zone: Option<&Value<'v>>,
) -> Result<Value<'v>, Error> {
    if let Value::Duration(nanos) = of {
        return Ok(Value::Int(match function {
            Function::GetHours => nanos / 3_600_000_000_000,
            Function::GetMinutes => nanos / 60_000_000_000,
            Function::GetSeconds => nanos / 1_000_000_000,
            Function::GetMilliseconds => nanos / 1_000_000 % 1000,
            _ => return Err(no_overload(&[of])),
        }));
    }
    let Value::Timestamp(time) = of else { return Err(no_overload(&[of])) };
    let offset = match zone {
        None => 0,
        Some(Value::String(name)) => offset(name)?,
        Some(other) => return Err(no_overload(&[of, other])),
    };
    let civil = time.civil(offset);
    let first = format!("{:04}-01-01", civil.year);
    Ok(Value::Int(match function {
        Function::GetFullYear => civil.year,
        Function::GetMonth => i64::from(civil.month) - 1,
        Function::GetDayOfYear => time.days(offset) - time::date(&first).unwrap_or_default(),
        Function::GetDayOfMonth => i64::from(civil.day) - 1,
        Function::GetDate => i64::from(civil.day),
        // 1970 began on a Thursday.
        Function::GetDayOfWeek => (time.days(offset) + 4).rem_euclid(7),
        Function::GetHours => i64::from(civil.hour),
        Function::GetMinutes => i64::from(civil.minute),
        Function::GetSeconds => i64::from(civil.second),
        Function::GetMilliseconds => i64::from(time.nanos / 1_000_000),
        _ => return Err(no_overload(&[of])),
    }))
}

/// Seconds east of UTC: `UTC`, `+01:00` or `01:00`. Names of zones depend on the server's own tables.
fn offset(name: &str) -> Result<i64, Error> {
    match name {
        "" | "UTC" => Ok(0),
        text => {
            let signed = if text.starts_with(['+', '-']) { text.to_owned() } else { format!("+{text}") };
            time::zone(&signed).ok_or_else(|| Error::unsupported(format!("it uses the time zone {text:?}")))
        }
    }
}
