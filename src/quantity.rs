//! Quantities such as `10Gi`, `500m` or `1e3`, parsed as by the API server.

use std::cmp::Ordering;
use std::fmt;

/// The text is not a valid quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAQuantity;

impl fmt::Display for NotAQuantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number with a suffix such as `Gi`, `M` or `m`")
    }
}

/// A quantity with a precision of a nano (10⁻⁹), the finest that the API supports: finer values are rounded
/// away from zero, and values beyond ±2⁶³ are clamped (k8s.io/apimachinery, pkg/api/resource/quantity.go,
/// `ParseQuantity`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    nanos: i128,
}

const NANO: i128 = 1_000_000_000;
/// The maximum magnitude in nanos.
const GREATEST: i128 = i64::MAX as i128 * NANO;

/// Factors of 1024, by suffix; the decimal ones are powers of ten.
const BINARY: [(&str, u32); 6] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];
const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

impl Quantity {
    /// Zero.
    pub const ZERO: Self = Self { nanos: 0 };

    /// An integer number of units, such as bytes.
    #[must_use]
    pub const fn whole(units: i64) -> Self {
        Self { nanos: units as i128 * NANO }
    }

    /// This many billionths of a unit.
    #[must_use]
    pub const fn from_nanos(nanos: i128) -> Self {
        Self { nanos }
    }

    /// Parses `[+-]digits[.digits][suffix]`, with blanks around it: the server trims the JSON text of a quantity, in which
    /// other white space is escaped (quantity.go, `UnmarshalJSON`).
    ///
    /// # Errors
    ///
    /// If the text is not a quantity.
    pub fn parse(text: &str) -> Result<Self, NotAQuantity> {
        if let Some(common) = Self::common(text) {
            return Ok(common);
        }
        let text = text.trim_matches(is_trimmed);
        let (negative, rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole = digits(rest);
        let (whole, rest) = rest.split_at(whole);
        let (fraction, suffix) = match rest.strip_prefix('.') {
            Some(rest) => rest.split_at(digits(rest)),
            None => ("", rest),
        };
        // Digits are optional: `Gi` is a quantity of zero.
        if text.is_empty() {
            return Err(NotAQuantity);
        }
        let magnitude = if let Some((_, shift)) = BINARY.iter().find(|(name, _)| *name == suffix) {
            binary(whole, fraction, *shift)
        } else {
            let exponent = match DECIMAL.iter().find(|(name, _)| *name == suffix) {
                Some((_, exponent)) => *exponent,
                None => exponent(suffix)?,
            };
            decimal(whole, fraction, exponent)
        };
        Ok(Self { nanos: if negative { -magnitude } else { magnitude } })
    }

    /// The quantity, if it is a whole number with few digits and a common suffix, as almost all are.
    fn common(text: &str) -> Option<Self> {
        /// So many that the product with the largest unit, in billionths, fits 128 bits.
        const MOST_DIGITS: usize = 10;
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=MOST_DIGITS).contains(&digits) {
            return None;
        }
        let (number, suffix) = text.split_at(digits);
        let number = number.bytes().fold(0, |number, digit| number * 10 + i128::from(digit - b'0'));
        let unit = match suffix.as_bytes() {
            [] => NANO,
            [b'm'] => NANO / 1000,
            [b'k'] => NANO * 1000,
            [b'M'] => NANO * 1_000_000,
            [b'G'] => NANO * NANO,
            [b'K', b'i'] => NANO << 10,
            [b'M', b'i'] => NANO << 20,
            [b'G', b'i'] => NANO << 30,
            [b'T', b'i'] => NANO << 40,
            _ => return None,
        };
        Some(Self { nanos: (number * unit).min(GREATEST) })
    }

    /// The sign: negative, zero or positive.
    #[must_use]
    pub fn sign(self) -> Ordering {
        self.nanos.cmp(&0)
    }

    /// The value in billionths.
    #[must_use]
    pub fn nanos(self) -> i128 {
        self.nanos
    }

    /// The whole number of units, if it is one and fits 64 bits.
    #[must_use]
    pub fn to_i64(self) -> Option<i64> {
        if self.is_whole() { i64::try_from(self.nanos / NANO).ok() } else { None }
    }

    /// The nearest floating-point number of units.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.nanos as f64 / NANO as f64
    }

    /// The sum; none if it is out of range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.nanos
            .checked_add(other.nanos)
            .filter(|nanos| nanos.abs() <= GREATEST)
            .map(|nanos| Self { nanos })
    }

    /// The difference; none if it is out of range.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self { nanos: -other.nanos })
    }

    /// Whether it is an integer number of units.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.nanos % NANO == 0
    }

    /// The value rounded up to an integer number of units.
    #[must_use]
    pub fn ceil(self) -> i128 {
        self.nanos.div_euclid(NANO) + i128::from(self.nanos.rem_euclid(NANO) != 0)
    }

    /// The value rounded up to an integer number of `unit`s (such as 1 << 30 for GiB).
    #[must_use]
    pub fn ceil_to(self, unit: i128) -> i128 {
        let units = self.ceil();
        units.div_euclid(unit) + i128::from(units.rem_euclid(unit) != 0)
    }

    /// The value rounded up to an integer number of thousandths.
    #[must_use]
    pub fn ceil_milli(self) -> i128 {
        const MICRO: i128 = NANO / 1000;
        self.nanos.div_euclid(MICRO) + i128::from(self.nanos.rem_euclid(MICRO) != 0)
    }
}

impl fmt::Display for Quantity {
    /// Writes the quantity in billionths, or in whole units if it is a whole number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_whole() { write!(f, "{}", self.nanos / NANO) } else { write!(f, "{}n", self.nanos) }
    }
}

