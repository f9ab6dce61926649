//! Times and durations as Go reads and writes them.

use std::fmt::Write;

/// A point in time: seconds and nanoseconds since 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Timestamp {
    /// Whole seconds, rounded down.
    pub seconds: i64,
    /// Nanoseconds within the second.
    pub nanos: u32,
}

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    /// The year.
    pub year: i64,
    /// The month, from 1.
    pub month: u32,
    /// The day of the month, from 1.
    pub day: u32,
    /// The hour.
    pub hour: u32,
    /// The minute.
    pub minute: u32,
    /// The second.
    pub second: u32,
}

const DAY: i64 = 86_400;

impl Timestamp {
    /// Reads RFC 3339, with or without a fraction.
    #[must_use]
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::read(text, false)
    }

    /// Reads RFC 3339 or the same without a zone, which then is UTC (strfmt, `ParseDateTime`).
    #[must_use]
    pub(super) fn parse_lenient(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self { seconds: 0, nanos: 0 });
        }
        Self::read(text, true)
    }

    fn read(text: &str, without_zone: bool) -> Option<Self> {
        if !text.is_ascii() || text.as_bytes().get(10) != Some(&b'T') {
            return None;
        }
        let days = date(&text[..10])?;
        let number = |from: usize| {
            let digits = text.get(from..from + 2)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i64>().ok())?
        };
        let (hour, minute, second) = (number(11)?, number(14)?, number(17)?);
        let bytes = text.as_bytes();
        if bytes.get(13) != Some(&b':')
            || bytes.get(16) != Some(&b':')
            || hour > 23
            || minute > 59
            || second > 59
        {
            return None;
        }
        let mut rest = &text[19..];
        let mut nanos = 0;
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return None;
            }
            nanos = fraction[..digits.min(9)].parse::<u32>().ok()? * 10_u32.pow(9 - digits.min(9) as u32);
            rest = &fraction[digits..];
        }
        let offset = match rest {
            "Z" => 0,
            "" if without_zone => 0,
            _ => zone(rest)?,
        };
        Some(Self { seconds: days * DAY + hour * 3600 + minute * 60 + second - offset, nanos })
    }

    /// Date and time of day, `offset` seconds east of UTC.
    #[must_use]
    pub(super) fn civil(self, offset: i64) -> Civil {
        let seconds = self.seconds + offset;
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = civil_date(days);
        let part = |value: i64| u32::try_from(value).unwrap_or_default();
        Civil {
            year,
            month,
            day,
            hour: part(rest / 3600),
            minute: part(rest / 60 % 60),
            second: part(rest % 60),
        }
    }

    /// Days since 1970.
    #[must_use]
    pub(super) fn days(self, offset: i64) -> i64 {
        (self.seconds + offset).div_euclid(DAY)
    }

    /// Adds nanoseconds; none outside the years 1 to 9999, which CEL calls an overflow.
    #[must_use]
    pub(super) fn plus(self, nanos: i64) -> Option<Self> {
        let total = i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos) + i128::from(nanos);
        let seconds = i64::try_from(total.div_euclid(1_000_000_000)).ok()?;
        let nanos = u32::try_from(total.rem_euclid(1_000_000_000)).ok()?;
        (-62_135_596_800..=253_402_300_799).contains(&seconds).then_some(Self { seconds, nanos })
    }

    /// The nanoseconds from `other` to this time; none if they overflow.
    #[must_use]
    pub(super) fn minus(self, other: Self) -> Option<i64> {
        let seconds = i128::from(self.seconds) - i128::from(other.seconds);
        i64::try_from(seconds * 1_000_000_000 + i128::from(self.nanos) - i128::from(other.nanos)).ok()
    }

    /// RFC 3339 in UTC, with as much of the fraction as is needed.
    #[must_use]
    pub(super) fn text(self) -> String {
        let civil = self.civil(0);
        let mut text = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second
        );
        if self.nanos > 0 {
            let fraction = format!("{:09}", self.nanos);
            text.push('.');
            text.push_str(fraction.trim_end_matches('0'));
        }
        text.push('Z');
        text
    }
}

