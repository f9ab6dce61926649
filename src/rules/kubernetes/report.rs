//! The few shapes in which the API server reports a field, as findings of the generic rules.

use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::reporter::Reporter;
use crate::document::rules::{
    DUPLICATE_ITEM, FORBIDDEN_FIELD, INVALID_VALUE, LIMIT_EXCEEDED, REQUIRED_FIELD, UNSUPPORTED_VALUE,
};
use crate::finding::Finding;
use crate::finding::fix::{Applicability, Fix};
use crate::grammar;
use crate::nearest::{did_you_mean, nearest};
use crate::yaml::path::Path;

/// A field that must be there is not.
pub(super) fn required<'a>(
    out: &'a mut Reporter<'_>,
    path: &Path<'_>,
    message: impl Into<String>,
) -> &'a mut Finding {
    out.report(&REQUIRED_FIELD, path, message)
}

/// A value does not have the form that it needs.
pub(super) fn invalid<'a>(
    out: &'a mut Reporter<'_>,
    path: &Path<'_>,
    message: impl Into<String>,
) -> &'a mut Finding {
    out.report(&INVALID_VALUE, path, message)
}

/// Reports an unsupported value.
pub(super) fn unsupported<'a>(
    out: &'a mut Reporter<'_>,
    path: &Path<'_>,
    message: impl Into<String>,
) -> &'a mut Finding {
    out.report(&UNSUPPORTED_VALUE, path, message)
}

/// Something is there twice.
pub(super) fn duplicate<'a>(
    out: &'a mut Reporter<'_>,
    path: &Path<'_>,
    message: impl Into<String>,
) -> &'a mut Finding {
    out.report(&DUPLICATE_ITEM, path, message)
}

/// Something is there that must not be.
pub(super) fn forbidden<'a>(
    out: &'a mut Reporter<'_>,
    path: &Path<'_>,
    message: impl Into<String>,
) -> &'a mut Finding {
    out.report(&FORBIDDEN_FIELD, path, message)
}

/// There is more, or it is longer, than the API takes.
pub(super) fn too_much<'a>(
    out: &'a mut Reporter<'_>,
    path: &Path<'_>,
    message: impl Into<String>,
) -> &'a mut Finding {
    out.report(&LIMIT_EXCEEDED, path, message)
}

/// A whole number between two ends, both allowed.
pub(super) fn range(out: &mut Reporter<'_>, path: &Path<'_>, value: i64, least: i64, most: i64) {
    if !(least..=most).contains(&value) {
        invalid(out, path, format!("{value} is not between {least} and {most}"));
    }
}

/// One of a fixed set of values.
pub(super) fn one_of<S: AsRef<str>>(out: &mut Reporter<'_>, path: &Path<'_>, value: &str, allowed: &[S]) {
    if !allowed.iter().any(|allowed| allowed.as_ref() == value) {
        one_of_within(out, path, path, value, allowed);
    }
}

/// Reports a `value` at `place` that is not one of a fixed set, for `path`, the path that the server reports.
pub(super) fn one_of_within<S: AsRef<str>>(
    out: &mut Reporter<'_>,
    path: &Path<'_>,
    place: &Path<'_>,
    value: &str,
    allowed: &[S],
) {
    let message = format!("`{value}` is not supported");
    suggest(out.report_within(&UNSUPPORTED_VALUE, path, place, message), place, value, allowed);
}

/// Names the nearest of the allowed values, and all of them, and proposes to replace `value` at `place`.
pub(super) fn suggest<S: AsRef<str>>(finding: &mut Finding, place: &Path<'_>, value: &str, allowed: &[S]) {
    finding.help(one_of_help(value, allowed));
    if let Some(near) = nearest(value, allowed.iter().map(AsRef::as_ref).filter(|name| !name.is_empty())) {
        finding.fix(Fix::replace(place, near, Applicability::of_spelling(value, near)));
    }
}

