//! Formats of strings and numbers (kube-openapi, pkg/validation/strfmt, and the subset that apiextensions-apiserver
//! checks); formats that the server does not know are ignored.

use std::net::Ipv6Addr;

use super::{email, time, url};

/// A format that the server checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the format of that name")]
pub(super) enum Format {
    Int32,
    Int64,
    Float,
    Double,
    Byte,
    Date,
    /// `date-time`, which rules read as a timestamp.
    DateTime,
    /// `datetime`, the same text, which rules read as a string.
    Datetime,
    Duration,
    Email,
    Uri,
    Uuid,
    Uuid3,
    Uuid4,
    Uuid5,
    Ipv4,
    Ipv6,
    Cidr,
    Mac,
    Hostname,
    Password,
    K8sShortName,
    K8sLongName,
    BsonObjectId,
    HexColor,
    RgbColor,
    Isbn,
    Isbn10,
    Isbn13,
    CreditCard,
    Ssn,
}

impl Format {
    /// The format of this name; hyphens do not count.
    #[must_use]
    pub(super) fn named(name: &str) -> Option<Self> {
        if name == "datetime" {
            return Some(Self::Datetime);
        }
        Some(match name.replace('-', "").as_str() {
            "int32" => Self::Int32,
            "int64" => Self::Int64,
            "float" | "float32" => Self::Float,
            "double" | "float64" => Self::Double,
            "byte" => Self::Byte,
            "date" => Self::Date,
            "datetime" => Self::DateTime,
            "duration" => Self::Duration,
            "email" => Self::Email,
            "uri" => Self::Uri,
            "uuid" => Self::Uuid,
            "uuid3" => Self::Uuid3,
            "uuid4" => Self::Uuid4,
            "uuid5" => Self::Uuid5,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            "cidr" => Self::Cidr,
            "mac" => Self::Mac,
            "hostname" => Self::Hostname,
            "password" => Self::Password,
            "k8sshortname" => Self::K8sShortName,
            "k8slongname" => Self::K8sLongName,
            "bsonobjectid" => Self::BsonObjectId,
            "hexcolor" => Self::HexColor,
            "rgbcolor" => Self::RgbColor,
            "isbn" => Self::Isbn,
            "isbn10" => Self::Isbn10,
            "isbn13" => Self::Isbn13,
            "creditcard" => Self::CreditCard,
            "ssn" => Self::Ssn,
            _ => return None,
        })
    }

    /// What a text of this format looks like, for a message.
    #[must_use]
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Int32 => "an integer of 32 bits",
            Self::Int64 => "an integer of 64 bits",
            Self::Float => "a number of 32 bits",
            Self::Double => "a number",
            Self::Byte => "base64 with padding",
            Self::Date => "a date such as `2026-01-31`",
            Self::DateTime | Self::Datetime => "a time such as `2026-01-31T12:00:00Z`",
            Self::Duration => "a duration such as `90s`, `1h30m` or `1d`",
            Self::Email => "an email address",
            Self::Uri => "an absolute URI or path",
            Self::Uuid => "a UUID",
            Self::Uuid3 => "a UUID of version 3",
            Self::Uuid4 => "a UUID of version 4",
            Self::Uuid5 => "a UUID of version 5",
            Self::Ipv4 => "an IPv4 address",
            Self::Ipv6 => "an IPv6 address",
            Self::Cidr => "an address range such as `10.0.0.0/8`",
            Self::Mac => "a MAC address",
            Self::Hostname => "a host name",
            Self::Password => "a string",
            Self::K8sShortName => "a lower-case RFC 1123 label",
            Self::K8sLongName => "a lower-case RFC 1123 subdomain",
            Self::BsonObjectId => "24 hexadecimal digits",
            Self::HexColor => "a color such as `#fff`",
            Self::RgbColor => "a color such as `rgb(1,2,3)`",
            Self::Isbn | Self::Isbn10 | Self::Isbn13 => "an ISBN",
            Self::CreditCard => "a credit card number",
            Self::Ssn => "a social security number",
        }
    }

    /// Whether a string is valid in this format.
    #[must_use]
    pub(super) fn accepts(self, text: &str) -> bool {
        match self {
            Self::Int32 | Self::Int64 | Self::Float | Self::Double | Self::Password => true,
            Self::Byte => is_base64(text),
            Self::Date => time::date(text).is_some(),
            Self::DateTime | Self::Datetime => is_date_time(text),
            Self::Duration => time::duration(text).is_some(),
            Self::Email => email::is_address(text),
            Self::Uri => url::Url::parse_request(text).is_some(),
            Self::Uuid => is_uuid(text, &[]),
            Self::Uuid3 => is_uuid(text, &[(12, "3")]),
            Self::Uuid4 => is_uuid(text, &[(12, "4"), (16, "89abAB")]),
            Self::Uuid5 => is_uuid(text, &[(12, "5"), (16, "89abAB")]),
            Self::Ipv4 => is_ipv4(text) || (text.contains('.') && text.parse::<Ipv6Addr>().is_ok()),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Cidr => is_cidr(text),
            Self::Mac => is_mac(text),
            Self::Hostname => is_hostname(text),
            Self::K8sShortName => is_label(text),
            Self::K8sLongName => text.len() <= 253 && text.split('.').all(is_long_label),
            Self::BsonObjectId => text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
            Self::HexColor => {
                let digits = text.strip_prefix('#').unwrap_or(text);
                matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
            }
            Self::RgbColor => is_rgb(text),
            Self::Isbn => is_isbn10(text) || is_isbn13(text),
            Self::Isbn10 => is_isbn10(text),
            Self::Isbn13 => is_isbn13(text),
            Self::CreditCard => is_credit_card(text),
            Self::Ssn => is_ssn(text),
        }
    }
}