/// Seconds east of UTC: `+01:00`.
#[must_use]
pub(super) fn zone(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let digits = |at: usize| text.get(at..at + 2)?.parse::<i64>().ok();
    if bytes.len() != 6 || bytes[3] != b':' || ![1, 2, 4, 5].iter().all(|at| bytes[*at].is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = (digits(1)?, digits(4)?);
    let seconds = hours * 3600 + minutes * 60;
    match bytes[0] {
        _ if hours > 24 || minutes > 59 => None,
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

/// Reads `2026-01-31` as days since 1970.
#[must_use]
pub(super) fn date(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| {
        let part = bytes.get(from..to)?;
        part.iter().all(u8::is_ascii_digit).then(|| text[from..to].parse::<i64>().ok())?
    };
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=last).contains(&day).then(|| days_of(year, month, day))
}

/// Days since 1970 of a date in the Gregorian calendar.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that a leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil_date(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
}

/// Reads a duration in nanoseconds as Go's `time.ParseDuration` does: `1h30m`, `1.5s`, `-2ms`.
#[must_use]
pub(super) fn go_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, behind) = rest.split_at(digits);
        let (fraction, behind) = match behind.strip_prefix('.') {
            Some(behind) => behind.split_at(behind.bytes().take_while(u8::is_ascii_digit).count()),
            None => ("", behind),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let end =
            behind.find(|letter: char| letter == '.' || letter.is_ascii_digit()).unwrap_or(behind.len());
        let unit: i128 = match &behind[..end] {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()?.into() };
        total += whole * unit;
        let mut scale = unit;
        for digit in fraction.bytes() {
            scale /= 10;
            total += i128::from(digit - b'0') * scale;
        }
        if total > 1_i128 << 63 {
            return None;
        }
        rest = &behind[end..];
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

/// Reads a duration in nanoseconds as the `duration` format does: Go's form, else every number with a unit that the
/// text contains, such as `1d` or `3 weeks` (strfmt, `ParseDuration`).
#[must_use]
pub(super) fn duration(text: &str) -> Option<i64> {
    const UNITS: [(&[&str], i64); 8] = [
        (&["ns", "nano"], 1),
        (&["us", "µs", "micro"], 1_000),
        (&["ms", "milli"], 1_000_000),
        (&["s", "sec"], 1_000_000_000),
        (&["m", "min"], 60_000_000_000),
        (&["h", "hr", "hour"], 3_600_000_000_000),
        (&["d", "day"], 86_400_000_000_000),
        (&["w", "wk", "week"], 604_800_000_000_000),
    ];
    if let Some(nanos) = go_duration(text) {
        return Some(nanos);
    }
    let (mut total, mut found) = (0_i64, false);
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let behind = &rest[start..];
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = behind.split_at(digits);
        let unit = behind.trim_start_matches(['\t', '\n', '\x0c', '\r', ' ']);
        let letters = |letter: char| !(letter.is_ascii_alphabetic() || letter == 'µ');
        let length = unit.find(letters).unwrap_or(unit.len());
        if length == 0 {
            rest = behind;
            continue;
        }
        let factor: i64 = number.parse().ok()?;
        let name = unit[..length].to_lowercase();
        for (variants, nanos) in UNITS {
            let last = variants.last().is_some_and(|last| name.starts_with(last));
            if last || variants.contains(&name.as_str()) {
                found = true;
                total = total.wrapping_add(factor.wrapping_mul(nanos));
            }
        }
        rest = &unit[length..];
    }
    found.then_some(total)
}

/// A duration as CEL writes it: seconds with a fraction, such as `1.5s`.
#[must_use]
pub(super) fn duration_text(nanos: i64) -> String {
    let (seconds, fraction) = (nanos.unsigned_abs() / 1_000_000_000, nanos.unsigned_abs() % 1_000_000_000);
    let mut text = format!("{}{seconds}", if nanos < 0 { "-" } else { "" });
    if fraction > 0 {
        let digits = format!("{fraction:09}");
        let _ = write!(text, ".{}", digits.trim_end_matches('0'));
    }
    text.push('s');
    text
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, date, duration, go_duration};

    #[test]
    fn times_are_read_and_written() {
        let time = Timestamp::parse("2026-01-02T03:04:05.25+01:00").expect("a time");
        assert_eq!(time.text(), "2026-01-02T02:04:05.25Z");
        assert_eq!(time.civil(3600).hour, 3);
        assert!(Timestamp::parse("2026-01-02t03:04:05Z").is_none());
        assert_eq!(date("1970-01-01"), Some(0));
        assert_eq!(date("2024-02-29"), Some(19_782));
        assert!(date("2025-02-29").is_none());
    }

    #[test]
    fn durations_are_read_as_go_and_the_format_read_them() {
        assert_eq!(go_duration("1h30m"), Some(5_400_000_000_000));
        assert_eq!(go_duration("-1.5s"), Some(-1_500_000_000));
        for wrong in ["", "10", "1d", "h", "9223372036854775808ns"] {
            assert_eq!(go_duration(wrong), None, "{wrong}");
        }
        for (text, seconds) in
            [("1d", 86_400), ("3 days", 259_200), ("P1D", 86_400), ("1H", 3600), ("-1h", -3600)]
        {
            assert_eq!(duration(text), Some(seconds * 1_000_000_000), "{text}");
        }
        for wrong in ["", "10", "x", "5 years"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
