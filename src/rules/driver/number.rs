//! Numbers, quantities, durations and modes.

use super::mismatch::{Mismatch, mismatch};
use crate::catalog::driver::IntegerShape;
use crate::quantity::Quantity;

pub(super) fn integer(value: &str, shape: &IntegerShape) -> Result<(), Mismatch> {
    if shape.empty && value.is_empty() {
        return Ok(());
    }
    let Some(number) = shape.read(value) else {
        return mismatch(
            format!("`{value}` is not a whole number of {} bits", shape.bits),
            "write digits only: no unit, no fraction, no comma, no space",
        );
    };
    let read = if number.to_string() == value.trim_start_matches('+').trim_start_matches('0') || number == 0 {
        format!("`{value}`")
    } else {
        format!("`{value}`, read as {number},")
    };
    let (least, most, above) =
        (shape.least.map(i128::from), shape.most.map(i128::from), shape.above.map(i128::from));
    if above.is_some_and(|above| number <= above) {
        return mismatch(format!("{read} is too low"), format!("write {} or more", above.unwrap_or(0) + 1));
    }
    if !shape.values.is_empty() && !shape.values.iter().any(|known| i128::from(*known) == number) {
        let list = shape.values.iter().map(ToString::to_string).collect::<Vec<_>>();
        return mismatch(
            format!("{read} is not a supported value"),
            format!("write one of {}", list.join(", ")),
        );
    }
    if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
        let range = match (least.or(above.map(|above| above + 1)), most) {
            (Some(least), Some(most)) => format!("write {least} to {most}"),
            (Some(least), None) => format!("write {least} or more"),
            (None, Some(most)) => format!("write {most} or less"),
            (None, None) => String::new(),
        };
        return mismatch(format!("{read} is out of range"), range);
    }
    if let Some(step) = shape.multiple_of.filter(|step| number % i128::from(*step) != 0) {
        return mismatch(
            format!("{read} is not a multiple of {step}"),
            format!("write a multiple of {step}"),
        );
    }
    Ok(())
}

pub(super) fn number(
    value: &str,
    least: Option<f64>,
    above: Option<f64>,
    multiple_of: Option<f64>,
) -> Result<(), Mismatch> {
    let Some(number) = value.parse::<f64>().ok().filter(|number| number.is_finite()) else {
        return mismatch(format!("`{value}` is not a number"), "write a number such as 0.5");
    };
    if least.is_some_and(|least| number < least) || above.is_some_and(|above| number <= above) {
        let limit = least.map_or_else(
            || format!("more than {}", above.unwrap_or_default()),
            |least| format!("{least} or more"),
        );
        return mismatch(format!("`{value}` is too low"), format!("write {limit}"));
    }
    match multiple_of.filter(|step| (number / step).fract() != 0.0) {
        Some(step) => {
            mismatch(format!("`{value}` is not a multiple of {step}"), format!("write a multiple of {step}"))
        }
        None => Ok(()),
    }
}

pub(super) fn quantity(
    value: &str,
    positive: bool,
    not_negative: bool,
    unsigned: bool,
    values: &[&str],
) -> Result<(), Mismatch> {
    // The API server trims blanks around a quantity; drivers do not.
    let Some(quantity) = Quantity::parse(value).ok().filter(|_| value == value.trim()) else {
        return mismatch(
            format!("`{value}` is not a quantity"),
            "write digits with a suffix of Kubernetes, such as 10k or 250Mi",
        );
    };
    if quantity.ceil() >= i128::from(i64::MAX) {
        return mismatch(format!("`{value}` is too large to be read"), "write less");
    }
    if positive && quantity.ceil() <= 0 {
        return mismatch(format!("`{value}` is not above zero"), "write a quantity such as 100Gi");
    }
    if not_negative && quantity.ceil_to(1 << 20) < 0 || unsigned && quantity.nanos() < 0 {
        return mismatch(format!("`{value}` is below zero"), "write a quantity such as 250Mi");
    }
    let known = |text: &&str| Quantity::parse(text).is_ok_and(|known| known.nanos() == quantity.nanos());
    if !values.is_empty() && !values.iter().any(known) {
        let list = values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>();
        return mismatch(
            format!("`{value}` is not a supported value"),
            format!("write one of {}", list.join(", ")),
        );
    }
    Ok(())
}

/// A duration as Go's `time.ParseDuration` reads one: numbers with units, such as `1h30m`.
pub(super) fn duration(value: &str, positive: bool) -> Result<(), Mismatch> {
    const UNITS: [(&str, f64); 8] = [
        ("ns", 1e-9),
        ("us", 1e-6),
        ("µs", 1e-6),
        ("μs", 1e-6),
        ("ms", 1e-3),
        ("s", 1.0),
        ("m", 60.0),
        ("h", 3600.0),
    ];
    let read = |text: &str| -> Option<f64> {
        let (mut rest, sign) = match text.strip_prefix('-') {
            Some(rest) => (rest, -1.0),
            None => (text.strip_prefix('+').unwrap_or(text), 1.0),
        };
        if rest == "0" {
            return Some(0.0);
        }
        let mut total = 0.0;
        while !rest.is_empty() {
            let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
            let number: f64 = rest[..digits].parse().ok()?;
            let unit = &rest[digits..];
            let unit = &unit
                [..unit.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(unit.len())];
            total += number * UNITS.iter().find(|(name, _)| *name == unit)?.1;
            rest = &rest[digits + unit.len()..];
        }
        (!text.trim_start_matches(['+', '-']).is_empty() && total < 9.2e9).then_some(sign * total)
    };
    match read(value) {
        None => mismatch(
            format!("`{value}` is not a duration"),
            "write numbers with the units `h`, `m` and `s`, such as `168h`; days are not a unit",
        ),
        Some(seconds) if positive && seconds <= 0.0 => {
            mismatch(format!("`{value}` is not above zero"), "write a duration such as `2m`")
        }
        Some(_) => Ok(()),
    }
}

pub(super) fn octal(value: &str, most: u64, empty: bool) -> Result<(), Mismatch> {
    if empty && value.is_empty() {
        return Ok(());
    }
    let plain = !value.is_empty() && value.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    match u64::from_str_radix(value, 8).ok().filter(|number| plain && *number <= most) {
        Some(_) => Ok(()),
        None => mismatch(
            format!("`{value}` is not an octal mode"),
            format!("write octal digits such as `0755`, at most `{most:o}`"),
        ),
    }
}
