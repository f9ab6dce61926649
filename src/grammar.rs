//! The grammars of the API for names, keys and values. Each function returns what is wrong with a text, or
//! nothing.
//!
//! Source: k8s.io/apimachinery, pkg/util/validation/validation.go, unless noted otherwise.

use std::net::IpAddr;

const LABEL: &str = "is not a valid DNS label: use lowercase letters, digits and `-`, with a letter or digit at both ends, such as `my-name`";
const LONG_LABEL: &str = "is longer than the 63 characters of a DNS label";
const SUBDOMAIN: &str = "is not a valid DNS subdomain: use lowercase letters, digits, `-` and `.`, with a letter or digit at the ends of each part, \
                         such as `example.com`";
const LONG_SUBDOMAIN: &str = "is longer than the 253 characters of a DNS subdomain";
const QUALIFIED: &str = "is not a valid qualified name: letters, digits, `-`, `_` and `.`, at most 63 of them, with a letter or digit at both \
                         ends, and maybe a DNS subdomain and `/` before it, such as `example.com/my-name`";
const VALUE: &str = "is not a valid label value: use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, or nothing";
const LONG_VALUE: &str = "is longer than the 63 characters of a label value";

#[inline]
fn is_small(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether the text is not empty, all bytes match `inner`, and the first and last match `ends`.
fn is_word(text: &str, ends: impl Fn(u8) -> bool, inner: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) => ends(*first) && ends(*last) && bytes.iter().all(|byte| inner(*byte)),
        _ => false,
    }
}

fn is_label(text: &str) -> bool {
    is_word(text, is_small, |byte| is_small(byte) || byte == b'-')
}

/// An An RFC 1123 label: most names inside objects.
pub(super) fn dns_label(text: &str) -> Option<&'static str> {
    match text {
        _ if text.len() > 63 => Some(LONG_LABEL),
        _ if is_label(text) => None,
        _ => Some(LABEL),
    }
}

/// RFC 1035 label: like [`dns_label`], and begins with a letter.
#[allow(dead_code, reason = "the checks of workloads call it")]
pub(super) fn dns_1035_label(text: &str) -> Option<&'static str> {
    match text {
        _ if text.len() > 63 => Some(LONG_LABEL),
        _ if is_label(text) && text.as_bytes()[0].is_ascii_lowercase() => None,
        _ => Some(
            "is not a valid DNS label that begins with a letter: lowercase letters, digits and `-`, with a letter at the beginning and a \
             letter or digit at the end, such as `my-name`",
        ),
    }
}

/// An An RFC 1123 subdomain: names of most objects.
pub(crate) fn dns_subdomain(text: &str) -> Option<&'static str> {
    match text {
        _ if text.len() > 253 => Some(LONG_SUBDOMAIN),
        _ if is_subdomain(text) => None,
        _ => Some(SUBDOMAIN),
    }
}

/// Whether a text is labels with dots between them.
fn is_subdomain(text: &str) -> bool {
    let mut before = b'.';
    let is_sound = text.bytes().all(|byte| {
        let before = std::mem::replace(&mut before, byte);
        match byte {
            b'.' => is_small(before),
            b'-' => before != b'.',
            _ => is_small(byte),
        }
    });
    is_sound && is_small(before)
}

/// A subdomain that may contain underscores: DNS search paths.
pub(super) fn dns_subdomain_with_underscore(text: &str) -> Option<&'static str> {
    let is_end = |byte| is_small(byte) || byte == b'_';
    match text {
        _ if text.len() > 253 => Some(LONG_SUBDOMAIN),
        _ if text.split('.').all(|part| is_word(part, is_end, |byte| is_end(byte) || byte == b'-')) => None,
        _ => Some(
            "is not a valid DNS subdomain: use lowercase letters, digits, `-`, `_` and `.`, with no `-` or `.` at the ends",
        ),
    }
}

fn is_name(text: &str) -> bool {
    is_word(
        text,
        |byte| byte.is_ascii_alphanumeric(),
        |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'),
    )
}

/// A key of a label or annotation, a resource or a condition: a name with an optional domain prefix.
pub(super) fn qualified_name(text: &str) -> Option<&'static str> {
    let (prefix, name) = match text.bytes().position(|byte| byte == b'/') {
        Some(at) => (text.get(..at), text.get(at + 1..).unwrap_or_default()),
        None => (None, text),
    };
    let sound =
        name.len() <= 63 && is_name(name) && prefix.is_none_or(|prefix| dns_subdomain(prefix).is_none());
    (!sound).then_some(QUALIFIED)
}

/// A value of a label.
pub(super) fn label_value(text: &str) -> Option<&'static str> {
    match text {
        "" => None,
        _ if text.len() > 63 => Some(LONG_VALUE),
        _ if is_name(text) => None,
        _ => Some(VALUE),
    }
}

