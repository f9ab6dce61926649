//! Dates and times as Go's `time.Parse` reads them (Go 1.24, `time/format.go` and `time/format_rfc3339.go`).
//!
//! A crate would be stricter: Go accepts a comma before the fraction of a second, and 24 hours in an offset.

/// The number of days in `month` (1 to 12) of `year`.
#[must_use]
pub fn days_in_month(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Whether `text` is an RFC 3339 time, such as `2026-01-31T12:00:00Z`.
#[must_use]
pub fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
    let digits =
        |from: usize, to: usize| bytes.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let shaped = digits(0, 4)
        && bytes.get(4) == Some(&b'-')
        && digits(5, 7)
        && bytes.get(7) == Some(&b'-')
        && digits(8, 10)
        && bytes.get(10) == Some(&b'T')
        && digits(11, 13)
        && bytes.get(13) == Some(&b':')
        && digits(14, 16)
        && bytes.get(16) == Some(&b':')
        && digits(17, 19);
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
        return false;
    };
    let clock = number(11, 13).is_some_and(|hour| hour < 24)
        && number(14, 16).is_some_and(|minute| minute < 60)
        && number(17, 19).is_some_and(|second| second < 60);
    if !shaped || !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) || !clock {
        return false;
    }
    let mut rest = &text[19..];
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        let count = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    let zone = |text: &str| {
        let bytes = text.as_bytes();
        bytes.len() == 6
            && matches!(bytes[0], b'+' | b'-')
            && bytes[3] == b':'
            && text[1..3].parse::<u8>().is_ok_and(|hours| hours <= 24)
            && text[4..6].parse::<u8>().is_ok_and(|minutes| minutes < 60)
    };
    rest == "Z" || (rest.is_ascii() && zone(rest))
}