fn is_base64(text: &str) -> bool {
    let bytes = text.as_bytes();
    let padding = bytes.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
    !bytes.is_empty()
        && bytes.len().is_multiple_of(4)
        && bytes[..bytes.len() - padding]
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// A date, `t` in either case, a time whose hour, minute and second are compared as text, and a zone.
fn is_date_time(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut parts = text.split('t');
    let (Some(date), Some(clock)) = (parts.next(), parts.next()) else { return false };
    let bytes = clock.as_bytes();
    let two = |at: usize, most: &[u8]| {
        bytes.get(at..at + 2).is_some_and(|part| part.iter().all(u8::is_ascii_digit) && part <= most)
    };
    let shaped = two(0, b"23") && two(3, b"59") && two(6, b"59");
    if !shaped || bytes.get(2) != Some(&b':') || bytes.get(5) != Some(&b':') || time::date(date).is_none() {
        return false;
    }
    let is_zone = |rest: &[u8]| {
        rest == b"z"
            || (rest.len() == 6
                && matches!(rest[0], b'+' | b'-')
                && rest[3] == b':'
                && [1, 2, 4, 5].iter().all(|at| rest[*at].is_ascii_digit()))
    };
    let rest = &bytes[8..];
    // Any one character begins a fraction.
    let fraction = clock.get(8..).and_then(|rest| {
        let mut letters = rest.chars();
        letters.next()?;
        let rest = letters.as_str();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then(|| &rest.as_bytes()[digits..])
    });
    is_zone(rest) || fraction.is_some_and(is_zone)
}

/// Hexadecimal digits with optional hyphens; some digits (counted without hyphens) are of a set.
fn is_uuid(text: &str, fixed: &[(usize, &str)]) -> bool {
    let mut digits = Vec::with_capacity(32);
    let mut letters = text.chars().peekable();
    for group in [8, 4, 4, 4, 12] {
        if !digits.is_empty() {
            letters.next_if_eq(&'-');
        }
        for _ in 0..group {
            match letters.next() {
                Some(letter) if letter.is_ascii_hexdigit() => digits.push(letter),
                _ => return false,
            }
        }
    }
    letters.next().is_none() && fixed.iter().all(|(at, set)| set.contains(digits[*at]))
}

/// Go before 1.17 accepted leading zeros, and the server still does.
fn is_ipv4(text: &str) -> bool {
    let mut parts = text.split('.');
    let sound = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.trim_start_matches('0').len() <= 3
            && part.parse::<u32>().is_ok_and(|number| number < 256)
    };
    parts.by_ref().take(4).filter(|part| sound(part)).count() == 4 && parts.next().is_none()
}

fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let most = match (is_ipv4(address), address.parse::<Ipv6Addr>()) {
        (true, _) => 32,
        (false, Ok(_)) => 128,
        _ => return false,
    };
    !length.is_empty()
        && length.bytes().all(|byte| byte.is_ascii_digit())
        && length.parse::<u32>().is_ok_and(|length| length <= most)
}

/// Pairs of digits between `:` or `-`, or groups of four between dots: 6, 8 or 20 bytes (Go's `net.ParseMAC`).
fn is_mac(text: &str) -> bool {
    let of = |separator: char, digits: usize| {
        let groups = text.split(separator);
        let sound = |group: &str| group.len() == digits && group.bytes().all(|byte| byte.is_ascii_hexdigit());
        groups.clone().all(sound) && matches!(groups.count() * digits / 2, 6 | 8 | 20)
    };
    of(':', 2) || of('-', 2) || of('.', 4)
}

/// One label, or several and a top-level domain of at least two letters; see `HostnamePattern` of strfmt.
fn is_hostname(text: &str) -> bool {
    static PATTERN: std::sync::OnceLock<super::pattern::Pattern> = std::sync::OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        super::pattern::Pattern::new(concat!(
            r"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)",
            r"|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}",
            r"([a-zA-Z\p{L}]){2,63})$"
        ))
    });
    text.len() <= 255
        && text.split('.').all(|label| label.len() <= 63)
        && pattern.regex().is_none_or(|regex| regex.is_match(text))
}

fn is_label(text: &str) -> bool {
    text.len() <= 63 && is_long_label(text)
}

fn is_long_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    bytes.first().is_some_and(alphanumeric)
        && bytes.last().is_some_and(alphanumeric)
        && bytes.iter().all(|byte| alphanumeric(byte) || *byte == b'-')
}

fn is_rgb(text: &str) -> bool {
    let Some(inner) = text.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) else { return false };
    let space = |letter: char| matches!(letter, '\t' | '\n' | '\x0c' | '\r' | ' ');
    let mut count = 0;
    let sound = inner.split(',').all(|part| {
        count += 1;
        let part = part.trim_matches(space);
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
            && part.parse::<u16>().is_ok_and(|number| number < 256)
    });
    sound && count == 3
}

/// The text without white space and hyphens.
fn compact(text: &str) -> Vec<u8> {
    text.bytes().filter(|byte| !matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ' | b'-')).collect()
}

fn is_isbn10(text: &str) -> bool {
    let digits = compact(text);
    let digit = |at: usize, byte: u8| match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'X' if at == 9 => Some(10),
        _ => None,
    };
    let sum = digits.iter().zip(1_u32..).try_fold(0, |sum, (byte, weight)| {
        digit(weight as usize - 1, *byte).map(|digit| sum + weight * digit)
    });
    digits.len() == 10 && sum.is_some_and(|sum| sum % 11 == 0)
}

fn is_isbn13(text: &str) -> bool {
    let digits = compact(text);
    if digits.len() != 13 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 =
        digits.iter().zip([1, 3].iter().cycle()).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    sum.is_multiple_of(10)
}

fn is_credit_card(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|letter| letter.to_digit(10)).collect();
    let number = |count: usize| digits.iter().take(count).fold(0, |number, digit| number * 10 + digit);
    let issuer = match digits.len() {
        13 => number(1) == 4,
        14 => matches!(number(2), 36 | 38) || matches!(number(3), 300..=305),
        15 => matches!(number(2), 34 | 37) || matches!(number(4), 2131 | 1800),
        16 => matches!(number(2), 40..=49 | 51..=55 | 65 | 35) || number(4) == 6011,
        _ => false,
    };
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([false, true].iter().cycle())
        .map(|(digit, double)| if *double { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    issuer && sum.is_multiple_of(10)
}

fn is_ssn(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            3 | 6 => matches!(byte, b'-' | b' '),
            _ => byte.is_ascii_digit(),
        })
}