/// Names the nearest of the allowed values, and all of them.
fn one_of_help<S: AsRef<str>>(value: &str, allowed: &[S]) -> String {
    let names = || allowed.iter().map(AsRef::as_ref).filter(|name| !name.is_empty());
    let near = nearest(value, names());
    did_you_mean(near, &format!("supported values: {}", names().collect::<Vec<_>>().join(", ")))
}

/// A DNS label, such as a name of a volume.
pub(super) fn dns_label(out: &mut Reporter<'_>, path: &Path<'_>, value: &str) {
    format(out, path, value, grammar::dns_label(value));
}

/// A DNS subdomain, such as a name of most objects.
pub(super) fn dns_subdomain(out: &mut Reporter<'_>, path: &Path<'_>, value: &str) {
    format(out, path, value, grammar::dns_subdomain(value));
}

/// A DNS subdomain that may have underscores, such as a search path of a resolver.
pub(super) fn dns_subdomain_with_underscore(out: &mut Reporter<'_>, path: &Path<'_>, value: &str) {
    format(out, path, value, grammar::dns_subdomain_with_underscore(value));
}

/// A qualified name, such as a key of a label.
pub(super) fn qualified_name(out: &mut Reporter<'_>, path: &Path<'_>, value: &str) {
    format(out, path, value, grammar::qualified_name(value));
}

/// A qualified name in any case, such as a key of an annotation.
pub(super) fn qualified_name_ignoring_case(out: &mut Reporter<'_>, path: &Path<'_>, value: &str) {
    format(out, path, value, grammar::qualified_name(&value.to_lowercase()));
}

/// A value of a label.
pub(super) fn label_value(out: &mut Reporter<'_>, path: &Path<'_>, value: &str) {
    format(out, path, value, grammar::label_value(value));
}

/// The version from which addresses with leading zeros, and IPv4 addresses in IPv6 notation, are rejected (feature gate
/// `StrictIPCIDRValidation`).
const STRICT_ADDRESSES_SINCE: u8 = 36;

/// An IP address.
pub(super) fn ip(out: &mut Reporter<'_>, path: &Path<'_>, value: &str, version: KubernetesVersion) {
    let is_valid = if version.at_least(STRICT_ADDRESSES_SINCE) {
        grammar::is_ip(value)
    } else {
        grammar::is_lax_ip(value)
    };
    if !is_valid {
        let finding = invalid(out, path, format!("`{value}` is not an IP address"));
        finding.help(if grammar::is_lax_ip(value) {
            "write it without leading zeros, and an IPv4 address as such"
        } else {
            "write one such as 10.9.8.7 or 2001:db8::ffff"
        });
    }
}

/// The name of a CSI driver: at most 63 characters, in any case (validation.go, `ValidateCSIDriverName`).
pub(super) fn csi_driver_name(out: &mut Reporter<'_>, path: &Path<'_>, value: &str) {
    if value.is_empty() {
        required(out, path, "the name of the CSI driver is missing");
    } else if value.len() > 63 {
        invalid(out, path, format!("the driver's name has {} characters, and 63 are allowed", value.len()));
    } else {
        format(out, path, value, grammar::dns_subdomain(&value.to_lowercase()));
    }
}

/// The name of a certificate signer, such as `example.com/signer` (names.go, `ValidateSignerName`).
pub(super) fn signer_name(out: &mut Reporter<'_>, path: &Path<'_>, value: &str) {
    if value.is_empty() {
        required(out, path, "the name of the signer is missing");
        return;
    }
    let sound = value.split_once('/').is_some_and(|(domain, name)| {
        domain.len() <= 253
            && domain.contains('.')
            && domain.split('.').all(|label| grammar::dns_label(label).is_none())
            && name.split('.').all(|label| grammar::dns_subdomain(label).is_none())
            && value.len() <= 571
    });
    if !sound {
        invalid(out, path, format!("`{value}` is not a valid signer name"))
            .help("write a domain with a dot, `/` and a name, such as `example.com/signer`");
    }
}

fn format(out: &mut Reporter<'_>, path: &Path<'_>, value: &str, wrong: Option<&'static str>) {
    if let Some(wrong) = wrong {
        invalid(out, path, format!("`{value}` {wrong}"));
    }
}
