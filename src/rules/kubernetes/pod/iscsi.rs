//! iSCSI volumes: the names of targets and initiators.

use k8s_openapi::api::core::v1::ISCSIVolumeSource;

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// Checks what the table of volume sources cannot say (validation.go, `validateISCSIVolumeSource`).
pub(in crate::rules::kubernetes) fn check(
    source: &ISCSIVolumeSource,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    if !source.iqn.is_empty() {
        name(out, &path.field("iqn"), &source.iqn);
    }
    let authenticates = source.chap_auth_discovery == Some(true) || source.chap_auth_session == Some(true);
    if authenticates && source.secret_ref.is_none() {
        report::required(out, &path.field("secretRef"), "CHAP authentication needs a `secretRef`");
    }
    if let Some(initiator) = &source.initiator_name {
        // The server names the field in lower case.
        name(out, &path.field("initiatorname"), initiator);
    }
}

pub(in crate::rules::kubernetes) fn name(out: &mut Reporter<'_>, path: &Path<'_>, value: &str) {
    if !is_name(value) {
        report::invalid(out, path, format!("`{value}` is not a valid iSCSI name")).help(
            "write `iqn.<year>-<month>.<reversed domain>:<name>`, `eui.` and 16 or `naa.` and 32 letters and digits",
        );
    }
}

fn is_name(value: &str) -> bool {
    match value.get(..3) {
        Some("iqn") => value.match_indices("iqn.").any(|(at, _)| is_qualified(&value[at + 4..])),
        Some("eui") => is_number(value, 16),
        Some("naa") => is_number(value, 32),
        _ => false,
    }
}

/// `2001-04.com.example:storage`.
fn is_qualified(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    let date = bytes.len() > 8
        && bytes[..8].iter().enumerate().all(|(at, byte)| match at {
            4 => *byte == b'-',
            7 => *byte == b'.',
            _ => byte.is_ascii_digit(),
        });
    let Some((authority, name)) = rest.get(8..).filter(|_| date).and_then(|rest| rest.split_once(':')) else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    !authority.is_empty()
        && authority.bytes().all(plain)
        && !name.is_empty()
        && !name.contains([',', ';', '*', '&', '$', '|', '\t', '\n', '\u{c}', '\r', ' '])
}

/// Three letters, any one character, and so many letters and digits.
fn is_number(value: &str, length: usize) -> bool {
    let mut rest = value.chars();
    let separator = rest.by_ref().nth(3);
    let rest = rest.as_str();
    separator.is_some_and(|separator| separator != '\n')
        && rest.len() == length
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
