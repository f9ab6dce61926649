//! Quantities as the rules ask about them.

use std::cmp::Ordering;

use crate::quantity::Quantity;

/// Whether the quantity is below zero; a text that is none was reported before.
pub(super) fn is_negative(text: &str) -> bool {
    Quantity::parse(text).is_ok_and(|quantity| quantity.sign() == Ordering::Less)
}

/// Whether a resource of a container can be shown in this unit (validation.go, `validateContainerResourceDivisor`).
pub(super) fn is_divisor(text: &str, cpu: bool) -> bool {
    const CPU: [&str; 2] = ["1m", "1"];
    const BYTES: [&str; 13] =
        ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];
    let Ok(quantity) = Quantity::parse(text) else { return true };
    let units: &[&str] = if cpu { &CPU } else { &BYTES };
    quantity == Quantity::ZERO || units.iter().any(|unit| Quantity::parse(unit) == Ok(quantity))
}