/// The name of an environment variable, and its key in a ConfigMap or Secret: any printable ASCII but `=`
/// (`IsRelaxedEnvVarName`, the rule from 1.32 on).
pub(super) fn environment_variable(text: &str) -> Option<&'static str> {
    match text {
        "" => Some("is empty"),
        _ if text.bytes().all(|byte| (0x20..=0x7e).contains(&byte) && byte != b'=') => None,
        _ => Some("is not a valid environment variable name: use printable ASCII characters other than `=`"),
    }
}

/// A segment of a path: names of roles and bindings (apimachinery, pkg/api/validation/path, `IsValidPathSegmentName`).
pub(super) fn path_segment(text: &str) -> Option<&'static str> {
    (matches!(text, "." | "..") || text.contains(['/', '%']))
        .then_some("is not a valid name: `.`, `..`, and names with `/` or `%` are not allowed")
}

/// An IP address in its canonical notation (k8s.io/apimachinery, pkg/util/validation/ip.go, `IsValidIP`).
pub(super) fn address(text: &str) -> Option<&'static str> {
    let sound = is_ip(text) && text.parse::<IpAddr>().is_ok_and(|address| address.to_string() == text);
    (!sound).then_some("is not an IP address in its canonical notation")
}

/// A key of a ConfigMap or Secret.
pub(super) fn config_map_key(text: &str) -> Option<&'static str> {
    match text {
        _ if text.len() > 253 => Some("is longer than the 253 characters of a key"),
        "" | "." => Some("is not a valid key: use letters, digits, `-`, `_` and `.`"),
        ".." => Some("is not a valid key: `..` leads out of the directory"),
        _ if text.starts_with("..") => Some("is not a valid key: it begins with `..`"),
        _ if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) => {
            None
        }
        _ => Some("is not a valid key: use letters, digits, `-`, `_` and `.`"),
    }
}

/// The name of a port: an IANA service name (RFC 6335).
pub(super) fn port_name(text: &str) -> Option<&'static str> {
    match text {
        _ if text.len() > 15 => Some("is longer than the 15 characters of a port name"),
        _ if !text.bytes().all(|byte| is_small(byte) || byte == b'-') || text.is_empty() => {
            Some("is not a valid port name: use lowercase letters, digits and `-`")
        }
        _ if !text.bytes().any(|byte| byte.is_ascii_lowercase()) => {
            Some("is not a valid port name: it has no letter")
        }
        _ if text.contains("--") => Some("is not a valid port name: it has two consecutive `-`"),
        _ if text.starts_with('-') || text.ends_with('-') => {
            Some("is not a valid port name: it begins or ends with `-`")
        }
        _ => None,
    }
}

/// The name of an HTTP header.
pub(super) fn http_header_name(text: &str) -> Option<&'static str> {
    let sound = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (!sound).then_some("is not a valid HTTP header name: use letters, digits and `-`")
}

/// A percentage such as `25%`.
pub(super) fn percent(text: &str) -> Option<&'static str> {
    let sound = text
        .strip_suffix('%')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    (!sound).then_some("is not a percentage: use digits and `%`, such as `25%`")
}

/// A domain, `/` and a path, such as `example.com/my-controller` (`IsDomainPrefixedPath`).
pub(super) fn domain_prefixed_path(text: &str) -> Option<&'static str> {
    const WRONG: &str = "is not a domain with a path, such as `example.com/my-controller`";
    let sound = text.split_once('/').is_some_and(|(domain, path)| {
        dns_subdomain(domain).is_none()
            && !path.is_empty()
            && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte))
    });
    (!sound).then_some(WRONG)
}

/// Whether the text is an IP address in its usual notation: four numbers without leading zeros, or IPv6 that does not stand
/// for an IPv4 address.
pub(super) fn is_ip(text: &str) -> bool {
    match text.parse() {
        Ok(IpAddr::V6(address)) => address.to_ipv4_mapped().is_none(),
        Ok(IpAddr::V4(_)) => true,
        Err(_) => false,
    }
}

/// Whether the text is an IP address for a lenient reader (k8s.io/utils/net, `ParseIPSloppy`), who ignores leading zeros.
pub(super) fn is_lax_ip(text: &str) -> bool {
    let is_octet = |octet: &str| {
        let digits = octet.trim_start_matches('0');
        !octet.is_empty()
            && octet.bytes().all(|byte| byte.is_ascii_digit())
            && (digits.is_empty() || digits.parse::<u8>().is_ok())
    };
    text.parse::<IpAddr>().is_ok() || (text.split('.').count() == 4 && text.split('.').all(is_octet))
}
