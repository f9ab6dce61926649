//! Quantities as the rules ask about them.

use std::cmp::Ordering;

use crate::quantity::Quantity;

/// Whether the quantity is negative; an invalid one was reported before.
pub(super) fn is_negative(text: &str) -> bool {
    Quantity::parse(text).is_ok_and(|quantity| quantity.sign() == Ordering::Less)
}

/// Whether a resource of a container can be shown in this unit. The server compares the canonical form: a power of 1000
/// or 1024 with its suffix, for the CPU 1 or 1m (validation.go, `validateContainerResourceDivisor`).
pub(super) fn is_divisor(text: &str, cpu: bool) -> bool {
    const NANO: i128 = 1_000_000_000;
    let Ok(quantity) = Quantity::parse(text) else { return true };
    let nanos = quantity.nanos();
    if nanos == 0 || nanos == NANO {
        return true;
    }
    let binary = text.ends_with('i');
    let exponent = !binary && text.contains(['e', 'E']) && !text.ends_with('E');
    match (cpu, binary, exponent) {
        (true, binary, exponent) => nanos == NANO / 1000 && !binary && !exponent,
        (false, true, _) => (1..=6).any(|power| nanos == NANO << (10 * power)),
        (false, false, exponent) => !exponent && (1..=6).any(|power| nanos == NANO * 1000_i128.pow(power)),
    }
}