/// White space that a JSON encoder leaves as it is.
fn is_trimmed(letter: char) -> bool {
    letter.is_whitespace() && letter >= ' ' && !matches!(letter, '\u{2028}' | '\u{2029}')
}

/// `e3`, `E-2`: a decimal exponent.
fn exponent(suffix: &str) -> Result<i32, NotAQuantity> {
    let digits = suffix.strip_prefix(['e', 'E']).ok_or(NotAQuantity)?;
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotAQuantity);
    }
    // The API parses the exponent into 64 bits and keeps 32 of them; exponents beyond a few hundred are out
    // of range anyway.
    digits.parse::<i64>().map(|exponent| exponent.clamp(-1000, 1000) as i32).map_err(|_| NotAQuantity)
}

/// Nanos of `whole.fraction × 2^shift`, rounded up and clamped to the maximum.
fn binary(whole: &str, fraction: &str, shift: u32) -> i128 {
    let unit = 1_i128 << shift;
    let whole =
        number(whole).and_then(|whole| whole.checked_mul(unit)).and_then(|units| units.checked_mul(NANO));
    let Some(whole) = whole else { return GREATEST };
    // 18 digits times 2⁶⁰ are exact in 128 bits; further digits can only round up.
    let (kept, rest) = fraction.split_at(fraction.len().min(18));
    let scale = 10_i128.pow(kept.len() as u32);
    let parts = number(kept).unwrap_or(0) * unit;
    let nanos = match parts.checked_mul(NANO) {
        Some(exact) => exact.div_euclid(scale) + i128::from(exact.rem_euclid(scale) != 0),
        None => parts.div_euclid(scale) * NANO + (parts.rem_euclid(scale) * NANO).div_euclid(scale) + 1,
    };
    let more = i128::from(rest.bytes().any(|byte| byte != b'0') && nanos == 0);
    whole.saturating_add(nanos + more).min(GREATEST)
}

/// Nanos of `whole.fraction × 10^exponent`, rounded up and clamped to the maximum.
fn decimal(whole: &str, fraction: &str, exponent: i32) -> i128 {
    let digits: String = [whole, fraction].concat();
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return 0;
    }
    // The value is digits × 10^shift nanos.
    let shift = i64::from(exponent) - fraction.len() as i64 + 9;
    if digits.len() as i64 + shift > 30 {
        return GREATEST;
    }
    if shift >= 0 {
        let scale = 10_i128.pow(shift.min(30) as u32);
        return number(digits)
            .and_then(|number| number.checked_mul(scale))
            .map_or(GREATEST, |n| n.min(GREATEST));
    }
    let dropped = usize::try_from(-shift).unwrap_or(usize::MAX);
    if dropped >= digits.len() {
        return 1;
    }
    let (kept, rest) = digits.split_at(digits.len() - dropped);
    let kept = number(kept).unwrap_or(GREATEST);
    (kept + i128::from(rest.bytes().any(|byte| byte != b'0'))).min(GREATEST)
}

/// Digits as a number, if they fit.
fn number(digits: &str) -> Option<i128> {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { Some(0) } else { digits.parse().ok() }
}

/// The quantity that is meant by common misspellings such as `10GB` and `10 Gi`.
#[must_use]
pub fn misspelled(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let number: String = compact
        .chars()
        .take_while(|letter| letter.is_ascii_digit() || matches!(letter, '.' | '+' | '-'))
        .collect();
    let unit = compact[number.len()..].trim_end_matches(['b', 'B']).trim_end_matches("yte").to_owned();
    let unit = match unit.to_lowercase().as_str() {
        "ki" | "kib" => "Ki".to_owned(),
        "mi" => "Mi".to_owned(),
        "gi" => "Gi".to_owned(),
        "ti" => "Ti".to_owned(),
        "g" => "G".to_owned(),
        "t" => "T".to_owned(),
        "k" => "k".to_owned(),
        _ => unit,
    };
    let near = format!("{number}{unit}");
    (near != text && Quantity::parse(&near).is_ok()).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn common_quantities_are_read_like_all_others() {
        for number in ["0", "1", "9", "007", "1023", "999999999", "8589934592", "9999999999", "99999999999"] {
            for suffix in [
                "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "g",
                "e3",
            ] {
                let text = format!("{number}{suffix}");
                // A blank in front keeps it from being read as a common one.
                assert_eq!(Quantity::parse(&text), Quantity::parse(&format!(" {text}")), "{text}");
            }
        }
    }

    #[test]
    fn quantities_are_read_as_the_api_reads_them() {
        let cases: [(&str, i128); 17] = [
            (" 10Gi", 10 << 30),
            ("10Gi  ", 10 << 30),
            ("Gi", 0),
            (".", 0),
            ("-", 0),
            ("10Gi", 10 << 30),
            ("10G", 10_000_000_000),
            ("1.5Gi", 3 << 29),
            ("500m", 1),
            ("1e3", 1000),
            ("1E", 1_000_000_000_000_000_000),
            (".5", 1),
            ("5.", 5),
            ("+5k", 5000),
            ("-1Gi", -(1 << 30)),
            ("100000Ei", i64::MAX as i128),
            ("1e99", i64::MAX as i128),
        ];
        for (text, units) in cases {
            assert_eq!(Quantity::parse(text).expect(text).ceil(), units, "{text}");
        }
        for text in [
            "", "10GB", "1 Gi", "Hi", "..", "1e", "1.2.3", "10gi", "0x10", "1e1.5", "--1", "1Ki\n", "\t1",
            " ",
        ] {
            assert!(Quantity::parse(text).is_err(), "{text}");
        }
    }
}
